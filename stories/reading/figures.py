"""Figures with their units: amounts of money, shares, measures, counts. English number words; pure text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stories.reading.wording import iter_words

_SMALL_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_SMALL = _SMALL_NAMES.split()
_TENS_NAMES = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {name: ten for ten, name in enumerate(_TENS_NAMES.split(), start=2)}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mln": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9,
    "bln": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12, "dozen": 12,
}  # fmt: skip
_CURRENCIES = {
    "$": "USD", "us$": "USD", "dollar": "USD", "usd": "USD", "€": "EUR", "euro": "EUR", "eur": "EUR", "£": "GBP",
    "pound": "GBP", "gbp": "GBP", "¥": "JPY", "yen": "JPY", "₽": "RUB", "ruble": "RUB", "rouble": "RUB",
    "₴": "UAH", "hryvnia": "UAH", "rupee": "INR", "yuan": "CNY",
}  # fmt: skip
_MEASURES = {
    "km": ("m", 1e3), "kilometer": ("m", 1e3), "kilometre": ("m", 1e3), "mile": ("m", 1609.344), "meter": ("m", 1.0),
    "metre": ("m", 1.0), "foot": ("m", 0.3048), "feet": ("m", 0.3048), "kg": ("kg", 1.0), "kilogram": ("kg", 1.0),
    "kilo": ("kg", 1.0), "lb": ("kg", 0.4536), "ton": ("kg", 1e3), "tonne": ("kg", 1e3),
}  # fmt: skip
_WORDS = "|".join([*_TENS, *_SMALL[2:], "dozen", "hundred"])
_FIGURE = re.compile(
    r"(?<![\w.,:/\u2019'])(?<![A-Za-z][-\u2010-\u2015])"
    r"(?P<currency>(?:US|us)?\$|[€£¥₽₴])?\s?(?P<sign>[-\u2212](?=\d))?"
    rf"(?:(?P<digits>\d+(?:[.,]\d+)*)|(?P<word>(?i:{_WORDS})(?:[-\s](?i:{'|'.join(_SMALL[1:10])}))?))(?![\d:/])"
    r"(?P<rest>(?:st|nd|rd|th|s)\b)?"
    r"(?:[-\s]?(?P<scale>(?i:hundred|thousand|million|billion|trillion|dozen|bln|mln)|bn|mn|tn|m|k)(?!\w))?"
)  # fmt: skip
_LABEL_WORDS = (
    "article point chapter section page paragraph no number resolution room flight route channel day phase part"
)
_LABELS = frozenset(_LABEL_WORDS.split())
_BOUNDS = [
    (re.compile(r"(?:more than|over|at least|above|exceeding|minimum of)\s*$", re.IGNORECASE), "at least"),
    (re.compile(r"(?:less than|fewer than|under|up to|at most|below|maximum of)\s*$", re.IGNORECASE), "at most"),
    (re.compile(r"(?:about|around|some|nearly|almost|roughly|approximately|close to)\s*$", re.IGNORECASE), "about"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a passage: its place, value, what it counts, and how exact it claims to be.

    `kind` is money, percent, measure or count; `unit` the currency, the base unit (m, kg) or the noun counted, in the
    singular. `bound` is "", "at least", "at most" or "about". `given_in` is the unit as printed.
    """

    start: int
    end: int
    value: float
    kind: str
    unit: str
    bound: str = ""
    given_in: str = ""

    def is_of_one_thing_with(self, other: "Figure") -> bool:
        """Say whether two figures count the same: only then can they contradict each other."""
        if self.kind == other.kind == "money" and self.unit != other.unit:
            return self.value == other.value  # not a conversion: the same number of another currency
        return (self.kind, self.unit) == (other.kind, other.unit) and self.unit != ""

    def agrees_with(self, other: "Figure") -> bool:
        """Say whether two figures of one thing can both be right."""
        if self.kind == other.kind == "money" and self.unit != other.unit:
            return False
        low, high = sorted((self, other), key=lambda figure: figure.value)
        if low.value == high.value or low.bound == "at least" or high.bound == "at most":
            return True
        converted = self.kind == "measure" and self.given_in != other.given_in
        slack = 0.1 if "about" in (low.bound, high.bound) else 0.05 if converted else 0.0
        return abs(high.value - low.value) <= slack * abs(high.value)


def read_figures(text: str, *, besides: Iterable[tuple[int, int]] = ()) -> list[Figure]:
    """Find the figures in `text`, in order; `besides` are spans that are something else (dates).

    Years, ordinals, times of day, numbers of articles and rooms, and names like F-16 are no figures.
    """
    spans = list(besides)
    figures = []
    for match in _FIGURE.finditer(text):
        if any(match.start() < end and start < match.end() for start, end in spans) or match["rest"]:
            continue
        if figure := _read_figure(text, match):
            figures.append(figure)
    return figures


def _read_figure(text: str, match: re.Match[str]) -> Figure | None:
    before = text[max(0, match.start() - 40) : match.start()]
    words_before = [word.key for word in iter_words(before)]
    following = re.match(r"[-\s]?(%|[$€£]|[^\W\d_]+)(?:\s([^\W\d_]+))?", text[match.end() :])
    unit = (following[1] if following else "").lower()
    if words_before and words_before[-1] in _LABELS and not match["currency"]:
        return None
    value = _value_of(match)
    if _is_year(match, unit):
        return None
    bound = next((name for pattern, name in _BOUNDS if pattern.search(before)), "")
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    end = match.end() + (following.end(1) if following else 0)
    if match["currency"]:
        currency = _CURRENCIES[match["currency"].lower()]
        return Figure(start, match.end(), value, "money", currency, bound, currency)
    singular = _singular(unit)
    if singular in _CURRENCIES:
        return Figure(start, end, value, "money", _CURRENCIES[singular], bound, singular)
    if unit in ("%", "percent", "pct") or (unit == "per" and following and following[2] == "cent"):
        end = match.end() + (following.end(2) if following and unit == "per" else following.end(1) if following else 0)
        return Figure(start, end, value, "percent", "percent", bound, "percent")
    if singular in _MEASURES:
        base, factor = _MEASURES[singular]
        return Figure(start, end, value * factor, "measure", base, bound, singular)
    return Figure(start, end, value, "count", singular if unit.isalpha() else "", bound, singular)


def _value_of(match: re.Match[str]) -> float:
    if match["digits"]:
        digits = re.sub(r",(?=\d{3}(?!\d))", "", match["digits"]).replace(",", ".")
        whole, *decimals = digits.split(".")
        value = float(f"{whole}.{''.join(decimals)}") if len(decimals) < 2 else float(whole + "".join(decimals))
    else:
        first, *second = re.split(r"[-\s]", match["word"].lower())
        value = float(_TENS[first] * 10 if first in _TENS else _SCALES.get(first) or _SMALL.index(first))
        if second:
            value = value + _SMALL.index(second[0]) if first in _TENS else value
    value = round(value * _SCALES.get((match["scale"] or "").lower(), 1.0), 6)  # 1.15 million is 1,150,000
    return -value if match["sign"] else value


def _is_year(match: re.Match[str], unit: str) -> bool:
    bare = match["digits"] is not None and not match["currency"] and not match["scale"]
    return bare and re.fullmatch(r"(?:19|20)\d\d", match["digits"]) is not None and not unit.endswith("s")


def _singular(unit: str) -> str:
    return unit[:-1] if unit.endswith("s") and len(unit) > 2 else unit
