"""The queue as CSV: every claim of the list one looks at, as it stands now."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, cast

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from stories.admin.base import DeskAdmin
from stories.admin.claim import queue
from stories.admin.claim.queue_list import QueueList
from stories.api.exports import CELLS, defuse
from stories.chain import format_time
from stories.models import Claim

BATCH = 500
COLUMNS = (
    "claim",
    "statement",
    "kind",
    "state",
    "fact in force",
    "independent sources",
    "rests on",
    "open discrepancies",
    "open contradictions",
    "since",
    "fact id",
)


def urls(model_admin: DeskAdmin) -> list[URLPattern]:
    """The address of the list as CSV; it takes the parameters of the list."""

    def view(request: HttpRequest) -> HttpResponseBase:
        return export_claims(model_admin, request)

    return [path("csv/", model_admin.admin_site.admin_view(require_safe(view)), name="stories_claim_csv")]


def export_claims(model_admin: DeskAdmin, request: HttpRequest) -> HttpResponseBase:
    """Stream the whole list, newest first, without its pages and however long."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    try:
        parts = cast(QueueList, model_admin.get_changelist_instance(request)).find_items(request)
    except IncorrectLookupParameters:
        return HttpResponseRedirect(reverse("admin:stories_claim_changelist"))
    # Keys first: an open cursor would keep writers waiting on SQLite.
    keys = sorted({key for part in parts for key in part.values_list("claim", flat=True)}, reverse=True)
    response = StreamingHttpResponse(_lines(keys), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="claims.csv"'
    return response


def _lines(keys: list[int]) -> Iterator[str]:
    yield _write_line(COLUMNS)
    left = iter(keys)
    while batch := list(islice(left, BATCH)):
        rows = {row.pk: row for row in queue.with_state(Claim.objects.filter(pk__in=batch).select_related("says"))}
        standings = queue.read_queue(rows.values())
        for key in batch:
            if key in rows:
                yield _write_line(_cells(rows[key], standings[key]))


def _write_line(cells: Iterable[object]) -> str:
    return f'"{CELLS.join(defuse(str(cell)) for cell in cells)}"\r\n'


def _cells(claim: Any, standing: queue.InQueue) -> list[object]:
    return [
        claim.pk,
        claim.statement,
        claim.kind,
        claim.state,
        "yes" if claim.is_in_force else "no",
        standing.sources,
        "; ".join(standing.rests_on),
        standing.open_discrepancies,
        standing.open_contradictions,
        format_time(claim.newest_at or claim.created_at),
        claim.uuid,
    ]
