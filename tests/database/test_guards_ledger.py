"""What the database refuses in the ledger, whoever writes and however: no row is changed, missed or out of its place.

Rules: append-only, one-sequence, hash-chain.

Each forgery is shown twice: refused in the guard's own words, and passing once the guard is away. What a verdict asks
for is in tests/database/test_guards_verdicts.py.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from stories.chain import canonical, digest
from stories.choices import Part
from stories.models import Decision
from stories.record.decisions import payload_of
from stories.stamps import to_milliseconds
from stories.verification.suppression import newest_on
from tests.rows import Desk, Forgeries, append, decide, next_decision, place_after

FORGERIES = Forgeries()
breaking = FORGERIES.breaking


@breaking("decision_no_delete")
def delete_the_newest(desk: Desk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM stories_decision WHERE seq = (SELECT max(seq) FROM stories_decision)")


@breaking("decision_no_update")
def change_a_rationale(desk: Desk) -> None:
    Decision.objects.filter(seq=1).update(rationale="I never said so.")


@breaking("decision_no_update")
def change_the_evidence(desk: Desk) -> None:
    Decision.objects.filter(seq=1).update(evidence={"passages": []})


@breaking("decision_gapless", beside=["decision_time", "decision_format"])
def leave_a_gap(desk: Desk) -> None:
    row = next_decision(desk, desk.unverified, "proposed", "reporter", seq=1000)
    row.hash = digest(row.payload)
    append(row)


@breaking("decision_gapless", beside=["decision_time", "decision_format"])
def begin_below_one(desk: Desk) -> None:
    row = next_decision(desk, desk.unverified, "proposed", "reporter", seq=0)
    row.hash = digest(row.payload)
    append(row)


@breaking("decision_time")
def decide_in_the_past(desk: Desk) -> None:
    at = place_after(Decision).at - timedelta(milliseconds=1)
    decide(desk, desk.unverified, "proposed", "reporter", at=at)


@breaking("decision_not_ahead")
def decide_in_the_future(desk: Desk) -> None:
    decide(desk, desk.unverified, "proposed", "reporter", at=to_milliseconds(timezone.now() + timedelta(minutes=6)))


@breaking("decision_hash")
def follow_another_past(desk: Desk) -> None:
    row = next_decision(desk, desk.unverified, "proposed", "reporter")
    row.hash = digest("0" * 64 + row.payload)
    append(row)


def payload_that_says(key: str, value: object):
    """A forger whose row has one thing in its columns and another, `value`, in its payload."""

    def forge(desk: Desk) -> None:
        row = next_decision(desk, desk.unverified, "proposed", "reporter")
        row.payload = canonical(payload_of(row) | {key: value})
        row.hash = digest(place_after(Decision).previous_hash + row.payload)
        append(row)

    forge.__name__ = f"say_another_{key}_in_the_payload"
    return forge


for key, value in {
    "seq": 1,
    "claim": None,
    "suppresses": 1,
    "previous": 1,
    "verdict": "confirmed",
    "wording": "The sea is dry.",
    "basis": "corroborated",
    "rationale": "",
    "correction_kind": "update",
    "public_note": "Never mind.",
    "replaced_by": "11111111-1111-4111-8111-111111111111",
    "accepts_inferred": True,
    "evidence": {"passages": []},
    "evidence_digest": "",
    "actor": {"username": "reporter", "name": "", "role": "editor"},
    "at": "2025-11-21T12:00:00.000Z",
    "publication": 1,
    "format": 1,
    "part": "text",
    "because": "court",
    "aside": "A key too many.",
}.items():
    breaking("decision_payload")(payload_that_says(key, value))


@breaking("decision_payload")
def write_the_payload_with_spaces(desk: Desk) -> None:
    row = next_decision(desk, desk.unverified, "proposed", "reporter")
    row.payload = row.payload.replace('{"accepts_inferred":', '{"accepts_inferred": ')
    row.hash = digest(place_after(Decision).previous_hash + row.payload)
    append(row)


@breaking("decision_payload")
def decide_between_two_milliseconds(desk: Desk) -> None:
    decide(desk, desk.unverified, "proposed", "reporter", at=place_after(Decision).at + timedelta(microseconds=1))


@breaking("decision_follows_newest")
def follow_another_claims_decision(desk: Desk) -> None:
    decide(desk, desk.unverified, "proposed", "reporter", previous=desk.newest(desk.in_force))


@breaking("decision_follows_newest")
def follow_a_suppression(desk: Desk) -> None:
    last = Decision.objects.filter(suppresses__isnull=False).order_by("-seq")[0]
    decide(desk, desk.unverified, "proposed", "reporter", previous=last)


@breaking("decision_own_publication")
def claim_the_position_of_a_version(desk: Desk) -> None:
    decide(desk, desk.proposed, "confirmed", "editor", publication_id=desk.version.publication_id)


@breaking("decision_follows_newest")
def follow_the_decision_on_the_other_part(desk: Desk) -> None:
    note = newest_on(desk.suppressed_note.position, Part.NOTE)
    blank = {"wording": "", "basis": "", "evidence": None, "evidence_digest": ""}
    on_text = {"suppresses": desk.suppressed_text.position, "part": "text", "previous": note}
    decide(desk, None, "proposed", "editor", **blank | on_text)


@breaking("decision_format")
def decide_in_the_old_format(desk: Desk) -> None:
    decide(desk, desk.unverified, "proposed", "reporter", format=1)


@pytest.mark.parametrize("guard", FORGERIES.guards())
def test_the_database_refuses_it_and_nothing_but_its_guard_does(guard: str, desk: Desk) -> None:
    FORGERIES.prove(guard, desk)


def test_a_decision_saved_again_as_it_is_passes(desk: Desk) -> None:
    for decision in Decision.objects.order_by("seq"):
        decision.save()
