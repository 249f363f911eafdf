"""Received text → article → evidence: where a text keeps its headline, date and body, and how it becomes rows.

The text itself is never touched. What an extractor or a page template put around the article is marked by
two offsets (`body_start`, `body_end`, in Unicode code points), so every quotation keeps its place in the text
as received.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from stories.reading.times import read_time

# A header is short: past this many lines that carry text, a line that looks like one is the article's own.
HEADER_LINES = 12
HEADER_LINE_LENGTH = 100
HEADLINE_LENGTH = 300

# "Publication date: 21.11.2025 12:21", and the misspelling that one agency's pages carry in every article.
DATE_LABEL = re.compile(r"publi\w*tion\s+dat[ae]\s*:\s*(?P<date>.*)", re.IGNORECASE)
# Some extractors glue the date to the first sentence: " date 2025-11-21 The United States …".
DATE_PREFIX = re.compile(
    r"[\s\ufeff\u200b]*date\s+(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}[0-9:Z+-]*)?)\s+"
)
TAIL_MARKS = {"ALSO IN CATEGORY", "READ ALSO"}
SENTENCE_ENDS = (".", "!", "?", "…", ":", ";", ",", '"', "”", "»", "'", "’", ")")
INVISIBLE = "\ufeff\u200b"


class UnreadableSeed(Exception):
    """A seed file that cannot be read; the message is one line and names the file."""


@dataclass(frozen=True)
class ParsedArticle:
    """What a received text says about itself. `None` and `""` mean that it does not say.

    `published` keeps the precision given ("2025-11-21T12:21", "2025-11-21" or ""). `body_start` and
    `body_end` are code-point offsets into the text as received, the end exclusive.
    """

    headline: str | None
    published: str
    body_start: int
    body_end: int


class _Line(NamedTuple):
    """A line that carries text: its trimmed words and where they stand in the text."""

    start: int
    end: int
    words: str


def read_seed(path: str | Path) -> str:
    """Return the text of the file at `path` exactly as stored, line ends and blank tails included.

    Raises `UnreadableSeed`, in one line that names the file, when it is missing, unreadable or not UTF-8.
    """
    try:
        return Path(path).read_bytes().decode("utf-8")
    except FileNotFoundError:
        reason = "there is no such file"
    except UnicodeDecodeError as error:
        reason = f"it is not UTF-8 (byte {error.start}); save it as UTF-8"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise UnreadableSeed(f"cannot read the seed {path}: {reason}")


def read_article(raw: str) -> ParsedArticle:
    """Return what `raw`, a text as received, says about itself and where its body begins and ends.

    A text without any known mark is all body, less the white space at its ends.
    """
    prefix = DATE_PREFIX.match(raw)
    prefix_date = read_time(prefix["date"]) if prefix else ""
    if prefix and prefix_date:
        return _describe(raw, published=prefix_date, body_from=prefix.end())
    header = _header_lines(raw)
    label_at = _find_label(header)
    repeated_at = _find_repeated_headline(raw, header)
    if label_at is None and repeated_at is None:
        return _describe(raw)
    last = max(place for place in (label_at, repeated_at) if place is not None)
    return _describe(
        raw,
        headline=header[0].words if label_at != 0 else None,
        published="" if label_at is None else _labelled_date(header[label_at]),
        body_from=header[last].end,
    )


def _describe(raw: str, *, headline: str | None = None, published: str = "", body_from: int = 0) -> ParsedArticle:
    """Return the description of `raw` whose body lies between `body_from` and the tail marks."""
    lines = _lines(raw, body_from)
    body = lines[: _tail_place(lines)]
    return ParsedArticle(
        headline=headline,
        published=published,
        body_start=body[0].start if body else body_from,
        body_end=body[-1].end if body else body_from,
    )


def _lines(raw: str, start: int = 0, most: int | None = None) -> list[_Line]:
    """Return the lines of `raw` from `start` that carry text, at most `most` of them."""
    found: list[_Line] = []
    for match in re.finditer(r"[^\r\n]+", raw[start:]):
        words = match[0].strip().strip(INVISIBLE).strip()
        if words:
            begins = start + match.start() + match[0].index(words)
            found.append(_Line(begins, begins + len(words), words))
            if len(found) == most:
                break
    return found


def _header_lines(raw: str) -> list[_Line]:
    """Return the lines at the head of `raw` that can belong to a header: short, and no sentences.

    A headline may end like a sentence, so the first line and a repetition of it are let through.
    """
    found: list[_Line] = []
    for line in _lines(raw, most=HEADER_LINES):
        if not found and len(line.words) > HEADLINE_LENGTH:
            break
        known = not found or line.words == found[0].words or DATE_LABEL.fullmatch(line.words)
        if not known and (len(line.words) > HEADER_LINE_LENGTH or line.words.endswith(SENTENCE_ENDS)):
            break
        found.append(line)
    return found


def _find_label(header: list[_Line]) -> int | None:
    """Return the place of the line that labels the publication date, if there is one."""
    return next((place for place, line in enumerate(header) if DATE_LABEL.fullmatch(line.words)), None)


def _labelled_date(line: _Line) -> str:
    match = DATE_LABEL.fullmatch(line.words)
    return read_time(match["date"]) if match else ""


def _find_repeated_headline(raw: str, header: list[_Line]) -> int | None:
    """Return the place at which the first line is said again, as page templates do, if it is.

    Two equal lines with nothing after them are a text, not a header.
    """
    repeats = (place for place, line in enumerate(header) if place and line.words == header[0].words)
    place = next(repeats, None)
    return place if place is not None and raw[header[place].end :].strip() else None


def _tail_place(lines: list[_Line]) -> int:
    """Return how many of `lines` stand before the tail of links that some pages end with.

    A tail begins with one of `TAIL_MARKS` and holds no sentence; a mark in the middle of an article, with
    paragraphs after it, is left alone.
    """
    place = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].words.upper() in TAIL_MARKS:
            place = at
        elif lines[at].words.endswith(SENTENCE_ENDS):
            break
    return place
