"""What is printed and names a source that was protected since (rule: protection-that-comes-later)."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stories.chain import Refused
from stories.choices import Part
from stories.insight.named import Named, namings_shown_to
from stories.insight.namings import look_through
from stories.models import Claim, LookedThrough, Naming, Publication, Ruling, Source, StoryVersion
from stories.provenance.protection import add_spelling, protect, rename
from stories.provenance.readers import add_reader, begin_list
from stories.provenance.sightings import newest_ruling, rule_on, sighting_of
from stories.verification import newest_decision, suppress, withdraw
from stories.versions.compose import compose_blocks
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.world import World

pytestmark = pytest.mark.django_db

TITLE = "In trouble: names a protected source"
PAST = "Past, and still read: names a protected source"
NAMED = "The harbour is closed, Wire reports, citing Jane Roe."
EXPLAINED = {"correction_kind": "withheld", "public_note": "We are checking this."}


def printed_before() -> World:
    """A desk that printed the name of somebody on no chain, in a fact and in a version, and protected them since."""
    world = World()
    world.source("clerk", "Jane Roe", "person")
    world.fact(wording=NAMED)
    cut_version(world)
    protect_clerk(world)
    return world


def cut_version(world: World, headline: str = "Jane Roe: shut", **more: Any) -> StoryVersion:
    draft = draft_of(world, headline, **more)
    return cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps)


def draft_of(world: World, headline: str = "Jane Roe: shut", **more: Any) -> StoryVersion:
    blocks = compose_blocks(world.story)
    return save_draft(world.story, by=world.editor, headline=headline, blocks=blocks, stamps=world.stamps, **more)


def protect_clerk(world: World) -> Source:
    clerk = Source.objects.get(slug="clerk")
    protect(clerk, by=world.editor, public_name="a port clerk", stamps=world.stamps)
    look_through()
    return Source.objects.get(slug="clerk")


def named(person: User) -> list[Named]:
    found, waiting = namings_shown_to(person, most=10, fresh=0)
    assert waiting == 0
    return found


def told(person: User) -> list[tuple[str, str, bool]]:
    return [(one.words, one.naming.places, one.is_current) for one in named(person)]


def front_page(person: Any) -> str:
    client = Client()
    client.force_login(person)
    return client.get("/admin/").content.decode()


def withdraw_all(world: World, *claims: Any, note: str = "We are checking this.") -> None:
    follows = {claim.pk: newest.seq for claim in claims if (newest := newest_decision(claim))}
    said = {"rationale": "Protected.", "correction_kind": "withheld", "public_note": note}
    withdraw(list(claims), by=world.editor, follows=follows, stamps=world.stamps, **said)


# ---- What is found --------------------------------------------------------------------------------------------


def test_a_fact_and_a_version_that_name_it_are_found_though_it_is_on_no_chain() -> None:
    world = printed_before()
    assert told(world.editor) == [
        ("Jane Roe: shut", "block, headline", True),
        (NAMED, "wording", True),
    ]


@pytest.mark.parametrize("written", ["ROE, Jane", "J. Roe", "Jane Rое", "#JaneRoe", "J\u00e1ne Roe", "Roe"])
def test_it_is_found_as_the_check_at_writing_finds_it(written: str) -> None:
    world = World()
    world.source("clerk", "Jane Roe", "person")
    world.fact(wording=f"The harbour is closed, Wire reports, citing {written}.")
    protect_clerk(world)
    assert [one.naming.places for one in named(world.editor)] == ["wording"]


def test_every_one_is_found_however_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stories.insight.namings.BATCH", 2)
    world = World()
    world.source("clerk", "Jane Roe", "person")
    claims = [world.fact(world.claim(f"It is shut on pier {number}."), wording=NAMED) for number in range(5)]
    withdraw_all(world, claims[0])
    protect_clerk(world)
    assert told(world.editor) == [(NAMED, "wording", True)] * 4 + [(NAMED, "wording", False)]


def test_a_version_and_a_wording_that_are_over_are_past_and_found() -> None:
    world = World()
    world.source("clerk", "Jane Roe", "person")
    claim = world.fact()
    cut_version(world)
    cut_version(world, "Shut", change_kind="update", change_note="By Jane Roe.")
    withdraw_all(world, claim, note="Jane Roe was wrong.")
    protect_clerk(world)
    assert told(world.editor) == [
        ("Shut", "public note", True),
        ("", "public note", False),
        ("Jane Roe: shut", "headline", False),
    ]


def test_a_name_that_comes_later_is_looked_for_from_the_first() -> None:
    world = World()
    world.source("clerk", "Somebody Else", "person")
    world.fact(wording=NAMED)
    clerk = protect_clerk(world)
    assert named(world.editor) == []
    add_spelling(clerk, by=world.editor, text="Jane Roe")
    look_through()
    assert told(world.editor) == [(NAMED, "wording", True)]
    rename(clerk, by=world.editor, name="Jane Doe")
    look_through()
    assert told(world.editor) == [(NAMED, "wording", True)]


def test_what_is_off_the_api_is_off_the_list() -> None:
    world = printed_before()
    fact = Publication.objects.get(event="confirmed")
    withdraw_all(world, Claim.objects.get())
    look_through()
    assert [current for _, _, current in told(world.editor)] == [True, False]
    said = {"because": "safety", "public_note": "Taken down.", "rationale": "In danger.", "by": world.editor}
    suppress(fact, part=Part.TEXT, stamps=world.stamps, **said)
    look_through()
    assert named(world.editor) == []  # the version carried the same words


def test_a_version_that_is_cut_afterwards_does_not_print_the_name() -> None:
    world = printed_before()
    with pytest.raises(Refused) as refusal:
        draft_of(world, headline="Shut")
    assert refusal.value.reasons == ["The block names a confidential source. Call it “a port clerk”."]


# ---- A surname alone ------------------------------------------------------------------------------------------


def test_a_surname_stands_there_until_a_reader_says_that_it_is_another_person() -> None:
    world = World()
    world.source("clerk", "Jane Roe", "person")
    world.fact(wording="Mayor Roe closed the harbour, Wire reports.")
    protect_clerk(world)
    (one,) = named(world.editor)
    assert (one.naming.surname, one.naming.words) == ("roe", "Roe")
    said = {"by": world.editor, "stamps": world.stamps, "reason": "The mayor."}
    sighting = sighting_of(one.naming, by=world.editor)
    rule_on(sighting, is_another=True, follows=None, **said)
    assert named(world.editor) == []
    newest = newest_ruling(sighting)
    assert newest is not None
    rule_on(sighting_of(one.naming, by=world.editor), is_another=False, follows=newest.pk, **said)
    assert len(named(world.editor)) == 1
    assert [row.sighting.text for row in Ruling.objects.all()] == ["Roe", "Roe"]


# ---- Who is told, and what it costs ---------------------------------------------------------------------------


def test_its_readers_see_it_on_the_front_page_and_nobody_else_does() -> None:
    world = printed_before()
    add_reader(Source.objects.get(slug="clerk"), world.reporter, by=world.editor)
    for reader in (world.editor, world.reporter):
        assert f'{TITLE} <span class="desk-badge desk-disputed">2</span>' in front_page(reader)
    for other in (world.second_editor, world.person("superuser", is_superuser=True)):
        page = front_page(other)
        assert (TITLE in page, PAST in page, "may name" in page, "confidential" in page) == (False,) * 4


def test_where_nobody_is_on_the_list_every_editor_sees_it() -> None:
    world = World()
    world.fact(wording=NAMED)
    clerk = world.source("clerk", "Jane Roe", "person", confidential=True, public_name="a port clerk")
    look_through()
    assert TITLE in front_page(world.second_editor)
    assert TITLE not in front_page(world.reporter)
    begin_list(clerk, by=world.editor)
    assert TITLE not in front_page(world.second_editor)


def test_nothing_is_asked_of_the_log_where_nothing_is_protected(django_assert_num_queries: Any) -> None:
    world = World()
    world.fact(wording=NAMED)
    with django_assert_num_queries(3):  # two for the role of who asks
        assert namings_shown_to(world.editor, most=10, fresh=10) == ([], 0)
    assert not LookedThrough.objects.exists()


def test_what_nobody_looked_through_yet_is_looked_through_for_the_page_up_to_a_bound() -> None:
    world = World()
    world.source("clerk", "Jane Roe", "person")
    for number in range(3):
        world.fact(world.claim(f"It is shut on pier {number}."), wording=NAMED)
    protect(Source.objects.get(slug="clerk"), by=world.editor, public_name="a port clerk", stamps=world.stamps)
    found, waiting = namings_shown_to(world.editor, most=10, fresh=2)
    assert ([one.words for one in found], waiting) == ([NAMED, NAMED], 1)
    assert not Naming.objects.exists()
    look_through(most=2)
    assert namings_shown_to(world.editor, most=10, fresh=0)[1] == 1
    look_through(most=2)
    assert len(named(world.editor)) == 3


def test_it_costs_the_same_however_much_was_printed() -> None:
    world = printed_before()
    with CaptureQueriesContext(
        connection,
    ) as few:
        named(world.editor)
    for number in range(3):
        world.fact(world.claim(f"It is open on pier {number}."), wording=f"Pier {number} is open, Wire reports.")
    look_through()
    with CaptureQueriesContext(connection) as many:
        named(world.editor)
    assert len(many) == len(few) == 15


def test_looking_twice_writes_nothing(django_assert_num_queries: Any) -> None:
    printed_before()
    before = [list(model.objects.values()) for model in (LookedThrough, Naming)]
    with django_assert_num_queries(5):
        assert look_through() == 0
    assert [list(model.objects.values()) for model in (LookedThrough, Naming)] == before


def test_a_command_looks_through_all_and_tells_nobody_whom() -> None:
    world = World()
    world.source("clerk", "Jane Roe", "person")
    world.fact(wording=NAMED)
    protect(Source.objects.get(slug="clerk"), by=world.editor, public_name="a port clerk", stamps=world.stamps)
    call_command("weigh_facts")
    assert Naming.objects.count() == 1
