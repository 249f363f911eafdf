"""Quotations: where a text puts words in quotation marks.

Marks may be straight or curly, English, German or French, HTML entities, nested, or never closed. Pure text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stories.reading.wording import IGNORABLE, mask_markup

MAX_QUOTATION = 2_000
"""Characters. A quotation that runs on longer is cut there: its closing mark was lost."""

_DOUBLE = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02'
_SINGLE = "'\u2018\u2019\u201a\u2039\u203a"
_CLOSERS = {
    "\u201c": '\u201d"',
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
}
_PARAGRAPH = r"\n[^\S\n]*(?:\n|\Z)"
_DOUBLE_MARK = re.compile(rf"[{_DOUBLE}]|``|''|{_PARAGRAPH}")
_SINGLE_MARK = re.compile(rf"(?<!\w)[{_SINGLE}]|[{_SINGLE}](?!\w)|{_PARAGRAPH}")
_SENTENCE_END = re.compile(r"[.!?\u2026][^\s\w]?(?=\s)|\n")
_OPENING_NEIGHBOURS = "([{\u2014\u2013-/\u00bf\u00a1" + _DOUBLE + _SINGLE


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
    found = [*_find_pairs(text, _DOUBLE_MARK), *_find_pairs(text, _SINGLE_MARK)]
    trimmed = {_trim(text, start, end) for start, end in found}
    return [Quotation(start, end) for start, end in sorted(trimmed) if any(map(str.isalnum, text[start:end]))]


def _find_pairs(text: str, marks: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Give the inner span of every quotation that `marks` (double or single ones) enclose."""
    opened: int | None = None
    opener = ""
    for match in marks.finditer(text):
        mark, at = _as_mark(match[0]), match.start()
        if opened is not None and at - opened > MAX_QUOTATION:
            yield from _unclosed(text, opened, opened + MAX_QUOTATION, opener)
            opened = None
        if mark == "\n":  # a blank line: the next paragraph starts afresh
            if opened is not None:
                yield from _unclosed(text, opened, at, opener)
            opened = None
        else:
            opens, closes = _shape(text, match.start(), match.end(), mark)
            if opened is None:
                if opens and not (mark in "'\u2019" and not _opens_a_single(text, match.end())):
                    opened, opener = match.end(), mark
            elif (
                mark in _CLOSERS[opener] and (closes or opener in "\u00ab\u2039") and not _is_possessive(text, at, mark)
            ):
                yield opened, at
                opened = None
            elif opens and not closes:  # the one before was never closed
                yield from _unclosed(text, opened, at, opener)
                opened, opener = match.end(), mark
    if opened is not None:
        yield from _unclosed(text, opened, min(len(text), opened + MAX_QUOTATION), opener)


def _as_mark(found: str) -> str:
    return {"``": "\u201c", "''": '"'}.get(found, found[0])


def _shape(text: str, start: int, end: int, mark: str) -> tuple[bool, bool]:
    """Say whether a mark, by its neighbours, may open and may close a quotation."""
    before, after = _neighbour(text, start - 1, -1), _neighbour(text, end, 1)
    leading = before == "" or before.isspace() or before in _OPENING_NEIGHBOURS
    if mark in "\u00ab\u2039":  # French prints a space inside; some Germans print them the other way round
        return leading and after != "", not leading
    if mark in "\u201c\u201e\u201f\u201a\u2018":
        # A German closing mark is an English opening one.
        return (not after.isspace() and after != ""), (mark in "\u201c\u2018" and not leading)
    opens = after != "" and not after.isspace() and (leading or before in ":,;=>")
    if mark in "\u201d\u2019":
        return opens and leading, True
    if mark in "\u00bb\u203a":
        return opens and leading, not (opens and leading)
    if mark in _SINGLE:
        return opens and leading, not leading and not (after.isalnum() and before.isalnum())
    if opens and before in ":,;=>" and before != "":
        return True, True  # said:"we will | "we will,"said
    return opens, not leading or after == "" or not after.isalnum()


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
    """Say whether a single mark may open a quotation here: not before a number ('90s) or a clipped word ('em)."""
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


def _unclosed(text: str, start: int, limit: int, opener: str) -> Iterator[tuple[int, int]]:
    """Give what an unclosed mark may be taken to quote; nothing for a single one, which was an apostrophe."""
    if opener in _SINGLE:
        return
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
