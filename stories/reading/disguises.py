"""Names in a text, however they are disguised: pure text. What counts as the same name is said here once.

Letter case, diacritics, compatibility forms, invisible characters, look-alike letters, hyphens, possessives, the order
of given name and surname, initials, hashtags, addresses, letters set apart and Slavic case endings do not count.
Not seen: another script's spelling of a name ("Иван", "Ivan"), which an alias is for, and other prefixes and endings
than these. A name of a single letter is not looked for.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote

from stories.reading.lookalikes import AS_LETTERS, AS_SHAPES, ENDINGS, INVISIBLE, SEVERAL, UNSPACED
from stories.reading.wording import mask_markup

LEAST_SURNAME = 3
"""Letters of a surname that is looked for alone."""

_RUN = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_JOINER = re.compile(r"[-\u2010-\u2015\u2212'\u2019\u2018`.\u00b7\u2022*~_]{1,3}(?:[^\S\n]{0,8}\n\s{0,8})?\Z")
_BESIDE_INITIAL = re.compile(r"[\s.,_-]*")
_HOST = re.compile(r"xn--[a-z0-9-]+", re.IGNORECASE)
_ADDITIONS = frozenset(["jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "kc", "qc", "mp"])
_NEEDS_A_DOT = frozenset("aiouyeyівзкосияу".translate(AS_LETTERS))
"""Single letters that are words: with a surname behind it "A" may be an article."""
MOST_BETWEEN = 8
"""Characters between two words of a name: ", ", a line break with its indentation."""
MOST_APART = 3
"""Characters between two letters that are set apart."""
MOST_DECODED = 3
"""How often an address is percent-decoded."""


# ---- A text as it is read -------------------------------------------------------------------------------------


class Letters(NamedTuple):
    """A text of which only the letters and digits count, put together: `keys`, by letter and by shape.

    `plain` is the text as printed, `where` each of them stands in it, `edges` what is in front of each: see below.
    """

    plain: str
    where: list[int]
    edges: bytes
    keys: tuple[str, str]

    def gap(self, at: int) -> str:
        """What stands in front of the letter `at`, back to the letter before it."""
        return self.plain[self.where[at - 1] + 1 : self.where[at]]

    def is_tagged(self, at: int) -> bool:
        """Whether the letter `at` stands in a hashtag or a handle."""
        start = self.where[self.edges.rfind(_GAP, 0, at + 1)]
        return self.plain[max(0, start - 1) : start] in ("#", "@")

    def is_edge(self, at: int, *, joined: bool) -> bool:
        """Whether a word begins or ends in front of the letter `at`; inside a CamelCase one where `joined`."""
        edge = self.edges[at : at + 1]
        if edge == _CAMEL:
            return joined or (at < len(self.where) and self.is_tagged(at))
        return edge != _INSIDE


_INSIDE, _GAP, _CAMEL, _DIGIT = b"\0", b"\1", b"\2", b"\3"
_EDGE = re.compile(rb"[^\0]")
"""In front of a letter: another one; something else, or nothing at all; a small one before a capital; a digit."""


def _unread(text: str) -> str:
    """`text` in letters that can be compared, still in their case: nothing invisible, no marks, no ligatures."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
    table: dict[int, str | None] = {}
    for letter in set(text):
        if letter in SEVERAL:
            table[ord(letter)] = SEVERAL[letter]
        elif unicodedata.category(letter) in ("Cf", "Mn", "Me") or _INVISIBLE.match(letter):
            table[ord(letter)] = None
    return text.translate(table)


def _read(text: str) -> Letters:
    plain = _unread(text)
    where: list[int] = []
    edges = bytearray()
    for match in _RUN.finditer(plain):
        run = match[0]
        where.extend(range(match.start(), match.end()))
        edges += _GAP + bytes(len(run) - 1)
        if not run[1:].islower() or any(map(str.isdigit, run)):
            base = len(edges) - len(run)
            for place, (one, other) in enumerate(pairwise(run), 1):
                if one.isdigit() != other.isdigit():
                    edges[base + place : base + place + 1] = _DIGIT
                elif other.isupper() and not one.isupper():
                    edges[base + place : base + place + 1] = _CAMEL
    whole = _by_letter(plain), _by_shape(plain)  # as long as `plain`: the one letter that grows by lower() is unread
    by_letter, by_shape = ("".join([key[place] for place in where]) for key in whole)
    return Letters(plain, where, bytes(edges + _GAP), (by_letter, by_shape))


def _decode_host(match: re.Match[str]) -> str:
    try:
        return match[0].encode().decode("idna")
    except UnicodeError:
        return match[0]


@lru_cache(maxsize=64)
def read_letters(text: str) -> tuple[Letters, ...]:
    """`text` in every way in which it can be read: as it is, percent-decoded, without its markup."""
    ways = [text]
    for _ in range(MOST_DECODED):
        ways.append(unquote(ways[-1]) if "%" in ways[-1] else ways[-1])
    ways = [_HOST.sub(_decode_host, way) if "xn--" in way.lower() else way for way in ways] + ways[:1]
    ways += [mask_markup(way) for way in ways]
    return tuple(_read(way) for way in dict.fromkeys(ways))


