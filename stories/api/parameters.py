"""The parameters each path knows, as django-filter allow-lists. What is not on its list is refused, never ignored."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet

from stories.api.problems import BadParameter, Problem
from stories.choices import Basis, ClaimKind
from stories.models import Publication
from stories.search import MOST_WORDS, split_words

LONGEST_QUERY = 8_000
LONGEST_VALUE = 1_000
LONGEST_SLUG = 80
LARGEST_PAGE = 100
USUAL_PAGE = 50
LARGEST_FEED_PAGE = 1_000
USUAL_FEED_PAGE = 100
LARGEST_POSITION = 2**63 - 1
LARGEST_COUNT = 2**31 - 1


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


class WordsField(forms.CharField):
    """A few plain words, every one of which must occur."""

    def to_python(self, value: Any) -> Any:
        """The distinct words of `value`; refused are none at all and too many."""
        if value in self.empty_values:
            return None
        words = split_words(str(value).strip())
        if not words:
            raise ValidationError("Give at least one word.")
        if len(words) > MOST_WORDS:
            raise ValidationError(f"Give at most {MOST_WORDS} words.")
        return words


class WholeNumberFilter(Filter):
    """A filter whose value is a whole number."""

    field_class = WholeNumberField


class MomentFilter(Filter):
    """A filter whose value is a time."""

    field_class = MomentField


class WordsFilter(Filter):
    """A filter whose value is a list of words."""

    field_class = WordsField


class Parameters(FilterSet):
    """Base of the allow-lists. A parameter whose method is `leave` steers the reading and filters no rows."""

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


class FactParameters(PageParameters):
    """facts/: which facts."""

    story = CharFilter(max_length=LONGEST_SLUG, help_text="Slug of the story.")
    basis = ChoiceFilter(choices=Basis.choices, help_text="Why we may print it.")
    kind = ChoiceFilter(choices=ClaimKind.choices, help_text="What sort of statement.")
    source = CharFilter(
        field_name="sources__slug", max_length=LONGEST_SLUG, help_text="Slug of a named source on one of its routes."
    )
    min_sources = WholeNumberFilter(
        field_name="independent_sources", lookup_expr="gte", most=LARGEST_COUNT, help_text="Least independent sources."
    )
    published_after = MomentFilter(
        field_name="at", lookup_expr="gt", help_text="Published, in this wording, after this time."
    )
    published_before = MomentFilter(
        field_name="at", lookup_expr="lt", help_text="Published, in this wording, before this time."
    )
    q = WordsFilter(
        method="leave", help_text=f"Words that all occur in the statement, whatever their case; at most {MOST_WORDS}."
    )


class ChangeParameters(Parameters):
    """changes/: where to go on reading."""

    after = WholeNumberFilter(
        method="leave", most=LARGEST_POSITION, help_text="The `last` of the page before; 0 unless given."
    )
    story = CharFilter(max_length=LONGEST_SLUG, help_text="Slug of the story.")
    page_size = WholeNumberFilter(
        method="leave", least=1, most=LARGEST_FEED_PAGE, help_text=f"Events a page; {USUAL_FEED_PAGE} unless given."
    )


class NoParameters(Parameters):
    """Paths that know no parameter."""


def split_query(query: str) -> list[tuple[str, str]]:
    """Names and values of a raw query string (as WSGI gives it: bytes read as Latin-1), decoded strictly."""
    if len(query) > LONGEST_QUERY:
        raise Problem(400, f"The query is longer than {LONGEST_QUERY} bytes.")
    try:
        return parse_qsl(query.encode("latin-1").decode(), keep_blank_values=True, errors="strict")
    except UnicodeError:
        raise Problem(400, "The query is not valid UTF-8.") from None


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of one request: `values` as checked, `texts` as given."""

    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def read_parameters(query: str, known: type[Parameters]) -> Query:
    """The parameters of the raw query string `query`, each checked by its field in `known`.

    Raises `BadParameter` for a name that is unknown or repeated, and for a value that is empty or refused.
    """
    read = Query()
    for name, text in split_query(query) if query else ():
        if name not in known.base_filters:
            names = ", ".join(sorted(known.base_filters)) or "none"
            raise BadParameter(name, f"This path does not know this parameter. It knows: {names}.")
        if name in read.texts:
            raise BadParameter(name, "Give this parameter once.")
        if not text:
            raise BadParameter(name, "Give this parameter a value, or leave it out.")
        if len(text) > LONGEST_VALUE or "\0" in text:
            raise BadParameter(name, f"Give at most {LONGEST_VALUE} characters, none of them NUL.")
        try:
            read.values[name] = known.base_filters[name].field.clean(text)
        except ValidationError as refusal:
            raise BadParameter(name, " ".join(refusal.messages)) from None
        read.texts[name] = text
    if "at" in read.texts and "as_of" in read.texts:
        raise BadParameter("as_of", "Give either at or as_of.")
    return read
