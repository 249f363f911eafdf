"""What the passages of one claim disagree on: wording, names, figures, dates, strength, and what only one says.

It compares what is printed and decides nothing: a person resolves or dismisses each finding with a reason. Policy:
an open finding of quotation, figure or strength blocks a confirmation. Pure text, no database.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from stories.reading.dates import DateRead, read_dates
from stories.reading.figures import Figure, read_figures
from stories.reading.names import choose_sources, compare_names
from stories.reading.quotations import Quotation, find_quotations
from stories.reading.strength import compare_strength
from stories.reading.utterances import (
    Quoted,
    judge_in_one_claim,
    match_utterances,
    read_quoted,
    split_by_form,
    words_between,
)
from stories.reading.wording import Word, contains_words, diff_keys, iter_words, mask_markup

Kind = Literal["quotation", "name", "figure", "date", "strength", "form", "only-one"]
READ_FOR_STRENGTH = "en"
"""German “will” wants and English “will” promises: strength is read in this language, nowhere else."""
MAX_CUT = 200
"""Characters of differing words that a finding carries; longer ones are cut with an ellipsis."""


@dataclass(frozen=True)
class Passage:
    """A verbatim passage of an article, as evidence for a claim.

    `key` names it for good. `text` is the whole article and `start` where `quote` begins in it (code points), so that
    a passage inside quotation marks is known as quoted; without them the quote stands alone. `article_date` is what
    relative dates count from. `chain` are the slugs of the sources it credits, the outlet first; empty for our own
    reporting. `language` is the article's: strength is read in English alone, and of two languages only figures and
    dates are compared, since a translation has other words.
    """

    key: str
    quote: str
    text: str = ""
    start: int = 0
    article_date: date | None = None
    chain: tuple[str, ...] = ()
    language: str = "en"

    @property
    def outlet(self) -> str:
        """The outlet that printed it; empty for our own reporting."""
        return self.chain[0] if self.chain else ""


class Finding(NamedTuple):
    """What two passages, or only one outlet's, disagree on. All five values together are its identity.

    `second` is None and `second_words` empty for what only one outlet says.
    """

    kind: Kind
    first: str
    second: str | None
    first_words: str
    second_words: str


@dataclass
class _Read:
    """A passage with what it says."""

    passage: Passage
    words: list[Word]
    quoted: list[Quoted]
    dates: list[DateRead]
    figures: list[Figure]
    keys: list[str]

    def words_at(self, span: slice) -> str:
        """The passage's own text from one word to another."""
        chosen = self.words[span]
        return self.passage.quote[chosen[0].start : chosen[-1].end] if chosen else ""

    def text_at(self, start: int, end: int) -> str:
        """The passage's own text between two places."""
        return self.passage.quote[start:end]


