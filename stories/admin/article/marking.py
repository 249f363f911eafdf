"""Splits a text into pieces, so that a template can mark passages in it and escape every one of them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from stories.reading.wording import Change, diff_words

CONTEXT = 280
"""How many code points of the surrounding text are shown on either side of a passage."""


class Piece(NamedTuple):
    """A stretch of text and the passages that cover it: indices into what was given, none for plain text."""

    text: str
    covers: tuple[int, ...]
    start: int


class Excerpt(NamedTuple):
    """A passage in its surroundings; `cut_before` and `cut_after` tell whether more text stands there."""

    before: str
    marked: str
    after: str
    cut_before: bool
    cut_after: bool


class Sides(NamedTuple):
    """Two texts beside each other: each in pieces, which are the same, or removed from the first or added by the
    second."""

    first: list[tuple[Change, str]]
    second: list[tuple[Change, str]]


def put_side_by_side(first: str, second: str) -> Sides:
    """How the words of `second` differ from those of `first`, each text on its own side."""
    pieces = diff_words(first, second)
    return Sides([one for one in pieces if one[0] != "added"], [one for one in pieces if one[0] != "removed"])


def split_pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """Split `text` at the borders of `spans` (start, end; code points; they may overlap); joined, it is the text."""
    borders = sorted({0, len(text), *(border for span in spans for border in span)})
    return [
        Piece(
            text[start:end], tuple(i for i, (first, last) in enumerate(spans) if first <= start and end <= last), start
        )
        for start, end in pairwise(borders)
    ]


def excerpt(text: str, start: int, end: int, *, context: int = CONTEXT) -> Excerpt:
    """The passage from `start` to `end` with up to `context` code points on either side, cut between words."""
    first, last = max(0, start - context), min(len(text), end + context)
    if first > 0:
        space = text.find(" ", first - 1, start)
        first = space + 1 if space != -1 else first
    if last < len(text):
        space = text.rfind(" ", end, last + 1)
        last = space if space != -1 else last
    return Excerpt(text[first:start], text[start:end], text[end:last], first > 0, last < len(text))


def find_quote(text: str, quote: str) -> list[tuple[int, int]]:
    """Where `quote` stands in `text`: start and end of every occurrence, in code points; they may overlap.

    White space counts as equal, however the browser broke the lines; the words must be the very same.
    """
    origins = [at for at, one in enumerate(text) if not (one.isspace() and at and text[at - 1].isspace())]
    flat = "".join(" " if text[at].isspace() else text[at] for at in origins)
    wanted, found = " ".join(quote.split()), []
    place = flat.find(wanted) if wanted else -1
    while place != -1:
        found.append((origins[place], origins[place + len(wanted) - 1] + 1))
        place = flat.find(wanted, place + 1)
    return found
