"""Quotations: where a text puts words in quotation marks.

Marks may be straight or curly, English, German or French, HTML entities, nested, or never closed. Pure text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stories.reading.wording import IGNORABLE, mask_markup

MAX_QUOTATION = 2_000
"""Characters. A quotation that runs on longer is cut there: its closing mark was lost."""

MAX_DEPTH = 4
"""Double marks within double marks that are told apart."""

_DOUBLE = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02'
_SINGLE = "'\u2018\u2019\u201a\u2039\u203a"
_MARKS = _DOUBLE + _SINGLE
_CLOSERS = {
    "\u201c": '\u201d"\u201c',  # Italian keyboards print the opening one twice
    "\u201d": "\u201d",  # Swedish and Finnish print the same mark at both ends
    "\u201e": '\u201c\u201d"\u201f',
    "\u201f": '\u201d"',
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab\u00bb",
    '"': '"\u201d',
    "\u2033": '\u2033"',
    "\uff02": "\uff02",
    "\u2018": "\u2019'",
    "\u201a": "\u2018\u2019",
    "\u2039": "\u203a",
    "\u203a": "\u2039\u203a",
    "'": "'\u2019",
    "\u2019": "\u2019",
}
_LOOSE_OPENERS = '"\u201c\u201e\u201f\u2033\uff02\u2018\u201a'
"""What opens a quotation that extraction left with white space inside its marks."""
_PARAGRAPH = r"\n[^\S\n]*(?:\n|\Z)"
_DOUBLE_MARK = re.compile(rf"[{_DOUBLE}]|``|''|(?<!\w),,(?=\w)|{_PARAGRAPH}")
_SINGLE_MARK = re.compile(rf"(?<!\w)[{_SINGLE}]|[{_SINGLE}](?!\w)|{_PARAGRAPH}")
_SENTENCE_END = re.compile(r"[.!?\u2026][^\s\w]?(?=\s)|\n")
_BEFORE_SPACE = re.compile(r"[.,;:!?)\]](?!\S)")
_OPENING_NEIGHBOURS = "([{\u2014\u2013-/\u00bf\u00a1" + _MARKS


@dataclass(frozen=True, slots=True, order=True)
class Quotation:
    """The words between two quotation marks: start and end in the text, code points, marks not included."""

    start: int
    end: int


def find_quotations(text: str) -> list[Quotation]:
    """Find what `text` puts in quotation marks, by place; a nested quotation is given beside the outer one.

    A mark that never closes quotes no further than its paragraph and no further than `MAX_QUOTATION`. Apostrophes
    are no quotation marks. The time is linear in the length of the text.
    """
    text = mask_markup(text)
    found = [*_find_pairs(text, _DOUBLE_MARK, depth=MAX_DEPTH), *_find_pairs(text, _SINGLE_MARK, depth=1)]
    trimmed = {_trim(text, start, end) for start, end in found}
    return [Quotation(start, end) for start, end in sorted(trimmed) if any(map(str.isalnum, text[start:end]))]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A quotation mark in its place, and what its neighbours let it do; `loose` with white space on both sides."""

    start: int
    end: int
    kind: str
    opens: bool
    closes: bool
    loose: bool


@dataclass(slots=True)
class _Open:
    """A quotation that waits for its closing mark; where a nested one begins and ends, if one does."""

    start: int
    opener: str
    loose: bool
    nested_from: int | None = None
    nested_to: int | None = None


def _find_pairs(text: str, marks: re.Pattern[str], *, depth: int) -> Iterator[tuple[int, int]]:
    """Give the inner span of every quotation that `marks` (double or single ones) enclose, up to `depth` nested."""
    found = [_read_mark(text, match) for match in marks.finditer(text)]
    opened: list[_Open] = []
    for place, mark in enumerate(found):
        while opened and mark.start - opened[0].start > MAX_QUOTATION:
            yield from _unclosed(text, opened[0], opened[0].start + MAX_QUOTATION)
            del opened[0]
        if mark.kind == "\n":  # a blank line: the next paragraph starts afresh
            for one in opened:
                yield from _unclosed(text, one, mark.start)
            opened.clear()
        elif (at := _find_closed(text, opened, mark, found[place + 1 : place + 2])) is not None:
            for one in opened[at + 1 :]:
                yield from _unclosed(text, one, mark.start)
            yield opened[at].start, mark.start
            del opened[at:]
            if opened:
                opened[-1].nested_to = opened[-1].nested_to or mark.start
        elif _may_open(text, mark, opened):
            for one in opened:
                one.nested_from = one.nested_from or mark.start
            if len(opened) == depth:  # the one before was never closed
                yield from _unclosed(text, opened.pop(0), mark.start)
            opened.append(_Open(mark.end, mark.kind, mark.loose))
    for one in opened:
        yield from _unclosed(text, one, min(len(text), one.start + MAX_QUOTATION))


def _find_closed(text: str, opened: list[_Open], mark: _Mark, following: list[_Mark]) -> int | None:
    """Give the place of the innermost open quotation that `mark` closes, if it closes one."""
    for at in range(len(opened) - 1, -1, -1):
        opener, loose = opened[at].opener, text[opened[at].start].isspace()
        if mark.kind not in _CLOSERS[opener] or not (mark.closes or (loose and _is_apart(text, mark))):
            continue
        if opener == "\u2019" and _SENTENCE_END.search(text, opened[at].start, mark.start):
            return None
        inch = text[mark.start - 1].isdigit() and any(
            one.closes and not one.opens and one.kind in _CLOSERS[opener] for one in following
        )
        return None if inch or _is_possessive(text, mark.start, mark.kind) else at
    return None


