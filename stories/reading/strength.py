"""Strength: how firmly a passage says a thing, by its modal verbs: will, must, is expected to, is prepared to, may.

English only; a passage in another language has no strength that this module can read. Pure text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stories.reading.wording import Word, diff_keys, is_content

_ONE_WORD = {
    "will": "undertaking", "shall": "undertaking", "would": "undertaking", "won't": "undertaking",
    "wouldn't": "undertaking", "must": "obligation", "mustn't": "obligation", "should": "expectation",
    "shouldn't": "expectation", "may": "possibility", "might": "possibility", "can": "possibility",
    "could": "possibility", "cannot": "possibility", "can't": "possibility", "couldn't": "possibility",
}  # fmt: skip
_BEFORE_TO = {
    "is": "undertaking", "are": "undertaking", "was": "undertaking", "were": "undertaking", "going": "undertaking",
    "pledged": "undertaking", "promised": "undertaking", "vowed": "undertaking", "agreed": "undertaking",
    "pledges": "undertaking", "promises": "undertaking", "vows": "undertaking", "agrees": "undertaking",
    "has": "obligation", "have": "obligation", "had": "obligation", "needs": "obligation", "need": "obligation",
    "needed": "obligation", "obliged": "obligation", "forced": "obligation", "required": "obligation",
    "ought": "expectation", "expected": "expectation", "likely": "expectation", "supposed": "expectation",
    "set": "expectation", "due": "expectation", "expects": "expectation",
    "prepared": "readiness", "ready": "readiness", "willing": "readiness", "able": "readiness",
    "intends": "intention", "intend": "intention", "intended": "intention", "planned": "intention",
    "planning": "intention", "aims": "intention", "hopes": "intention", "hoped": "intention", "hoping": "intention",
    "wants": "intention", "want": "intention", "wanted": "intention", "seeks": "intention", "seeking": "intention",
    "considering": "intention", "weighing": "intention",
}  # fmt: skip
_AUXILIARIES = frozenset(["is", "are", "was", "were", "be", "been", "has", "have", "had"])
_NEGATORS = frozenset(["not", "never", "cannot", "neither"])
_BETWEEN_WORDS = "not never be been being have has also still soon now then only ever yet even"
_BETWEEN = frozenset(_BETWEEN_WORDS.split())
_DETERMINERS = (
    "a an the any this that these those his her its their our my no of on in for from by with and or each every"
)
_BEFORE_NOUNS = frozenset(_DETERMINERS.split())
MIN_SHARED = 3
"""Without a verb in common, two passages must share so many content words for their modal verbs to be compared."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A modal phrase with its verb: words start..end of the passage."""

    strength: str
    verb: str
    start: int
    end: int


def read_strength(words: Sequence[Word]) -> list[Mention]:
    """Find the modal phrases among the words of a passage."""
    keys = [word.key for word in words]
    mentions = []
    at = 0
    while at < len(keys):
        strength, size = _modal_at(keys, at)
        if not strength:
            at += 1
            continue
        verb = at + size
        while verb < len(keys) and verb - at - size < 4 and (keys[verb] in _BETWEEN or keys[verb].endswith("ly")):
            verb += 1
        if verb < len(keys):
            mentions.append(Mention(strength, stem_verb(keys[verb]), _start_of_phrase(keys, at), verb + 1))
        at += size
    return mentions


def _modal_at(keys: Sequence[str], at: int) -> tuple[str, int]:
    key = keys[at]
    if key.endswith("'ll"):
        return "undertaking", 1
    if key in _ONE_WORD:
        return _ONE_WORD[key], 1
    if key in _BEFORE_TO and keys[at + 1 : at + 2] == ["to"]:
        return _BEFORE_TO[key], 2
    if key in ("is", "are", "was", "were") and keys[at + 1 : at + 3] == ["not", "to"]:
        return "undertaking", 3
    return "", 0


def _start_of_phrase(keys: Sequence[str], at: int) -> int:
    """Take the verb before it in: "are prepared to", "has been willing to"."""
    start = at
    while start > 0 and at - start < 3 and keys[start - 1] in _AUXILIARIES:
        start -= 1
    return start


