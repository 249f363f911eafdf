"""The correction of a stale version: composed and explained by the desk, cut by another editor."""

import pytest

from stories.choices import Part
from stories.models import Publication, StoryVersion
from stories.texts import CHANGE_NOTE
from stories.verification import newest_decision, suppress, withdraw
from stories.versions.compose import compose_blocks, is_stale
from stories.versions.corrections import Explanation, draft_correction, explain_changes
from stories.versions.cuts import cut
from stories.versions.drafts import reasons_against_draft
from tests.drafts import cut_by, drafted, fact, refusal
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


def publish(world: World, **fields: str) -> StoryVersion:
    return cut_by(world, drafted(world, *compose_blocks(world.story), **fields))


def withdrawn(world: World, claim: object, kind: str, note: str) -> None:
    newest = newest_decision(claim)  # type: ignore[arg-type]
    assert newest is not None
    follows = {claim.pk: newest.seq}  # type: ignore[attr-defined]
    correction = {"correction_kind": kind, "public_note": note}
    withdraw([claim], by=world.editor, rationale="Wrong.", follows=follows, stamps=world.stamps, **correction)  # type: ignore[list-item,arg-type]


def test_it_is_composed_of_what_still_stands_and_explained_by_the_notes_that_ended_the_rest(world: World) -> None:
    first, second, third = fact(world, "The pier is shut"), fact(world, "Two ships wait"), fact(world, "Fog lies")
    stale = publish(world)
    withdrawn(world, first, "update", "The pier has opened.")
    withdrawn(world, second, "correction", "There were three.")
    draft = draft_correction(world.story, by=world.editor, stamps=world.stamps)
    assert (draft.number, draft.headline, draft.change_kind, draft.change_note) == (
        2,
        stale.headline,
        "correction",
        "The pier has opened. There were three.",
    )
    assert [block["facts"] for block in draft.blocks if block["facts"]] == [[str(third.uuid)]]
    assert reasons_against_draft(draft) == []
    made = cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps)
    assert (is_stale(stale), is_stale(made)) == (True, False)


def test_after_a_suppression_the_draft_says_nothing_of_what_was_taken_down(world: World) -> None:
    secret, other = fact(world, "The keeper hid there"), fact(world, "Fog lies")
    publish(world, headline="The keeper hid there, Wire said", standfirst="The keeper hid there, Wire said.")
    (target,) = Publication.objects.filter(fact_id=secret.uuid)
    told = {"because": "safety", "public_note": "Taken down for the safety of a person.", "rationale": "A call."}
    suppress(target, part=Part.TEXT, by=world.editor, stamps=world.stamps, **told)
    draft = draft_correction(world.story, by=world.editor, stamps=world.stamps)
    assert (draft.headline, draft.standfirst, draft.change_kind, draft.change_note) == (
        world.story.title,
        "",
        "withheld",
        told["public_note"],
    )
    assert [block["facts"] for block in draft.blocks if block["facts"]] == [[str(other.uuid)]]
    assert reasons_against_draft(draft) == []


def test_a_version_whose_text_alone_was_taken_down_is_stale(world: World) -> None:
    fact(world, "Fog lies")
    version = publish(world)
    assert version.publication is not None
    told = {"because": "court", "public_note": "By order of a court.", "rationale": "Order."}
    suppress(version.publication, part=Part.TEXT, by=world.editor, stamps=world.stamps, **told)
    assert is_stale(version)


def test_a_reworded_fact_is_printed_in_its_new_words_with_the_note_of_the_rewording(world: World) -> None:
    claim = fact(world, "The pier is shut")
    publish(world)
    world.fact(
        claim,
        wording="The pier is shut today, Wire said.".replace("today ", ""),
        correction_kind="clarification",
        public_note="Only today.",
    )
    draft = draft_correction(world.story, by=world.editor, stamps=world.stamps)
    assert (draft.change_kind, draft.change_note) == ("clarification", "Only today.")
    assert draft.blocks[-1]["text"] == "The pier is shut today, Wire said."


def test_one_note_for_several_facts_is_said_once_and_the_gravest_kind_stands(world: World) -> None:
    claims = [fact(world, f"Ship {number} waits") for number in range(3)]
    publish(world)
    for claim, kind in zip(claims, ("withheld", "retraction", "update"), strict=True):
        withdrawn(world, claim, kind, "Wire took it back.")
    assert explain_changes(world.story, []) == Explanation("retraction", "Wire took it back.")


def test_more_notes_than_a_note_holds_are_counted(world: World) -> None:
    claims = [fact(world, f"Ship {number} waits") for number in range(3)]
    publish(world)
    for number, claim in enumerate(claims):
        withdrawn(world, claim, "correction", f"{number}" + "x" * 999)
    note = explain_changes(world.story, []).note
    assert note == f"0{'x' * 999} And 2 more, each with its own note."
    assert len(note) <= CHANGE_NOTE.limit


def test_what_changes_nothing_published_needs_no_explanation(world: World) -> None:
    fact(world, "The pier is shut")
    blocks = compose_blocks(world.story)
    assert explain_changes(world.story, blocks) == Explanation("new", "")
    publish(world)
    fact(world, "Two ships wait")
    assert explain_changes(world.story, compose_blocks(world.story)) == Explanation("new", "")


def test_leaving_out_what_still_stands_is_for_the_editor_to_explain(world: World) -> None:
    fact(world, "The pier is shut")
    publish(world)
    assert explain_changes(world.story, []) == Explanation("update", "")


def test_a_version_that_is_not_stale_has_no_correction(world: World) -> None:
    fact(world, "The pier is shut")
    expected = ["The newest version is not stale: there is nothing to correct."]
    assert refusal(draft_correction, world.story, by=world.editor) == expected
    publish(world)
    assert refusal(draft_correction, world.story, by=world.editor) == expected


def test_an_open_draft_is_not_overwritten_and_only_an_editor_drafts(world: World) -> None:
    claim = fact(world, "The pier is shut")
    publish(world)
    withdrawn(world, claim, "correction", "It is open.")
    assert refusal(draft_correction, world.story, by=world.reporter) == ["Only an editor drafts a version."]
    drafted(world, headline="Mine")
    assert refusal(draft_correction, world.story, by=world.second_editor) == ["editor saved this draft meanwhile."]
