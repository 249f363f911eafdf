"""Numbers in digits and in words, as English, Ukrainian, Russian, German, French and Spanish newsrooms write them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache


def any_of(names: Iterable[str]) -> str:
    """A pattern of any of `names` in any case, by first letters, so that a text is read fast."""
    tails: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(names, key=len, reverse=True):
        tails[name[0]].append(re.escape(name[1:]))
    heads = (f"[{first}{first.upper()}](?i:{'|'.join(rest)})" for first, rest in tails.items())
    return f"(?:{'|'.join(heads)})"


GROUPED = r"\d{1,3}(?:[ \u00a0\u2009\u202f'\u2019.,]\d{3})+(?![\d])"
"""A number whose thousands are set apart: 12 500, 12,500, 12.500, 12'500."""
DIGITS = rf"(?:{GROUPED}(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"

SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12, "k": 1e3, "m": 1e6,
    "mln": 1e6, "mn": 1e6, "mio": 1e6, "bln": 1e9, "bn": 1e9, "b": 1e9, "mrd": 1e9, "md": 1e9, "mds": 1e9, "trn": 1e12,
    "tn": 1e12, "t": 1e12, "тис": 1e3, "тыс": 1e3, "млн": 1e6, "млрд": 1e9, "трлн": 1e12, "tausend": 1e3,
    "millionen": 1e6, "milliarde": 1e9, "milliarden": 1e9, "billionen": 1e12, "mille": 1e3, "millions": 1e6,
    "milliard": 1e9, "milliards": 1e9, "mil": 1e3, "millón": 1e6, "millones": 1e6, "mil millones": 1e9,
    "billón": 1e12, "billones": 1e12,
}  # fmt: skip
"""What a word or sign after a number multiplies it by. French \u201cbillion\u201d is read as English."""
_CYRILLIC_SCALES = (
    (r"тисяч\w{0,3}|тысяч\w{0,3}", 1e3),
    (r"м[іи]ль?л?йон\w{0,3}|миллион\w{0,3}", 1e6),
    (r"мільярд\w{0,3}|миллиард\w{0,3}", 1e9),
    (r"трильйон\w{0,3}|триллион\w{0,3}", 1e12),
)
_SIGNS = r"m|(?i:bn|mn|tn)|M|(?<=\d)[kKBT]"
_SCALE_WORDS = "|".join(sorted((word for word in SCALES if len(word) > 2 or word == "md"), key=len, reverse=True))
SCALE = (
    rf"(?P<scale>(?i:{_SCALE_WORDS}|{'|'.join(pattern for pattern, _ in _CYRILLIC_SCALES)})(?!\w)"
    rf"|(?:{_SIGNS})(?=[€$£]|(?!\w)))"
)

_ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_TENS_OF_ENGLISH = "twenty thirty forty fifty sixty seventy eighty ninety"
_GERMAN = (
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn"
    " achtzehn neunzehn"
)
_TENS_OF_GERMAN = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_OTHERS = (
    "два дві две двох двое двоє:2 три трьох трех трёх троє трое:3 чотири чотирьох четверо четыре четырёх четырех:4"
    " п'ять п’ять п'яти п’яти пятеро пять пяти:5 шість шести шестеро шесть:6 сім семи семь семеро:7"
    " вісім восьми восемь:8"
    " дев'ять дев’ять девять девяти:9 десять десяти десяток:10 одинадцять одиннадцать:11 дванадцять двенадцать:12"
    " тринадцять тринадцать:13 чотирнадцять четырнадцать:14 п'ятнадцять п’ятнадцять пятнадцать:15"
    " шістнадцять шестнадцать:16 сімнадцять семнадцать:17 вісімнадцять восемнадцать:18"
    " дев'ятнадцять дев’ятнадцять девятнадцать:19 двадцять двадцать двадцяти двадцати:20 тридцять тридцать:30"
    " сорок сорока:40 п'ятдесят п’ятдесят пятьдесят:50 шістдесят шестьдесят:60 сімдесят семьдесят:70"
    " вісімдесят восемьдесят:80 дев'яносто дев’яносто девяносто:90 сто:100 двісті двести:200 триста:300"
    " чотириста четыреста:400 п'ятсот п’ятсот пятьсот:500 шістсот шестьсот:600 сімсот семьсот:700"
    " вісімсот восемьсот:800 дев'ятсот дев’ятсот девятьсот:900"
    " uno:1 deux dos:2 trois tres:3 quatre cuatro:4 cinq cinco:5 seis:6 siete:7 huit ocho:8 neuf nueve:9 dix diez:10"
    " onze:11 douze doce:12 treize trece:13 quatorze catorce:14 quinze quince:15 seize dieciséis:16 diecisiete:17"
    " dieciocho:18 diecinueve:19 vingt veinte:20 trente treinta:30 quarante cuarenta:40 cinquante cincuenta:50"
    " soixante sesenta:60 setenta:70 quatre-vingt quatre-vingts ochenta:80 noventa:90 cien ciento:100"
    " doscientos doscientas:200 trescientos trescientas:300 cuatrocientos:400 quinientos quinientas:500"
    " seiscientos:600 setecientos:700"
    " ochocientos:800 novecientos:900"
)
"""What means something else in another of these languages is left out: once, elf, cent, sept, mil."""


def _name_small() -> dict[str, int]:
    named = {name: value for value, name in enumerate(_ENGLISH.split())}
    named |= {name: 10 * ten for ten, name in enumerate(_TENS_OF_ENGLISH.split(), start=2)}
    for names, value in re.findall(r"([^:]+):(\d+)", _OTHERS):
        named |= dict.fromkeys(names.split(), int(value))
    return named


