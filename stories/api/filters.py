"""What facts/ and changes/ filter by: the one place where a filter is written.

Its field cleans the value, its `field_name` and `lookup_expr` are compiled to SQL once. A new filter on a column that
the log and the facts in force have is one line here.
"""

from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django_filters import CharFilter, ChoiceFilter, Filter

from stories.api.http.parameters import (
    LARGEST_POSITION,
    MomentFilter,
    PageParameters,
    Parameters,
    WholeNumberFilter,
)
from stories.choices import Basis, ClaimKind
from stories.models import Publication
from stories.search import MOST_WORDS, split_words

LONGEST_SLUG = 80
LARGEST_COUNT = 2**31 - 1
LARGEST_FEED_PAGE = 1_000
USUAL_FEED_PAGE = 100


class WordsField(forms.Field):
    """A few plain words, every one of which must occur."""

    def to_python(self, value: Any) -> Any:
        """The distinct words of `value`; refused are none at all and too many."""
        words = split_words(str(value))
        if not words:
            raise ValidationError("Give at least one word.")
        if len(words) > MOST_WORDS:
            raise ValidationError(f"Give at most {MOST_WORDS} words.")
        return words


class WordsFilter(Filter):
    """A filter whose value is a list of words."""

    field_class = WordsField


class FactFilters(PageParameters):
    """facts/: which facts."""

    story = CharFilter(max_length=LONGEST_SLUG, help_text="Slug of the story.")
    basis = ChoiceFilter(choices=Basis.choices, help_text="Why we may print it.")
    kind = ChoiceFilter(choices=ClaimKind.choices, help_text="What sort of statement.")
    language = CharFilter(max_length=12, help_text="Of the statement, as the fact has it.")
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


@cache
def compile_conditions() -> dict[str, str]:
    """For each filter of facts/ on a column, what a row `p` must fulfil for it: SQL with one placeholder.

    Not for those on `at`: times never go back along the log, so a time is a place in it (`stories.api.log.narrow`).
    """
    return {
        name: compile_condition(one)
        for name, one in FactFilters.base_filters.items()
        if one.method is None and one.field_name != "at"
    }


def compile_condition(one: Filter) -> str:
    """What a row `p` must fulfil for the filter `one`, on a column of its own or of a table that points to it."""
    relation, _, name = one.field_name.rpartition("__")
    comparison = connection.operators[one.lookup_expr]  # type: ignore[attr-defined]
    link: Any = Publication._meta.get_field(relation or name)
    if not relation:
        return f"p.{link.column} {comparison}"
    table, column = link.related_model._meta.db_table, link.related_model._meta.get_field(name).column
    return f"EXISTS (SELECT 1 FROM {table} r WHERE r.{column} {comparison} AND r.{link.field.column} = p.position)"  # noqa: S608
