"""Figures with their units: amounts of money, shares, measures, counts. Pure text.

Numbers are read as six languages write them (`stories.reading.numbers`); units are English, but for money and shares.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from stories.reading.dates import is_month
from stories.reading.numbers import DIGITS, SCALE, WORDS, read_digits, read_words, scale_of
from stories.reading.wording import FUNCTION_WORDS, iter_words

_DOLLARS = {"a": "AUD", "au": "AUD", "c": "CAD", "ca": "CAD", "hk": "HKD", "nz": "NZD", "s": "SGD", "r": "BRL"}
_CURRENCIES = {
    "$": "USD", "us$": "USD", "dollar": "USD", "usd": "USD", "€": "EUR", "euro": "EUR", "eur": "EUR", "£": "GBP",
    "pound": "GBP", "gbp": "GBP", "¥": "JPY", "yen": "JPY", "₽": "RUB", "ruble": "RUB", "rouble": "RUB", "rub": "RUB",
    "₴": "UAH", "hryvnia": "UAH", "uah": "UAH", "rupee": "INR", "yuan": "CNY", "franc": "CHF", "chf": "CHF",
    "руб": "RUB", "грн": "UAH", "євро": "EUR", "евро": "EUR", "dólar": "USD", "dólare": "USD", "peso": "peso",
} | {f"{prefix}$": code for prefix, code in _DOLLARS.items()}  # fmt: skip
_CYRILLIC_CURRENCIES = ((r"доларі?\w{0,2}|доллар\w{0,2}|дол", "USD"), (r"грив\w{1,3}", "UAH"), (r"рубл\w{1,2}", "RUB"))
_MEASURES = {
    "km": ("m", 1e3), "kilometer": ("m", 1e3), "kilometre": ("m", 1e3), "mile": ("m", 1609.344), "meter": ("m", 1.0),
    "metre": ("m", 1.0), "m": ("m", 1.0), "foot": ("m", 0.3048), "feet": ("m", 0.3048), "kg": ("kg", 1.0),
    "kilogram": ("kg", 1.0), "kilo": ("kg", 1.0), "lb": ("kg", 0.4536), "ton": ("kg", 1e3), "tonne": ("kg", 1e3),
    "км": ("m", 1e3), "кг": ("kg", 1.0),
}  # fmt: skip
_SHARES = re.compile(r"percent|pct|prozent|pour|por|відсот\w{1,3}|процент\w{0,3}")
_FIGURE = re.compile(
    r"(?<![\w.,:/\u2019'])(?<![^\W\d_][-\u2010-\u2015])"
    r"(?P<currency>(?:(?:US|us|AU?|CA?|HK|NZ|S|R)?\$|[€£¥₽₴]|(?:USD|EUR|GBP|CHF|UAH|RUB)(?=\s?\d)))?"
    r"\s?(?P<sign>[-\u2212](?=\d))?"
    rf"(?:(?P<digits>{DIGITS})(?![\d:/])|(?P<words>{WORDS}))"
    r"(?P<rest>(?:st|nd|rd|th|s|er|ère|º|ª|-?(?:го|й|я|е|му|ій|ого|ої|ти|та|те))\b(?!-)|\.(?=\s[a-zäöü]))?"
    rf"(?:[-\s]?{SCALE}(?P<dot>\.(?=\s(?:[^\W\dA-ZА-ЯІЇЄҐ]|Euro|Dollar|Franken)))?)?"
)
_NOT_A_FIGURE = frozenset(
    ["am", "pm", "a.m", "p.m", "uhr", "o'clock", "рік", "року", "році", "роках", "год", "года", "году"]
)
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


_JOINING = frozenset(["bis", "oder", "und", "до", "або", "или", "та", "і", "и", "з", "à", "ou", "et", "o", "y"])
_UNIT = re.compile(
    r"[-\s]?(?:de\s|d['\u2019])?(?P<unit>%|[$€£₽₴]|[^\W\d_]+(?:\.[^\W\d_](?![^\W\d_]))?)(?:\s(?P<more>[^\W\d_]+))?"
)
_RANGE = re.compile(r"\s?(?:[-\u2010-\u2015]|to|or|bis|oder|до|або|или|à|ou|a|o)\s?")


def read_figures(text: str, *, besides: Iterable[tuple[int, int]] = ()) -> list[Figure]:
    """Find the figures in `text`, in order; `besides` are spans that are something else (dates).

    Years, days of a month, ordinals, times of day, numbers of articles and rooms, and names like F-16 are no figures.
    In a range the first takes scale and unit of the second: \u201c60-70 billion dollars\u201d.
    """
    text = _blank(text, besides)
    found = [(figure, scale) for match in _FIGURE.finditer(text) for figure, scale in _read_match(text, match)]
    figures = [figure for figure, _ in found]
    for place, ((low, own), (high, scale)) in enumerate(itertools.pairwise(found)):
        joined = _RANGE.fullmatch(text, low.end, max(low.end, high.start))
        if joined and own in (1.0, scale) and low.kind in ("count", high.kind) and low.unit in ("", high.unit):
            factor = scale / own * (_MEASURES[high.given_in][1] if high.kind == "measure" != low.kind else 1.0)
            value = low.value * factor if low.value * factor < high.value else low.value
            figures[place] = replace(low, value=value, kind=high.kind, unit=high.unit, given_in=high.given_in)
    return figures


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Put something that is neither word nor number in the places of `spans`."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces += [text[at:start], "\ufffc" * (end - max(start, at))]
        at = max(end, at)
    return "".join([*pieces, text[at:]])


def _read_match(text: str, match: re.Match[str]) -> Iterator[tuple[Figure, float]]:
    """Give the figures that a match holds, with the scale each is given in; a run of words may hold several."""
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    before = text[max(0, start - 40) : start]
    words_before = [word.key for word in iter_words(before)]
    labelled = bool(words_before) and not match["currency"] and words_before[-1] in _LABELS
    if labelled or match["rest"] or (words_before and before[-1:].isspace() and is_month(words_before[-1])):
        return
    scale = scale_of(match["scale"]) if match["scale"] else 1.0
    numbers = list(read_words(match["words"])) if match["words"] else [(0, 0, 0.0)]
    for place, (first, last, value) in enumerate(numbers):
        end = match.end() if place == len(numbers) - 1 else match.start("words") + last
        begin = start if place == 0 and not (match["words"] and first) else match.start("words") + first
        bound = next((name for pattern, name in _BOUNDS if pattern.search(text[max(0, begin - 40) : begin])), "")
        own = scale if end == match.end() else 1.0
        if figure := _read_unit(text, match, Figure(begin, end, value * own, "count", "", bound)):
            yield figure, own


def _read_unit(text: str, match: re.Match[str], figure: Figure) -> Figure | None:
    """Complete a figure with its value in digits and with the unit that follows it; None when it is no figure."""
    following = _UNIT.match(text, figure.end)
    if following and following[1].lower() in _JOINING | FUNCTION_WORDS:
        following = None
    unit = (following[1] if following else "").lower()
    if is_month(unit) or unit in _NOT_A_FIGURE or _is_year(match, following[1] if following else ""):
        return None
    currency = match["currency"]
    metres = (match["scale"] or "") == "m" and not currency and match[0].endswith(" m") and not _currency_of(unit)
    if match["digits"]:
        scale = scale_of(match["scale"]) if match["scale"] and not metres else 1.0
        counts = unit.isalpha() and not _SHARES.fullmatch(unit) and not match["scale"] and not currency
        value = round(read_digits(match["digits"], whole=counts) * scale, 6)  # 1.15 million is 1,150,000
        figure = replace(figure, value=-value if match["sign"] else value)
    end = following.end(1) if following else figure.end
    singular = "m" if metres else _singular(unit)
    if currency:
        code = _CURRENCIES[currency.lower()]
        return replace(figure, kind="money", unit=code, given_in=code)
    if code := _currency_of(unit):
        return replace(figure, end=end, kind="money", unit=code, given_in=singular)
    if unit == "%" or _SHARES.fullmatch(unit) or (unit == "per" and following and following[2] == "cent"):
        end = following.end(2) if following and unit in ("per", "pour", "por") else end
        return replace(figure, end=end, kind="percent", unit="percent", given_in="percent")
    if singular in _MEASURES:
        base, factor = _MEASURES[singular]
        end = figure.end if metres else end
        return replace(figure, end=end, value=figure.value * factor, kind="measure", unit=base, given_in=singular)
    return replace(figure, end=end, unit=singular if unit.isalpha() else "", given_in=singular)


def _currency_of(unit: str) -> str:
    if found := _CURRENCIES.get(_singular(unit)):
        return found
    return next((code for pattern, code in _CYRILLIC_CURRENCIES if re.fullmatch(pattern, unit)), "")


_PLURALS = ("s", "ів", "їв", "ов", "ев", "ей", "их", "осіб", "человек", "солдат")


def _is_year(match: re.Match[str], unit: str) -> bool:
    bare = match["digits"] is not None and not match["currency"] and not match["scale"]
    return bare and re.fullmatch(r"(?:19|20)\d\d", match["digits"]) is not None and not unit.lower().endswith(_PLURALS)


def _singular(unit: str) -> str:
    return unit[:-1] if unit.endswith("s") and len(unit) > 2 else unit
