"""The parameters that paths share, as django-filter allow-lists. What is not on one's list is refused, never ignored.

A `FilterSet` is never built for a request, which would cost more than the answer: its fields clean the values.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django_filters import CharFilter, Filter, FilterSet

from stories.api.http.cursors import Cursor
from stories.api.http.problems import BadParameter, Problem
from stories.models import Publication

LONGEST_QUERY = 8_000
LONGEST_VALUE = 1_000
LARGEST_PAGE = 100
USUAL_PAGE = 50
LARGEST_POSITION = 2**63 - 1


class WholeNumberField(forms.Field):
    """Plain ASCII digits from `least` to `most`."""

    def __init__(self, *, least: int = 0, most: int, **extra: Any) -> None:
        super().__init__(**extra)
        self.least = least
        self.most = most

    def to_python(self, value: Any) -> int | None:
        """The number that `value` spells; refused are signs, blanks, other digits and numbers out of range."""
        if value in self.empty_values:
            return None
        if not re.fullmatch(r"[0-9]{1,19}", value) or not self.least <= int(value) <= self.most:
            raise ValidationError(f"Give a whole number from {self.least} to {self.most}.")
        return int(value)


class MomentField(forms.Field):
    """An ISO 8601 time; UTC when it names no zone, midnight when it names no hour."""

    def to_python(self, value: Any) -> datetime | None:
        """The time that `value` spells, in UTC."""
        if value in self.empty_values:
            return None
        try:
            moment = parse_datetime(value)
            if moment is None and (day := parse_date(value)):
                moment = datetime(day.year, day.month, day.day)
            if moment is None:
                raise ValueError(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(
                "Give an ISO 8601 time such as 2025-11-21T12:21:00Z; in a query, + is written %2B."
            ) from None


class WholeNumberFilter(Filter):
    """A filter whose value is a whole number."""

    field_class = WholeNumberField


class MomentFilter(Filter):
    """A filter whose value is a time."""

    field_class = MomentField


class Parameters(FilterSet):
    """The allow-list of paths that know no parameter, and the base of the others.

    A parameter whose method is `leave` steers the reading and filters no rows.
    """

    def leave(self, queryset: QuerySet[Publication], name: str, value: Any) -> QuerySet[Publication]:
        """All of `queryset`: this parameter is no filter."""
        return queryset


class PositionParameters(Parameters):
    """Paths that can be read as of an earlier time or position."""

    at = WholeNumberFilter(method="leave", most=LARGEST_POSITION, help_text="Read as the log stood at this position.")
    as_of = MomentFilter(method="leave", help_text="Read at the last position at or before this time.")


class PageParameters(PositionParameters):
    """Lists: pages of a pinned position."""

    page_size = WholeNumberFilter(
        method="leave", least=1, most=LARGEST_PAGE, help_text=f"Results a page; {USUAL_PAGE} unless given."
    )
    cursor = CharFilter(
        method="leave", max_length=400, help_text="From `next` or `previous` of another page; pins the position."
    )


def split_query(query: str) -> list[tuple[str, str]]:
    """Names and values of a raw query string (as WSGI gives it: bytes read as Latin-1), decoded strictly."""
    if len(query) > LONGEST_QUERY:
        raise Problem(400, f"The query is longer than {LONGEST_QUERY} bytes.")
    try:
        return parse_qsl(query.encode("latin-1").decode(), keep_blank_values=True, errors="strict")
    except UnicodeError:
        raise Problem(400, "The query is not valid UTF-8.") from None


@dataclass(slots=True)
class Query:
    """What a request asks: its path, its parameters (`values` as checked, `texts` as given), and where to read."""

    path: str
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    head: int = 0
    """The newest position of the log."""
    position: int = 0
    """The position to read at."""
    cursor: Cursor | None = None
    """The place in a list to go on from."""


def read_parameters(path: str, text: str, known: type[Parameters]) -> Query:
    """What the raw query string `text` asks of `path`, each parameter checked by its field in `known`.

    Raises `BadParameter` for a name that is unknown or repeated, and for a value that is empty or refused.
    """
    query = Query(path)
    for name, value in split_query(text) if text else ():
        if name not in known.base_filters:
            names = ", ".join(sorted(known.base_filters)) or "none"
            raise BadParameter(name, f"This path does not know this parameter. It knows: {names}.")
        if name in query.texts:
            raise BadParameter(name, "Give this parameter once.")
        if not value:
            raise BadParameter(name, "Give this parameter a value, or leave it out.")
        if len(value) > LONGEST_VALUE or "\0" in value:
            raise BadParameter(name, f"Give at most {LONGEST_VALUE} characters, none of them NUL.")
        cleaner = known.base_filters[name].field
        if isinstance(cleaner, forms.CharField) and value != value.strip():  # which it would take away and not say so
            raise BadParameter(name, "Give a value without spaces around it, or leave this parameter out.")
        try:
            query.values[name] = cleaner.clean(value)
        except ValidationError as refusal:
            raise BadParameter(name, " ".join(refusal.messages)) from None
        query.texts[name] = value
    if query.values.keys() >= {"at", "as_of"}:
        raise BadParameter("as_of", "Give either at or as_of.")
    return query
