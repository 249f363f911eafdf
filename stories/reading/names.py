"""Names: how two passages spell one person, place or body: by the aliases of a source, and by likeness. Pure text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from stories.reading.spellings import are_two_names, sound_alike
from stories.reading.wording import contains_words, is_content, iter_words, mask_markup, word_key, word_keys

MIN_LIKENESS = 72
"""Of two capitalised words that are taken for one name (0..100)."""
MIN_LIKENESS_OF_KNOWN = 50
"""Of two words in the recorded spellings of one source."""
_ENDING_LIST = "n an ian s ns ans ians e a o es ese ish i is ic ies er ers ing ed al ly ist ists"
_ENDINGS = frozenset(["", *_ENDING_LIST.split()])
"""What a word may differ in and still be another word, not another spelling: Russia, Russian, Russians."""


def compare_names(first: str, second: str, *, sources: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Find the names that two passages spell differently, as pairs of what they print, in the order of the first.

    `sources` gives, for every source, the spellings seen of it. One name within the other ("Trump", "Donald Trump")
    is no difference.
    """
    ours, theirs = mask_markup(first), mask_markup(second)
    pairs = [*_compare_aliases(ours, theirs, sources.values()), *_compare_likeness(ours, theirs, sources)]
    return sorted(_drop_contained(pairs), key=lambda pair: (ours.find(pair[0]), pair))


def choose_sources(texts: Iterable[str], sources: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Give those of `sources` of whose spellings a capitalised word stands in one of `texts`: few of a desk's many."""
    printed = {key for text in texts for key in _name_keys(text)}
    return {
        slug: spellings
        for slug, spellings in sources.items()
        if any(_key_of(word) in printed for spelling in spellings for _, word in _read_capitalised(spelling))
    }


def _drop_contained(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Keep the longer of two pairs that show one difference: "Dan Driskell" rather than "Driskell"."""
    kept: list[tuple[str, str]] = []
    for pair in sorted(set(pairs), key=lambda pair: (-len(pair[0]) - len(pair[1]), pair)):
        if not any(pair[0] in one and pair[1] in other for one, other in kept):
            kept.append(pair)
    return kept


def _compare_aliases(first: str, second: str, sources: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Compare the fullest spelling of every source that each passage prints."""
    ours, theirs = word_keys(first), word_keys(second)
    for spellings in sources:
        one, other = _find_spelling(ours, spellings), _find_spelling(theirs, spellings)
        if one is None or other is None or _is_within(one, other) or _is_within(other, one):
            continue
        pairs = list(_pair_words(_own_words(one, other), _own_words(other, one)))
        if pairs:
            yield " ".join(a for a, _ in pairs), " ".join(b for _, b in pairs)


def _find_spelling(keys: Sequence[str], spellings: Sequence[str]) -> str | None:
    """Give the longest spelling that stands in a passage, if it is a name at all ("he" is none)."""
    found = [spelling for spelling in spellings if contains_words(keys, word_keys(spelling))]
    named = [spelling for spelling in found if _read_capitalised(spelling)]
    return max(named, key=lambda spelling: (len(spelling), spelling), default=None)


def _is_within(part: str, whole: str) -> bool:
    return set(_name_keys(part)) <= set(_name_keys(whole))


def _name_keys(spelling: str) -> list[str]:
    return [key.removesuffix("'s") for key in word_keys(spelling)]


def _own_words(spelling: str, other: str) -> list[str]:
    """Give the capitalised words of a spelling that the other spelling has not."""
    theirs = set(_name_keys(other))
    return [_bare(word) for _, word in _read_capitalised(spelling) if _key_of(word) not in theirs]


def _pair_words(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pair the words that are likely one name, in order."""
    at = 0
    for one in ours:
        for place in range(at, len(theirs)):
            if _is_like(one, theirs[place], MIN_LIKENESS_OF_KNOWN):
                yield one, theirs[place]
                at = place + 1
                break


def _is_like(one: str, other: str, least: int) -> bool:
    one, other = one.casefold(), other.casefold()
    return fuzz.ratio(one, other) >= least or (min(len(one), len(other)) >= 3 and (one in other or other in one))


def _compare_likeness(first: str, second: str, sources: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Compare the capitalised words that only one of the passages has."""
    ours, theirs = _read_capitalised(first), _read_capitalised(second)
    our_keys, their_keys = set(_name_keys(first)), set(_name_keys(second))
    known = _spelling_owners(sources)
    for at, one in ours:
        if _key_of(one) in their_keys or len(_bare(one)) < 4:
            continue
        for place, other in theirs:
            if _key_of(other) in our_keys or len(_bare(other)) < 4:
                continue
            owners, their_owners = known.get(_key_of(one)), known.get(_key_of(other))
            if owners and their_owners and owners.isdisjoint(their_owners):
                continue  # two people the desk knows, of like names
            if _is_variant(_key_of(one), _key_of(other)):
                given, their_given = _word_before(ours, at), _word_before(theirs, place)
                if given and their_given and given != their_given and given[0] == their_given[0]:
                    yield f"{given} {_bare(one)}", f"{their_given} {_bare(other)}"
                else:
                    yield _bare(one), _bare(other)


def _is_variant(one: str, other: str) -> bool:
    """Say whether two words look like two spellings of one name, not like Russia and Russian."""
    if are_two_names(one, other):
        return False
    if sound_alike(one, other):
        return True
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    if shared == 0 or (shared >= 4 and one[shared:] in _ENDINGS and other[shared:] in _ENDINGS):
        return False
    return fuzz.ratio(one, other) >= MIN_LIKENESS


def _spelling_owners(sources: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = {}
    for slug, spellings in sources.items():
        for spelling in spellings:
            for _, word in _read_capitalised(spelling):
                owners.setdefault(_key_of(word), set()).add(slug)
    return owners


def _read_capitalised(text: str) -> list[tuple[int, str]]:
    """Give the capitalised words of a text with their number in it; not those that only begin a sentence ("The")."""
    return [
        (at, text[word.start : word.end])
        for at, word in enumerate(iter_words(text))
        if text[word.start].isupper() and is_content(word.key)
    ]


def _word_before(capitalised: Sequence[tuple[int, str]], at: int) -> str:
    return next((word for place, word in capitalised if place == at - 1), "")


def _bare(word: str) -> str:
    """A name without its possessive ending."""
    return re.sub("['\u2019]s$", "", word)


def _key_of(word: str) -> str:
    return word_key(_bare(word))
