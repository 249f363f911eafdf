"""Utterances: what is said inside quotation marks, and whether two quotations are one utterance.

What does not count between two wordings is said in `stories.reading.wording`; an omission that is marked
("...", "[...]") and words that an editor put in brackets do not count either. Pure text, no database.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from stories.reading.forms import are_one_form
from stories.reading.quotations import Quotation
from stories.reading.wording import Word, are_same_words, diff_keys, is_content, iter_words, mask_markup

GAP = "\u2026"
"""Stands, among the words of a quotation, for words left out and marked as left out."""
MAX_BRIEF = 6
"""Words: so short a quotation may be one utterance with another though they share a single word."""
NEARLY_SAME = 0.8
"""Of the words that two quotations share (0..1), when one of them asks and the other does not."""
CONTEXT_WORDS = 15
"""How many words on either side of a quotation tell what it is about."""

_LEFT_OUT = re.compile(r"[\[(]\s*(?:\.\s?\.\s?\.|\u2026)\s*[\])]|\.\s?\.\s?\.|\u2026")
_BRACKETED = re.compile(r"\[[^\[\]\n]{0,80}\]")


def find_gaps(text: str) -> list[tuple[int, int]]:
    """Find where a text marks that words were left out or put in by an editor: "...", "[...]", "[the president]"."""
    spans = [match.span() for match in _LEFT_OUT.finditer(text)]
    return sorted(spans + [match.span() for match in _BRACKETED.finditer(text)])


@dataclass(frozen=True)
class Utterance:
    """Quoted words, ready to be compared: the words with their places, a `GAP` where some were left out.

    `joints` are the indexes of words that follow an interruption ("we are ready," he said, "to fight").
    """

    words: tuple[Word, ...]
    joints: frozenset[int] = frozenset()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What the words count as."""
        return tuple(word.key for word in self.words)

    @cached_property
    def parts(self) -> list[tuple[str, ...]]:
        """The runs of words between the gaps."""
        runs: list[list[str]] = [[]]
        for key in self.keys:
            if key == GAP:
                runs.append([])
            else:
                runs[-1].append(key)
        return [tuple(run) for run in runs if run]

    def joined_with(self, later: "Utterance") -> "Utterance":
        """This utterance and the one that continues it after an interruption, as one."""
        return Utterance(self.words + later.words, self.joints | {len(self.words)})


def read_utterance(text: str, start: int = 0, end: int | None = None) -> Utterance:
    """Read the quoted words `text[start:end]`; places in the result count from the start of `text`."""
    end = len(text) if end is None else end
    masked = mask_markup(text[start:end])
    gaps = find_gaps(masked)
    words = [Word(start + word.start, start + word.end, word.key) for word in iter_words(masked)]
    if gaps:
        inside = [word for word in words if not any(a <= word.start - start < b for a, b in gaps)]
        words = sorted(inside + [Word(start + a, start + b, GAP) for a, b in gaps])
    return Utterance(tuple(words))


