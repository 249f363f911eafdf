"""What we published, and whether every API database has it yet."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html

from stories.admin.base import DeskAdmin
from stories.replicas.copies import MARK, list_copies, mark_now, wait_for_copies

PATIENCE = 1.0
"""Seconds that a page waits for the API databases; whoever needs longer is watched on a page of its own."""


def urls(model_admin: DeskAdmin) -> list[URLPattern]:
    """The address of the page that goes on watching."""

    def view(request: HttpRequest) -> HttpResponse:
        return show_delivery(model_admin, request)

    return [path("delivery/", model_admin.admin_site.admin_view(view), name="stories_publication_delivery")]


def announce(model_admin: DeskAdmin, request: HttpRequest, said: str) -> None:
    """Say `said` of what was just published, and which API databases do not have it yet. Nothing waits for them."""
    until = datetime.now(UTC) + timedelta(seconds=settings.WATCHED_LEASE)
    mark = mark_now()
    behind = wait_for_copies(mark, within=PATIENCE)
    if not behind:
        model_admin.message_user(request, said, messages.SUCCESS)
        return
    page = f"{reverse('admin:stories_publication_delivery')}?{urlencode({'mark': mark, 'until': until.isoformat()})}"
    names = ", ".join(copy.name for copy in behind)
    watched = format_html('{} It is recorded, not yet at {}. <a href="{}">Watch it arrive</a>', said, names, page)
    model_admin.message_user(request, watched, messages.WARNING)


def show_delivery(model_admin: DeskAdmin, request: HttpRequest) -> HttpResponse:
    """Every API database: has it, or from when on it answers 503. 404 for an address that no message of ours gave."""
    mark = request.GET.get("mark", "")
    try:
        until = parse_datetime(request.GET.get("until", ""))
    except ValueError:
        until = None
    if not MARK.fullmatch(mark) or until is None or until.tzinfo is None:
        raise Http404
    rows: list[dict[str, Any]] = [
        {"copy": copy, "is_silent": not copy.has_it and datetime.now(UTC) > until} for copy in list_copies(mark)
    ]
    context = model_admin.page_context(
        request,
        title="Is it out?",
        rows=rows,
        until=until,
        is_settled=all(row["copy"].has_it for row in rows),
        is_acknowledged=all(row["copy"].has_it or row["is_silent"] for row in rows),
    )
    return TemplateResponse(request, "admin/stories/publication/delivery.html", context)
