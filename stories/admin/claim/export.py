"""The queue as CSV: every claim of the list one looks at, as it stands now."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse

from stories.admin.base import Page
from stories.admin.claim.changelist import InQueue, QueueList, read_queue, with_state
from stories.api.exports import CELLS, defuse
from stories.chain import format_time
from stories.models import Claim
from stories.models.withheld import Withheld, now_withheld, withholding

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


class ExportPage(Page):
    """The list as CSV; it takes the parameters of the list."""

    name, route = "csv", "csv/"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Stream the whole list, newest first, without its pages and however long."""
        try:
            parts = cast(QueueList, self.model_admin.get_changelist_instance(request)).find_items(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:stories_claim_changelist"))
        # Keys first: an open cursor would keep writers waiting on SQLite.
        keys = sorted({key for part in parts for key in part.values_list("claim", flat=True)}, reverse=True)
        response = StreamingHttpResponse(_lines(keys, now_withheld()), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="claims.csv"'
        return response


def _lines(keys: list[int], withheld: Withheld) -> Iterator[str]:
    yield _write_line(COLUMNS)
    for place in range(0, len(keys), BATCH):
        batch = keys[place : place + BATCH]
        rows = {row.pk: row for row in with_state(Claim.objects.filter(pk__in=batch).select_related("says"))}
        standings = read_queue(rows.values())
        with withholding(lambda: withheld):  # the page is left when the stream begins
            lines = [_write_line(_cells(rows[key], standings[key])) for key in batch if key in rows]
        yield from lines


def _write_line(cells: Iterable[object]) -> str:
    return f'"{CELLS.join(defuse(str(cell)) for cell in cells)}"\r\n'


def _cells(claim: Any, standing: InQueue) -> list[object]:
    newest = claim.queue_item.newest
    return [
        claim.pk,
        claim,
        claim.kind,
        claim.queue_item.state,
        "yes" if claim.queue_item.in_force else "no",
        standing.sources,
        "; ".join(standing.rests_on),
        standing.open_discrepancies,
        standing.open_contradictions,
        format_time(newest.at if newest else claim.created_at),
        claim.uuid,
    ]