def compare_passages(passages: Sequence[Passage], *, sources: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Find what the passages of one claim disagree on, by pairs of passages in the order given.

    `sources` gives, for every source's slug, its name and the spellings seen of it. Every pair of passages is compared
    but those of one article that overlap. The result depends on nothing but what is given; a finding stays the same
    when other passages come or go, but for what only one outlet says.
    """
    articles: dict[str, tuple[list[Word], list[Quotation]]] = {}
    reads = [_read(passage, articles) for passage in passages]
    named = choose_sources({passage.quote for passage in passages}, sources)
    compared: dict[tuple[object, object], list[tuple[Kind, str, str]]] = {}
    findings = []
    for one, other in itertools.combinations(reads, 2):
        if _overlap(one.passage, other.passage):
            continue
        like = (_content_of(one.passage), _content_of(other.passage))  # a hundred copies are compared once
        if like not in compared:
            compared[like] = list(_compare(one, other, named))
        findings += [
            Finding(kind, one.passage.key, other.passage.key, _cut(a), _cut(b)) for kind, a, b in compared[like]
        ]
    findings += _find_only_one(reads)
    return list(dict.fromkeys(findings))


def _content_of(passage: Passage) -> tuple[str, str, int, date | None, str]:
    return passage.quote, passage.text, passage.start, passage.article_date, passage.language


def _cut(words: str) -> str:
    return words if len(words) <= MAX_CUT else words[: MAX_CUT - 1] + "…"


def _overlap(one: Passage, other: Passage) -> bool:
    same_article = bool(one.text) and one.text == other.text and one.outlet == other.outlet
    return same_article and one.start < other.start + len(other.quote) and other.start < one.start + len(one.quote)


def _read(passage: Passage, articles: dict[str, tuple[list[Word], list[Quotation]]]) -> _Read:
    text = passage.text or passage.quote
    if text not in articles:
        articles[text] = list(iter_words(mask_markup(text))), find_quotations(text)
    words, places = articles[text]
    start, end = (passage.start, passage.start + len(passage.quote)) if passage.text else (0, len(text))
    inside = [Quotation(max(place.start, start), min(place.end, end)) for place in places]
    masked = mask_markup(passage.quote)
    own_words = [Word(word.start - start, word.end - start, word.key) for word in words_between(words, start, end)]
    dates = read_dates(masked, published=passage.article_date)
    return _Read(
        passage,
        own_words,
        read_quoted(text, [place for place in inside if place.start < place.end], words),
        dates,
        read_figures(masked, besides=[(read.start, read.end) for read in dates]),
        [word.key for word in own_words],
    )


def _compare(one: _Read, other: _Read, sources: Mapping[str, Sequence[str]]) -> Iterator[tuple[Kind, str, str]]:
    found: dict[Kind, Iterable[tuple[str, str]]] = {
        "figure": _compare_figures(one, other),
        "date": _compare_dates(one, other),
    }
    if one.passage.language == other.passage.language:
        found["quotation"] = _compare_quotations(one, other, "quotation")
        found["form"] = _compare_quotations(one, other, "form")
        found["name"] = compare_names(one.passage.quote, other.passage.quote, sources=sources)
        if one.passage.language == READ_FOR_STRENGTH:
            found["strength"] = _compare_strengths(one, other)
    for kind, pairs in found.items():
        for first_words, second_words in pairs:
            yield kind, first_words, second_words


def _compare_quotations(one: _Read, other: _Read, kind: Kind) -> Iterator[tuple[str, str]]:
    """Give what of one utterance either passage quotes in other words, or, of the kind "form", in another form."""
    for match in match_utterances(itertools.product(one.quoted, other.quoted), judge_in_one_claim):
        first, second, _ = match
        changed, formal = split_by_form(match)
        if chosen := changed if kind == "quotation" else formal:
            first_words = [_text_of(one, first.utterance.words[a:b]) for a, b, _, _ in chosen]
            second_words = [_text_of(other, second.utterance.words[c:d]) for _, _, c, d in chosen]
            yield " … ".join(first_words), " … ".join(second_words)


def _text_of(read: _Read, words: Sequence[Word]) -> str:
    text = read.passage.text or read.passage.quote
    return text[words[0].start : words[-1].end] if words else ""


def _compare_figures(one: _Read, other: _Read) -> Iterator[tuple[str, str]]:
    """Pair the figures that have no equal in the other passage: of one unit, or in one place of the sentence."""
    ours = [figure for figure in one.figures if not _has_equal(figure, other.figures)]
    theirs = [figure for figure in other.figures if not _has_equal(figure, one.figures)]
    if not (ours and theirs):
        return
    places = list(_replaced_places(one, other))
    for figure in ours:
        for rival in theirs:
            in_one_place = (
                any(a <= figure.start < b and c <= rival.start < d for a, b, c, d in places)
                and figure.kind == rival.kind
                and not figure.agrees_with(rival)
            )
            if figure.is_of_one_thing_with(rival) or in_one_place:
                theirs.remove(rival)
                yield one.text_at(figure.start, figure.end), other.text_at(rival.start, rival.end)
                break


def _has_equal(figure: Figure, others: Sequence[Figure]) -> bool:
    return any(
        figure.agrees_with(other) and (figure.is_of_one_thing_with(other) or figure.kind == other.kind == "count")
        for other in others
    )


def _replaced_places(one: _Read, other: _Read) -> Iterator[tuple[int, int, int, int]]:
    """Give the places, in characters, where one passage says something else than the other in between like words."""
    for tag, a, b, c, d in diff_keys(one.keys, other.keys):
        if tag == "replace":
            yield one.words[a].start, one.words[b - 1].end, other.words[c].start, other.words[d - 1].end


def _compare_dates(one: _Read, other: _Read) -> Iterator[tuple[str, str]]:
    """Pair, in order, the dates of each passage that can be none of the other's."""
    ours = [read for read in one.dates if not any(read.may_be(rival) for rival in other.dates)]
    theirs = [read for read in other.dates if not any(read.may_be(rival) for rival in one.dates)]
    for read, rival in zip(ours, theirs, strict=False):
        yield one.text_at(read.start, read.end), other.text_at(rival.start, rival.end)


def _compare_strengths(one: _Read, other: _Read) -> Iterator[tuple[str, str]]:
    texts = (one.passage.quote, other.passage.quote)
    for first, second in compare_strength(one.words, other.words, texts=texts):
        yield one.words_at(first), other.words_at(second)


def _find_only_one(reads: Sequence[_Read]) -> Iterator[Finding]:
    """Find what only one outlet says: the claim itself; else a date, a figure, or quotation marks around words."""
    outlets = dict.fromkeys(read.passage.outlet for read in reads)
    if len(outlets) == 1 and reads[0].passage.outlet:
        first = reads[0]
        yield Finding("only-one", first.passage.key, None, _cut(first.passage.quote), "")
    if len(outlets) < 2:
        return
    for outlet in outlets:
        ours = [read for read in reads if read.passage.outlet == outlet]
        others = [read for read in reads if read.passage.outlet != outlet]
        if not any(read.dates for read in others):
            yield from _say_only_one(ours, lambda read: [(date.start, date.end) for date in read.dates])
        if not any(read.figures for read in others):
            yield from _say_only_one(ours, _place_figures)
        yield from _find_only_quoted(ours, others)


def _place_figures(read: _Read) -> list[tuple[int, int]]:
    """Give the places of the figures, but of those that are part of a name: "the 28-point plan"."""
    return [
        (figure.start, figure.end)
        for figure in read.figures
        if not re.search(r"\w-\w", read.text_at(figure.start, figure.end))
    ]


def _say_only_one(ours: Sequence[_Read], spans: Callable[[_Read], Sequence[tuple[int, int]]]) -> Iterator[Finding]:
    first: dict[str, _Read] = {}
    for read in ours:
        for span in spans(read):
            first.setdefault(read.text_at(*span), read)
    for words, read in first.items():
        yield Finding("only-one", read.passage.key, None, _cut(words), "")


def _find_only_quoted(ours: Sequence[_Read], others: Sequence[_Read]) -> Iterator[Finding]:
    """Find words that one outlet puts in quotation marks and the others say as their own."""
    quoted_elsewhere = [quoted.utterance.keys for read in others for quoted in read.quoted]
    for read in ours:
        for quoted in read.quoted:
            keys = quoted.utterance.keys
            if any(contains_words(theirs, keys) for theirs in quoted_elsewhere):
                continue
            if any(contains_words(other.keys, keys) for other in others):
                yield Finding("only-one", read.passage.key, None, _cut(_text_of(read, quoted.utterance.words)), "")
