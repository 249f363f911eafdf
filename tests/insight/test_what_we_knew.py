"""What we knew, row by row. Times are inclusive: what was recorded at a moment was known at it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.choices import DisagreementState
from stories.insight.as_of import read_story_as_of
from stories.models import Contradiction, Decision, Evidence, Voice
from tests.world import NOON, World, anybody, on_record, retire


@pytest.fixture
def world(db: None) -> World:
    return World()


LATER, LAST = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
MOMENTS = (LATER - timedelta(milliseconds=1), LATER, LAST - timedelta(milliseconds=1), LAST)


def counts(world: World) -> list[int]:
    return [read_story_as_of(world.story, at=at).claims[0].independent_sources for at in MOMENTS]


def test_a_passage_counts_from_when_it_was_recorded_until_it_was_retired(world) -> None:
    claim = world.claim()
    world.passage(claim, "courier")
    world.passage(claim, "mirror", created_at=LATER)
    assert counts(world) == [1, 2, 2, 2]
    retire(Evidence.objects.filter(article__outlet__slug="mirror"), at=LAST)
    assert counts(world) == [1, 2, 2, 1]


def test_a_voice_counts_from_when_it_was_recorded_until_it_was_retired(world) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "official")
    world.passage(claim, "mirror", "minister")
    voice = Voice.objects.create(
        source=world.source("official"),
        same_as=world.source("minister"),
        reason="Both knew it.",
        created_at=LATER,
        recorded_by=anybody(),
    )
    assert counts(world) == [2, 1, 1, 1]
    retire(Voice.objects.filter(pk=voice.pk), at=LAST)
    assert counts(world) == [2, 1, 1, 2]


def test_a_retracted_article_counted_until_it_was_retracted(world) -> None:
    claim = world.claim()
    world.passage(claim, "courier")
    article = world.passage(claim, "mirror").article
    article.status, article.retracted_at = "retracted", LAST
    on_record(article)
    assert counts(world) == [2, 2, 2, 1]


def test_a_contradiction_was_open_until_it_was_closed(world) -> None:
    claim, other = world.claim(), world.claim("The harbour is open.")
    world.passage(claim, "courier")
    Contradiction.objects.create(
        first=claim,
        second=other,
        note="Open or closed.",
        opened_at=LATER,
        opened_by=anybody(),
        closed_at=LAST,
        state=DisagreementState.DISMISSED,
        reason="Two harbours.",
        closed_by=anybody(),
    )
    open_at = [
        [len(one.snapshot["contradictions"]) for one in read_story_as_of(world.story, at=at).claims] for at in MOMENTS
    ]
    assert open_at == [[0, 0], [1, 1], [1, 1], [0, 0]]


def test_two_decisions_in_one_millisecond_are_told_apart_by_their_places(world) -> None:
    claim = world.fact()
    proposed, confirmed = Decision.objects.filter(claim=claim)
    one = [read_story_as_of(world.story, seq=seq).claims[0].verdict for seq in (proposed.seq, confirmed.seq)]
    assert one == ["proposed", "confirmed"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries_however_many_claims(world, number: int) -> None:
    for n in range(number):
        world.fact(world.claim(f"Berth {n} is closed."))
    with CaptureQueriesContext(connection) as queries:
        knowledge = read_story_as_of(world.story, at=LAST)
    assert [one.independent_sources for one in knowledge.claims] == [1] * number
    assert len(queries) == 16


@pytest.mark.parametrize("moment", [{}, {"at": NOON, "seq": 1}])
def test_a_time_or_a_decision_and_not_both(world, moment: dict) -> None:
    with pytest.raises(ValueError, match="Give a time or the number of a decision, one of them"):
        read_story_as_of(world.story, **moment)


@pytest.mark.parametrize("seq", [0, -1, 999])
def test_a_decision_that_was_never_made(world, seq: int) -> None:
    world.fact()
    with pytest.raises(Decision.DoesNotExist):
        read_story_as_of(world.story, seq=seq)
