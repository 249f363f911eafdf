"""Originals we do not hold: whose own words everything hangs on, and that we have not seen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.insight.unheld import sources_not_held
from tests.world import NOON, World, on_record


@pytest.fixture
def world(db: None) -> World:
    return World()


def listed(world: World) -> list[tuple[str, int, int, int]]:
    """Slug, claims and facts that rest on it, claims with it on some route."""
    return [(one.source.slug, one.claims, one.facts, one.claims_on_a_route) for one in sources_not_held(world.story)]


def test_a_claim_rests_on_a_source_that_stands_on_every_route_of_it(world) -> None:
    only = world.claim("The harbour is closed.")
    world.passage(only, "courier", "wire")
    world.passage(only, "mirror", "wire")
    also = world.claim("Ships are waiting.")
    world.passage(also, "courier", "wire", quote="Ships are waiting")
    world.passage(also, "mirror", "minister", quote="Ships are waiting")
    assert listed(world) == [("wire", 1, 0, 2), ("minister", 0, 0, 1)]


def test_a_source_of_which_the_story_has_an_article_is_held(world) -> None:
    world.passage(world.claim(), "courier", "wire")
    assert [slug for slug, *_ in listed(world)] == ["wire"]
    article = world.article("wire", "The harbour is closed.")
    assert listed(world) == []
    article.status, article.retracted_at = "retracted", NOON
    on_record(article)
    assert [slug for slug, *_ in listed(world)] == ["wire"]


def test_an_article_in_another_story_is_not_the_one_that_is_credited(world) -> None:
    world.passage(world.claim(), "courier", "wire")
    other = type(world.story).objects.create(slug="airport", title="The airport", created_at=NOON)
    world.article("wire", "The airport is closed.", story=other)
    assert listed(world) == [("wire", 1, 0, 1)]


def test_syndicated_copy_is_the_originals_and_not_its_outlets_own(world) -> None:
    original = world.article("wire", "The harbour is closed.")
    copy = world.article("mirror", "The harbour is closed.", copy_of=original)
    world.passage(world.claim(), "mirror", "minister", article=copy)
    world.passage(world.claim("Ships are waiting."), "courier", "mirror")
    assert listed(world) == [("minister", 1, 0, 1), ("mirror", 1, 0, 1)]


def test_a_document_is_held_once_we_know_that_it_is_genuine(world) -> None:
    claim = world.claim(says=world.source("report"))
    world.passage(claim, "courier", "report")
    article = world.article("report", "The harbour is closed.", kind="document")
    assert listed(world) == [("report", 1, 0, 1)]
    article.authentication = "The registry sent it."
    on_record(article)
    assert listed(world) == []


def test_facts_are_counted_by_the_passages_they_were_decided_on(world) -> None:
    claim = world.fact()
    world.passage(claim, "mirror", "minister")
    assert listed(world) == [("wire", 1, 1, 1)]


def test_who_may_be_whom_is_left_out_and_own_reporting_has_no_original(world) -> None:
    world.passage(world.claim(), own_reporting=True)
    assert listed(world) == []


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries_however_many_claims(world, number: int) -> None:
    for n in range(number):
        world.fact(world.claim(f"Berth {n} is closed."))
    with CaptureQueriesContext(connection) as queries:
        assert listed(world) == [("wire", number, number, number)]
    assert len(queries) == 17
