"""What the forms of sources and stories refuse: a public name that hides nobody, a title that names somebody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from stories.models import Sighting, Source, Story
from stories.provenance.printed import SOMEBODY_MUST_LOOK
from stories.provenance.protected import reasons_against_public_name
from tests.admin.conftest import grant, page_of
from tests.world import World

Login = Callable[[User], Client]

HOLDS = "The public name holds “{}”, which the source is called: it hides nobody. Good: a senior official."
ANOTHERS = "The public name is what another source is called: readers would take the one for the other."


def inlines(**aliases: str) -> dict[str, str]:
    """What a browser posts of the rows inside the form of a source."""
    posted = {f"{name}-{part}": "0" for name in ("aliases", "voices") for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    for place, text in enumerate(aliases.values()):
        posted |= {f"aliases-{place}-text": text, "aliases-TOTAL_FORMS": str(place + 1)}
    return posted


def source_form(**fields: Any) -> dict[str, Any]:
    form = {"name": "Jane Roe", "slug": "clerk", "kind": "person", "confidential": "on", "public_name": "a clerk"}
    return form | inlines() | fields


@pytest.mark.parametrize(
    ("public_name", "reason"),
    [
        ("Jane Roe of the Harbour Board", HOLDS.format("Jane Roe")),
        ("a Roe", HOLDS.format("Roe")),
        ("ROE’s office", HOLDS.format("ROE")),
        ("#JaneRoe", HOLDS.format("JaneRoe")),
        ("the Rое family", HOLDS.format("Rое")),
        ("J. R. of the Board", HOLDS.format("J. R")),
        ("Roesler", None),
        ("a Harbour Board clerk", None),
        ("wire", ANOTHERS),
        ("the  W\u00edre agency", ANOTHERS),
        ("a\u200bclerk", "The public name holds the character U+200B at place 2, which cannot be printed: remove it."),
        ("\u2003", "The public name is blank: give one that readers can be shown. Good: a senior official."),
    ],
)
def test_a_public_name_hides(world: World, public_name: str, reason: str | None) -> None:
    world.alias("wire", "The Wire Agency")
    source = Source(slug="clerk", name="Jane Roe", kind="person", confidential=True, public_name=public_name)
    assert reasons_against_public_name(source, spellings=["J. R.", "she"]) == ([reason] if reason else [])


def test_the_form_refuses_a_public_name_that_hides_nobody(world: World, login: Login) -> None:
    client = login(grant(world.editor, "add_source", "change_source", "view_source"))
    answer = client.post("/admin/stories/source/add/", source_form(public_name="clerk Roe"))
    assert (answer.status_code, Source.objects.filter(slug="clerk").exists()) == (200, False)
    assert HOLDS.format("Roe") in page_of(answer)
    assert client.post("/admin/stories/source/add/", source_form()).status_code == 302


def test_the_form_refuses_a_spelling_that_stands_in_the_public_name(world: World, login: Login) -> None:
    client = login(grant(world.editor, "add_source", "change_source", "view_source", "add_alias", "change_alias"))
    answer = client.post("/admin/stories/source/add/", source_form(public_name="the Baker") | inlines(one="Baker"))
    assert (answer.status_code, Source.objects.filter(slug="clerk").exists()) == (200, False)
    assert HOLDS.format("Baker") in page_of(answer)


def test_an_open_source_is_not_called_what_a_protected_one_is_in_public(world: World, login: Login) -> None:
    world.protected("clerk", "Jane Roe", "The Harbour Clerk", world.editor)
    client = login(grant(world.editor, "add_source", "change_source", "view_source"))
    form = {"name": "the harbour clerk", "slug": "other", "kind": "person"} | inlines()
    answer = client.post("/admin/stories/source/add/", form | {"name": "The Harbour CLERK"})
    assert "This is the public name of a protected source" in page_of(answer)


def test_a_public_name_names_no_other_protected_source_and_its_list_is_told(world: World, login: Login) -> None:
    world.protected("guard", "Joe Bloggs", "a guard", world.second_editor)
    client = login(grant(world.editor, "add_source", "change_source", "view_source"))
    answer = client.post("/admin/stories/source/add/", source_form(public_name="a friend of Joe Bloggs"))
    assert (answer.status_code, SOMEBODY_MUST_LOOK in page_of(answer)) == (200, True)
    assert [(one.place, one.by, one.source.slug) for one in Sighting.objects.all()] == [
        ("public name", world.editor, "guard")
    ]


@pytest.mark.parametrize("named", [{"title": "The case of Jane Roe"}, {"slug": "jane-roe-arrested"}])
def test_a_story_names_nobody_in_its_title_and_slug(world: World, login: Login, named: dict[str, str]) -> None:
    world.protected("clerk", "Jane Roe", "a clerk", world.second_editor)
    client = login(grant(world.editor, "add_story", "change_story", "view_story"))
    answer = client.post("/admin/stories/story/add/", {"title": "The quay", "slug": "quay"} | named)
    assert (answer.status_code, Story.objects.count()) == (200, 1)
    assert SOMEBODY_MUST_LOOK in page_of(answer)
    assert "a clerk" not in page_of(answer)
    assert [one.by_username for one in Sighting.objects.all()] == ["editor"]


def test_the_title_of_a_story_that_there_is_goes_the_same_way(world: World, login: Login) -> None:
    world.protected("clerk", "Jane Roe", "a clerk", world.editor)
    client = login(grant(world.editor, "add_story", "change_story", "view_story"))
    answer = client.post(f"/admin/stories/story/{world.story.pk}/change/", {"title": "Jane Roe"})
    assert "The title of the story names a confidential source. Call it “a clerk”." in page_of(answer)
    assert Story.objects.get(pk=world.story.pk).title == "The harbour"
