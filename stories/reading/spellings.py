"""Spellings: whether two words are one name, transliterated otherwise or in another case, or two names. Pure text."""

import re

_RULES = (
    (r"shch|sch|sh", "s"), (r"kh", "h"), (r"zh", "z"), (r"ts|tz", "c"), (r"w", "v"), (r"ck", "k"), (r"x", "ks"),
    (r"^[yji]e|(?<=[^aeiou])ie", "e"), (r"[yji]o", "o"), (r"[yji]u", "u"), (r"[yji]a", "a"),
    (r"[ye]?[iyj]+", "i"), (r"(.)\1+", r"\1"), (r"[ioe]v$", "v"), (r"(?<=.)s?k[aio]$", "k"),
)  # fmt: skip
_GIVEN = (
    "volodimir vladimir", "oleksandr aleksandr aleksander", "mikola nikolai", "dmitro dmitri", "olena elena",
    "mihailo mihail", "pavlo pavel", "petro piotr", "oleksi aleksi", "katerina ekaterina", "hana ana",
    "tetana tatana", "olha olga", "evhen evgeni",
)  # fmt: skip
"""Ukrainian given names and the Russian ones that are printed for them, as `_sound` writes them."""
_ONE_GIVEN = {name: names.split()[0] for names in _GIVEN for name in names.split()}
_MIN_FOR_G = 6
"""Ukrainian h is Russian g; in shorter words it is Gary and Harry."""

_TITLES = (
    "senator senate representative president minister secretary chairman chairwoman governor general colonel judge"
    " justice mayor congress congressman ambassador chancellor speaker director commissioner spokesman spokeswoman"
)
_COUNTRIES = (
    "iran iraq austria australia niger nigeria slovakia slovenia guinea guyana mali malawi ireland iceland sweden"
    " switzerland latvia lithuania libya lebanon liberia syria serbia oman jordan gambia zambia china chile india"
    " indiana indonesia north south east west northern southern eastern western"
)
_NO_VARIANTS = frozenset(_TITLES.split())
_PLACES = frozenset(_COUNTRIES.split())
_CASES = (
    "а у ю я ом ем єм ой ей ою єю ові еві єві і и ы е є о ів ов їв ам ями ами ах ях ий ый ій ой ого его ому ему им"
    " ым ими ыми ої ая яя ую юю ь"
)
_CASE_ENDINGS = frozenset(["", *_CASES.split()])
_CYRILLIC = re.compile(r"[\u0400-\u04ff’'-]+")


def are_two_names(one: str, other: str) -> bool:
    """Say whether two words that look alike are known to be no spellings of one name: titles, places, cases, forms."""
    if one in _NO_VARIANTS or other in _NO_VARIANTS or {one, other} <= _PLACES:
        return True
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and len(long) - len(short) > 2:
        return True  # Indiana, Indianapolis
    return bool(_CYRILLIC.fullmatch(one) and _CYRILLIC.fullmatch(other)) and _are_cases(one, other)


def _are_cases(one: str, other: str) -> bool:
    """Say whether two Cyrillic words are one in different cases: Песков, Пескова."""
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    return any(
        one[at:] in _CASE_ENDINGS and other[at:] in _CASE_ENDINGS for at in range(max(3, shared - 2), shared + 1)
    )


def sound_alike(one: str, other: str) -> bool:
    """Say whether two words in Latin letters may be one Ukrainian or Russian name: Yermak, Ermak."""
    if not (one.isascii() and other.isascii()) or min(len(one), len(other)) < 4:
        return False
    ours, theirs = _sound(one), _sound(other)
    if ours == theirs:
        return True
    long = min(len(one), len(other)) >= _MIN_FOR_G
    return long and ours.replace("g", "h") == theirs.replace("g", "h")


def _sound(word: str) -> str:
    for pattern, sound in _RULES:
        word = re.sub(pattern, sound, word)
    return _ONE_GIVEN.get(word, word)
