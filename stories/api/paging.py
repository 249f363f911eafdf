"""Pages by keyset: a page begins beyond the last row of the one before, at the position that one was read at."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from stories.api.cursors import Cursor, read_cursor, write_cursor
from stories.api.documents import write_list
from stories.api.endpoint import Ask, Document
from stories.api.log import Row, Span
from stories.api.parameters import USUAL_PAGE
from stories.api.problems import BadParameter


class Fetch(Protocol):
    """Reads the rows of a stretch of a list."""

    def __call__(self, *, span: Span) -> list[Row]: ...


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page and the paths of those beside it."""

    rows: list[Row]
    next: str | None
    previous: str | None


def pin_position(ask: Ask) -> Cursor | None:
    """The cursor of `ask`, if it has one; `ask` is then read at the position it pins."""
    text = ask.query.texts.get("cursor")
    if text is None:
        return None
    cursor = read_cursor(text, scope=write_scope(ask))
    if cursor.position > ask.head:
        raise BadParameter("cursor", f"This cursor was read at position {cursor.position}; the log ends here earlier.")
    ask.position = cursor.position
    return cursor


def write_scope(ask: Ask) -> str:
    """What a cursor is good for: this path with these filters."""
    filters = sorted((name, text) for name, text in ask.query.texts.items() if name not in ("cursor", "page_size"))
    return f"{ask.request.path}?{urlencode(filters)}"


def read_page(
    ask: Ask,
    cursor: Cursor | None,
    fetch: Fetch,
    *,
    begin: int | str | None = None,
    read_key: Callable[[str], Any] = int,
) -> Page:
    """The page that `ask` asks for, its rows read by `fetch`; a row's first value is its key in the list.

    The list goes upwards from `begin`, a key before all others; downwards when there is none.
    """
    size = ask.query.values.get("page_size", USUAL_PAGE)
    back = cursor is not None and cursor.back
    key = read_key(cursor.key) if cursor else begin
    upwards = back if begin is None else not back
    rows = fetch(span=Span(size + 1, after=key) if upwards else Span(size + 1, before=key))
    more = len(rows) > size
    rows = rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page(rows, None, None)

    scope = write_scope(ask)
    others = "".join([f"{urlencode({name: text})}&" for name, text in ask.query.texts.items() if name != "cursor"])

    def link(row: Row, *, back: bool) -> str:
        place = write_cursor(Cursor(ask.position, str(row[0]), back), scope=scope)  # letters that need no quoting
        return f"{ask.request.path}?{others}cursor={place}"

    return Page(
        rows,
        next=link(rows[-1], back=False) if more or back else None,
        previous=link(rows[0], back=True) if (more if back else cursor) else None,
    )


def list_page(ask: Ask, page: Page, results: Iterable[str]) -> Document:
    """The document of `page`, its rows written as `results`."""
    body = write_list(position=ask.position, next=page.next, previous=page.previous, results=results)
    return Document(body, page.next, page.previous)
