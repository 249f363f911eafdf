"""The queue's index: kept by the database beside claims and ledger, and held against them by check_desk."""

import pytest
from django.db import connection

from stories.audit import find_violations
from stories.database.derived.queue import mend_queue
from stories.database.derived.words import CLAIM_WORDS, find_words
from stories.models import Claim, QueueItem, Story
from stories.policy.transitions import State
from stories.verification.verbs import dispute, newest_decision, return_proposal, withdraw
from tests.rows import Desk, settle
from tests.states import state_of
from tests.world import NOON, World, on_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


def item(claim: Claim) -> tuple[str, bool, str | None, str | None]:
    """The queue's row of `claim`: state, whether a fact is in force, who decided last, whose proposal came back."""
    row = QueueItem.objects.select_related("actor", "proposer").get(claim=claim)
    newest = newest_decision(claim)
    assert row.newest_id == (newest.seq if newest else None)
    assert State(row.state, row.in_force) == state_of(claim)
    actor = row.actor.username if row.actor else None
    return row.state, row.in_force, actor, row.proposer.username if row.proposer else None


def test_it_follows_every_decision(world: World) -> None:
    claim = world.claim()
    assert item(claim) == ("unverified", False, None, None)
    proposal = world.proposal(claim, world.passage(claim, "courier", "wire"))
    assert item(claim) == ("proposed", False, "reporter", None)
    return_proposal(proposal, by=world.editor, rationale="Thin.", stamps=world.stamps)
    assert item(claim) == ("returned", False, "editor", "reporter")
    world.fact(claim)
    assert item(claim) == ("confirmed", True, "editor", None)
    changed = {"wording": "Wire: closed.", "correction_kind": "update", "public_note": "Shorter."}
    again = world.proposal(claim, *claim.evidence.all(), **changed)
    assert item(claim) == ("proposed", True, "reporter", None)
    back = return_proposal(again, by=world.editor, rationale="No.", stamps=world.stamps)
    assert item(claim) == ("returned", True, "editor", "reporter")
    withdraw(
        [claim],
        by=world.second_editor,
        rationale="Wrong.",
        follows={claim.pk: back.seq},
        correction_kind="correction",
        public_note="It was open.",
        stamps=world.stamps,
    )
    assert item(claim) == ("withdrawn", False, "second-editor", None)


def test_doubt_takes_the_fact_out_of_force(world: World) -> None:
    claim = world.fact()
    newest = newest_decision(claim)
    assert newest is not None
    correction = {"correction_kind": "withheld", "public_note": "We are checking."}
    dispute(claim, by=world.editor, rationale="Doubt.", follows=newest.seq, stamps=world.stamps, **correction)
    assert item(claim) == ("disputed", False, "editor", None)


def test_it_follows_a_claim_that_moves_to_another_story(world: World) -> None:
    claim = world.claim(kind="fact")
    other = Story.objects.create(slug="other", title="Other", created_at=NOON)
    on_record(Claim.objects.filter(pk=claim.pk), story=other, kind="date", statement="The bridge opened on Monday.")
    row = QueueItem.objects.get(claim=claim)
    assert (row.story, row.kind) == (other, "date")
    assert [find_words(words, story=None, most=9) for words in ("harbour", "bridge")] == [[], [claim.pk]]


def test_words_are_found_newest_first_within_a_story_and_no_more_than_asked(world: World) -> None:
    first, second, third = (world.claim(f"Ship {number} waits.") for number in (1, 2, 3))
    other = Story.objects.create(slug="other", title="Other", created_at=NOON)
    elsewhere = Claim.objects.create(story=other, statement="Ship 4 waits.", kind="fact", created_at=NOON)
    assert find_words("SHIP waits", story=None, most=9) == [elsewhere.pk, third.pk, second.pk, first.pk]
    assert find_words("ship", story=world.story.pk, most=2) == [third.pk, second.pk]
    assert find_words("ship 2", story=None, most=9) == [second.pk]


@pytest.mark.parametrize(
    "words", ["", "…", '"', "ship OR", "NEAR(ship", "story:story1", "ship*", "(ship", "\x00", "ʼ' --"]
)
def test_crafted_words_are_words(world: World, words: str) -> None:
    world.claim("A gull cries.")
    assert find_words(words, story=None, most=9) == []


def test_check_desk_finds_a_stray_item_and_installing_again_mends_a_missing_one(db: None) -> None:
    desk = Desk()
    assert [one.reason for one in find_violations()] == []
    QueueItem.objects.filter(claim=desk.unverified).update(state="confirmed")
    missing = Claim.objects.exclude(pk=desk.unverified.pk).order_by("pk")[0]
    QueueItem.objects.filter(claim=missing).delete()
    assert sorted(one.reason for one in find_violations()) == [
        "the queue does not know it",
        "the queue has it otherwise (state)",
    ]


def test_a_desk_that_had_no_queue_yet_gets_the_same_one(db: None) -> None:
    desk = Desk()
    kept = list(QueueItem.objects.order_by("pk").values())
    settle()
    CLAIM_WORDS.drop(connection)
    QueueItem.objects.all().delete()
    settle()
    mend_queue(connection)
    assert list(QueueItem.objects.order_by("pk").values()) == kept
    assert find_words(desk.unverified.statement, story=None, most=99)
    assert list(find_violations()) == []
