"""What every screen of the desk shares: nothing is deleted, lists stay cheap, pages know where they are."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, Field, Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.generic import FormView, View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from stories.admin.clock import clock_of
from stories.admin.constraints import explain_refusal
from stories.admin.reasons import REASON
from stories.admin.stated import READ, lock_row, newest_changes, read_state, state_of
from stories.chain import Overtaken, Refused
from stories.changes.deciding import DECIDING
from stories.changes.writing import save_on_record
from stories.choices import Role
from stories.insight.namings import look_through
from stories.insight.standing import weigh_facts
from stories.models import Publication
from stories.models.withheld import NOTHING, now_withheld
from stories.record.decisions import DecidedMeanwhile
from stories.roles import role_of
from stories.stamps import LIVE

MOST_DIGITS = 18
"""Of a number that somebody sends: more is no key, and may be more than the database holds."""

WORDS = frozenset(
    ("statement", "wording", "public_note", "payload", "evidence", "headline", "standfirst", "blocks", "change_note")
)
"""The columns in which the desk keeps its own words."""

ROLE = "_desk_role"
"""Under this name a request carries the role of who asks."""


def person_of(request: HttpRequest) -> User:
    """Who asks; the admin lets nobody through who is not logged in."""
    return cast(User, request.user)


def role_in(request: HttpRequest) -> Role | None:
    """The role of who asks, read once a request, for what a form shows; whatever writes asks for it anew."""
    if not hasattr(request, ROLE):
        setattr(request, ROLE, role_of(person_of(request)))
    return cast("Role | None", getattr(request, ROLE))


def read_number(text: str) -> int | None:
    """The whole number that `text`, which somebody sent, is written as; None when it is none or far too long."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def read_time(text: str) -> datetime | None:
    """The time that `text`, which somebody sent, is written as (ISO 8601); None when it is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def words_of(publication: Publication) -> str:
    """The sentence or headline that `publication`, read with its text, prints; empty for none, and once taken down."""
    text = json.loads(publication.body.text) if hasattr(publication, "body") else {}
    return str(text.get("statement") or text.get("headline") or "")


class Page(TemplateResponseMixin, ContextMixin, View):
    """A page of an admin beside Django's own, for who has `permission` to view, add or change the admin's things.

    It stands at `route` behind the address of the list, and is called stories_<model>_<name>.
    """

    name = ""
    route = ""
    title = ""
    http_method_names = ["get", "head", "post"]
    permission = "view"
    model_admin: Any = None
    template_name: str

    @classmethod
    def address_in(cls, model_admin: "DeskAdmin") -> URLPattern:
        """Where it stands among the addresses of `model_admin`, for who is logged in."""
        view = model_admin.admin_site.admin_view(cls.as_view(model_admin=model_admin))
        return path(cls.route, view, name=f"stories_{model_admin.opts.model_name}_{cls.name}")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Django's, once what the page is about is found."""
        self.find(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    def find(self, **kwargs: Any) -> None:
        """Find what the page is about; 404 when there is none, 403 for who may not come here."""
        self.require_permission(self.permission)

    def require_permission(self, name: str, row: Model | None = None) -> None:
        """403 for who may not do `name` (view, add or change) with `row`, or with any row."""
        args = [self.request] if name == "add" else [self.request, row]
        if not getattr(self.model_admin, f"has_{name}_permission")(*args):
            raise PermissionDenied

    def leave_for(self, name: str, key: Any, *, said: str) -> HttpResponse:
        """To the page stories_`name` of the row `key`, which tells what was done."""
        self.model_admin.message_user(self.request, said, messages.SUCCESS)
        return redirect(f"admin:stories_{name}", key)

    def leave_changed(self, name: str, key: Any, *, said: str) -> HttpResponse:
        """The same after a change that facts in force may not bear: says which of them are in trouble."""
        answer = self.leave_for(name, key, said=said)
        self.model_admin.tell_trouble(self.request)
        return answer

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What the template needs: the admin's own matter, and `more`."""
        frame = {**self.model_admin.admin_site.each_context(self.request), "opts": self.model_admin.opts}
        return super().get_context_data(**{**frame, "title": self.title, **more})


class RowPage(Page):
    """A page about one row, with `related` joined."""

    related: tuple[str, ...] = ()
    row: Any

    def find(self, **kwargs: Any) -> None:
        """Find the row."""
        rows = self.model_admin.model._default_manager.select_related(*self.related)
        self.row = get_object_or_404(rows, pk=kwargs["pk"])
        self.require_permission(self.permission, self.row)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The row, and what it says."""
        return super().get_context_data(**{"row": self.row, "title": self.title or str(self.row), **more})


class StatedPage(RowPage, ABC):
    """A page that changes a row: whatever is sent states which row it was made from (rule: stale-forms).

    In a template `{% stated row %}` is the box for it.
    """

    box = READ
    """The box that states it."""
    back = ""
    """The page on which the row is seen, as `leave_for` takes it."""

    @property
    def subject(self) -> Any:
        """The row that is changed."""
        return self.row

    @abstractmethod
    def change(self) -> HttpResponse:
        """Change it, and answer."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Change the row, locked, if it is as it was read; else say what became of it."""
        with transaction.atomic():
            lock_row(self.subject)
            self.find(**kwargs)
            is_stale = read_state(request.POST.get(self.box, "")) != state_of(self.subject)
            return self.refuse_stale() if is_stale else self.change()

    def refuse_stale(self) -> HttpResponse:
        """What somebody else made of the row, and the way back to it: 409, and nothing is written."""
        back = reverse(f"admin:stories_{self.back}", args=[self.row.pk])
        context = self.get_context_data(changes=newest_changes(self.subject), subject=self.subject, back=back)
        return TemplateResponse(self.request, "admin/stories/overtaken.html", context, status=409)


class FormPage(Page, FormView, ABC):
    """A page with a form, which is posted to itself: `act` does what was typed, or refuses, and the page says why."""

    @abstractmethod
    def act(self, form: Any) -> HttpResponse:
        """Do what was typed, and answer. Raises `Refused` or `ValidationError` with the reasons not to."""

    def form_valid(self, form: Any) -> HttpResponse:
        """What was done, or the page with the reasons why nothing was."""
        try:
            return self.act(form)
        except Refused as refusal:
            return self.refuse(form, refusal)
        except ValidationError as error:
            form.add_error(None, error.messages)
        except IntegrityError as error:
            form.add_error(None, explain_refusal(error))
        return self.form_invalid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page with what was typed and what is wrong with it."""
        return self.refuse(form, Refused([]))

    def refuse(self, form: Any, refusal: Refused) -> HttpResponse:
        """The page with what was typed, and why nothing was written: 409 when somebody was faster, else 422."""
        meanwhile = refusal.decision if isinstance(refusal, DecidedMeanwhile) else None
        context = self.get_context_data(form=form, reasons=refusal.reasons, meanwhile=meanwhile)
        return self.render_to_response(context, status=409 if isinstance(refusal, Overtaken) else 422)


class DeskAdmin(admin.ModelAdmin):
    """A list and a form on which nobody deletes (rule: never-deleted) and no list counts the whole table."""

    show_full_result_count = False
    list_per_page = 50
    pages: ClassVar[tuple[type[Page], ...]] = ()
    """The pages beside Django's own, or in their place."""
    words_in: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Of what kind of `Withheld` the rows have words, and by which of their columns that is known."""

    def get_urls(self) -> list[Any]:
        """Django's, and those of the pages."""
        return [*(page.address_in(self) for page in self.pages), *super().get_urls()]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Django's; a row with words that are withheld is not found by any (rule: suppression)."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        for kind, columns in self.words_in.items() if search_term else ():
            for column in columns:
                found = found.exclude(**{f"{column}__in": getattr(now_withheld(), kind)})
        return found, may_repeat

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Django's; by a column of words one could guess what is withheld, letter by letter."""
        asks_words = not WORDS.isdisjoint(lookup.split("__"))
        return not (asks_words and now_withheld() != NOTHING) and super().lookup_allowed(lookup, value, request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes; without this permission Django offers no “delete selected” either."""
        return False

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, Any]:
        """A public slug is made once, for a new thing."""
        return {} if obj else dict(self.prepopulated_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Django's, and the public slug of a thing that there is."""
        return [*self.readonly_fields, *(self.prepopulated_fields if obj else ())]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Django's; why it is changed is asked of whoever may change anything that decides what may be printed."""
        fields = list(super().get_fields(request, obj))
        fixed = self.get_readonly_fields(request, obj)
        asks = obj is not None and not {*DECIDING.get(self.model, ())}.isdisjoint({*fields} - {*fixed})
        return [*fields, REASON] if asks and self.has_change_permission(request, obj) else fields

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Django's; a new thing that has a date is dated, and what decides what may be printed changes on record."""
        if not change and hasattr(obj, "created_at"):
            obj.created_at = LIVE.now()
        if self.model in DECIDING:
            save_on_record(obj, by=person_of(request), reason=form.cleaned_data.get(REASON, ""))
        else:
            super().save_model(request, obj, form, change)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        """Django's; what the change did to facts in force is said beside it."""
        self.tell_trouble(request)
        return super().response_change(request, obj)

    def tell_trouble(self, request: HttpRequest) -> None:
        """Weigh the facts that a change may have touched, and say how many are in trouble.

        What names a source that the change protected is kept, and told to its readers alone, on the front page.
        """
        look_through()
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

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """All that a row holds but `exclude`, in its order; then what is made of it (`readonly_fields`)."""
        held = [one for one in self.opts.fields if not one.auto_created and one.name not in (self.exclude or ())]
        shown = [clock_of(one.name) if isinstance(one, DateTimeField) else one.name for one in held]
        return [*shown, *self.readonly_fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds a row by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes a row."""
        return False
