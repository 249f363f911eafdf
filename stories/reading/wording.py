"""Words of a text and how two wordings differ: pure text, no database.

What counts as the same word is said here once, for everything that compares wordings. Curly and straight quotation
marks, dashes, white space, punctuation, letter case, HTML leftovers and invisible characters do not count; a
decimal point, a minus sign, a currency sign and a percent sign do.
"""

import difflib
import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Literal, NamedTuple

from stories.reading.numbers import GROUPED

Change = Literal["same", "removed", "added"]

MAX_DIFF_WORDS = 20_000
"""Texts that still differ in more words than this (after their common ends) are shown as replaced in one piece."""

IGNORABLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Characters that print nothing."""
_AFTER_ENTITY, _AFTER_TAG = "\u2060", "\u200b"
"""What masking fills up with, so that offsets stay true; only the first may end a word (`caf&eacute;`)."""
_COMBINING = "\u0300-\u036f"
_APOSTROPHES = "'\u2019\u02bc\u2018`\u00b4"

_ENTITY = re.compile(r"&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"<!--[^<>]{0,2000}-->|</?([a-zA-Z][a-zA-Z0-9]{0,15})(?:\s[^<>]{0,2000})?/?>")
_BLOCK_TAG_NAMES = (
    "address article aside blockquote br dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li"
    " main nav ol p pre section table td th tr ul"
)
_BLOCK_TAGS = frozenset(_BLOCK_TAG_NAMES.split())

_LETTERS = rf"(?:[{IGNORABLE}]{{0,40}}[\w{_COMBINING}]|{_AFTER_ENTITY})*"
_WORD = re.compile(
    rf"(?:(?<![\w)\]])[-\u2212](?=\d))?(?:(?<!\d){GROUPED}(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"  # with sign and separators
    r"|(?:[A-Za-z]\.){2,}|(?:[A-Za-z]\.)+[A-Za-z](?!\w)"  # U.S., a.m.
    rf"|[^\W\d_]{_LETTERS}(?:[{_APOSTROPHES}][{IGNORABLE}]*[^\W\d_]{_LETTERS})*"
    r"|[$€£¥₽₴₹%&]"
)
_SIGNS = {"%": "percent", "&": "and"}
_IGNORED = dict.fromkeys(map(ord, IGNORABLE))

_FUNCTION_WORDS = (
    "a about after again all also am an and any are as at be been before being but by can cannot could did do does"
    " don't for from had has have he her here hers him his how i i'm if in into is it it's its just may me might more"
    " most must my no not now of off on one only or other our ours out over own say says said shall she should so"
    " some such than that that's the their them then there these they this those through to too under up very was we"
    " were what when where which while who whom why will with would you your yours told added according"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""English words that hold sentences together (and the verbs of saying): sharing them proves nothing."""


class Word(NamedTuple):
    """One word of a text: where it stands (start and end, code points) and what it counts as."""

    start: int
    end: int
    key: str


def mask_markup(text: str) -> str:
    """Give back `text` with HTML entities and tags read, every character still in its old place.

    An entity becomes its character followed by invisible ones; a tag becomes invisible characters, or a line
    break when it starts a new block. The result is as long as the text given.
    """
    if "<" in text:
        text = _TAG.sub(_mask_tag, text)
    if "&" in text:
        text = _ENTITY.sub(_mask_entity, text)
    return text


def _mask_tag(match: re.Match[str]) -> str:
    name = (match[1] or "").lower()
    size = len(match[0])
    if name == "q":
        return '"' + _AFTER_TAG * (size - 1)
    return ("\n" if name in _BLOCK_TAGS else _AFTER_TAG) + _AFTER_TAG * (size - 1)


def _mask_entity(match: re.Match[str]) -> str:
    read = match[0]
    for _ in range(3):  # &amp;quot; was escaped twice
        read = html.unescape(read)
    size = len(match[0])
    return read + _AFTER_ENTITY * (size - len(read)) if len(read) <= size else match[0]


def iter_words(text: str) -> Iterator[Word]:
    """Give the words of `text` (masked already, if it may hold HTML) in order, with their places."""
    for match in _WORD.finditer(text):
        yield Word(match.start(), match.end(), word_key(match[0]))


