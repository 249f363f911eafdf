"""The admin's own site: its front page says what needs whom."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.template.response import TemplateResponse

from stories.admin.base import person_of
from stories.admin.front import list_blocks
from stories.models import Decision
from stories.roles import role_of


class DeskSite(admin.AdminSite):
    """Django's site under the desk's name; on its front page stands the work for the person who looks."""

    site_header = site_title = "Fact desk"
    index_title = "What needs whom"

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
