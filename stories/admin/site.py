"""The admin's own site: its front page says what needs whom; no form on it undoes what somebody else did."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse

from stories.admin.base import person_of
from stories.admin.front import list_blocks
from stories.admin.stale import StatedAdmin
from stories.models import Decision
from stories.roles import role_of


class DeskSite(admin.AdminSite):
    """Django's site under the desk's name; on its front page stands the work for the person who looks."""

    site_header = site_title = "Fact desk"
    index_title = "What needs whom"

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Django's; whatever is registered, its forms state which row they were made from (rule: stale-forms)."""
        made = admin_class or admin.ModelAdmin
        if not issubclass(made, StatedAdmin):
            made = type(made.__name__, (StatedAdmin, made), {"__module__": made.__module__, "__doc__": made.__doc__})
        super().register(model_or_iterable, made, **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Django's, with the desk's work."""
        return super().index(request, {**(extra_context or {}), "desk": describe_desk(person_of(request))})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Django's; the one of the desk is the front page again."""
        desk = describe_desk(person_of(request)) if app_label == "stories" else {}
        return super().app_index(request, app_label, {**(extra_context or {}), "desk": desk})


def describe_desk(person: User) -> dict[str, Any]:
    """The blocks of work for `person`, their role, and whether they have decided nothing yet; empty for outsiders."""
    if not person.has_perm("stories.view_claim"):
        return {}
    is_newcomer = not Decision.objects.filter(actor=person).exists()
    return {"blocks": list_blocks(person), "role": role_of(person), "is_newcomer": is_newcomer}
