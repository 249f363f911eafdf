"""Form: two wordings that say the same in other letters: I'd and I would, 2 and two, Sen. and Senator. Pure text."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from stories.reading.numbers import read_words
from stories.reading.strength import stem_verb

_LONG = {
    "cannot": "can not", "can't": "can not", "won't": "will not", "shan't": "shall not", "ain't": "is not",
    "let's": "let us", "i'm": "i am", "gonna": "going to", "wanna": "want to", "gotta": "got to", "ok": "okay",
    "sen": "senator", "sens": "senators", "rep": "representative", "reps": "representatives", "gov": "governor",
    "gen": "general", "lt": "lieutenant", "col": "colonel", "capt": "captain", "sgt": "sergeant", "dr": "doctor",
    "mr": "mister", "prof": "professor", "pres": "president", "st": "saint", "vs": "versus", "jr": "junior",
    "percent": "per cent", "defence": "defense", "offence": "offense", "grey": "gray",
}  # fmt: skip
_ENDINGS = {"n't": "not", "'ll": "will", "'re": "are", "'ve": "have", "'d": "would", "'s": "is"}
_BRITISH = (("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("ise", "ize"), ("our", "or"), ("tre", "ter"))
_SPEAKER = ("i", "we")


def are_one_form(first: Sequence[str], second: Sequence[str], *, at_start: bool = False) -> bool:
    """Say whether two runs of word keys differ in form alone. `at_start` when both begin their quotations, where one
    outlet makes the speaker's "I look" its own "looks".
    """
    ours, theirs = (_spell_out(keys) for keys in (first, second))
    if ours == theirs:
        return True
    if not at_start:
        return False
    spoken, told = (ours, theirs) if ours[:1] and ours[0] in _SPEAKER else (theirs, ours)
    return bool(spoken and told) and spoken[0] in _SPEAKER and [*map(stem_verb, spoken[1:])] == [*map(stem_verb, told)]


def _spell_out(keys: Sequence[str]) -> list[str]:
    return [word for key in keys for word in _long_form(key)]


@lru_cache(maxsize=20_000)
def _long_form(key: str) -> tuple[str, ...]:
    if key in _LONG:
        return tuple(_LONG[key].split())
    for ending, word in _ENDINGS.items():
        if key.endswith(ending) and len(key) > len(ending):
            return (*_long_form(key.removesuffix(ending)), word)
    if numbers := list(_numbers(key)):
        return (f"{numbers[0]:g}",)
    for british, american in _BRITISH:
        if key.endswith(british) and len(key) > len(british) + 2:
            return (key.removesuffix(british) + american,)
    return (key,)


def _numbers(key: str) -> Iterator[float]:
    if key.isalpha():
        yield from (value for start, end, value in read_words(key) if (start, end) == (0, len(key)))
    if key == "one":
        yield 1.0
