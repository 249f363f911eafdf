"""What the database refuses in the public log and beside it (invariants 1, 2, 4 and 5).

Each forgery is shown twice: refused in the guard's own words, and passing once the guard is away.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from stories import publishing
from stories.chain import Place, canonical, digest
from stories.database.log import FACT_COLUMNS
from stories.models import Decision, FactInForce, Publication, PublicationSource, PublicationText, StoryVersion
from tests.rows import (
    SALT,
    Desk,
    Forgeries,
    append,
    append_text,
    decide,
    forged,
    next_publication,
    place_after,
    text_of,
    undone,
)

FORGERIES = Forgeries()
breaking = FORGERIES.breaking
OTHER = UUID("11111111-1111-4111-8111-111111111111")


def confirmation(desk: Desk) -> Decision:
    """A right confirmation of the open proposal, whose publication is still to come."""
    return decide(desk, desk.proposed, "confirmed", "editor")


def withdrawal(desk: Desk, **columns: object) -> Decision:
    """A right withdrawal of the fact in force, whose publication is still to come."""
    return decide(desk, desk.in_force, "withdrawn", "editor", **columns)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


# ---- The log --------------------------------------------------------------------------------------------------


@breaking("publication_no_delete")
def delete_the_newest(desk: Desk) -> None:
    run("DELETE FROM stories_publication WHERE position = (SELECT max(position) FROM stories_publication)")


@breaking("publication_no_update")
def change_a_basis(desk: Desk) -> None:
    Publication.objects.filter(position=1).update(basis="corroborated")


@breaking("publication_gapless", beside=["publication_time"])
def leave_a_gap(desk: Desk) -> None:
    row = next_publication(decide(desk, desk.proposed, "confirmed", "editor", publication_id=1000), position=1000)
    row.hash = digest(row.payload)
    append(row)


@breaking("publication_time")
def publish_in_the_past(desk: Desk) -> None:
    at = place_after(Publication).at - timedelta(milliseconds=1)
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
    "correction": {"kind": "update", "note": "No.", "replaced_by": None},
    "ends": 1,
    "suppresses": 1,
    "text_sha256": None,
    "format": 2,
    "aside": "A key too many.",
}.items():
    breaking("publication_payload")(payload_that_says(key, value))


@breaking("publication_payload")
def change_the_note_in_the_payload(desk: Desk) -> None:
    row = next_publication(withdrawal(desk))
    event = publishing.event_of(row)
    row.payload = canonical(event | {"correction": event["correction"] | {"note": "It was right."}})
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
    append(next_publication(confirmation(desk), correction_kind="update", note="News."))


def withdrawn_as(column: str, value: object):
    """A forger who publishes a withdrawal with another `column`."""

    def forge(desk: Desk) -> None:
        append(next_publication(withdrawal(desk), **{column: value}))

    forge.__name__ = f"publish_a_withdrawal_with_another_{column}"
    return forge


for key, value in {"correction_kind": "retraction", "note": "We regret it.", "replaced_by": OTHER}.items():
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


def cut_raw(desk: Desk) -> StoryVersion:
    """The draft, cut by another editor; its publication is still to come."""
    place = place_after(Publication)
    StoryVersion.objects.filter(pk=desk.draft.pk).update(
        publication_id=place.number,
        cut_by=desk.world.second_editor,
        cut_by_username="second-editor",
        cut_by_role="editor",
        cut_at=place.at,
    )
    return StoryVersion.objects.get(pk=desk.draft.pk)


def version_text(version: StoryVersion, **members: object) -> str:
    """The canonical public text of `version`, with other `members`."""
    place = Place(place_after(Publication).number, "", version.drafted_at)
    return canonical(publishing.render_version(version, place) | members)


def version_publication(cut: StoryVersion, text: str = "", **columns: object) -> Publication:
    """The unsaved publication of `cut` with `text`, with other `columns`."""
    values = {"event": "version", "story": cut.story.slug, "version": cut.number}
    return forged(Publication(), **values | {"text_sha256": digest(SALT + text)} | columns)


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
    append(version_publication(cut_raw(desk), correction_kind="correction", note="It was wrong."))


@breaking("publication_version_was_cut")
def keep_quiet_about_a_correction(desk: Desk) -> None:
    StoryVersion.objects.filter(pk=desk.draft.pk).update(change_kind="correction", change_note="It was wrong.")
    append(version_publication(cut_raw(desk)))


# ---- Suppression ----------------------------------------------------------------------------------------------


def signed_suppression(desk: Desk, position: int) -> Decision:
    """A suppression of `position`, rightly proposed and signed; its publication is still to come."""
    blank = {"wording": "", "basis": "", "evidence": None, "evidence_digest": ""}
    proposal = decide(desk, None, "proposed", "editor", suppresses_id=position, **blank)
    number = place_after(Publication).number
    return decide(
        desk, None, "suppressed", "second_editor", suppresses_id=position, previous=proposal, publication_id=number
    )


def suppression_of(target: Publication, **columns: object) -> Publication:
    """The unsaved publication that suppresses `target`."""
    values = {"event": "suppressed", "story": target.story, "fact_id": target.fact_id, "version": target.version}
    return forged(Publication(), **values | {"suppresses": target} | columns)


@breaking("publication_suppression_was_signed")
def suppress_what_nobody_signed(desk: Desk) -> None:
    append(suppression_of(desk.publication(desk.ended)))


@breaking("publication_suppression_was_signed")
def suppress_something_else_than_was_signed(desk: Desk) -> None:
    signed_suppression(desk, desk.publication(desk.ended).position)
    append(suppression_of(desk.version.publication))


@breaking("publication_suppresses_what_ended")
def suppress_a_fact_in_force(desk: Desk) -> None:
    target = desk.publication(desk.in_force)
    signed_suppression(desk, target.position)
    append(suppression_of(target))


@breaking("publication_suppresses_what_ended")
def suppress_a_withdrawal(desk: Desk) -> None:
    target = Publication.objects.filter(event="withdrawn")[0]
    signed_suppression(desk, target.position)
    append(suppression_of(target))


def suppressed_as(column: str, value: object):
    """A forger who suppresses the ended fact under another `column`."""

    def forge(desk: Desk) -> None:
        target = desk.publication(desk.ended)
        signed_suppression(desk, target.position)
        append(suppression_of(target, **{column: value}))

    forge.__name__ = f"suppress_under_another_{column}"
    return forge


for key, value in {"story": "empty", "fact_id": OTHER, "version": 1}.items():
    breaking("publication_suppresses_what_ended")(suppressed_as(key, value))


# ---- Texts ----------------------------------------------------------------------------------------------------


@breaking("publicationtext_is_the_hashed_one")
def put_another_text_beside_the_hash(desk: Desk) -> None:
    decision = confirmation(desk)
    append_text(append(next_publication(decision)), text_of(decision, citations=[]))


@breaking("publicationtext_is_the_hashed_one")
def put_another_salt_beside_the_hash(desk: Desk) -> None:
    decision = confirmation(desk)
    text = text_of(decision)
    append_text(append(next_publication(decision)), text, salt=SALT[::-1])


def text_that_says(member: str, value: object):
    """A forger who publishes a text that says another thing than was decided."""

    def forge(desk: Desk) -> None:
        decision = confirmation(desk)
        text = text_of(decision, **{member: value})
        append_text(append(next_publication(decision, text_sha256=digest(SALT + text))), text)

    forge.__name__ = f"print_another_{member}"
    return forge


for key, value in {
    "statement": "The ferry sank.",
    "id": str(OTHER),
    "revision": 1,
    "story": {"slug": "empty", "title": "The harbour"},
    "kind": "quote",
    "language": "uk",
    "basis": "documented",
    "independent_sources": 2,
}.items():
    breaking("publicationtext_fact_as_decided")(text_that_says(key, value))


def version_that_says(member: str, value: object):
    """A forger who publishes another text than was cut."""

    def forge(desk: Desk) -> None:
        version = cut_raw(desk)
        text = version_text(version, **{member: value})
        append_text(append(version_publication(version, text)), text)

    forge.__name__ = f"print_a_version_with_another_{member}"
    return forge


for key, value in {"headline": "Sunk", "standfirst": "Nothing is known.", "blocks": []}.items():
    breaking("publicationtext_version_as_cut")(version_that_says(key, value))


@breaking("publicationtext_version_as_cut")
def print_a_block_more_than_was_cut(desk: Desk) -> None:
    version = cut_raw(desk)
    text = version_text(version, blocks=[*version.blocks, {"text": "And more.", "facts": []}])
    append_text(append(version_publication(version, text)), text)


@breaking("publicationtext_is_not_suppressed")
def bring_a_suppressed_text_back(desk: Desk) -> None:
    append(desk.suppressed_text)


@breaking("publicationtext_no_update")
def change_a_published_text(desk: Desk) -> None:
    PublicationText.objects.filter(position=1).update(text="{}")


@breaking("publicationtext_delete_only_suppressed")
def delete_a_published_text(desk: Desk) -> None:
    run("DELETE FROM stories_publicationtext WHERE position = 1")


# ---- Sources --------------------------------------------------------------------------------------------------


@breaking("publicationsource_on_its_routes")
def list_a_source_that_is_not_on_a_route(desk: Desk) -> None:
    append(PublicationSource(publication_id=1, slug="minister"))


@breaking("publicationsource_on_its_routes")
def list_a_source_of_a_publication_without_text(desk: Desk) -> None:
    append(PublicationSource(publication=Publication.objects.filter(event="withdrawn")[0], slug="wire"))


@breaking("publicationsource_no_update")
def change_a_listed_source(desk: Desk) -> None:
    PublicationSource.objects.filter(publication=1, slug="wire").update(slug="minister")


@breaking("publicationsource_delete_only_suppressed")
def delete_a_listed_source(desk: Desk) -> None:
    run("DELETE FROM stories_publicationsource WHERE position = 1")


# ---- Facts in force -------------------------------------------------------------------------------------------


@breaking("factinforce_is_in_force")
def list_what_has_ended(desk: Desk) -> None:
    append(listed(desk.publication(desk.ended)))


@breaking("factinforce_is_in_force")
def list_it_under_another_basis(desk: Desk) -> None:
    append(listed(desk.publication(desk.ended), basis="corroborated"))


@breaking("factinforce_no_update")
def change_what_facts_are_filtered_by(desk: Desk) -> None:
    FactInForce.objects.filter(position=desk.publication(desk.in_force)).update(independent_sources=9)


@breaking("factinforce_delete_only_ended")
def hide_a_fact_in_force(desk: Desk) -> None:
    run("DELETE FROM stories_factinforce")


def listed(publication: Publication, **columns: object) -> FactInForce:
    """What stands in the list of facts in force while `publication` does."""
    same = {name: getattr(publication, name) for name in FACT_COLUMNS[1:]}
    return FactInForce(position=publication, **same | columns)


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
        signed_suppression(desk, target.position)
        append(suppression_of(target))
        PublicationSource.objects.filter(publication=target).delete()
        PublicationText.objects.filter(position=target).delete()


def test_rows_saved_again_as_they_are_pass(desk: Desk) -> None:
    for model in (Publication, PublicationText, PublicationSource, FactInForce):
        for row in model._default_manager.all():
            row.save()
