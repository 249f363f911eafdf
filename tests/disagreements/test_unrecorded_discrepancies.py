"""What passages disagree on and no row tells of: found for all claims at once, as refreshing each would find it."""

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from stories.audit.desk import check_discrepancies
from stories.choices import BLOCKING_DISCREPANCIES
from stories.disagreements import discrepancies
from stories.disagreements.discrepancies import close_discrepancy, refresh_discrepancies
from stories.intake.passages import retire_evidence
from stories.models import Claim
from tests.world import World, anybody

PAIRS = (
    ("The harbour may close", "The harbour will close"),
    ("It lost 30 ships", "It lost 40 ships"),
    ("a “major victory” for the harbour", "a “great victory” for the harbour"),
    ("The minister Driscoll came", "The minister Driskell came"),
    ("It closed on 3 March", "It closed on 4 March"),
    ("The harbour is closed", "The harbour is closed"),
)
"""Strength, figure, quotation; then a name and a date, which block nothing; then nothing at all."""


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def claims(world: World) -> list[Claim]:
    """A claim for each of `PAIRS`, which two outlets say so."""
    made = [world.claim(first) for first, _ in PAIRS]
    for claim, (first, second) in zip(made, PAIRS, strict=True):
        world.passage(claim, "courier", quote=first)
        world.passage(claim, "mirror", quote=second)
    return made


def found() -> list[tuple[str, str]]:
    """The claim and the words of every violation."""
    return [(one.key, one.reason) for one in check_discrepancies()]


def say(claim: Claim, kind: str, first: str, second: str) -> tuple[str, str]:
    return str(claim.uuid), f"its passages disagree in {kind} (“{first}” / “{second}”), unrecorded"


def test_what_blocks_is_found(claims: list[Claim]) -> None:
    assert found() == [
        say(claims[0], "strength", "may close", "will close"),
        say(claims[1], "figure", "30 ships", "40 ships"),
        say(claims[2], "quotation", "major", "great"),
    ]


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_it_is_what_refreshing_each_claim_would_record(
    claims: list[Claim], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discrepancies, "AT_ONCE", at_once)
    with transaction.atomic():
        recorded = [
            say(claim, row.kind, row.first_words, row.second_words)
            for claim in claims
            for row in refresh_discrepancies(claim)
            if row.kind in BLOCKING_DISCREPANCIES
        ]
        assert found() == []
        transaction.set_rollback(True)
    assert found() == recorded != []


def test_what_is_on_record_or_closed_or_rests_on_a_retired_passage_is_no_violation(
    world: World, claims: list[Claim]
) -> None:
    refresh_discrepancies(claims[0])
    (row,) = (row for row in refresh_discrepancies(claims[1]) if row.kind == "figure")
    close_discrepancy(row, by=world.editor, state="dismissed", reason="A misprint.")
    retire_evidence(claims[2].evidence.order_by("pk")[0], by=anybody())
    assert found() == []


@pytest.mark.parametrize("number", [1, 6])
def test_it_takes_five_queries_however_many_claims(
    claims: list[Claim], number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for claim in claims[number:]:
        for passage in claim.evidence.all():
            retire_evidence(passage, by=anybody())
    with django_assert_num_queries(5):  # claims, passages with articles, chains, their sources, rows on record
        assert len(found()) == min(number, 3)
