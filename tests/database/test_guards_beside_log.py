"""What the database refuses beside the public log: its texts, its sources, the list of facts in force.

Rules: only-published, append-only, made-by-a-decision, suppression.

Each forgery is shown twice: refused in the guard's own words, and passing once the guard is away.
"""

from uuid import UUID

import pytest

from stories.chain import digest
from stories.choices import Part
from stories.database.log import FACT_COLUMNS
from stories.models import FactInForce, Publication, PublicationNote, PublicationSource, PublicationText, SealedText
from stories.verification.suppression import destroy, newest_on
from tests.rows import (
    SALT,
    Desk,
    Forgeries,
    append,
    append_note,
    append_text,
    confirmation,
    cut_raw,
    decide,
    hash_note,
    next_publication,
    run_sql,
    text_of,
    version_publication,
    version_text,
)

FORGERIES = Forgeries()
breaking = FORGERIES.breaking
OTHER = UUID("11111111-1111-4111-8111-111111111111")


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


@breaking("publicationtext_delete_only_sealed")
def delete_a_published_text(desk: Desk) -> None:
    run_sql("DELETE FROM stories_publicationtext WHERE position = 1")


# ---- Notes ----------------------------------------------------------------------------------------------------


def noted(desk: Desk) -> Publication:
    """A right withdrawal; its note is still to come."""
    return append(next_publication(decide(desk, desk.in_force, "withdrawn", "editor")))


@breaking("publicationnote_is_the_hashed_one", beside=["publicationnote_as_decided"])
def put_another_note_beside_the_hash(desk: Desk) -> None:
    append_note(noted(desk), "It was right.")


@breaking("publicationnote_is_the_hashed_one")
def put_another_salt_beside_the_hash_of_a_note(desk: Desk) -> None:
    append_note(noted(desk), "It was wrong.", salt=SALT[::-1])


@breaking("publicationnote_as_decided")
def tell_readers_what_nobody_decided(desk: Desk) -> None:
    decision = decide(desk, desk.in_force, "withdrawn", "editor")
    append_note(append(next_publication(decision, note_sha256=hash_note("It was right."))), "It was right.")


@breaking("publicationnote_is_not_suppressed")
def bring_a_suppressed_note_back(desk: Desk) -> None:
    append(desk.suppressed_note)


@breaking("publicationnote_no_update")
def change_a_published_note(desk: Desk) -> None:
    PublicationNote.objects.update(text="Never mind.")


@breaking("publicationnote_delete_only_sealed")
def delete_a_published_note(desk: Desk) -> None:
    run_sql("DELETE FROM stories_publicationnote")


# ---- What is sealed -------------------------------------------------------------------------------------------


@breaking("sealedtext_no_update")
def change_what_is_sealed(desk: Desk) -> None:
    SealedText.objects.update(text="{}")


@breaking("sealedtext_delete_only_signed")
def delete_what_nobody_signed_away(desk: Desk) -> None:
    run_sql("DELETE FROM stories_sealedtext")


@breaking("sealedtext_is_the_hashed_one")
def seal_another_text(desk: Desk) -> None:
    seal_again(desk, text="{}")


@breaking("sealedtext_was_taken_down")
def seal_what_is_shown(desk: Desk) -> None:
    shown = PublicationText.objects.get(position=1)
    append(SealedText(publication_id=1, part="text", salt=shown.salt, text=shown.text))


def seal_again(desk: Desk, **columns: object) -> None:
    """What was sealed and is destroyed, sealed once more, in other `columns`."""
    sealed = SealedText.objects.get(publication=desk.suppressed_text.position, part="text")
    destroy(
        sealed.publication,
        part=Part.TEXT,
        by=desk.world.second_editor,
        rationale="Order.",
        follows=newest_on(sealed.publication).seq,
        stamps=desk.world.stamps,
    )
    for name, value in columns.items():
        setattr(sealed, name, value)
    append(sealed)


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
    run_sql("DELETE FROM stories_publicationsource WHERE position = 1")


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
    run_sql("DELETE FROM stories_factinforce")


def listed(publication: Publication, **columns: object) -> FactInForce:
    """What stands in the list of facts in force while `publication` does."""
    same = {name: getattr(publication, name) for name in FACT_COLUMNS[1:]}
    return FactInForce(position=publication, **same | columns)


@pytest.mark.parametrize("guard", FORGERIES.guards())
def test_the_database_refuses_it_and_nothing_but_its_guard_does(guard: str, desk: Desk) -> None:
    FORGERIES.prove(guard, desk)
