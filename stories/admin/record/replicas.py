"""What we published, and whether every API database has it yet."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.html import format_html
from django.views.generic import TemplateView

from stories.admin.base import Page, read_time
from stories.replicas.copies import MARK, list_copies, mark_now, wait_for_copies

PATIENCE = 1.0
"""Seconds that a page waits for the API databases; whoever needs longer is watched on a page of its own."""


def announce(page: Page, said: str, *, is_published: bool = True) -> None:
    """Say `said` of a decision; when it published something, also who does not have it yet. Nothing waits for them."""
    until = datetime.now(UTC) + timedelta(seconds=settings.WATCHED_LEASE)
    mark = mark_now() if is_published else ""
    behind = wait_for_copies(mark, within=PATIENCE) if is_published else []
    if not behind:
        page.model_admin.message_user(page.request, said, messages.SUCCESS)
        return
    watch = f"{reverse('admin:stories_publication_replicas')}?{urlencode({'mark': mark, 'until': until.isoformat()})}"
    names = ", ".join(copy.name for copy in behind)
    watched = format_html('{} It is recorded, not yet at {}. <a href="{}">Watch it arrive</a>', said, names, watch)
    page.model_admin.message_user(page.request, watched, messages.WARNING)


class ReplicasPage(Page, TemplateView):
    """Every API database: has it, or from when on it answers 503. 404 for an address that no message of ours gave."""

    name, route = "replicas", "replicas/"
    title = "Is it out?"
    template_name = "admin/stories/publication/replicas.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """How far each of them has come."""
        mark = self.request.GET.get("mark", "")
        until = read_time(self.request.GET.get("until", ""))
        if not MARK.fullmatch(mark) or until is None or until.tzinfo is None:
            raise Http404
        is_over = datetime.now(UTC) > until
        rows: list[dict[str, Any]] = [
            {"copy": copy, "is_silent": not copy.has_it and is_over} for copy in list_copies(mark)
        ]
        return super().get_context_data(
            rows=rows,
            until=until,
            is_settled=all(row["copy"].has_it for row in rows),
            is_acknowledged=all(row["copy"].has_it or row["is_silent"] for row in rows),
            **more,
        )
