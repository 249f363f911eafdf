"""What names a protected source where nobody words it anew: what to do is said, and nothing else is blocked by it."""

from typing import Any

import pytest

from stories.models import Publication, Sighting, Story
from stories.provenance.printed import SOMEBODY_MUST_LOOK, Spot, way_out
from stories.verification import confirm, newest_decision, withdraw
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.drafts import block
from tests.provenance.test_printed import EXPLAINED, proposal, refusal, world
from tests.world import World, on_record

__all__ = ["world"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("spot", "way"),
    [
        (Spot.STORY_TITLE, "Call it “a clerk”."),
        (
            Spot.STORY_SLUG,
            "A slug never changes: go on in a story under another slug, and record its claims there.",
        ),
        (Spot.SOURCE_SLUG, "A slug never changes: record that source under another slug, and credit it there."),
        (Spot.PASSAGE, "List a passage that does not name it."),
        (Spot.CITED_HEADLINE, "List a passage of another article."),
        (Spot.CITED_ADDRESS, "List a passage of another article."),
    ],
)
def test_what_nobody_words_anew_has_another_way_out(spot: Spot, way: str) -> None:
    assert way_out(spot, "a clerk") == way


def test_a_story_whose_slug_names_a_protected_source_goes_on_under_another_slug(world: World) -> None:
    reasons = refusal(lambda: proposal(world, world.second_editor, slug="jane-roe"))
    assert [one for one in reasons if "go on in a story under another slug" in one] == reasons
    assert proposal(world, world.second_editor, slug="the-clerk").verdict == "proposed"


def test_a_slug_that_names_somebody_stops_nobody_from_taking_a_fact_down() -> None:
    world = World()
    world.story = Story.objects.create(slug="jane-roe", title="The quay", created_at=world.stamps.now())
    claim = world.fact(world.claim())
    world.protected("clerk", "Jane Roe", "a clerk", world.second_editor)
    newest = newest_decision(claim)
    assert newest is not None
    said: dict[str, Any] = {**EXPLAINED, "by": world.editor, "rationale": "She called.", "stamps": world.stamps}
    withdraw([claim], follows={claim.pk: newest.seq}, **said)
    assert [one.event for one in Publication.objects.order_by("position")] == ["confirmed", "withdrawn"]


def test_a_title_that_was_written_past_the_form_is_looked_through_when_it_is_printed(world: World) -> None:
    """What prints it, a fact and a version, is looked through with it, whoever wrote it and however."""
    made, fact = proposal(world, world.reporter), world.fact(world.claim("It is shut."))
    draft = save_draft(world.story, by=world.second_editor, headline="Closed", blocks=[block(fact)])
    on_record(Story.objects.filter(pk=world.story.pk), title="Jane Roe and the harbour")
    printing = {
        "confirmed": lambda: confirm(made, by=world.editor, stamps=world.stamps),
        "proposed": lambda: proposal(world, world.reporter),
        "drafted": lambda: save_draft(
            world.story, by=world.editor, headline="Shut", blocks=[block(fact)], follows=draft.drafted_at
        ),
        "cut": lambda: cut(draft, by=world.editor, follows=draft.drafted_at, stamps=world.stamps),
    }
    before = Publication.objects.count()
    assert {act: refusal(do) for act, do in printing.items()} == {act: [SOMEBODY_MUST_LOOK] for act in printing}
    assert {one.place for one in Sighting.objects.all()} == {Spot.STORY_TITLE}
    assert Publication.objects.count() == before
