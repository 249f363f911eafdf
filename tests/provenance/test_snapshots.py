"""Snapshots of many claims at once: the same as one by one, for a fixed number of queries."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.models import Article, Contradiction, Discrepancy
from stories.provenance.snapshots import take_snapshot, take_snapshots
from tests.world import NOON, World, anybody, on_record

READING = 10
"""Evidence, chains, sources, spellings, held documents, two for voices, contradictions both ways, discrepancies."""


@pytest.fixture
def world(db: None) -> World:
    return World()


def make_claims(world: World, number: int) -> list:
    """Claims with passages, speakers, disagreements and spellings of every sort."""
    world.alias("wire", "the Wire agency")
    claims = [world.claim(f"Berth {n} is closed.", says=world.source("minister")) for n in range(number)]
    for n, claim in enumerate(claims):
        first = world.passage(claim, "courier", "wire", quote=f"Berth {n} is closed")
        second = world.passage(claim, "mirror", "official", quote=f"Berth {n} is shut")
        world.passage(claim, "mirror", "official", quote=f"Berth {n} is open", stance="contradicts")
        Discrepancy.objects.create(claim=claim, kind="quotation", first=first, second=second, found_at=NOON)
    for first_claim, second_claim in pairwise(claims):
        Contradiction.objects.create(
            first=first_claim, second=second_claim, note="Both?", opened_at=NOON, opened_by=anybody()
        )
    return claims


@pytest.mark.parametrize("number", [1, 3])
def test_many_snapshots_are_those_taken_one_by_one_for_a_fixed_number_of_queries(world, number):
    claims = make_claims(world, number)
    listed = [(claim, [passage.pk for passage in claim.evidence.supporting().current()]) for claim in claims]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        together = take_snapshots(listed)
    assert len(queries) == READING
    assert together == [take_snapshot(claim, claim.evidence.supporting().current()) for claim in claims]
    assert [len(one["passages"]) for one in together] == [2] * number
    assert [len(one["discrepancies"]) for one in together] == [1] * number
    assert [len(one["contradicted_by"]) for one in together] == [1] * number


def test_a_discrepancy_counts_only_where_both_its_passages_are_listed(world):
    (claim,) = make_claims(world, 1)
    first, second = claim.evidence.supporting().current()
    assert [len(take_snapshot(claim, some)["discrepancies"]) for some in ([first], [second], [first, second])] == [
        0,
        0,
        1,
    ]


def test_a_discrepancy_is_open_from_when_it_was_found_until_it_was_closed(world):
    (claim,) = make_claims(world, 1)
    found, closed = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    row = Discrepancy.objects.get()
    row.delete()
    row.found_at, row.closed_at, row.closed_by = found, closed, anybody()
    row.state, row.reason = "dismissed", "One word."
    row.save(force_insert=True)
    moments = [NOON, found, closed - timedelta(seconds=1), closed]
    counted = [
        len(take_snapshot(claim, claim.evidence.supporting().current(), at=at)["discrepancies"]) for at in moments
    ]
    assert counted == [0, 1, 1, 0]


@pytest.mark.parametrize("levels", [1, 3])
def test_a_copy_of_a_copy_costs_one_query_a_level(world, levels):
    text = world.article("wire", "The harbour is closed.")
    for _ in range(levels):
        text = world.article("courier", "The harbour is closed.", copy_of=text)
    claim = world.claim()
    passage = world.passage(claim, "courier", "minister", article=text)
    with CaptureQueriesContext(connection) as queries:
        (snapshot,) = take_snapshots([(claim, [passage.pk])])
    assert snapshot["passages"][0]["chain"] == ["wire", "minister"]
    assert len(queries) == READING + levels


def test_texts_that_copy_each_other_in_a_circle_are_no_endless_walk(world):
    first = world.article("courier", "The harbour is closed.")
    second = world.article("mirror", "The harbour is closed.", copy_of=first)
    on_record(Article.objects.filter(pk=first.pk), copy_of=second)
    claim = world.claim()
    passage = world.passage(claim, "courier", "minister", article=Article.objects.get(pk=first.pk))
    assert take_snapshot(claim, [passage])["passages"][0]["chain"] == ["mirror", "minister"]


def test_what_was_closed_stands_in_it_with_the_reason(world):
    first_claim, second_claim = make_claims(world, 2)
    first, second = first_claim.evidence.supporting().current()
    closed = {
        "closed_at": NOON + timedelta(hours=1),
        "state": "dismissed",
        "reason": "One word.",
        "closed_by": world.editor,
    }
    Discrepancy.objects.update(**closed)
    Contradiction.objects.update(**closed)
    settled = take_snapshot(first_claim, [first, second])["settled"]
    assert settled == {
        "contradictions": [
            {"uuid": str(Contradiction.objects.get().uuid), "state": "dismissed", "reason": "One word."}
        ],
        "discrepancies": [
            {
                "kind": "quotation",
                "first": str(first.uuid),
                "second": str(second.uuid),
                "first_words": "",
                "second_words": "",
                "state": "dismissed",
                "reason": "One word.",
            }
        ],
    }
    before = take_snapshot(first_claim, [first, second], at=NOON)
    assert before["settled"] == {"contradictions": [], "discrepancies": []}
    assert [one["claim"] for one in before["contradictions"]] == [str(second_claim.uuid)]


def test_all_that_is_printed_stands_in_it(world):
    (claim,) = make_claims(world, 1)
    first, _ = claim.evidence.supporting().current()
    on_record(
        Article.objects.filter(pk=first.article_id),
        headline="Closed",
        url="https://courier.example/1",
        published="2025-11-21",
    )
    snapshot = take_snapshot(claim, claim.evidence.filter(pk=first.pk))
    assert [snapshot[name] for name in ("format", "story", "language", "articles")] == [
        2,
        {"slug": "harbour", "title": "The harbour"},
        "en",
        {
            "article-1": {
                "outlet": "The Courier",
                "headline": "Closed",
                "url": "https://courier.example/1",
                "published_at": "2025-11-21",
                "received_at": "2025-11-21T12:00:00.000Z",
            }
        },
    ]