# ---- A name as it is looked for -------------------------------------------------------------------------------


class _Part(NamedTuple):
    """One word of a name, its pieces (O, Brien) without marks; or the initial of one."""

    word: str
    pieces: tuple[str, ...]
    is_initial: bool = False

    @property
    def letters(self) -> str:
        return "".join(self.pieces)


class _Pattern(NamedTuple):
    """The parts of a name in one order, and the keys of each, by letter or by shape."""

    parts: tuple[_Part, ...]
    keys: tuple[str, ...]
    stems: tuple[str, ...]
    """What is left of each key when it is declined; "" where it cannot be."""


def _words_of(name: str) -> list[_Part]:
    last, _, first = name.partition(",")
    parts = [_Part(word, tuple(_RUN.findall(_unread(word)))) for word in f"{first} {last}".split()]
    parts = [part for part in parts if part.pieces]
    while len(parts) > 1 and parts[-1].letters.lower() in _ADDITIONS:
        parts.pop()
    return parts


def _orders(parts: list[_Part]) -> Iterator[list[_Part]]:
    """The ways in which a person of the name `parts` is called: Jane Mary Roe, Roe Jane Mary, Jane Roe, J. M. Roe."""
    yield parts
    if len(parts) < 2:
        return
    *given, last = parts
    yield [last, *given]
    yield [*parts[1:], parts[0]]
    for short in ([given[0]], [_initial(one) for one in given], [_initial(given[0])]):
        yield [*short, last]
        yield [last, *short]


def _initial(part: _Part) -> _Part:
    return _Part(part.word[:1], (part.pieces[0][:1],), is_initial=True)


def _by_letter(text: str) -> str:
    return text.lower().translate(AS_LETTERS)


def _by_shape(text: str) -> str:
    return text.translate(AS_SHAPES).lower()


_ENDINGS = frozenset(_by_letter(_unread(word)) for word in ENDINGS.split())


def _stem(part: _Part) -> str:
    """What a declined Slavic name begins with, by letter; "" for others."""
    if part.is_initial or len(part.pieces) > 1 or not _CYRILLIC.search(part.letters):
        return ""
    key = _by_letter(part.letters)
    for size in (3, 2, 1):
        if key[-size:] in _ENDINGS and len(key) - size >= LEAST_SURNAME:
            return key[:-size]
    return key if len(key) >= LEAST_SURNAME else ""


@lru_cache(maxsize=4096)
def _patterns(name: str, is_person: bool) -> tuple[tuple[_Pattern, ...], tuple[_Pattern, ...]]:
    """The patterns of `name`, by letter and by shape."""
    parts = _words_of(name)
    if len("".join(part.letters for part in parts)) < 2:
        return (), ()
    by_letter: dict[object, _Pattern] = {}
    by_shape: dict[object, _Pattern] = {}
    for order in map(tuple, _orders(parts) if is_person else [parts]):
        letters, shapes = (tuple(fold(part.letters) for part in order) for fold in (_by_letter, _by_shape))
        stems = tuple(_stem(part) if is_person else "" for part in order)
        by_letter.setdefault((letters, order), _Pattern(order, letters, stems))
        by_shape.setdefault((shapes, order), _Pattern(order, shapes, ("",) * len(order)))
    return tuple(by_letter.values()), tuple(by_shape.values())


def surname_of(name: str) -> str:
    """The last word of a person's `name`, when it can be looked for alone; else ""."""
    parts = _words_of(name)
    if len(parts) < 2 or len(parts[-1].letters) < LEAST_SURNAME or not any(map(str.isupper, parts[-1].letters)):
        return ""
    return parts[-1].word.strip(".")


def key_of(name: str) -> str:
    """What `name` counts as, by letter: two names of one key are one name."""
    return "".join(_by_letter(part.letters) for part in _words_of(name))


# ---- Looking for it -------------------------------------------------------------------------------------------


def find_name(text: str, name: str, *, is_person: bool) -> str | None:
    """The words of `text` that are `name`, as they stand there without what is invisible; None when it is not there.

    Of a person also in another order, with initials, and declined. It is found as whole words.
    """
    patterns = _patterns(name, is_person)
    for letters in read_letters(text):
        for key, made in zip(letters.keys, patterns, strict=True):
            for pattern in made:
                for start, end in _find(letters, key, pattern):
                    return letters.plain[letters.where[start] : letters.where[end - 1] + 1]
    return None


def find_any(text: str, names: Iterable[str], *, is_person: bool) -> str | None:
    """The words of `text` that are the first of `names` that stands there; None when none does."""
    found = (find_name(text, name, is_person=is_person) for name in names)
    return next((words for words in found if words is not None), None)


