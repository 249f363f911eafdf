"""Strength: how firmly a passage says a thing, by its modal verbs: will, must, is expected to, is prepared to, may.

English only; a passage in another language has no strength that this module can read. An open finding blocks a wording,
so what is not sure is left out: verb and subject must agree, and nothing stands between "not" and its verb. Pure text.
"""

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
    "considering": "intention", "weighing": "intention", "plan": "intention", "plans": "intention",
}  # fmt: skip
_AUXILIARIES = frozenset(["is", "are", "was", "were", "be", "been", "has", "have", "had"])
_NEGATORS = frozenset(["not", "never", "cannot"])
_BETWEEN_WORDS = "not never be been being have has also still soon now then only ever yet even"
_BETWEEN = frozenset(_BETWEEN_WORDS.split())
_DETERMINERS = (
    "a an the any this that these those his her its their our my no of on in for from by with and or each every to"
)
_BEFORE_NOUNS = frozenset(_DETERMINERS.split())
_PERSONS = (
    frozenset(["i", "he", "she", "who"]),
    frozenset(["we", "they", "who", "you"]),
    frozenset(["it", "they", "which", "that"]),
)
"""Pronouns that may stand for one who acts: what is quoted says "I", what is reported "she"."""
_OBJECTS = frozenset(["it", "them", "so", "this", "that", "him", "her", "us"])
_SYNONYMS = (
    ("start", "begin", "launch"), ("respond", "reply", "answer"), ("attack", "strike"), ("allow", "permit", "let"),
    ("stop", "halt", "end"), ("buy", "purchase"), ("help", "assist"), ("speak", "talk"), ("quit", "resign"),
    ("get", "obtain", "receive"), ("give", "provide", "grant"), ("need", "require"), ("meet", "see"),
)  # fmt: skip
_VERBS_IN_LY = frozenset(
    ["reply", "supply", "apply", "rely", "fly", "comply", "imply", "multiply", "rally", "ally", "bully"]
)
MIN_SHARED = 3
"""Without a verb in common, two passages must share so many content words for their modal verbs to be compared."""
REACH = 12
"""Words after a verb that tell what it is about."""
MAX_PLACE = 4
"""Words in one place of two like sentences, of which one is modal."""


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
        while verb < len(keys) and verb - at - size < 4 and (keys[verb] in _BETWEEN or _is_adverb(keys[verb])):
            verb += 1
        if verb < len(keys):
            mentions.append(Mention(strength, stem_verb(keys[verb]), _start_of_phrase(keys, at), verb + 1))
        at += size
    return mentions


def _modal_at(keys: Sequence[str], at: int) -> tuple[str, int]:
    key = keys[at]
    if key.endswith("'ll"):
        return "undertaking", 1
    if (key == "would" or key.endswith("'d")) and keys[at + 1 : at + 2] == ["like"]:
        return "intention", 3 if keys[at + 2 : at + 3] == ["to"] else 2
    if key.endswith("'d") and not "".join(keys[at + 1 : at + 2]).endswith(("ed", "en", "better", "had", "'d")):
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
    """Cut an English verb's endings: offer, offers, offered and offering are one; so are start and begin."""
    for ending in ("ing", "ied", "ies", "ed", "es", "s", "e", "y"):
        if key.endswith(ending) and len(key) - len(ending) >= 3:
            key = key.removesuffix(ending)
            break
    return _CALLED.get(key, key)


def _name_synonyms() -> dict[str, str]:
    called: dict[str, str] = {}
    for first, *others in _SYNONYMS:
        for other in others:
            called[stem_verb(other)] = stem_verb(first)
    return called


_CALLED: dict[str, str] = {}
_CALLED |= _name_synonyms()


@dataclass(frozen=True, slots=True)
class _Said:
    """A verb as a passage says it: words start..end, its subject's word, what follows, and how firmly."""

    verb: str
    start: int
    end: int
    subject: str
    named: bool
    object: frozenset[str]
    pronoun: bool
    passive: bool
    denied: bool
    strength: str = ""


class _Passage:
    """The words of a passage with what is needed to tell who does what."""

    def __init__(self, words: Sequence[Word], text: str) -> None:
        self.words = words
        self.keys = [word.key for word in words]
        self.capital = [text[word.start : word.start + 1].isupper() for word in words]
        self.modal = [self._say(one.start, one.end, one.strength) for one in read_strength(words)]
        taken = {one.end - 1 for one in self.modal}
        self.plain = [
            self._say(at, at + 1)
            for at, key in enumerate(self.keys)
            if at not in taken and is_content(key) and at > 0 and not _precedes_noun(self.keys[at - 1])
        ]

    def _say(self, start: int, end: int, strength: str = "") -> _Said:
        before = start - 1
        while before >= 0 and (
            self.keys[before] in _AUXILIARIES | _BETWEEN
            or _is_adverb(self.keys[before])
            or self.keys[before].endswith("n't")
        ):
            before -= 1
        phrase, following = self.keys[before + 1 : end], self.keys[end : end + REACH]
        return _Said(
            verb=stem_verb(self.keys[end - 1]),
            start=start,
            end=end,
            subject=self.keys[before] if before >= 0 else "",
            named=before >= 0 and self._is_named(before),
            object=frozenset(filter(is_content, following)),
            pronoun=bool(following) and following[0] in _OBJECTS,
            passive=self.keys[end - 1].endswith(("ed", "en"))
            and any(key in ("be", "been", "being", "is", "are", "was", "were") for key in phrase),
            denied=_is_denied(phrase),
            strength=strength,
        )

    def _is_named(self, at: int) -> bool:
        return self.capital[at] or (at > 0 and self.capital[at - 1] and is_content(self.keys[at - 1]))


