"""What every screen of the desk shares: nothing is deleted, lists stay cheap, pages know where they are."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from stories.insight.standing import weigh_facts

Row = dict[str, Any]

MOST_DIGITS = 18
"""Of a number that somebody sends: more is no key, and may be more than the database holds."""


def person_of(request: HttpRequest) -> User:
    """Who asks; the admin lets nobody through who is not logged in."""
    return cast(User, request.user)


def read_number(text: str) -> int | None:
    """The whole number that `text`, which somebody sent, is written as; None when it is none or far too long."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


class DeskAdmin(admin.ModelAdmin):
    """A list and a form on which nobody deletes (rule: never-deleted) and no list counts the whole table."""

    show_full_result_count = False
    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes; without this permission Django offers no “delete selected” either."""
        return False

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        """Django's; what the change did to facts in force is said beside it."""
        self.tell_trouble(request)
        return super().response_change(request, obj)

    def tell_trouble(self, request: HttpRequest) -> None:
        """Weigh the facts that a change may have touched, and say how many are in trouble."""
        if troubles := weigh_facts():
            text = f"In trouble: {len(troubles)} fact(s) in force. The front page of the desk lists them."
            self.message_user(request, text, messages.WARNING)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's field; the two boxes of a moment say which is which, since its label is for neither."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, AdminSplitDateTime):
            for part, box in zip(("date", "time"), field.widget.widgets, strict=True):
                box.attrs["aria-label"] = f"{field.label}, {part}"
        return field

    def page_context(self, request: HttpRequest, *, title: str, **more: Any) -> Row:
        """What the template of a page of ours needs beside its own matter."""
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **more}

    def find_viewable(self, request: HttpRequest, pk: int, *related: str) -> Any:
        """The row `pk`, with `related` joined; 403 for who may not look at it, 404 when there is none."""
        row = get_object_or_404(self.model._default_manager.select_related(*related), pk=pk)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row


class DeskInline(admin.TabularInline):
    """Rows inside another thing's form: nobody deletes one, and every box says what it is, since a column's head
    labels none."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes."""
        return False

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's field, its box labelled with the name of its column."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs.setdefault("aria-label", str(field.label))
        return field


class RecordAdmin(DeskAdmin):
    """A list and pages to read only: the ledger and the log are written by the verbs alone."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds a row by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes a row."""
        return False