def _find(letters: Letters, key: str, pattern: _Pattern) -> Iterator[tuple[int, int]]:
    """Where `pattern` stands in `key`, from the first letter to behind the last."""
    anchor = pattern.stems[0] or "".join(pattern.keys)
    is_unspaced = bool(_UNSPACED.match(anchor))
    start = key.find(anchor)
    while start >= 0:
        if not is_unspaced and not letters.edges[start]:
            edge = _EDGE.search(letters.edges, start)
            start = key.find(anchor, edge.start() if edge else len(key))
            continue
        end = _end_of(letters, key, pattern, start)
        if end is not None:
            yield start, end
        start = key.find(anchor, start + 1)


def _end_of(letters: Letters, key: str, pattern: _Pattern, start: int) -> int | None:
    """Behind the last letter of `pattern` when it stands in `key` from the letter `start` on; else None."""
    at, words = start, list(zip(pattern.parts, pattern.keys, pattern.stems, strict=True))
    for number, (part, word, stem) in enumerate(words):
        joined = number > 0 and letters.edges[at : at + 1] != _GAP
        following, begins, declined = words[number + 1] if number + 1 < len(words) else (None, "", "")
        if number == 1 and not joined and not _begins(letters, start):
            return None
        for end in _ends_of_word(letters, key, part, word, stem, at):
            if following is None:
                fits = _may_end(letters, end, joined=joined)
            else:
                fits = key.startswith(declined or begins, end) and _may_follow(letters, end, part, following)
            if fits:
                at = end
                break
        else:
            return None
    return at if len(words) > 1 or _begins(letters, start) else None


def _begins(letters: Letters, at: int) -> bool:
    """Whether a word begins with the letter `at`, or one of a hashtag, or of a script without spaces."""
    return letters.is_edge(at, joined=False) or bool(_UNSPACED.match(letters.plain[letters.where[at]]))


def _end_of_run(letters: Letters, at: int) -> int:
    return letters.edges.find(_GAP, at + 1)


def _ends_of_word(letters: Letters, key: str, part: _Part, word: str, stem: str, at: int) -> Iterator[int]:
    """Behind the last letter of `word` when it stands from `at` on: in one piece, hyphenated, set apart, declined."""
    end = at + len(word)
    if key.startswith(word, at):
        if part.is_initial:
            place = letters.where[at]
            letter, behind = letters.plain[place], letters.plain[place + 1 : place + 2]
            # A small letter, or one that is a word of its own, is an initial by what stands behind it.
            is_marked = behind in ("-", "_") or letter.isupper()
            if letter.isalpha() and (behind == "." or (is_marked and word not in _NEEDS_A_DOT)):
                yield end
        elif _end_of_run(letters, at) >= end or _is_set_apart(letters, part, at, end):
            yield end
    if stem and key.startswith(stem, at):
        end = _end_of_run(letters, at)
        if key[at + len(stem) : end] in _ENDINGS:
            yield end


def _is_set_apart(letters: Letters, part: _Part, at: int, end: int) -> bool:
    """Whether the letters from `at` to `end` are one word with hyphens and the like in it, or with a space in every
    place; its own pieces (O, Brien) may stand apart."""
    place, breaks = at, set()
    for piece in part.pieces[:-1]:
        place += len(piece)
        breaks.add(place)
    inside = [inner for inner in range(at + 1, end) if inner not in breaks]
    if not all(len(letters.gap(inner)) <= MOST_APART for inner in breaks):
        return False
    if all(0 < letters.where[inner] - letters.where[inner - 1] - 1 <= MOST_APART for inner in inside):
        return True
    return all(not (gap := letters.gap(inner)) or _JOINER.match(gap) for inner in inside)


def _may_follow(letters: Letters, at: int, before: _Part, part: _Part) -> bool:
    """Whether the letter `at` may begin `part` right after the part `before`."""
    if letters.edges[at : at + 1] == _GAP:
        is_plain = not (before.is_initial or part.is_initial) or _BESIDE_INITIAL.fullmatch(letters.gap(at))
        return bool(is_plain) and letters.where[at] - letters.where[at - 1] <= MOST_BETWEEN + 1
    last, first = letters.plain[letters.where[at - 1]], letters.plain[letters.where[at]]
    if part.is_initial:
        return first.isupper() and (before.is_initial or last.islower())
    if before.is_initial:
        return first.isupper() and letters.plain[letters.where[at] + 1 : letters.where[at] + 2].islower()
    if letters.edges[at : at + 1] == _CAMEL:
        return True
    return min(len(before.letters), len(part.letters)) >= LEAST_SURNAME or bool(_UNSPACED.match(first))


def _may_end(letters: Letters, end: int, *, joined: bool) -> bool:
    """Whether a name may end in front of the letter `end`: where a word ends, or before a possessive s."""
    if letters.is_edge(end, joined=joined) or _UNSPACED.match(letters.plain[letters.where[end - 1]]):
        return True
    if letters.keys[0][end] != "s" or letters.edges[end + 1 : end + 2] != _GAP:
        return False
    behind = letters.plain[letters.where[end] + 1 :][:1]
    return joined or behind in ("'", "\u2019", "\u2018", "`")
