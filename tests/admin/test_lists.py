"""Every noun has a list and a page: seen by who may, cheap however long, and nothing on them is deleted."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.disagreements.contradictions import open_contradiction
from stories.models import Discrepancy, Story
from stories.versions.compose import compose_blocks
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.admin.conftest import HOSTILE, all_rows, page_of
from tests.world import NOON, World

Login = Callable[[User], Client]

NOUNS = [
    "article",
    "claim",
    "contradiction",
    "decision",
    "discrepancy",
    "evidence",
    "publication",
    "source",
    "story",
    "storyversion",
]


def fill(world: World, rows: int, *, words: str = "The harbour is closed") -> None:
    """Put `rows` rows of every noun into the desk."""
    for number in range(rows):
        claim = world.fact(world.claim(f"{words} ({number})."))
        passage = world.passage(claim, "courier", "wire", quote=words)
        other = world.claim(f"{words}, not ({number}).")
        open_contradiction(claim, other, by=world.editor, note=words, stamps=world.stamps)
        Discrepancy.objects.create(
            claim=claim, kind="name", first=passage, first_words=words, second_words=words, found_at=NOON
        )
        Story.objects.create(slug=f"story-{number}", title=words, created_at=NOON)
        draft = save_draft(
            world.story, by=world.editor, headline=words, blocks=compose_blocks(world.story), stamps=world.stamps
        )
        cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps)


QUERIES = {
    "article": 7,  # and the stories of its filter
    "claim": 38,  # and the views, found (3) and counted (12); role, stories; all that a row stands on
    "contradiction": 6,
    "decision": 6,
    "discrepancy": 6,
    "evidence": 8,  # and chain links, sources
    "publication": 6,
    "source": 6,
    "story": 6,
    "storyversion": 6,
}
"""How many queries each list takes: session, person, permissions (2), count, rows, and what is said at the noun."""


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_the_same_queries_however_long(
    world: World, login: Login, noun: str, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(world, rows)
    client = login(world.editor)
    with django_assert_num_queries(QUERIES[noun]):
        response = client.get(f"/admin/stories/{noun}/", {"work": "all"} if noun == "claim" else {})
    assert response.status_code == 200


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_and_its_pages_are_for_who_may_see_them_and_write_nothing(world: World, login: Login, noun: str) -> None:
    fill(world, 1)
    model = next(model for model in admin.site._registry if model._meta.model_name == noun)
    pages = [f"/admin/stories/{noun}/", f"/admin/stories/{noun}/{model._default_manager.order_by('pk')[0].pk}/change/"]
    before = all_rows()
    assert [login(world.editor).get(page).status_code for page in pages] == [200, 200]
    visitor = login(world.person("visitor"))
    assert [visitor.get(page).status_code for page in pages] == [403, 403]
    assert [Client().get(page).status_code for page in pages] == [302, 302]
    assert all_rows() == before


@pytest.mark.parametrize("noun", NOUNS)
def test_nobody_deletes_not_even_a_superuser(world: World, login: Login, noun: str) -> None:
    fill(world, 1)
    model = next(model for model in admin.site._registry if model._meta.model_name == noun)
    row = model._default_manager.order_by("pk")[0]
    client = login(User.objects.create_superuser("root"))
    before = all_rows()
    assert client.post(f"/admin/stories/{noun}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"/admin/stories/{noun}/", {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert "delete_selected" not in page_of(client.get(f"/admin/stories/{noun}/"))
    assert all_rows() == before


@pytest.mark.parametrize("noun", ["decision", "publication", "storyversion", "evidence"])
def test_ledger_log_and_versions_are_only_read(world: World, login: Login, noun: str) -> None:
    fill(world, 1)
    model = next(model for model in admin.site._registry if model._meta.model_name == noun)
    row = model._default_manager.order_by("pk")[0]
    client = login(User.objects.create_superuser("root"))
    before = all_rows()
    assert client.get(f"/admin/stories/{noun}/add/").status_code == 403
    assert client.post(f"/admin/stories/{noun}/{row.pk}/change/", {"rationale": "Forged."}).status_code == 403
    assert all_rows() == before


@pytest.mark.parametrize(
    ("noun", "left_out", "made_of_it"),
    [
        (
            "decision",
            {"wording", "public_note", "evidence", "actor", "payload"},
            {"shown_wording", "shown_note", "hashed"},
        ),
        ("publication", set(), {"wording", "text", "public_note"}),
        (
            "storyversion",
            {"id", "headline", "standfirst", "change_note", "blocks", "drafted_by", "cut_by"},
            {"shown_headline", "shown_standfirst", "shown_note", "words"},
        ),
        ("evidence", {"id", "article"}, {"in_article", "chain"}),
    ],
)
def test_a_page_to_read_shows_all_that_its_row_holds(
    world: World, login: Login, noun: str, left_out: set[str], made_of_it: set[str]
) -> None:
    fill(world, 1)
    model = next(model for model in admin.site._registry if model._meta.model_name == noun)
    row = model._default_manager.order_by("pk")[0]
    response = login(world.editor).get(f"/admin/stories/{noun}/{row.pk}/change/")
    boxes = [box for fieldset in response.context["adminform"] for line in fieldset for box in line]
    shown = {str(box.field["name"]).removesuffix("_clock") for box in boxes}
    assert shown == {field.name for field in model._meta.fields} - left_out | made_of_it


@pytest.mark.parametrize("noun", NOUNS)
def test_hostile_words_arrive_as_text(world: World, login: Login, noun: str) -> None:
    story = Story.objects.create(slug="hostile", title=HOSTILE, created_at=NOON)
    claim = world.claim(HOSTILE)
    world.source("evil", HOSTILE, "person")
    passage = world.passage(claim, "courier", "evil", quote=HOSTILE)
    world.article("courier", "Words.", headline=HOSTILE)
    open_contradiction(claim, world.claim("Not so."), by=world.editor, note=HOSTILE, stamps=world.stamps)
    Discrepancy.objects.create(claim=claim, kind="name", first=passage, first_words=HOSTILE, found_at=NOON)
    world.proposal(claim, passage, wording=f"The Courier reports {HOSTILE.replace(chr(34), '')}", rationale=HOSTILE)
    world.fact()
    save_draft(story, by=world.editor, headline=HOSTILE, blocks=[{"text": HOSTILE, "facts": []}], stamps=world.stamps)
    client = login(world.editor)
    model = next(model for model in admin.site._registry if model._meta.model_name == noun)
    pages = [f"/admin/stories/{noun}/"]
    pages += [f"/admin/stories/{noun}/{row.pk}/change/" for row in model._default_manager.all()]
    shown = [page_of(client.get(page)) for page in pages]
    assert [page for page in shown if "<script>alert" in page or "<img src=x" in page or "1414" in page] == []


def test_the_lists_know_their_nouns() -> None:
    registered = [model._meta.model_name for model in admin.site._registry if model._meta.app_label == "stories"]
    assert sorted(registered) == NOUNS
