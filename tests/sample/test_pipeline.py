"""The thinnest path through the whole pipeline: evidence → claim → decision → publication → version → suppression."""

import pytest

from stories.chain import digest
from stories.choices import Part
from stories.models import Decision, Publication, PublicationText, StoryVersion
from stories.record.decisions import payload_of
from stories.record.publications import event_of, text_of
from stories.verification import destroy, dispute, newest_decision, suppress
from stories.versions.compose import compose_blocks, is_stale
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_fact_from_first_passage_to_suppression_and_revival() -> None:
    world = World()
    claim = world.fact()
    published = Publication.objects.get()
    text = text_of(published)
    assert text is not None
    assert (text["statement"], text["basis"]) == ("The harbour is closed, Wire reports.", "attributed")
    assert [source["slug"] for source in text["routes"][0]] == ["courier", "wire"]

    draft = save_draft(
        world.story, by=world.editor, headline="Harbour closed", blocks=compose_blocks(world.story), stamps=world.stamps
    )
    cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps)
    version = StoryVersion.objects.get()
    assert not is_stale(version)

    newest = newest_decision(claim)
    assert newest is not None
    dispute(
        claim,
        by=world.editor,
        rationale="Wire called back.",
        follows=newest.seq,
        correction_kind="withheld",
        public_note="We are checking this.",
        stamps=world.stamps,
    )
    assert is_stale(version)

    said = {"part": Part.TEXT, "rationale": "Court order.", "stamps": world.stamps}
    sealed = suppress(published, by=world.editor, because="court", public_note="By order of a court.", **said)
    destroy(published, by=world.second_editor, follows=sealed[0].seq, **said)
    world.fact(claim)
    assert list(Publication.objects.values_list("position", "event", "ends", "suppresses")) == [
        (1, "confirmed", None, None),
        (2, "version", None, None),
        (3, "withdrawn", 1, None),
        (4, "suppressed", None, 1),
        (5, "suppressed", None, 2),
        (6, "confirmed", None, None),
    ]
    assert list(PublicationText.objects.values_list("position", flat=True)) == [6]


def test_both_chains_follow_from_payload_to_payload() -> None:
    world = World()
    world.fact()
    for rows in (Decision.objects.all(), Publication.objects.all()):
        previous = ""
        for row in rows:
            assert row.hash == digest(previous + row.payload)
            previous = row.hash
    assert [event_of(row)["position"] for row in Publication.objects.all()] == [1]
    assert [payload_of(row)["verdict"] for row in Decision.objects.all()] == ["proposed", "confirmed"]
