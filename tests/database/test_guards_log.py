"""What the database refuses in the public log (rules: append-only, hash-chain, made-by-a-decision, suppression).

Each forgery is shown twice: refused in the guard's own words, and passing once the guard is away.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from stories.chain import FORMAT, canonical, digest
from stories.choices import Part
from stories.models import (
    Decision,
    FactInForce,
    Publication,
    PublicationNote,
    PublicationSource,
    PublicationText,
    SealedText,
    StoryVersion,
)
from stories.record import publications as publishing
from stories.stamps import to_milliseconds
from stories.verification.suppression import newest_on
from tests.rows import (
    Desk,
    Forgeries,
    append,
    append_note,
    append_text,
    confirmation,
    cut_raw,
    decide,
    forged,
    hash_note,
    next_publication,
    place_after,
    run_sql,
    text_of,
    undone,
    version_publication,
    version_text,
)

FORGERIES = Forgeries()
breaking = FORGERIES.breaking
OTHER = UUID("11111111-1111-4111-8111-111111111111")


def withdrawal(desk: Desk, **columns: object) -> Decision:
    """A right withdrawal of the fact in force, whose publication is still to come."""
    return decide(desk, desk.in_force, "withdrawn", "editor", **columns)


# ---- The log --------------------------------------------------------------------------------------------------


@breaking("publication_no_delete")
def delete_the_newest(desk: Desk) -> None:
    run_sql("DELETE FROM stories_publication WHERE position = (SELECT max(position) FROM stories_publication)")


@breaking("publication_no_update")
def change_a_basis(desk: Desk) -> None:
    Publication.objects.filter(position=1).update(basis="corroborated")


@breaking("publication_gapless", beside=["publication_time", "publication_format"])
def leave_a_gap(desk: Desk) -> None:
    row = next_publication(decide(desk, desk.proposed, "confirmed", "editor", publication_id=1000), position=1000)
    row.hash = digest(row.payload)
    append(row)


@breaking("publication_time")
def publish_in_the_past(desk: Desk) -> None:
    at = place_after(Publication).at - timedelta(milliseconds=1)
    append(next_publication(confirmation(desk), at=at))


@breaking("publication_not_ahead")
def publish_in_the_future(desk: Desk) -> None:
    at = to_milliseconds(timezone.now() + timedelta(minutes=6))
    append(next_publication(confirmation(desk), at=at))


@breaking("publication_hash")
def follow_another_past(desk: Desk) -> None:
    row = next_publication(confirmation(desk))
    row.hash = digest("0" * 64 + row.payload)
    append(row)


def payload_that_says(key: str, value: object):
    """A forger whose row has one thing in its columns and another, `value`, in its payload."""

    def forge(desk: Desk) -> None:
        row = next_publication(confirmation(desk))
        row.payload = canonical(publishing.event_of(row) | {key: value})
        row.hash = digest(place_after(Publication).previous_hash + row.payload)
        append(row)

    forge.__name__ = f"say_another_{key}_in_the_payload"
    return forge


for key, value in {
    "position": 1,
    "event": "reworded",
    "at": "2025-11-21T12:00:00.000Z",
    "story": "empty",
    "fact_id": None,
    "version": 1,
    "correction": {"kind": "update", "note_sha256": "0" * 64, "replaced_by": None},
    "part": "text",
    "because": "court",
    "restores": 1,
    "note_sha256": "0" * 64,
    "ends": 1,
    "suppresses": 1,
    "text_sha256": None,
    "format": 1,
    "aside": "A key too many.",
}.items():
    breaking("publication_payload")(payload_that_says(key, value))


@breaking("publication_payload")
def change_the_note_in_the_payload(desk: Desk) -> None:
    row = next_publication(withdrawal(desk))
    event = publishing.event_of(row)
    row.payload = canonical(event | {"correction": event["correction"] | {"note_sha256": hash_note("It was right.")}})
    row.hash = digest(place_after(Publication).previous_hash + row.payload)
    append(row)


@breaking("publication_fact_was_decided")
def publish_what_nobody_decided(desk: Desk) -> None:
    row = next_publication(confirmation(desk), fact_id=desk.unverified.uuid)
    append(row)


@breaking("publication_fact_was_decided")
def publish_without_any_decision(desk: Desk) -> None:
    append(forged(Publication.objects.get(position=1), fact_id=desk.unverified.uuid))


def confirmed_as(column: str, value: object):
    """A forger who publishes a confirmation with another `column`."""

    def forge(desk: Desk) -> None:
        append(next_publication(confirmation(desk), **{column: value}))

    forge.__name__ = f"publish_a_fact_under_another_{column}"
    return forge


for key, value in {"story": "empty", "basis": "documented", "kind": "quote", "language": "uk"}.items():
    breaking("publication_fact_was_decided")(confirmed_as(key, value))


@breaking("publication_fact_was_decided")
def publish_a_correction_that_nobody_decided(desk: Desk) -> None:
    append(next_publication(confirmation(desk), correction_kind="update", note_sha256=hash_note("News.")))


def withdrawn_as(column: str, value: object):
    """A forger who publishes a withdrawal with another `column`."""

    def forge(desk: Desk) -> None:
        append(next_publication(withdrawal(desk), **{column: value}))

    forge.__name__ = f"publish_a_withdrawal_with_another_{column}"
    return forge


for key, value in {"correction_kind": "retraction", "replaced_by": OTHER}.items():
    breaking("publication_fact_was_decided")(withdrawn_as(key, value))


@breaking("publication_fact_was_decided")
def drop_what_replaces_a_fact(desk: Desk) -> None:
    append(next_publication(withdrawal(desk, replaced_by=desk.ended), replaced_by=None))


@breaking("publication_fact_was_decided", beside=["publication_ends_what_is_in_force"])
def publish_a_confirmation_as_a_withdrawal(desk: Desk) -> None:
    decide(desk, desk.proposed, "proposed", "reporter", correction_kind="update", public_note="News.")
    row = next_publication(confirmation(desk), event="withdrawn", text_sha256="", ends_id=1)
    append(row)


@breaking("publication_confirms_what_is_not_in_force")
def confirm_a_fact_in_force_beside_the_old_one(desk: Desk) -> None:
    decide(desk, desk.in_force, "proposed", "reporter")
    append(next_publication(decide(desk, desk.in_force, "confirmed", "editor"), event="confirmed", ends=None))


@breaking("publication_ends_what_is_in_force")
def end_the_fact_of_another_claim(desk: Desk) -> None:
    decide(desk, desk.proposed, "proposed", "reporter", correction_kind="update", public_note="News.")
    append(next_publication(confirmation(desk), event="reworded", ends=desk.publication(desk.in_force)))


@breaking("publication_ends_what_is_in_force")
def end_a_version_instead_of_a_fact(desk: Desk) -> None:
    append(next_publication(withdrawal(desk), ends_id=desk.version.publication_id))


# ---- Versions -------------------------------------------------------------------------------------------------


@breaking("publication_version_was_cut")
def publish_a_version_that_nobody_cut(desk: Desk) -> None:
    append(version_publication(desk.draft))


@breaking("publication_version_was_cut")
def publish_a_version_under_another_number(desk: Desk) -> None:
    append(version_publication(cut_raw(desk), version=7))


@breaking("publication_version_was_cut")
def publish_a_version_of_another_story(desk: Desk) -> None:
    append(version_publication(cut_raw(desk), story="empty"))


@breaking("publication_version_was_cut")
def call_a_new_version_a_correction(desk: Desk) -> None:
    append(version_publication(cut_raw(desk), correction_kind="correction", note_sha256=hash_note("It was wrong.")))


@breaking("publication_version_was_cut")
def keep_quiet_about_a_correction(desk: Desk) -> None:
    StoryVersion.objects.filter(pk=desk.draft.pk).update(change_kind="correction", change_note="It was wrong.")
    append(version_publication(cut_raw(desk)))


@breaking("publication_format")
def publish_in_the_old_format(desk: Desk) -> None:
    append(next_publication(confirmation(desk), format=1))


# ---- Taking down, and putting back -----------------------------------------------------------------------------


def signed(desk: Desk, verdict: str, position: int, *, part: str = "text", **columns: object) -> Decision:
    """A right decision on the `part` of `position`; its publication is still to come."""
    newest = newest_on(Publication.objects.get(pk=position), Part(part))
    values: dict[str, object] = {"wording": "", "basis": "", "evidence": None, "evidence_digest": "", "part": part}
    if verdict == "suppressed":
        values |= {"because": "court", "public_note": "Taken down."}
    values |= {"suppresses_id": position, "previous": newest, "publication_id": place_after(Publication).number}
    return decide(desk, None, verdict, "editor", **values | columns)


def taken_down(target: Publication, *, part: str = "text", **columns: object) -> Publication:
    """The unsaved publication that takes the `part` of `target` down."""
    values = {"event": "suppressed", "suppresses": target, "because": "court", "note_sha256": hash_note("Taken down.")}
    return about(target, part, **values | columns)


def put_back(target: Publication, *, part: str = "text", **columns: object) -> Publication:
    """The unsaved publication that restores the `part` of `target`."""
    return about(target, part, **{"event": "restored", "restores": target} | columns)


def about(target: Publication, part: str, **columns: object) -> Publication:
    values = {"story": target.story, "fact_id": target.fact_id, "version": target.version, "part": part}
    return forged(Publication(), **{"format": FORMAT} | values | columns)


def restoration(desk: Desk) -> Publication:
    """What is sealed and its restoration rightly proposed and signed; gives back what it is about."""
    position = desk.suppressed_text.position_id
    signed(desk, "proposed", position, publication_id=None)
    signed(desk, "restored", position, **by_second(desk))
    return Publication.objects.get(pk=position)


def by_second(desk: Desk) -> dict[str, object]:
    return {"actor": desk.world.second_editor, "actor_username": desk.world.second_editor.username}


@breaking("publication_suppression_was_signed")
def suppress_what_nobody_signed(desk: Desk) -> None:
    append(taken_down(desk.publication(desk.ended)))


@breaking("publication_suppression_was_signed")
def suppress_something_else_than_was_signed(desk: Desk) -> None:
    signed(desk, "suppressed", desk.publication(desk.ended).position)
    append(taken_down(desk.version.publication))


def suppressed_instead(column: str, value: object):
    """A forger who takes down what was signed under another `column`."""

    def forge(desk: Desk) -> None:
        target = desk.publication(desk.ended)
        signed(desk, "suppressed", target.position)
        append(taken_down(target, **{column: value}))

    forge.__name__ = f"suppress_with_another_{column}"
    return forge


breaking("publication_suppression_was_signed")(suppressed_instead("because", "privacy"))
for key, value in {"story": "empty", "fact_id": OTHER, "version": 1}.items():
    breaking("publication_suppresses_what_ended")(suppressed_instead(key, value))


@breaking("publication_suppresses_what_ended")
def suppress_a_fact_in_force(desk: Desk) -> None:
    target = desk.publication(desk.in_force)
    signed(desk, "suppressed", target.position)
    append(taken_down(target))


@breaking("publication_suppresses_what_ended")
def suppress_a_withdrawal(desk: Desk) -> None:
    target = Publication.objects.filter(event="withdrawn")[0]
    signed(desk, "suppressed", target.position)
    append(taken_down(target))


@breaking("publication_suppresses_what_ended")
def suppress_the_note_of_what_has_none(desk: Desk) -> None:
    target = desk.publication(desk.ended)
    signed(desk, "suppressed", target.position, part="note")
    append(taken_down(target, part="note"))


@breaking("publication_suppresses_what_is_shown", beside=["decision_suppressed_by_an_editor"])
def suppress_twice(desk: Desk) -> None:
    target = desk.suppressed_text.position
    signed(desk, "suppressed", target.pk)
    append(taken_down(target))


@breaking("publication_restoration_was_signed")
def restore_what_nobody_signed(desk: Desk) -> None:
    append(put_back(desk.suppressed_text.position))


@breaking("publication_restoration_was_signed")
def restore_another_part_than_was_signed(desk: Desk) -> None:
    restoration(desk)
    append(put_back(desk.suppressed_note.position, part="note"))


@breaking("publication_restores_what_is_down")
def restore_under_another_story(desk: Desk) -> None:
    append(put_back(restoration(desk), story="empty"))


@breaking("publication_restores_what_is_down", beside=["decision_restored_by_two_editors"])
def restore_what_is_shown(desk: Desk) -> None:
    target = desk.publication(desk.ended)
    signed(desk, "restored", target.position, previous=None)
    append(put_back(target))


@pytest.mark.parametrize("guard", FORGERIES.guards())
def test_the_database_refuses_it_and_nothing_but_its_guard_does(guard: str, desk: Desk) -> None:
    FORGERIES.prove(guard, desk)


def test_what_was_decided_and_cut_passes_unforged(desk: Desk) -> None:
    with undone():
        decision = confirmation(desk)
        text = text_of(decision)
        publication = append(next_publication(decision))
        append_text(publication, text)
        append(PublicationSource(publication=publication, slug="courier"))
        append(next_publication(withdrawal(desk, replaced_by=desk.proposed)))
        version = cut_raw(desk)
        text = version_text(version)
        append_text(append(version_publication(version, text)), text)
        target = desk.publication(desk.ended)
        signed(desk, "suppressed", target.position)
        append_note(append(taken_down(target)), "Taken down.")
        text = PublicationText.objects.get(position=target)
        sealed = append(SealedText(publication=target, part="text", salt=text.salt, text=text.text))
        PublicationSource.objects.filter(publication=target).delete()
        text.delete()
        signed(desk, "proposed", target.position, publication_id=None)
        signed(desk, "restored", target.position, **by_second(desk))
        append(put_back(target))
        append_text(target, sealed.text, salt=sealed.salt)
        sealed.delete()


def test_rows_saved_again_as_they_are_pass(desk: Desk) -> None:
    for model in (Publication, PublicationText, PublicationNote, PublicationSource, SealedText, FactInForce):
        for row in model._default_manager.all():
            row.save()
