"""What two article texts share that carry no claims yet: one utterance in different words, and one copy.

It only offers; a person decides. Works on any text: what counts as the same wording is said in
`stories.reading.wording`, where quotation marks open and close in `stories.reading.quotations`. Pure text, no database.
"""

import itertools
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import LCSseq

from stories.reading.quotations import Quotation, find_quotations
from stories.reading.utterances import (
    Match,
    Quoted,
    judge_in_articles,
    match_utterances,
    read_quoted,
    share_context,
    split_by_form,
)
from stories.reading.wording import Word, contains_words, iter_words, mask_markup

MAX_CHARACTERS = 1_000_000
"""What is read of a text; the rest is left aside."""
MAX_QUOTATIONS = 2_000
"""How many quotations of a text are compared: the first ones."""
MAX_HOLDERS = 300
"""A word that more quotations than this have tells none from another."""
MAX_WORK = 60_000_000
"""Products of lengths, in words, of the pairs compared word by word; the likeliest pairs come first."""
MAX_CANDIDATES = 12
"""How many quotations of the other text are looked at word by word for each one, the likeliest first."""

SHINGLE = 8
"""Two texts are laid side by side wherever this many words in a row are the same."""
COPY_WORDS = 25
"""Shorter runs of the same words, quotations not counted, are no copy: titles and stock phrases reach a dozen."""
COPY_GAP = 8
"""A run of copy goes on across at most this many words that one of the two changed."""


@dataclass(frozen=True, slots=True)
class Find:
    """One thing that two texts share.

    `quotation`: the same utterance, quoted in different words; `form`: in the same words, written otherwise. `copy`: a
    long run of the same copy; the one text may be `copy_of` the other. Offsets are code points of each text as given,
    ends exclusive, and `first_passage == first[first_start:first_end]`. `differing` pairs the words of the first with
    those of the second ("" for none).
    """

    kind: Literal["quotation", "form", "copy"]
    first_start: int
    first_end: int
    second_start: int
    second_end: int
    first_passage: str
    second_passage: str
    differing: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    words: list[Word]
    places: list[Quotation]
    quoted: list[Quoted]


_Run = tuple[int, int, int]
"""A run of the same words: where in the first text, where in the second, how many."""


def find_between(first: str, second: str) -> list[Find]:
    """Find where two texts quote one utterance in different words, and where they are the same copy.

    Gives the finds in the order of the first text, quotations before copy at the same place; the other order of
    texts gives the same finds, mirrored. Identical quotations, and those of which one contains the other, give
    nothing. Reads `MAX_CHARACTERS` and compares `MAX_QUOTATIONS` of each text: seconds, whatever it is given.
    """
    one, other = _read(first), _read(second)
    finds = _find_quotations(one, other) + _find_copy(one, other)
    return sorted(finds, key=lambda find: (find.first_start, find.kind == "copy", find.second_start))


def say_limits(text: str) -> list[str]:
    """Say what of `text` `find_between` leaves aside, one sentence each; nothing for an ordinary article."""
    said = []
    if len(text) > MAX_CHARACTERS:
        said.append(f"only its first {MAX_CHARACTERS:,} of {len(text):,} characters are read")
    found = len(find_quotations(text[:MAX_CHARACTERS]))
    if found > MAX_QUOTATIONS:
        said.append(f"only its first {MAX_QUOTATIONS:,} of {found:,} quotations are compared")
    return said


def _read(text: str) -> _Reading:
    text = text[:MAX_CHARACTERS]
    words = list(iter_words(mask_markup(text)))
    places = find_quotations(text)
    return _Reading(text, words, places, read_quoted(text, places[:MAX_QUOTATIONS], words))


def _find_quotations(one: _Reading, other: _Reading) -> list[Find]:
    matches = match_utterances(
        _shortlist(one.quoted, other.quoted),
        judge_in_articles,
        settled_firsts=_find_unquoted(one, other),
        settled_seconds=_find_unquoted(other, one),
    )
    return [_offer(one.text, other.text, match) for match in matches]


def _shortlist(firsts: Sequence[Quoted], seconds: Sequence[Quoted]) -> Iterator[tuple[Quoted, Quoted]]:
    """Give the pairs that are worth comparing word by word, each once, the same pairs from either side."""
    pairs = {(f, s): -score for score, f, s in _find_likely(firsts, seconds)}
    pairs |= {(f, s): -score for score, s, f in _find_likely(seconds, firsts)}
    work = 0
    for (f, s), _ in sorted(pairs.items(), key=lambda item: (item[1], sum(item[0]), min(item[0]))):
        work += len(firsts[f].utterance.words) * len(seconds[s].utterance.words)
        if work > MAX_WORK:
            return
        yield firsts[f], seconds[s]


def _find_likely(queries: Sequence[Quoted], choices: Sequence[Quoted]) -> Iterator[tuple[float, int, int]]:
    """Give, for every query, the choices most like it: likeness, place of the query, place of the choice."""
    postings: defaultdict[str, list[int]] = defaultdict(list)
    for place, choice in enumerate(choices):
        for key in _index_keys(choice):
            postings[key].append(place)
    for query_place, query in enumerate(queries):
        votes: Counter[int] = Counter()
        for key in _index_keys(query):
            holders = postings.get(key, [])
            if len(holders) <= MAX_HOLDERS:
                votes.update(holders)
        likely = sorted(votes, key=lambda place: (-votes[place], place))[: 5 * MAX_CANDIDATES]
        scored = sorted((-_likeness(query, choices[place]), place) for place in likely)
        for score, place in scored[:MAX_CANDIDATES]:
            yield -score, query_place, place