def _may_open(text: str, mark: _Mark, opened: list[_Open]) -> bool:
    if mark.loose and mark.kind in _LOOSE_OPENERS:
        return not (opened and opened[-1].loose)
    if opened and (mark.closes or mark.kind == "\u2019"):
        return False
    return mark.opens and not (mark.kind in "'\u2019" and not _opens_a_single(text, mark.end))


def _is_apart(text: str, mark: _Mark) -> bool:
    """Say whether white space stands before a mark, as French and some extractors print a closing one."""
    return text[mark.start - 1].isspace()


def _read_mark(text: str, match: re.Match[str]) -> _Mark:
    kind = _as_mark(match[0])
    if kind == "\n":
        return _Mark(*match.span(), kind, opens=False, closes=False, loose=False)
    opens, closes = _shape(text, *match.span(), kind)
    before, after = _neighbour(text, match.start() - 1, -1), _neighbour(text, match.end(), 1)
    loose = (before.isspace() or before == "") and after.isspace() and after != "\n"
    return _Mark(*match.span(), kind, opens, closes, loose)


def _as_mark(found: str) -> str:
    return {"``": "\u201c", "''": '"', ",,": "\u201e"}.get(found, found[0])


def _shape(text: str, start: int, end: int, mark: str) -> tuple[bool, bool]:
    """Say whether a mark, by its neighbours, may open and may close a quotation."""
    before, after = _beyond_marks(text, start - 1, -1), _beyond_marks(text, end, 1)
    leading = before == "" or before.isspace() or before in _OPENING_NEIGHBOURS
    if mark in "\u00ab\u2039":  # French prints a space inside; some Germans print them the other way round
        return leading and after != "", not leading
    if mark in "\u201c\u201e\u201f\u201a\u2018":
        # A German closing mark is an English opening one.
        return (not after.isspace() and after != ""), (mark in "\u201c\u2018" and not leading)
    opens = (
        not _BEFORE_SPACE.match(text, end) and after != "" and not after.isspace() and (leading or before in ":,;=>")
    )
    if mark in "\u201d\u2019\u00bb\u203a":
        return opens and leading, not (opens and leading)
    if mark in _SINGLE:
        return opens and leading, not leading and not (after.isalnum() and before.isalnum())
    if opens and before in ":,;=>" and before != "":
        return True, True  # said:"we will | "we will,"said
    return opens, not leading or after == "" or not after.isalnum()


def _beyond_marks(text: str, at: int, step: int) -> str:
    """Give the nearest character that prints and is no quotation mark, where several stand together."""
    for _ in range(2 * MAX_DEPTH):
        if not (0 <= at < len(text) and text[at] in _MARKS):
            break
        at += step
    return _neighbour(text, at, step)


def _neighbour(text: str, at: int, step: int) -> str:
    """Give the nearest character that prints; at most a tag's length away."""
    for _ in range(100):
        if not 0 <= at < len(text):
            return ""
        if text[at] not in IGNORABLE:
            return text[at]
        at += step
    return " "


def _opens_a_single(text: str, end: int) -> bool:
    """Say whether a single mark may open a quotation here: not before a year (\u201916) or a clipped word ('em)."""
    if text[end - 1] == "\u2019" and text[end : end + 1].isdigit():
        return False
    following = text[end : end + 5].lower()
    return not re.match(r"\d0s|(?:em|tis|twas|til|cause|n)\b", following)


def _is_possessive(text: str, at: int, mark: str) -> bool:
    """Say whether a single mark after an s is an apostrophe: "the allies' plan is ready,' he said"."""
    if mark not in "'\u2019":
        return False
    if _neighbour(text, at + 1, 1).isalnum():
        return _neighbour(text, at - 1, -1).isalnum()
    following = text[at + 1 : at + 3]
    if text[at - 1 : at] not in ("s", "S") or not (
        len(following) == 2 and following[0] == " " and following[1].islower()
    ):
        return False
    later = re.compile("(?<=[\\w,.!?])['\u2019](?![\\w])|\n\n").search(text, at + 1, at + MAX_QUOTATION)
    return (
        later is not None and later[0] in "'\u2019" and not re.search("\\s['\u2018]\\w", text[at + 1 : later.start()])
    )


def _unclosed(text: str, opened: _Open, limit: int) -> Iterator[tuple[int, int]]:
    """Give what an unclosed mark may be taken to quote; nothing for a single one, which was an apostrophe."""
    if opened.opener in _SINGLE or opened.loose:
        return
    start = opened.start
    if opened.nested_from is not None and opened.nested_from <= limit:
        if opened.opener == "\u00ab" and opened.nested_to and not _SENTENCE_END.search(text, start, opened.nested_from):
            yield start, opened.nested_to  # Russian closes the inner and the outer with one mark
            return
        limit = opened.nested_from
    end = limit
    if limit < len(text) and text[limit] != "\n":
        ends = [match.end() for match in _SENTENCE_END.finditer(text, start, limit)]
        if not ends:
            return
        end = ends[-1]
    yield start, end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in IGNORABLE):
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
