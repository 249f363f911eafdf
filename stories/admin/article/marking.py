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
    """Split `text` at the borders of `spans` (start, end; code points); joined again they are the text.

    Spans may overlap; one that does not lie within the text is cut to it.
    """
    size = len(text)
    clipped = [(max(0, min(start, size)), max(0, min(end, size))) for start, end in spans]
    borders = sorted({0, size, *(border for span in clipped for border in span)})
    return [
        Piece(
            text[start:end],
            tuple(i for i, span in enumerate(clipped) if span[0] <= start and end <= span[1] and span[0] < span[1]),
            start,
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


def find_quote(text: str, quote: str) -> list[int]:
    """Where `quote` stands in `text`: the offsets of every occurrence, in code points.

    White space counts as equal, however the browser broke the lines; the words must be the very same.
    """
    words = quote.split()
    if not words:
        return []
    found: list[int] = []
    flat: list[str] = []
    origins: list[int] = []
    for at, character in enumerate(text):
        if character.isspace():
            if flat and flat[-1] == " ":
                continue
            character = " "
        flat.append(character)
        origins.append(at)
    joined, wanted = "".join(flat), " ".join(words)
    place = joined.find(wanted)
    while place != -1:
        found.append(origins[place])
        place = joined.find(wanted, place + 1)
    return found


def quote_end(text: str, start: int, quote: str) -> int:
    """Where the words of `quote`, which begin at `start` in `text`, end (exclusive)."""
    wanted, at, left = "".join(quote.split()), start, len("".join(quote.split()))
    while left and at < len(text):
        if not text[at].isspace():
            left -= 1
        at += 1
    if "".join(text[start:at].split()) != wanted:
        raise ValueError("the quotation does not begin there")
    return at
