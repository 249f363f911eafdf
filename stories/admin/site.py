"""The admin's own site: its front page says what needs whom."""

from typing import Any

from django.contrib import admin
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
        """Django's, with the blocks of work, the person's role, and whether they have decided nothing yet."""
        person = person_of(request)
        desk: dict[str, Any] = {}
        if person.has_perm("stories.view_claim"):
            is_newcomer = not Decision.objects.filter(actor=person).exists()
            desk = {"blocks": list_blocks(person), "role": role_of(person), "is_newcomer": is_newcomer}
        return super().index(request, {**(extra_context or {}), "desk": desk})
