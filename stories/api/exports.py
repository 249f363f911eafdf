"""facts/ as CSV and NDJSON: every matching fact, at one position, in constant memory.

Read in stretches by keyset, so that no database cursor stays open: an open one blocks commits on SQLite.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer

from stories.api import log
from stories.api.documents import write_fact
from stories.api.log import LogRow, Span

STRETCH = 1_000
"""Facts read at a time: about 1 MB."""

HEADINGS = (
    *("id", "revision", "story", "story_title", "statement", "kind", "language", "basis", "attributed_to"),
    *("independent_sources", "rests_on", "routes", "citations", "first_published_at", "revised_at", "url"),
)
BEGINS_A_FORMULA = frozenset("=+-@\t\r\n")
CELLS = '","'
"""What stands between two cells."""


def read_stretches(filters: dict[str, Any], *, at: int, head: int) -> Iterator[list[LogRow]]:
    """All facts that `filters` match at position `at`, newest first, a stretch at a time."""
    before = None
    while rows := log.read_facts(filters, at=at, head=head, span=Span(STRETCH, before=before)):
        yield rows
        if len(rows) < STRETCH:
            return
        before = rows[-1][0]


class NDJSON(BaseRenderer):
    """One fact a line, as JSON."""

    media_type = "application/x-ndjson"
    format = "ndjson"
    charset = None  # its media type says that it is UTF-8

    def render(self, data: Iterable[list[LogRow]]) -> Iterator[str]:  # type: ignore[override]
        """The stretches `data` as pieces of text."""
        for rows in data:
            yield "\n".join([*[write_fact(*row) for row in rows], ""])


class CSV(BaseRenderer):
    """One fact a line under a line of headings; every cell quoted (RFC 4180) and none a formula.

    Quoted, a cell stays whole where a spreadsheet takes the semicolon for the comma.
    """

    media_type = "text/csv"
    format = "csv"

    def render(self, data: Iterable[list[LogRow]]) -> Iterator[str]:  # type: ignore[override]
        """The stretches `data` as pieces of text."""
        yield f'"{CELLS.join(HEADINGS)}"\r\n'
        for rows in data:
            yield "".join([write_line(orjson.loads(write_fact(*row))) for row in rows])


def write_line(fact: dict[str, Any]) -> str:
    """`fact` as a line; None becomes an empty cell."""
    story = fact["story"] or {"slug": "", "title": ""}
    # What the API itself makes (ids, kinds, times, paths) holds no quotation mark and cannot begin a formula; whatever
    # somebody typed can.
    cells = (
        fact["id"],
        str(fact["revision"]),
        defuse(story["slug"]),
        defuse(story["title"]),
        defuse(fact["statement"] or ""),
        fact["kind"] or "",
        defuse(fact["language"] or ""),
        fact["basis"] or "",
        defuse(name_sources(fact["attributed_to"])),
        "" if fact["independent_sources"] is None else str(fact["independent_sources"]),
        defuse(name_sources(fact["rests_on"])),
        defuse(" | ".join([" → ".join([source["name"] for source in route]) for route in fact["routes"] or ()])),
        defuse(" | ".join([citation["url"] or citation["outlet"] or "" for citation in fact["citations"] or ()])),
        fact["first_published_at"] or "",
        fact["revised_at"] or "",
        fact["url"] or "",
    )
    return f'"{CELLS.join(cells)}"\r\n'


def name_sources(sources: list[dict[str, Any]] | None) -> str:
    """The names of `sources` in one cell."""
    return " | ".join([source["name"] for source in sources]) if sources else ""


def defuse(cell: str) -> str:
    """What somebody typed, as a cell: no spreadsheet takes it for a formula, and its quotation marks are doubled."""
    if cell[:1] in BEGINS_A_FORMULA:
        cell = f"'{cell}"
    return cell.replace('"', '""')