def _index_keys(quoted: Quoted) -> set[str]:
    """The words a quotation is found by; a short one also by those around it."""
    keys = set(quoted.content)
    if len(quoted.utterance.keys) <= 4:
        keys |= {f"~{key}" for key in quoted.context}
    return keys


def _likeness(first: Quoted, second: Quoted) -> float:
    one, other = first.utterance.keys, second.utterance.keys
    return round(LCSseq.similarity(one, other) / min(len(one), len(other)) + share_context(first, second), 6)


def _find_unquoted(one: _Reading, other: _Reading) -> set[Quotation]:
    """Find the quotations of one text whose words, five or more, stand verbatim in the other, quoted or not."""
    whole = [word.key for word in other.words]
    grams = {tuple(whole[at : at + 5]) for at in range(len(whole) - 4)}
    likely = [
        quoted
        for quoted in one.quoted
        if len(quoted.utterance.keys) >= 5
        and all(tuple(quoted.utterance.keys[at : at + 5]) in grams for at in range(len(quoted.utterance.keys) - 4))
    ]
    if len(likely) * len(whole) > 20_000_000:
        return {quoted.place for quoted in likely}
    return {quoted.place for quoted in likely if contains_words(whole, quoted.utterance.keys)}


def _offer(first: str, second: str, match: Match) -> Find:
    one, other, alignment = match
    differing = tuple(
        (_text_of(first, one.utterance.words[a:b]), _text_of(second, other.utterance.words[c:d]))
        for a, b, c, d in alignment.differences
    )
    spans = (one.place.start, one.place.end), (other.place.start, other.place.end)
    changed, _ = split_by_form(match)
    return _make_find("quotation" if changed else "form", first, second, *spans, differing)


def _make_find(
    kind: Literal["quotation", "form", "copy"],
    first: str,
    second: str,
    one: tuple[int, int],
    other: tuple[int, int],
    differing: tuple[tuple[str, str], ...],
) -> Find:
    return Find(kind, *one, *other, first[slice(*one)], second[slice(*other)], differing)


def _text_of(text: str, words: Sequence[Word]) -> str:
    return text[words[0].start : words[-1].end] if words else ""


def _find_copy(one: _Reading, other: _Reading) -> list[Find]:
    first, second = [word.key for word in one.words], [word.key for word in other.words]
    quoted = _mark_quoted(one)
    finds = []
    for blocks in _join_runs(_find_runs(first, second)):
        own_words = sum(not quoted[at] for a, _, size in blocks for at in range(a, a + size))
        if own_words < COPY_WORDS:
            continue
        differing = tuple(
            (_text_of(one.text, one.words[a + n : b]), _text_of(other.text, other.words[c + n : d]))
            for (a, c, n), (b, d, _) in itertools.pairwise(blocks)
        )
        (a, c, _), (b, d, size) = blocks[0], blocks[-1]
        spans = (one.words[a].start, one.words[b + size - 1].end), (other.words[c].start, other.words[d + size - 1].end)
        finds.append(_make_find("copy", one.text, other.text, *spans, differing))
    return finds


def _mark_quoted(reading: _Reading) -> bytearray:
    """Say of every word of a text whether it stands in quotation marks: two who quote one speaker copy neither."""
    marks = bytearray(len(reading.words))
    for place in reading.places:
        for at in range(bisect_left(reading.words, (place.start,)), bisect_left(reading.words, (place.end,))):
            marks[at] = 1
    return marks


def _find_runs(first: list[str], second: list[str]) -> list[_Run]:
    """Find the longest runs of the same words around every shingle that both texts have equally often, rarely."""
    ours, theirs = _find_shingles(first), _find_shingles(second)
    reached: dict[int, int] = {}  # by diagonal: up to where in the first text it is covered
    blocks = []
    anchors = sorted(
        pair
        for shingle, places in ours.items()
        if len(places) <= 4 and len(others := theirs.get(shingle, [])) == len(places)
        for pair in zip(places, others, strict=True)
    )
    for a, c in anchors:
        if a < reached.get(a - c, 0) or first[a : a + SHINGLE] != second[c : c + SHINGLE]:
            continue
        start, end = 0, SHINGLE
        while a + end < len(first) and c + end < len(second) and first[a + end] == second[c + end]:
            end += 1
        while a - start > 0 and c - start > 0 and first[a - start - 1] == second[c - start - 1]:
            start += 1
        reached[a - c] = a + end
        blocks.append((a - start, c - start, start + end))
    return blocks


def _find_shingles(keys: list[str]) -> dict[int, list[int]]:
    shingles: defaultdict[int, list[int]] = defaultdict(list)
    for at, shingle in enumerate(zip(*(keys[shift:] for shift in range(SHINGLE)), strict=False)):
        places = shingles[hash(shingle)]
        if len(places) <= 4:
            places.append(at)
    return shingles


def _join_runs(blocks: list[_Run]) -> list[list[_Run]]:
    """Join the runs that go on after a few changed words; leave out what a longer run covers already."""
    joined: list[list[_Run]] = []
    for a, c, size in sorted(blocks):
        for run in reversed(joined[-4:]):
            last_a, last_c, last_size = run[-1]
            if 0 <= a - last_a - last_size <= COPY_GAP and 0 <= c - last_c - last_size <= COPY_GAP:
                run.append((a, c, size))
                break
        else:
            joined.append([(a, c, size)])
    return joined