Relation = Literal["same", "first-in-second", "second-in-first", "differs", "unrelated"]
Difference = tuple[int, int, int, int]
"""a, b, c, d: words a..b of the first stand where words c..d of the second do; one side may be empty."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """How two utterances compare: the same words, one contains the other, different words, or nothing in common.

    For different words, `shared` is the number of content words that both say, `words` that of all words, and `score`
    the share (0..1) of what both quote that they quote in the same words, function words counting little.
    """

    relation: Relation
    differences: tuple[Difference, ...] = ()
    shared: int = 0
    words: int = 0
    score: float = 0.0


UNRELATED = Alignment("unrelated")


def align(first: Utterance, second: Utterance) -> Alignment:
    """Compare two quotations word by word. The answer for the other order is the same, mirrored."""
    if are_same_words(first.keys, second.keys):
        return Alignment("same")
    if _is_excerpt(second, first):
        return Alignment("first-in-second")
    if _is_excerpt(first, second):
        return Alignment("second-in-first")
    codes = diff_keys(first.keys, second.keys)
    equal = [key for tag, a, b, *_ in codes if tag == "equal" for key in first.keys[a:b] if key != GAP]
    differences = tuple(_find_differences(codes, first, second))
    if not differences:  # excerpts that overlap without disagreeing
        return UNRELATED
    weight = _weigh(equal)
    unshared = sum(_weigh(first.keys[a:b]) + _weigh(second.keys[c:d]) for a, b, c, d in differences)
    score = 2 * weight / (2 * weight + unshared)
    return Alignment("differs", differences, sum(map(is_content, equal)), len(equal), score)


def _is_excerpt(whole: Utterance, part: Utterance) -> bool:
    """Say whether every run of words in `part` stands in `whole`, without a break, and in the order of `part`."""
    haystack, at = f" {' '.join(whole.keys)} ", 0
    for run in part.parts:
        found = haystack.find(f" {' '.join(run)} ", at)
        if found < 0:
            return False
        at = found + len(" ".join(run))
    return True


def _find_differences(
    codes: Sequence[tuple[str, int, int, int, int]], first: Utterance, second: Utterance
) -> Iterator[Difference]:
    """Give the places that truly differ: not where one quotation merely starts earlier, ends later or leaves out."""
    for place, (tag, a, b, c, d) in enumerate(codes):
        at_start, at_end = place == 0, place == len(codes) - 1
        if tag == "equal" or GAP in first.keys[max(a - 1, 0) : b + 1] or GAP in second.keys[max(c - 1, 0) : d + 1]:
            continue
        if tag != "replace":
            interrupted = (a == b and a in first.joints) or (c == d and c in second.joints)
            if not (at_start or at_end or interrupted):
                yield a, b, c, d
            continue
        if at_end and (a in first.joints or c in second.joints):
            continue  # after the interruption they quote different sentences
        if at_start and (b in first.joints or d in second.joints):
            continue
        size = min(b - a, d - c)
        longer = max(b - a, d - c) > size + 1
        if longer and at_start and not at_end:  # it quotes more of the utterance: compare what both quote
            a, c = b - size, d - size
        elif longer and at_end and not at_start:
            b, d = a + size, c + size
        if not are_same_words(first.keys[a:b], second.keys[c:d]):
            yield a, b, c, d


def _weigh(keys: Sequence[str]) -> float:
    return sum(1.0 if is_content(key) else 0.25 for key in keys if key != GAP)


def words_between(words: Sequence[Word], start: int, end: int) -> Sequence[Word]:
    """Give the words that begin in start..end; `words` are in order of place."""
    return words[bisect_left(words, (start,)) : bisect_left(words, (end,))]


def split_by_form(match: "Match") -> tuple[list[Difference], list[Difference]]:
    """Part the differences of a match into those that change the words and those of form alone."""
    first, second, alignment = match
    ours, theirs = first.utterance.keys, second.utterance.keys
    words: list[Difference] = []
    form: list[Difference] = []
    for a, b, c, d in alignment.differences:
        alike = are_one_form(ours[a:b], theirs[c:d], at_start=a == c == 0)
        (form if alike else words).append((a, b, c, d))
    return words, form


@dataclass(frozen=True)
class Quoted:
    """A quotation in its text: its words and the content words around it.

    `interrupted` when it is put together from two ("we are ready," he said, "to fight"); `asks` when it is a question.
    """

    place: Quotation
    utterance: Utterance
    context: frozenset[str]
    interrupted: bool = False
    asks: bool = False

    @cached_property
    def content(self) -> frozenset[str]:
        """The content words that are quoted; all words when none is."""
        return frozenset(filter(is_content, self.utterance.keys)) or frozenset(self.utterance.keys)


def read_quoted(text: str, places: Iterable[Quotation], words: Sequence[Word]) -> list[Quoted]:
    """Read the quotations of `text` at `places` (in order); `words` are those of the whole text.

    Two that an interruption divides are given thrice: each, and both as one.
    """
    quoted: list[Quoted] = []
    for place in places:
        utterance = read_utterance(text, place.start, place.end)
        if not utterance.words:
            continue
        if quoted and _continues(text, quoted[-1].place, place):
            before = quoted[-1]
            whole = Quotation(before.place.start, place.end)
            quoted.append(Quoted(whole, before.utterance.joined_with(utterance), read_context(words, whole), True))
        asks = "?" in text[place.end - 2 : place.end + 1]
        quoted.append(Quoted(place, utterance, read_context(words, place), asks=asks))
    return quoted


def _continues(text: str, earlier: Quotation, later: Quotation) -> bool:
    """Say whether a quotation goes on with the sentence of the one before: "we are ready," he said, "to fight"."""
    between = text[earlier.end : later.start]
    return (
        4 < len(between) <= 90
        and text[later.start].islower()
        and "," in (text[earlier.end - 1], *between[:2])
        and between[-4:].find(",") >= 0
        and not re.search(r"[.!?]\s|\n", between)
    )


def read_context(words: Sequence[Word], place: Quotation) -> frozenset[str]:
    """Give the content words around a quotation, plural endings aside."""
    before = words_between(words, place.start - 30 * CONTEXT_WORDS, place.start)[-CONTEXT_WORDS:]
    after = words_between(words, place.end, place.end + 30 * CONTEXT_WORDS)[:CONTEXT_WORDS]
    return frozenset(_stem(word.key) for word in (*before, *after) if is_content(word.key))


def _stem(key: str) -> str:
    key = key.removesuffix("'s").removesuffix("'")
    return key[:-1] if key.endswith("s") and len(key) > 3 else key


def share_context(first: Quoted, second: Quoted) -> float:
    """Say how much of the words around two quotations is common to both: Dice's coefficient, 0..1."""
    shared, total = len(first.context & second.context), len(first.context) + len(second.context)
    return 2 * shared / total if shared >= 3 else 0.0