def stem_verb(key: str) -> str:
    """Cut an English verb's endings: offer, offers, offered and offering are one."""
    for ending in ("ing", "ied", "ies", "ed", "es", "s", "e", "y"):
        if key.endswith(ending) and len(key) - len(ending) >= 3:
            return key.removesuffix(ending)
    return key


def compare_strength(first: Sequence[Word], second: Sequence[Word]) -> Iterator[tuple[slice, slice]]:
    """Find where one passage says more firmly what the other says too: the words of both, as slices.

    One verb under modal verbs of different strength, or under one and under none; "not" before a word that the other
    says without; and, in passages that say nearly the same, a modal phrase where the other has something else.
    """
    ours, theirs = read_strength(first), read_strength(second)
    found = list(_compare_verbs(ours, theirs))
    found += [(b, a) for a, b in _find_plain(theirs, ours, second, first)]
    found += _find_plain(ours, theirs, first, second)
    found += _find_denied(first, second)
    found += [(b, a) for a, b in _find_denied(second, first)]
    if not found:
        found += _compare_places(ours, theirs, first, second)
    seen: set[tuple[int, int, int, int]] = set()
    for a, b in sorted(found, key=lambda pair: (pair[0].start, pair[1].start)):
        key = (a.start, a.stop, b.start, b.stop)
        if key not in seen:
            seen.add(key)
            yield a, b


def _compare_verbs(ours: Sequence[Mention], theirs: Sequence[Mention]) -> Iterator[tuple[slice, slice]]:
    for one in ours:
        others = [other for other in theirs if other.verb == one.verb]
        same = {mention.strength for mention in ours if mention.verb == one.verb}
        if others and same.isdisjoint(other.strength for other in others):
            yield slice(one.start, one.end), slice(others[0].start, others[0].end)
            return


def _find_plain(
    ours: Sequence[Mention], theirs: Sequence[Mention], first: Sequence[Word], second: Sequence[Word]
) -> Iterator[tuple[slice, slice]]:
    """Find a verb that stands under a modal verb in the first, and plainly in the second."""
    verbs = {mention.verb for mention in theirs}
    for one in ours:
        if one.verb in verbs or not is_content(first[one.end - 1].key):
            continue
        for at, word in enumerate(second):
            if stem_verb(word.key) == one.verb and (at == 0 or not _precedes_noun(second[at - 1].key)):
                yield slice(one.start, one.end), slice(at, at + 1)
                break


def _precedes_noun(key: str) -> bool:
    return key in _BEFORE_NOUNS or key.endswith("'s") or key == "to"


def _find_denied(first: Sequence[Word], second: Sequence[Word]) -> Iterator[tuple[slice, slice]]:
    """Find a word that the first denies ("had not been informed") and the second says."""
    denied = _read_denied(second)
    for word, span in _read_denied(first).items():
        if word in denied:
            continue
        for at, other in enumerate(second):
            if stem_verb(other.key) == word:
                yield span, slice(at, at + 1)
                break


def _read_denied(words: Sequence[Word]) -> dict[str, slice]:
    denied = {}
    for at, word in enumerate(words):
        if word.key in _NEGATORS or re.search(r"n't$", word.key):
            for verb in range(at + 1, min(at + 4, len(words))):
                if is_content(words[verb].key):
                    denied[stem_verb(words[verb].key)] = slice(at, verb + 1)
                    break
    return denied


def _compare_places(
    ours: Sequence[Mention], theirs: Sequence[Mention], first: Sequence[Word], second: Sequence[Word]
) -> Iterator[tuple[slice, slice]]:
    """Find a modal phrase where the other passage, word by word, has a firmer, weaker or no modal verb."""
    codes = diff_keys([word.key for word in first], [word.key for word in second])
    shared = {word.key for tag, a, b, *_ in codes if tag == "equal" for word in first[a:b] if is_content(word.key)}
    if len(shared) < MIN_SHARED:
        return
    our_strengths, their_strengths = {m.strength for m in ours}, {m.strength for m in theirs}
    if our_strengths & their_strengths:
        return
    for tag, a, b, c, d in codes:
        if tag != "replace":
            continue
        one = [mention for mention in ours if a <= mention.start < b]
        other = [mention for mention in theirs if c <= mention.start < d]
        if one or other:
            yield slice(a, b), slice(c, d)