@lru_cache(maxsize=50_000)
def word_key(word: str) -> str:
    """Say what one word as printed counts as: `U.S.` and `us` are one, `1,000` and `1000`, `It’s` and `it's`."""
    if word in _SIGNS:
        return _SIGNS[word]
    key = unicodedata.normalize("NFKC", word.translate(_IGNORED)).casefold()
    if any(character.isdigit() for character in key):
        key = re.sub(f"[ {_APOSTROPHES}](?=\\d)", "", key)
        return re.sub(r",(?=\d{3}(?!\d))", "", key).replace(",", ".").replace("\u2212", "-")
    return re.sub(f"[{_APOSTROPHES}]", "'", key).replace(".", "")


def word_keys(text: str) -> list[str]:
    """Give what the words of `text` count as, in order."""
    return [word.key for word in iter_words(mask_markup(text))]


def is_content(key: str) -> bool:
    """Say whether a word carries matter (a noun, a verb, a number), not only grammar."""
    return key not in FUNCTION_WORDS and (len(key) > 1 or key.isdigit())


def are_same_words(first: Sequence[str], second: Sequence[str]) -> bool:
    """Say whether two runs of word keys are one wording; `cease-fire` and `ceasefire` are."""
    if list(first) == list(second):
        return True
    return _joined(first) == _joined(second) and _numbers(first) == _numbers(second)


def contains_words(whole: Sequence[str], part: Sequence[str]) -> bool:
    """Say whether the run of word keys `part` stands in `whole` without a break."""
    return f" {' '.join(part)} " in f" {' '.join(whole)} "


def _joined(keys: Sequence[str]) -> str:
    return "".join(keys).replace("'", "")


def _numbers(keys: Sequence[str]) -> list[str]:
    return [key for key in keys if key[-1:].isdigit()]


def diff_keys(first: Sequence[str], second: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Align two runs of word keys and give difflib's opcodes, the same ones (mirrored) for either order."""
    if (len(first), list(first)) <= (len(second), list(second)):
        return list(difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes())
    mirrored = {"delete": "insert", "insert": "delete"}
    matcher = difflib.SequenceMatcher(None, second, first, autojunk=False)
    return [(mirrored.get(tag, tag), c, d, a, b) for tag, a, b, c, d in matcher.get_opcodes()]


def diff_words(old: str, new: str) -> list[tuple[Change, str]]:
    """Show how `new` differs from `old`, word by word, as pieces of text to print one after the other.

    "same" and "added" pieces put together are `new`, character for character; "same" and "removed" ones are `old`
    but for white space. Words count with their punctuation and case: this is for showing a change, not for judging
    one. White space alone is no change. Beyond `MAX_DIFF_WORDS` differing words the rest is one replacement.
    """
    before, after = _split_words(old), _split_words(new)
    old_keys, new_keys = [piece.strip() for piece in before], [piece.strip() for piece in after]
    head = _shared_length(old_keys, new_keys)
    tail = _shared_length(old_keys[head:][::-1], new_keys[head:][::-1])
    old_middle, new_middle = old_keys[head : len(old_keys) - tail], new_keys[head : len(new_keys) - tail]
    pieces: list[tuple[Change, str]] = [("same", "".join(after[:head]))]
    for tag, a, b, c, d in _opcodes(old_middle, new_middle):
        if tag == "equal":
            pieces.append(("same", "".join(after[head + c : head + d])))
        else:
            pieces.append(("removed", "".join(before[head + a : head + b])))
            pieces.append(("added", "".join(after[head + c : head + d])))
    pieces.append(("same", "".join(after[len(after) - tail :])))
    return _merge(pieces)


def _split_words(text: str) -> list[str]:
    """Split into words with the white space that follows them; leading white space goes to the first."""
    words = re.findall(r"\S+\s*", text)
    if words:
        words[0] = text[: len(text) - sum(map(len, words))] + words[0]
    return words


def _shared_length(first: list[str], second: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _opcodes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    if max(len(old), len(new)) > MAX_DIFF_WORDS:
        return [("replace", 0, len(old), 0, len(new))]
    # Without the heuristic a long text full of "the" takes minutes; with it a short one is shown badly.
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > 1_000)
    return list(matcher.get_opcodes())


def _merge(pieces: list[tuple[Change, str]]) -> list[tuple[Change, str]]:
    merged: list[tuple[Change, str]] = []
    for change, text in pieces:
        if not text:
            continue
        if change == "removed" and merged and not merged[-1][1][-1].isspace():
            text = f" {text}"  # the new text ends here, the old one went on
        if merged and merged[-1][0] == change:
            merged[-1] = (change, merged[-1][1] + text)
        else:
            merged.append((change, text))
    return merged
