"""What is printed and names a source that was protected since (rule: protection-that-comes-later)."""

from typing import Any

import pytest
from django.test import Client

from stories.chain import Refused
from stories.insight.named import Naming, published_naming
from stories.models import Source, StoryVersion
from stories.provenance.protection import protect
from stories.provenance.readers import add_reader
from stories.verification import newest_decision, withdraw
from stories.versions.compose import compose_blocks
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.world import World

pytestmark = pytest.mark.django_db

TITLE = "In trouble: names a protected source"
NAMED = "The harbour is closed, Wire reports, citing Jane Roe."


def printed_before() -> World:
    """A desk that printed the name of somebody on no chain, in a fact and in a version, and protected them since."""
    world = World()
    world.source("clerk", "Jane Roe", "person")
    world.fact(wording=NAMED)
    draft = draft_of(world)
    cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps)
    protect(Source.objects.get(slug="clerk"), by=world.editor, public_name="a port clerk", stamps=world.stamps)
    return world


def draft_of(world: World, headline: str = "Jane Roe: shut") -> StoryVersion:
    blocks = compose_blocks(world.story)
    return save_draft(world.story, by=world.editor, headline=headline, blocks=blocks, stamps=world.stamps)


def named() -> list[Naming]:
    return published_naming(list(StoryVersion.objects.cut()), most=10)


def front_page(person: Any) -> str:
    client = Client()
    client.force_login(person)
    return client.get("/admin/").content.decode()


def test_a_fact_and_a_version_that_name_it_are_found_though_it_is_on_no_chain() -> None:
    printed_before()
    assert [(one.words, one.spots, one.claim is None) for one in named()] == [
        ("Jane Roe: shut", ("block", "headline"), True),
        (NAMED, ("wording",), False),
    ]


def test_nothing_is_found_where_nothing_is_protected(django_assert_num_queries: Any) -> None:
    World().fact(wording=NAMED)
    with django_assert_num_queries(1):
        assert published_naming([], most=10) == []


def test_its_readers_see_it_on_the_front_page_and_nobody_else_does() -> None:
    world = printed_before()
    add_reader(Source.objects.get(slug="clerk"), world.reporter, by=world.editor)
    for reader in (world.editor, world.reporter):
        assert f'{TITLE} <span class="desk-badge desk-disputed">2</span>' in front_page(reader)
    assert TITLE not in front_page(world.second_editor)
    assert TITLE not in front_page(world.person("superuser", is_superuser=True))


def test_where_nobody_is_on_the_list_every_editor_sees_it() -> None:
    world = World()
    world.fact(wording=NAMED)
    world.source("clerk", "Jane Roe", "person", confidential=True, public_name="a port clerk")
    assert TITLE in front_page(world.second_editor)
    assert TITLE not in front_page(world.reporter)


def test_it_is_off_the_page_once_it_is_withdrawn() -> None:
    world = World()
    claim = world.fact(wording=NAMED)
    world.source("clerk", "Jane Roe", "person", confidential=True, public_name="a port clerk")
    assert len(named()) == 1
    newest = newest_decision(claim)
    assert newest is not None
    said = {"rationale": "Protected.", "correction_kind": "withheld", "public_note": "We are checking this."}
    withdraw([claim], by=world.editor, follows={claim.pk: newest.seq}, **said)
    assert named() == []


def test_a_version_that_is_cut_afterwards_does_not_print_the_name() -> None:
    world = printed_before()
    with pytest.raises(Refused) as refusal:
        draft_of(world, headline="Shut")
    assert refusal.value.reasons == ["The block names a confidential source. Call it “a port clerk”."]