def _is_adverb(key: str) -> bool:
    return key.endswith("ly") and key not in _VERBS_IN_LY


def _precedes_noun(key: str) -> bool:
    return key in _BEFORE_NOUNS or key.endswith("'s")


def _is_denied(phrase: Sequence[str]) -> bool:
    return any(key in _NEGATORS or key.endswith("n't") for key in phrase)


def _is_of_one(one: _Said, other: _Said) -> bool:
    """Say whether two verbs are one act of one who acts: their subjects agree, or may and they are about one thing."""
    if one.verb != other.verb:
        return False
    if one.passive != other.passive:
        active, passive = (other, one) if one.passive else (one, other)
        return passive.subject in active.object
    about_one = bool(one.object & other.object or one.pronoun or other.pronoun)
    if one.subject == other.subject:
        return is_content(one.subject) or about_one or not (one.object and other.object)
    return about_one and _may_be(one, other)


def _may_be(one: _Said, other: _Said) -> bool:
    """Say whether two subjects may be one: names and pronouns, but no pronouns of different persons."""
    pronouns = [said.subject for said in (one, other) if not said.named]
    if not all(any(key in person for person in _PERSONS) for key in pronouns):
        return False
    return len(pronouns) < 2 or any(set(pronouns) <= person for person in _PERSONS)


def compare_strength(
    first: Sequence[Word], second: Sequence[Word], *, texts: tuple[str, str]
) -> Iterator[tuple[slice, slice]]:
    """Find where one passage says more firmly what the other says too: the words of both, as slices.

    One verb under modal verbs of different strength, or under one and under none; "not" before a verb that the other
    says without; and, in passages that say nearly the same, a modal phrase where the other has something else. `texts`
    are the passages from which the words were read.
    """
    ours, theirs = _Passage(first, texts[0]), _Passage(second, texts[1])
    found = list(_compare_modal(ours, theirs))
    found += _find_plain(ours, theirs)
    found += [(b, a) for a, b in _find_plain(theirs, ours)]
    found += _find_denied(ours, theirs)
    found += [(b, a) for a, b in _find_denied(theirs, ours)]
    if not found:
        found += _compare_places(ours, theirs)
    seen: set[tuple[int, int, int, int]] = set()
    for a, b in sorted(found, key=lambda pair: (pair[0].start, pair[1].start)):
        key = (a.start, a.stop, b.start, b.stop)
        if key not in seen:
            seen.add(key)
            yield a, b


def _spans(one: _Said, other: _Said) -> tuple[slice, slice]:
    return slice(one.start, one.end), slice(other.start, other.end)


def _compare_modal(ours: _Passage, theirs: _Passage) -> Iterator[tuple[slice, slice]]:
    """Find the first verb, from either side, that stands under modal verbs of different strength."""
    pairs = [
        (one, other)
        for one in ours.modal
        for other in theirs.modal
        if one.denied == other.denied
        and _is_of_one(one, other)
        and _strengths(ours, one).isdisjoint(_strengths(theirs, one))
    ]
    first = min((_place(*pair) for pair in pairs), default=None)
    yield from (_spans(*pair) for pair in pairs if _place(*pair) == first)


def _strengths(passage: _Passage, said: _Said) -> set[str]:
    return {one.strength for one in passage.modal if one.verb == said.verb}


def _place(one: _Said, other: _Said) -> tuple[int, int]:
    return one.start + other.start, min(one.start, other.start)


def _find_plain(ours: _Passage, theirs: _Passage) -> Iterator[tuple[slice, slice]]:
    """Find a verb that stands under a modal verb in the first, and plainly in the second."""
    verbs = {said.verb for said in theirs.modal}
    for one in ours.modal:
        if one.verb in verbs or not is_content(ours.keys[one.end - 1]) or one.denied:
            continue
        for other in theirs.plain:
            if _is_of_one(one, other) and not other.denied:
                yield _spans(one, other)
                break


def _find_denied(ours: _Passage, theirs: _Passage) -> Iterator[tuple[slice, slice]]:
    """Find a verb that the first denies ("had not been informed") and the second says."""
    for one in (said for said in ours.plain if said.denied):
        same = [other for other in theirs.plain + theirs.modal if other.verb == one.verb]
        own = [other for other in ours.plain + ours.modal if other.verb == one.verb]
        if all(other.denied for other in own) and not any(other.denied for other in same):
            for other in same:
                if _is_of_one(one, other):
                    yield slice(_negator_before(ours.keys, one.start), one.end), slice(other.start, other.end)
                    break


def _negator_before(keys: Sequence[str], at: int) -> int:
    return next((place for place in range(at - 1, -1, -1) if _is_denied([keys[place]])), at)


def _compare_places(ours: _Passage, theirs: _Passage) -> Iterator[tuple[slice, slice]]:
    """Find a modal phrase where the other passage, of one subject and about one thing, has something else."""
    codes = diff_keys(ours.keys, theirs.keys)
    for place in range(1, len(codes) - 1):
        (_, _, before, _, _), (tag, a, b, c, d), (_, after, *_) = codes[place - 1 : place + 2]
        if tag != "replace" or max(b - a, d - c) > MAX_PLACE or not is_content(ours.keys[before - 1]):
            continue
        shared = [
            key for tag, e, f, *_ in codes[place + 1 :] if tag == "equal" for key in ours.keys[e:f] if is_content(key)
        ]
        one = [said for said in ours.modal if a == said.start and said.end <= b]
        other = [said for said in theirs.modal if c == said.start and said.end <= d]
        if bool(one) != bool(other) and is_content(ours.keys[after]) and len(shared) >= MIN_SHARED:
            yield slice(a, b), slice(c, d)
