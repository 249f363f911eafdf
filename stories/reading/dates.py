"""Dates: the days a passage speaks of, relative ones counted from the date of its article.

Months are read in English, Ukrainian, Russian, German, French and Spanish, relative days in English. Pure text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from stories.reading.numbers import any_of

_MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()  # noqa: SIM905
_OTHER_MONTHS = (
    ("січня січень січні", "января январь январе", "januar jänner", "janvier", "enero"),
    ("лютого лютий лютому", "февраля февраль феврале", "februar feber", "février", "febrero"),
    ("березня березень березні", "марта март марте", "märz", "mars", "marzo"),
    ("квітня квітень квітні", "апреля апрель апреле", "april", "avril", "abril"),
    ("травня травень травні", "мая май мае", "mai", "mai", "mayo"),
    ("червня червень червні", "июня июнь июне", "juni", "juin", "junio"),
    ("липня липень липні", "июля июль июле", "juli", "juillet", "julio"),
    ("серпня серпень серпні", "августа август августе", "august", "août", "agosto"),
    ("вересня вересень вересні", "сентября сентябрь сентябре", "september", "septembre", "septiembre setiembre"),
    ("жовтня жовтень жовтні", "октября октябрь октябре", "oktober", "octobre", "octubre"),
    ("листопада листопад листопаді", "ноября ноябрь ноябре", "november", "novembre", "noviembre"),
    ("грудня грудень грудні", "декабря декабрь декабре", "dezember", "décembre", "diciembre"),
)
"""As Ukrainian, Russian, German, French and Spanish write them."""
_ENGLISH = (
    r"Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?"
)
_MONTH_OF = {name: month for month, row in enumerate(_OTHER_MONTHS, start=1) for names in row for name in names.split()}
_OTHERS = any_of(_MONTH_OF.keys() - {"mars"})
_MONTH = rf"(?P<month>(?:{_OTHERS}|mars|{_ENGLISH})(?!\w))"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?:\s(?:рок[уи]|года?|р\.|г\.))?"
_ORD = r"(?:st|nd|rd|th|er|\.|º|-?(?:го|е))?"
_OF = r"(?:\s(?:of|de)|)\s"
_TO = r"\s?(?:[-\u2010-\u2015]|,|to|and|bis|und|et|au|y|al|до|по|та|і|й|и|или|або)\s?"
_MORE = rf"(?:(?:{_TO}\d{{1,2}}{_ORD}){{0,6}}{_TO}(?P<last>\d{{1,2}}){_ORD})?"
_PATTERNS = [
    re.compile(r"(?<![\d.])(?P<year>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<m>\d{1,2})\.(?P<year>(?:19|20)\d\d)(?!\d)"),
    re.compile(rf"(?<![\d.,])(?P<day>\d{{1,2}}){_ORD}{_MORE}{_OF}{_MONTH}(?:,?(?:\sde)?\s{_YEAR})?(?!\w)"),
    re.compile(rf"\b{_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_MORE}(?!\d|,\d)(?:,?\s{_YEAR})?\b"),
    re.compile(rf"\b{_MONTH},?(?:\sde)?\s{_YEAR}\b"),
    re.compile(r"\b(?P<relative>yesterday|today|tonight|tomorrow)\b", re.IGNORECASE),
    re.compile(r"\b(?:(?P<which>last|past|this|next|coming)\s)?(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"),
    re.compile(r"\b(?P<which>last|past|this|next|coming|previous)\s(?P<span>weekend|week|month|year)\b", re.IGNORECASE),
    re.compile(rf"\b(?:in|since|until|by|for|from|of)\s(?P<alone>{_MONTH})\b"),
]  # fmt: skip


def is_month(word: str) -> bool:
    """Say whether a word, as it counts, is a month: a number before it, or after it, is a day."""
    return word in _MONTH_OF or word in _MONTHS


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date as a passage gives it: its place, and the days it may mean, one or several spans (first, last day).

    A span of which the year is unknown (no year in the passage, no date of the article) lies in the year 4.
    """

    start: int
    end: int
    spans: tuple[tuple[date, date], ...]

    def may_be(self, other: "DateRead") -> bool:
        """Say whether two dates can mean one day; without a year, day and month decide."""
        return any(
            first <= other_last and other_first <= last
            for one in self.spans
            for two in other.spans
            for (first, last), (other_first, other_last) in [_in_like_years(one, two)]
        )


_NO_YEAR = 4  # a leap year that no article speaks of


def _in_like_years(one: tuple[date, date], two: tuple[date, date]) -> tuple[tuple[date, date], tuple[date, date]]:
    if _NO_YEAR not in (one[0].year, two[0].year) or one[0].year == two[0].year:
        return one, two
    return _without_year(one), _without_year(two)


