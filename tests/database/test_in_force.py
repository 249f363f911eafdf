"""The list of facts in force: kept by the database beside the log, served at the head, held by check_desk."""

import pytest
from django.db import connection
from django.test import Client

from stories.api import log
from stories.api.log import Span
from stories.audit import find_violations
from stories.database import drop_guards, install_triggers
from stories.database.derived.facts_in_force import mend_facts_in_force
from stories.models import FactInForce, Publication
from tests.published import Desk
from tests.rows import settle

pytestmark = pytest.mark.django_db

PAGE = Span(50)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def listed() -> list[int]:
    return list(FactInForce.objects.order_by("position").values_list("position", flat=True))


def test_it_follows_every_publication(desk: Desk) -> None:
    assert listed() == []
    first = desk.confirm_fact("One")
    second = desk.confirm_fact("Two")
    assert listed() == [1, 2]
    desk.cut_version("Headline")
    assert listed() == [1, 2]
    desk.reword(first, "One, in other words")
    assert listed() == [2, 4]
    ended = desk.withdraw_fact(second)
    assert listed() == [4]
    desk.suppress(second)
    assert listed() == [4]
    assert desk.revive(ended, "Two again").position == Publication.objects.count()
    assert listed() == [4, Publication.objects.count()]


def test_it_holds_what_facts_are_filtered_by(desk: Desk) -> None:
    fact = desk.confirm_fact("One", kind="date")
    assert list(FactInForce.objects.values()) == [
        {
            "position_id": 1,
            "story": "harbour",
            "fact_id": fact.fact_id,
            "kind": "date",
            "basis": "attributed",
            "language": "en",
            "independent_sources": 1,
        }
    ]


@pytest.mark.parametrize("filters", [{}, {"story": "harbour"}, {"source": "wire"}, {"q": ["wire"]}])
def test_a_page_is_whole_when_the_log_goes_on_before_it_is_read(desk: Desk, filters: dict[str, object]) -> None:
    first, second = desk.confirm_fact("One"), desk.confirm_fact("Two")
    desk.withdraw_fact(first)
    desk.reword(second, "Two, in other words")
    assert [row[0] for row in log.read_facts(filters, at=2, head=2, span=PAGE)] == [2, 1]
    assert [row[0] for row in log.read_facts(filters, at=3, head=3, span=PAGE)] == [2]
    assert [row[0] for row in log.read_facts(filters, at=4, head=4, span=PAGE)] == [4]


def test_what_has_ended_is_not_even_passed_over(desk: Desk, client: Client) -> None:
    """The list of a story of ended facts reads the rows of those in force alone."""
    for number in range(3):
        desk.withdraw_fact(desk.confirm_fact(f"Number {number}"))
    sql, _ = log.select_facts({"story": "harbour"}, at=6, head=6, span=PAGE)
    assert "FROM stories_factinforce p LEFT JOIN stories_publicationtext t" in sql
    assert client.get("/api/v1/facts/?story=harbour").json()["results"] == []


def test_check_desk_finds_what_is_listed_wrong(desk: Desk) -> None:
    first, second, third = (desk.confirm_fact(words) for words in ("One", "Two", "Three"))
    assert list(find_violations()) == []
    settle()
    drop_guards(connection)
    FactInForce.objects.filter(position=first).delete()
    FactInForce.objects.filter(position=second).update(story="other", language="uk", independent_sources=9)
    desk.withdraw_fact(third)
    assert [str(one) for one in find_violations()] == [
        "stories.publication 1: it is in force, and the list of facts in force lacks it",
        "stories.publication 2: the list of facts in force has it otherwise (story, language, independent_sources)",
        "stories.factinforce 3: it is listed as in force, and it is not",
    ]
    settle()
    install_triggers(connection)


def test_a_log_that_had_no_list_yet_gets_the_same_one(desk: Desk) -> None:
    desk.withdraw_fact(desk.confirm_fact("One"))
    desk.confirm_fact("Two")
    kept = list(FactInForce.objects.values())
    settle()
    drop_guards(connection)
    FactInForce.objects.all().delete()
    settle()
    install_triggers(connection)
    for _ in range(2):
        mend_facts_in_force(connection)
        assert list(FactInForce.objects.values()) == kept