def judge_in_articles(first: Quoted, second: Quoted, alignment: Alignment) -> float:
    """Say how likely two quotations of two articles are one utterance in different words; 0 for "no".

    Long ones prove themselves by the words they share. Short ones ("major victory", "great victory") are believed
    only when the words around them agree too.
    """
    context, score, shared = share_context(first, second), alignment.score, alignment.shared
    brief = max(len(first.utterance.words), len(second.utterance.words)) <= MAX_BRIEF
    if first.asks != second.asks and score < NEARLY_SAME:
        return 0.0
    believed = (
        ((shared >= 4 or alignment.words >= 8) and score >= 0.6)
        or (shared >= 2 and score >= 0.75)
        or (shared >= 2 and score >= 0.55 and context >= 0.25)
        or (shared >= 1 and score >= 0.3 and context >= 0.45)
        or (brief and context >= 0.75)
    )
    return score + context + min(shared, 10) / 10 if believed else 0.0


def judge_in_one_claim(first: Quoted, second: Quoted, alignment: Alignment) -> float:
    """Say the same of two passages of one claim: they are known to report one thing, so less must be shared."""
    context, score, shared = share_context(first, second), alignment.score, alignment.shared
    brief = max(len(first.utterance.words), len(second.utterance.words)) <= MAX_BRIEF + 2
    believed = (
        (shared >= 2 and score >= 0.5) or (brief and shared >= 1 and score >= 0.3) or (shared == 0 and context >= 0.6)
    )
    if first.asks != second.asks and score < NEARLY_SAME:
        return 0.0  # a question is not its answer
    return score + context + min(shared, 10) / 10 if believed else 0.0


Match = tuple[Quoted, Quoted, Alignment]


def match_utterances(
    pairs: Iterable[tuple[Quoted, Quoted]],
    judge: Callable[[Quoted, Quoted, Alignment], float],
    *,
    settled_firsts: Iterable[Quotation] = (),
    settled_seconds: Iterable[Quotation] = (),
) -> list[Match]:
    """Find, among pairs of quotations of two texts, those that are one utterance in different words.

    A quotation whose words the other text has too, alone or within a longer one, is settled: no difference is looked
    for in it. Of the others each is matched once, with the likeliest; an interrupted one only where neither half is.
    The pairs in the other order give the same matches, mirrored.
    """
    left, right = set(settled_firsts), set(settled_seconds)
    likely: list[tuple[float, Match]] = []
    for first, second in pairs:
        alignment = align(first.utterance, second.utterance)
        if alignment.relation in ("same", "first-in-second"):
            left.add(first.place)
        if alignment.relation in ("same", "second-in-first"):
            right.add(second.place)
        if alignment.relation == "differs" and (likeness := judge(first, second, alignment)) > 0:
            likely.append((likeness, (first, second, alignment)))
    matches: list[Match] = []
    for _, match in sorted(likely, key=_rank):
        one, other = match[0].place, match[1].place
        taken = one in left or other in right
        if not taken and not any(_overlap(one, a.place) or _overlap(other, b.place) for a, b, _ in matches):
            matches.append(match)
    return matches


def _overlap(one: Quotation, other: Quotation) -> bool:
    return one.start < other.end and other.start < one.end


def _rank(judged: tuple[float, Match]) -> tuple[bool, float, int, int]:
    """Whole quotations before interrupted ones, the likeliest first; ties by place, alike from either side."""
    likeness, (first, second, _) = judged
    starts = (first.place.start, second.place.start)
    return first.interrupted or second.interrupted, -round(likeness, 6), sum(starts), min(starts)