def _without_year(span: tuple[date, date]) -> tuple[date, date]:
    first, last = span
    return first.replace(year=_NO_YEAR), last.replace(year=_NO_YEAR + last.year - first.year)


def read_dates(text: str, *, published: date | None) -> list[DateRead]:
    """Find the dates in `text`, in order, none within another; `published` is the article's date, if known.

    Relative dates without a date to count from are left out. A day without a year is the nearest one to the
    article's date; a bare weekday is the last one or the next one.
    """
    found: list[DateRead] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in found):
                continue
            if spans := tuple(_resolve(match.groupdict(), published)):
                found.append(DateRead(start, end, spans))
    found.sort(key=lambda read: read.start)
    return _drop_restated(text, found)


def _drop_restated(text: str, found: list[DateRead]) -> list[DateRead]:
    """Drop the weekday of "Thursday, November 20" and the weekend of "the past weekend (November 15-16)"."""
    kept: list[DateRead] = []
    for read in found:
        near = bool(kept) and re.fullmatch(r"[\s,(]{1,3}(?:the )?", text[kept[-1].end : read.start]) is not None
        if near and kept[-1].may_be(read):
            kept[-1] = read
        else:
            kept.append(read)
    return kept


def _resolve(parts: dict[str, str | None], published: date | None) -> Iterator[tuple[date, date]]:
    relative, weekday, span = (parts.get(name) for name in ("relative", "weekday", "span"))
    if not (relative or weekday or span):
        yield from _resolve_day(parts, published)
    elif published and relative:
        yield (published + timedelta({"yesterday": -1, "tomorrow": 1}.get(relative.lower(), 0)),) * 2
    elif published and weekday:
        yield from _resolve_weekday(weekday, parts.get("which"), published)
    elif published and span:
        yield _resolve_span(span.lower(), str(parts["which"]).lower(), published)


def _resolve_weekday(name: str, which: str | None, published: date) -> Iterator[tuple[date, date]]:
    back = (published.weekday() - _DAYS.index(name.lower())) % 7
    last = published - timedelta(back)
    if which not in ("next", "coming"):
        yield last, last
    if which in ("last", "past") and back == 0:
        yield (last - timedelta(7),) * 2
    if which in (None, "this", "next", "coming"):
        yield (last + timedelta(7),) * 2


def _resolve_span(name: str, which: str, published: date) -> tuple[date, date]:
    step = {"next": 1, "coming": 1, "this": 0}.get(which, -1)
    monday = published - timedelta(published.weekday())
    if name == "weekend":
        # "the past weekend" on a Friday is the one before this week, "this weekend" the one that comes.
        saturday = monday + timedelta(5 + 7 * (step if step < 0 else 0))
        return saturday, saturday + timedelta(1)
    if name == "week":
        first = monday + timedelta(7 * step)
        return first, first + timedelta(6)
    if name == "month":
        months = published.year * 12 + published.month - 1 + step
        return _month_span(months // 12, months % 12 + 1)
    return date(published.year + step, 1, 1), date(published.year + step, 12, 31)


def _month_span(year: int, month: int) -> tuple[date, date]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(1)


def _resolve_day(parts: dict[str, str | None], published: date | None) -> Iterator[tuple[date, date]]:
    name = parts.get("month")
    month = int(str(parts["m"])) if parts.get("m") else number_month(str(name))
    if not parts.get("day"):
        if 1 <= month <= 12:
            yield _month_span(int(parts["year"]) if parts.get("year") else _nearest_year(month, 15, published), month)  # type: ignore[arg-type]
        return
    day = int(str(parts["day"]))
    last = int(parts["last"]) if parts.get("last") else day  # type: ignore[arg-type]
    try:
        year = int(parts["year"]) if parts.get("year") else _nearest_year(month, day, published)  # type: ignore[arg-type]
        first_day, last_day = date(year, month, day), date(year, month, last)
    except ValueError:
        return
    if first_day <= last_day:
        yield first_day, last_day


def number_month(name: str) -> int:
    """Give the number of a month by its name, whole or cut short; 0 when it is none."""
    key = name.rstrip(".").lower()
    if number := _MONTH_OF.get(key):
        return number
    long = 3 if key != "sept" else 4
    months = enumerate(_MONTHS, start=1)
    return next((number for number, month in months if key == month or (len(key) == long and month.startswith(key))), 0)


def _nearest_year(month: int, day: int, published: date | None) -> int:
    if published is None:
        return _NO_YEAR
    years = (published.year - 1, published.year, published.year + 1)
    return min(years, key=lambda year: abs((date(year, month, min(day, 28)) - published).days))
