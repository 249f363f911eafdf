"""What a new version changes, when an old one is stale, and how a draft is composed without typing."""

from typing import Any

import pytest

from stories.models import Publication
from stories.versions.compose import compose_blocks, is_stale
from stories.versions.drafts import reasons_against_draft
from tests.drafts import CORRECTED, block, cut_by, doubted, drafted, fact, refusal, reworded, words
from tests.world import World

pytestmark = pytest.mark.django_db


# ---- What changed ---------------------------------------------------------------------------------------------


def test_rewording_and_dropping_take_a_kind_and_a_note() -> None:
    world = World()
    first, second, third = (fact(world, wording) for wording in ("It is closed", "Nobody gets in", "It rains"))
    cut_by(world, drafted(world, block(first), block(second)))
    reworded(world, first, "It is closed to ships, Wire said.")
    draft = drafted(world, block(first), block(third), headline="More")
    assert refusal(cut_by, world, draft) == [
        "It rewords 1 and drops 1 published facts: choose a correction kind and write a note."
    ]
    explained = drafted(world, block(first), block(third), headline="More", follows=draft.drafted_at, **CORRECTED)
    version = cut_by(world, explained)
    publication = Publication.objects.get(position=version.publication_id)
    assert (publication.correction_kind, publication.note_beside.text) == ("correction", "One sentence was wrong.")


def test_a_correction_without_a_note_is_refused() -> None:
    world = World()
    draft = drafted(world, block(fact(world, "It is closed")), change_kind="correction", change_note=" ")
    assert refusal(cut_by, world, draft) == ["A correction carries a note that readers will see."]


def test_a_version_that_only_adds_facts_is_new() -> None:
    world = World()
    first = fact(world, "It is closed")
    cut_by(world, drafted(world, block(first)))
    version = cut_by(world, drafted(world, block(first), block(fact(world, "It rains"))))
    assert Publication.objects.get(position=version.publication_id).correction_kind == ""


def test_an_unchanged_version_is_not_cut_again() -> None:
    world = World()
    blocks = [block(fact(world, "It is closed"))]
    cut_by(world, drafted(world, *blocks))
    assert refusal(cut_by, world, drafted(world, *blocks)) == ["Nothing differs from version 1."]


def test_a_version_is_stale_once_a_fact_it_prints_has_ended() -> None:
    world = World()
    first, second = fact(world, "It is closed"), fact(world, "Nobody gets in")
    version = cut_by(world, drafted(world, block(first)))
    doubted(world, second)
    assert not is_stale(version)
    reworded(world, first, "It is closed to ships, Wire said.")
    assert is_stale(version)
    assert not is_stale(cut_by(world, drafted(world, block(first), **CORRECTED)))
    assert is_stale(version)


# ---- Composing ------------------------------------------------------------------------------------------------


def test_a_first_draft_is_composed_under_headings() -> None:
    world = World()
    minister = world.source("minister")
    said = world.claim("He is glad.", kind="position", says=minister)
    world.passage(said, "courier", "wire", "minister")
    world.fact(said, wording="The Minister of Harbours said he is glad, Wire reports.")
    term, first, second = (
        fact(world, "A dredger", "plan-term"),
        fact(world, "It is closed"),
        fact(world, "At noon", "date"),
    )
    assert compose_blocks(world.story) == [
        words("What is established"),
        block(first),
        block(second),
        words("What the documents say"),
        block(term),
        words("What is being said"),
        block(said),
    ]
    draft = drafted(world, *compose_blocks(world.story))
    assert reasons_against_draft(draft) == []


def test_composing_again_keeps_the_order_and_drops_what_ended() -> None:
    world = World()
    first, second, term = fact(world, "It is closed"), fact(world, "Nobody gets in"), fact(world, "A dredger", "quote")
    cut_by(
        world,
        drafted(world, words("By the sea"), block(second), block(first), words("On paper"), block(term), words("End")),
    )
    doubted(world, term)
    reworded(world, second, "Nobody sails in, Wire said.")
    late = fact(world, "It rains")
    blocks = [words("By the sea"), block(second), block(first), words("End"), words("What is established"), block(late)]
    assert compose_blocks(world.story) == blocks  # the heading that is left with nothing goes too
    cut_by(world, drafted(world, *blocks, **CORRECTED))
    later = fact(world, "It pours")
    assert compose_blocks(world.story) == [*blocks, block(later)]


def test_composing_reads_a_story_in_few_queries(django_assert_num_queries: Any) -> None:
    world = World()
    for number in range(5):
        fact(world, f"Gate {number} is closed")
    with django_assert_num_queries(4):
        compose_blocks(world.story)
