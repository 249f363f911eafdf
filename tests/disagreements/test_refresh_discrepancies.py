"""Discrepancies on record: kept in step with the passages, closed and opened again by people alone."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from stories.disagreements.discrepancies import (
    close_discrepancy,
    openings_of,
    refresh_discrepancies,
    reopen_discrepancy,
)
from stories.intake.passages import retire_evidence
from stories.models import Claim, Discrepancy, Evidence
from stories.provenance.snapshots import take_snapshot
from tests.world import World, anybody

SEEDS = Path(__file__).resolve().parent.parent.parent / "seeds"


@pytest.fixture
def world(db: None) -> World:
    return World()


def say(world: World, claim: Claim, outlet: str, quote: str) -> Evidence:
    """A passage of `outlet` for `claim`."""
    return world.passage(claim, outlet, quote=quote)


def rows(claim: Claim) -> list[tuple[str, str, str, str]]:
    return sorted(claim.discrepancies.values_list("kind", "first_words", "second_words", "state"))


@pytest.fixture
def claim(world: World) -> Claim:
    """A claim that one outlet reports as possible and another as certain."""
    claim = world.claim()
    say(world, claim, "courier", "The harbour may close")
    say(world, claim, "mirror", "The harbour will close")
    return claim


def test_what_is_found_is_opened_once(world: World, claim: Claim, django_assert_num_queries) -> None:
    (row,) = refresh_discrepancies(claim, stamps=world.stamps)
    assert (row.kind, row.first_words, row.second_words) == ("strength", "may close", "will close")
    assert (row.first.quote, row.second.quote) == ("The harbour may close", "The harbour will close")
    found_at = row.found_at
    with django_assert_num_queries(10):  # savepoint and release, the lock, and seven that read: no write
        (again,) = refresh_discrepancies(claim, stamps=world.stamps)
    assert (again.pk, again.found_at) == (row.pk, found_at)


def test_an_open_one_that_is_found_no_more_goes(world: World, claim: Claim) -> None:
    refresh_discrepancies(claim, stamps=world.stamps)
    retire_evidence(claim.evidence.first(), stamps=world.stamps, by=anybody())
    refresh_discrepancies(claim, stamps=world.stamps)
    assert rows(claim) == [("only-one", "The harbour will close", "", "open")]


def test_what_a_person_closed_outlives_every_recount(world: World, claim: Claim) -> None:
    (row,) = refresh_discrepancies(claim, stamps=world.stamps)
    close_discrepancy(row, by=world.reporter, state="resolved", reason="The minister said may.", stamps=world.stamps)
    assert [one.state for one in refresh_discrepancies(claim, stamps=world.stamps)] == ["resolved"]
    say(world, claim, "wire", "The harbour must close")
    refresh_discrepancies(claim, stamps=world.stamps)
    assert rows(claim) == [
        ("strength", "may close", "must close", "open"),
        ("strength", "may close", "will close", "resolved"),
        ("strength", "will close", "must close", "open"),
    ]
    retire_evidence(claim.evidence.first(), stamps=world.stamps, by=anybody())
    refresh_discrepancies(claim, stamps=world.stamps)
    assert rows(claim) == [
        ("strength", "may close", "will close", "resolved"),
        ("strength", "will close", "must close", "open"),
    ]
    row.refresh_from_db()
    assert (row.reason, row.closed_by) == ("The minister said may.", world.reporter)


def test_a_passage_recorded_anew_does_not_reopen_what_a_person_closed(world: World, claim: Claim) -> None:
    (row,) = refresh_discrepancies(claim, stamps=world.stamps)
    close_discrepancy(row, by=world.editor, state="dismissed", reason="A headline.", stamps=world.stamps)
    old = claim.evidence.first()
    retire_evidence(old, stamps=world.stamps, by=anybody())
    world.passage(claim, "courier", "wire", quote=old.quote, article=old.article, created_at=world.stamps.now())
    refresh_discrepancies(claim, stamps=world.stamps)
    closed = claim.discrepancies.values_list("state", "reason", "closed_by__username", "closed_at")
    assert len(closed) == 2
    assert len(set(closed)) == 1
    assert rows(claim) == [("strength", "may close", "will close", "dismissed")] * 2


def test_a_passage_that_contradicts_the_claim_is_not_compared(world: World, claim: Claim) -> None:
    world.passage(claim, "wire", quote="The harbour must close", stance="contradicts")
    refresh_discrepancies(claim, stamps=world.stamps)
    assert rows(claim) == [("strength", "may close", "will close", "open")]


def test_another_claims_discrepancies_are_left_alone(world: World, claim: Claim) -> None:
    refresh_discrepancies(claim, stamps=world.stamps)
    other = world.claim("The harbour is open.")
    refresh_discrepancies(other, stamps=world.stamps)
    assert rows(claim) == [("strength", "may close", "will close", "open")]
    assert rows(other) == []


def test_spellings_of_a_source_and_dates_of_an_article_are_known(world: World) -> None:
    world.alias("minister", "Anna Lind")
    world.alias("minister", "Ana Lindh")
    claim = world.claim()
    for outlet, quote, published in [
        ("courier", "Anna Lind spoke yesterday", "2025-11-21T12:21"),
        ("mirror", "Ana Lindh spoke on November 19", "2025-11"),
    ]:
        article = world.article(outlet, f"{quote}.", published=published)
        world.passage(claim, outlet, quote=quote, article=article)
    refresh_discrepancies(claim, stamps=world.stamps)
    assert rows(claim) == [
        ("date", "yesterday", "November 19", "open"),
        ("name", "Anna Lind", "Ana Lindh", "open"),
    ]


# Closing


def test_closing_twice_alike_is_a_success_and_otherwise_an_error(world: World, claim: Claim) -> None:
    (row,) = refresh_discrepancies(claim, stamps=world.stamps)
    closed = close_discrepancy(row, by=world.editor, state="resolved", reason="May.", stamps=world.stamps)
    again = close_discrepancy(row, by=world.editor, state="resolved", reason="May.", stamps=world.stamps)
    assert again.closed_at == closed.closed_at
    with pytest.raises(ValidationError, match="It was resolved meanwhile: May"):
        close_discrepancy(row, by=world.reporter, state="dismissed", reason="Will.", stamps=world.stamps)


@pytest.mark.parametrize(
    ("who", "state", "reason", "said"),
    [
        ("outsider", "resolved", "May.", "Only members of the groups Reporters and Editors close"),
        ("editor", "open", "May.", "closed as resolved or as dismissed"),
        ("editor", "resolved", " ", "Say why it is resolved, or why it does not matter"),
    ],
)
def test_closing_needs_a_role_a_state_and_a_reason(
    world: World, claim: Claim, who: str, state: str, reason: str, said: str
) -> None:
    (row,) = refresh_discrepancies(claim, stamps=world.stamps)
    by = world.person("outsider", is_superuser=True) if who == "outsider" else world.editor
    with pytest.raises(ValidationError, match=said):
        close_discrepancy(row, by=by, state=state, reason=reason, stamps=world.stamps)
    assert rows(claim) == [("strength", "may close", "will close", "open")]


def test_closing_one_that_has_gone_says_so(world: World, claim: Claim) -> None:
    (row,) = refresh_discrepancies(claim, stamps=world.stamps)
    Discrepancy.objects.all().delete()
    with pytest.raises(ValidationError, match="no longer disagree"):
        close_discrepancy(row, by=world.editor, state="resolved", reason="May.", stamps=world.stamps)


# The command


def run(*args: str, **options: bool) -> str:
    out = io.StringIO()
    call_command("find_discrepancies", *args, stdout=out, **options)
    return out.getvalue()


def test_the_command_compares_files_without_a_database() -> None:
    files = sorted(str(path) for path in SEEDS.glob("00*.txt"))
    finds = json.loads(run(*files, json=True))
    assert finds[1] == {
        "kind": "quotation",
        "first": {"start": 2620, "end": 2633, "passage": "major victory"},
        "second": {"start": 2075, "end": 2088, "passage": "great victory"},
        "differing": [{"first": "major", "second": "great"}],
    }
    assert len(finds) == 2
    assert run(*files).splitlines()[-1] == "2 found; nothing was decided or written."


def test_the_command_compares_articles_by_slug_and_offers_copy(world: World) -> None:
    text = " ".join(f"word{number}" for number in range(40))
    world.article("courier", text)
    world.article("mirror", f"Mirror, own staff. {text}")
    assert run("article-1", "article-2").splitlines()[0] == (
        "copy: 40 words of article-1 and article-2; one may be copy_of the other"
    )


def test_the_command_says_what_it_cannot_read(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere is neither a file nor the slug of an article"):
        run("nowhere", "nowhere")
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    with pytest.raises(CommandError, match=r"is not UTF-8 \(byte 3\)"):
        run(str(tmp_path / "latin"), "nowhere")


# Opening again


def closed_row(world: World, claim: Claim) -> Discrepancy:
    (row,) = refresh_discrepancies(claim, stamps=world.stamps)
    return close_discrepancy(row, by=world.editor, state="dismissed", reason="A headline.", stamps=world.stamps)


def test_what_was_closed_too_soon_is_opened_again_and_its_closing_stays(world: World, claim: Claim) -> None:
    row = closed_row(world, claim)
    again = reopen_discrepancy(row, by=world.reporter, stamps=world.stamps)
    assert reopen_discrepancy(row, by=world.editor, stamps=world.stamps) == again
    close_discrepancy(again, by=world.reporter, state="resolved", reason="May.", stamps=world.stamps)
    third = reopen_discrepancy(row, by=world.reporter, stamps=world.stamps)
    assert [(one.state, one.reason) for one in openings_of(row)] == [
        ("dismissed", "A headline."),
        ("resolved", "May."),
        ("open", ""),
    ]
    assert rows(claim) == [
        ("strength", "may close", "will close", state) for state in ("dismissed", "open", "resolved")
    ]
    listed = take_snapshot(claim, claim.evidence.supporting().current(), at=world.stamps.now())["discrepancies"]
    before = take_snapshot(claim, claim.evidence.supporting().current(), at=third.found_at - timedelta(milliseconds=1))
    assert (len(listed), before["discrepancies"]) == (1, [])


def test_what_a_person_opened_again_outlives_every_recount(world: World, claim: Claim) -> None:
    reopen_discrepancy(closed_row(world, claim), by=world.editor, stamps=world.stamps)
    refresh_discrepancies(claim, stamps=world.stamps)
    old = claim.evidence.first()
    retire_evidence(old, stamps=world.stamps, by=anybody())
    world.passage(claim, "courier", "wire", quote=old.quote, article=old.article, created_at=world.stamps.now())
    refresh_discrepancies(claim, stamps=world.stamps)
    states = claim.discrepancies.order_by("found_at", "pk").values_list("state", "first__retired_at")
    assert [(state, retired is None) for state, retired in states] == [
        ("dismissed", False),
        ("open", False),
        ("open", True),
    ]


def test_opening_again_needs_a_role_and_passages_that_stand(world: World, claim: Claim) -> None:
    row = closed_row(world, claim)
    with pytest.raises(ValidationError, match="Only members of the groups Reporters and Editors open"):
        reopen_discrepancy(row, by=world.person("outsider", is_superuser=True), stamps=world.stamps)
    retire_evidence(claim.evidence.first(), stamps=world.stamps, by=anybody())
    with pytest.raises(ValidationError, match="A passage of it has been retired since"):
        reopen_discrepancy(Discrepancy.objects.get(pk=row.pk), by=world.editor, stamps=world.stamps)
    assert rows(claim) == [
        ("only-one", "The harbour will close", "", "open"),
        ("strength", "may close", "will close", "dismissed"),
    ]