_SMALL = _name_small()
_GERMAN_SMALL = {name: value for value, name in enumerate(_GERMAN.split())}
_GERMAN_TENS = {name: 10 * ten for ten, name in enumerate(_TENS_OF_GERMAN.split(), start=2)}
_UNITS = "|".join(_GERMAN.split()[1:10])
_GERMAN_WORD = (
    rf"(?:(?:{_UNITS})?hundert(?:und)?)?(?:(?:{_UNITS})und)?(?:{'|'.join(_GERMAN_TENS)})"
    rf"|(?:{_UNITS})?hundert(?:{'|'.join(_GERMAN.split()[2:])})?|(?:{'|'.join(_GERMAN.split()[13:])})"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf"
)
_BIG = ("hundred", "thousand", "million", "billion", "trillion", "dozen")
_NAME = rf"(?:{any_of([*_SMALL, *_BIG])}|(?i:{_GERMAN_WORD}))"
_AND = r"(?:\sand\s(?!a\b)|\set\s|\sy\s)"
WORDS = (
    rf"(?:[hH]alf a (?:million|billion)|{_NAME}(?:(?:[-\s\u2010\u2011]|{_AND}){_NAME})*)"
    r"(?!\w|['\u2019]\w)(?:[-\s]and[-\s]a[-\s]half\b)?"
)
"""A run of number words, hyphens and "and" included; `read_words` says which numbers it holds."""


_LONE = (["one"], ["uno"], ["zero"])
"""What alone is more often a pronoun or an idiom than a number."""


def read_words(run: str) -> Iterator[tuple[int, int, float]]:
    """Give the numbers of a run of number words: start and end in the run, and the value. A lone "one" is none."""
    if run.lower().startswith("half a "):
        yield 0, len(run), SCALES[run.split()[-1].lower()] / 2
        return
    run, half = (run[:-11], 0.5) if run.endswith("half") else (run, 0.0)
    number = _Number()
    start = end = 0
    for match in re.finditer(rf"{_NAME}(?!\w)", run):
        between = run[end : match.start()].strip(" -\u00a0\u2010\u2011").lower()
        if number.tokens and not number.takes(match[0].lower(), joined=between):
            if number.tokens not in _LONE:
                yield start, end, number.value
            number = _Number()
        if not number.tokens:
            start = match.start()
        number.add(match[0].lower())
        end = match.end()
    if half or (number.tokens and number.tokens not in _LONE):
        yield start, end, number.value + half


class _Number:
    """A number while its words are read: two hundred and thirty thousand."""

    def __init__(self) -> None:
        self.total = self.current = 0.0
        self.tokens: list[str] = []

    @property
    def value(self) -> float:
        return self.total + self.current

    def takes(self, word: str, *, joined: str) -> bool:
        """Say whether `word` goes on with this number; `joined` is the "and" between them, or empty."""
        if word in SCALES:
            return not joined and not (word in ("hundred", "dozen") and not 0 < self.current < 100)
        big = self.tokens[-1] in SCALES
        if joined == "and" and not big:
            return False
        room = self.current % 100 if self.current % 100 else 100.0 if self.current else 1e3
        value = _small(word)
        return (value < 10 and room % 10 == 0 and room >= 20) or (value < room and (big or room in (60, 80, 100)))

    def add(self, word: str) -> None:
        self.tokens.append(word)
        if word not in SCALES:
            self.current += _small(word)
        elif word in ("hundred", "dozen"):
            self.current = (self.current or 1) * SCALES[word]
        else:
            self.total += (self.current or 1) * SCALES[word]
            self.current = 0.0


def _small(word: str) -> int:
    return _SMALL[word] if word in _SMALL else _read_german(word)


@lru_cache(maxsize=1_000)
def _read_german(word: str) -> int:
    """Read zweihundertdreiundzwanzig."""
    before, hundred, after = word.rpartition("hundert")
    value = 100 * (_GERMAN_SMALL.get(before, 1) if hundred else 0)
    after = after.removeprefix("und")
    if after in _GERMAN_SMALL:
        return value + _GERMAN_SMALL[after]
    ten = next((name for name in _GERMAN_TENS if after.endswith(name)), "")
    unit = after.removesuffix(ten).removesuffix("und")
    return value + _GERMAN_TENS.get(ten, 0) + _GERMAN_SMALL.get(unit, 0)


def scale_of(word: str) -> float:
    """Say what a scale as printed multiplies by: million, млрд., Mrd."""
    key = word.lower()
    if key in SCALES:
        return SCALES[key]
    return next((scale for pattern, scale in _CYRILLIC_SCALES if re.fullmatch(pattern, key)), 1.0)


def read_digits(digits: str, *, whole: bool = False) -> float:
    """Read a number in digits. `whole` when it counts things, of which there are no thousandths: 12.500 soldiers."""
    digits = re.sub("[ \u00a0\u2009\u202f'\u2019]", "", digits)
    marks = re.findall("[.,]", digits)
    if len(set(marks)) == 1 and (
        len(marks) > 1 or ((marks == [","] or whole) and re.search(r"[1-9]\d{0,2}[.,]\d{3}$", digits))
    ):
        return float(re.sub("[.,]", "", digits))
    head, mark, tail = digits.rpartition(marks[-1]) if marks else ("", "", digits)
    return float(re.sub("[.,]", "", head) + ("." if mark else "") + tail)
