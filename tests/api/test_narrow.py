"""A stretch of a list has one bound on either side, however many filters and cursors set one.

With two, SQLite searches by the first and tests every row for the second: a deep page then takes a thousand times
as long as the first.
"""

import pytest

from stories.api.log import Span, narrow, select_facts
from tests.published import Desk


@pytest.mark.parametrize(
    ("span", "bounds"),
    [
        (Span(51), (9, None)),
        (Span(51, before=5), (4, None)),
        (Span(51, before=20), (9, None)),
        (Span(51, after=3), (9, 3)),
    ],
)
def test_the_cursor_narrows_what_the_position_allows(span: Span, bounds: tuple[int, int | None]) -> None:
    assert narrow({}, at=9, span=span) == bounds


@pytest.mark.django_db
def test_times_narrow_it_further(desk: Desk) -> None:
    first, second, third = (desk.confirm_fact(words) for words in ("One", "Two", "Three"))
    times = {"published_after": first.at, "published_before": third.at}
    assert narrow(times, at=3, span=Span(51)) == (second.position, first.position)
    assert narrow(times, at=3, span=Span(51, after=second.position)) == (second.position, second.position)
    assert narrow(times, at=3, span=Span(51, before=second.position)) == (first.position, first.position)


@pytest.mark.django_db
def test_each_bound_stands_once(desk: Desk) -> None:
    fact = desk.confirm_fact("One")
    times = {"published_after": fact.at, "published_before": fact.at}
    sql, _ = select_facts(times, at=1, head=1, span=Span(51, before=1))
    assert (sql.count("p.position <= %s"), sql.count("p.position > %s"), sql.count("p.position < %s")) == (1, 1, 0)
