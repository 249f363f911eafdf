"""Pages by keyset: a page begins beyond the last row of the one before, at the position that one was read at."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from rest_framework.response import Response

from stories.api.http.cursors import Cursor, read_cursor, write_cursor
from stories.api.http.parameters import USUAL_PAGE, Query
from stories.api.http.problems import BadParameter
from stories.api.log import LogRow, Span


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page and the paths of those beside it."""

    rows: list[LogRow]
    next: str | None = None
    previous: str | None = None


def pin_position(query: Query) -> None:
    """Let `query` be read where its cursor, if it has one, says."""
    if "cursor" in query.texts:
        query.cursor = cursor = read_cursor(query.texts["cursor"], scope=write_scope(query))
        if cursor.position > query.head:
            told = f"This cursor was read at position {cursor.position}; the log ends here earlier."
            raise BadParameter("cursor", told)
        query.position = cursor.position


def write_scope(query: Query) -> str:
    """What a cursor is good for: this path with these filters."""
    filters = sorted((name, text) for name, text in query.texts.items() if name not in ("cursor", "page_size"))
    return f"{query.path}?{urlencode(filters)}"


def read_page(query: Query, fetch: Callable[..., list[LogRow]], *, begin: int | str | None = None) -> Page:
    """The page that `query` asks for, its rows read by `fetch(span=…)`; a row's first value is its key in the list.

    The list goes upwards from `begin`, a key before all others; downwards when there is none.
    """
    size, cursor = query.values.get("page_size", USUAL_PAGE), query.cursor
    back = cursor is not None and cursor.back
    key = cursor.key if cursor else begin
    upwards = back if begin is None else not back
    rows = fetch(span=Span(size + 1, after=key) if upwards else Span(size + 1, before=key))
    more = len(rows) > size
    rows = rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page(rows)

    scope = write_scope(query)
    others = "".join([f"{urlencode({name: text})}&" for name, text in query.texts.items() if name != "cursor"])

    def link(row: LogRow, *, back: bool) -> str:
        place = write_cursor(Cursor(query.position, row[0], back), scope=scope)  # letters that need no quoting
        return f"{query.path}?{others}cursor={place}"

    return Page(
        rows,
        next=link(rows[-1], back=False) if more or back else None,
        previous=link(rows[0], back=True) if (more if back else cursor) else None,
    )


def list_page(query: Query, page: Page, results: Iterable[str]) -> Response:
    """The answer of `page`, its rows written as the JSON texts `results`."""
    beside = f'"next":{json.dumps(page.next)},"previous":{json.dumps(page.previous)}'
    return link_pages(f'{{"position":{query.position},{beside},"results":[{",".join(results)}]}}', page)


def link_pages(body: str, page: Page) -> Response:
    """The answer `body` with the links to the pages beside `page`."""
    links = [f'<{path}>; rel="{rel}"' for rel, path in (("next", page.next), ("prev", page.previous)) if path]
    return Response(body, headers={"Link": ", ".join(links)} if links else None)
