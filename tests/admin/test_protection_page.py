"""The page of a source's protection: its list, what it is called, and taking protection off with the second editor."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from stories.chain import format_time
from stories.models import FormerName, Lift, Source
from stories.provenance.protection import protect
from stories.provenance.readers import readers_of, responsible_for
from tests.admin.conftest import page_of
from tests.world import World

Login = Callable[[User], Client]


@pytest.fixture
def page(world: World) -> str:
    """The page of the minister, whom the editor protects."""
    source = world.source("minister")
    protect(source, by=world.editor, public_name="an official")
    return f"/admin/stories/source/{source.pk}/protection/"


def minister() -> Source:
    return Source.objects.get(slug="minister")


def press(client: Client, page: str, step: str, **typed: Any) -> str:
    """What the page says once the button `step` was pressed."""
    answer = client.post(page, {"step": step, **typed}, follow=True)
    assert answer.status_code == 200
    return page_of(answer)


def test_a_reporter_protects_a_source_and_names_the_responsible_editor(world: World, login: Login) -> None:
    page = f"/admin/stories/source/{minister().pk}/protection/"
    client = login(world.reporter)
    said = press(client, page, "protect", public_name="an official", code="K-17")
    assert "Protected: from now on everybody but its readers sees K-17." in said
    press(client, page, "appoint", editor=world.editor.pk)
    assert (readers_of(minister()), responsible_for(minister())) == ([world.reporter, world.editor], world.editor)


def test_the_list_is_kept_on_it(world: World, login: Login, page: str) -> None:
    client = login(world.editor)
    press(client, page, "add", person=world.reporter.pk)
    assert readers_of(minister()) == [world.editor, world.reporter]
    press(client, page, f"remove-{world.reporter.pk}")
    assert readers_of(minister()) == [world.editor]
    assert client.post(page, {"step": "add"}).status_code == 422


def test_a_reader_renames_it_and_no_answer_says_the_name(world: World, login: Login, page: str) -> None:
    client = login(world.editor)
    for step, typed in (("rename", {"new_name": "Jane Roe"}), ("spell", {"spelling": "J. Roe"})):
        assert "Roe" not in press(client, page, step, **typed)
    assert (minister().name, [one.text for one in minister().aliases.all()]) == ("Jane Roe", ["J. Roe"])
    assert list(FormerName.objects.values_list("text", flat=True)) == ["Minister of Harbours"]


def test_protection_comes_off_on_it_by_two_editors(world: World, login: Login, page: str) -> None:
    said = press(login(world.editor), page, "propose", ground="consent", record="A letter, in the safe.")
    assert "You proposed it: another editor signs." in said
    lift = Lift.objects.get()
    assert minister().confidential
    said = press(login(world.second_editor), page, f"sign-{lift.pk}")
    assert "Protection is off: everybody sees the name." in said
    assert not minister().confidential


@pytest.mark.parametrize(
    ("ended", "told"),
    [("sign", "Signed meanwhile by second-editor at {}: protection is off."),
     ("return", "Returned meanwhile by second-editor at {}: the source stayed protected.")],
)  # fmt: skip
@pytest.mark.parametrize("pressed", ["sign", "return"])
def test_who_was_slower_to_end_a_lifting_is_told_who_did_and_ends_nothing(
    world: World, login: Login, page: str, pressed: str, ended: str, told: str
) -> None:
    press(login(world.editor), page, "propose", ground="publication", record="Their memoir, page 3.")
    lift = Lift.objects.get()
    press(login(world.second_editor), page, f"{ended}-{lift.pk}")
    lift.refresh_from_db()
    slower = login(world.person("third", "Editors")).post(page, {"step": f"{pressed}-{lift.pk}"})
    at = lift.signed_at or lift.returned_at
    assert at is not None
    assert (slower.status_code, told.format(format_time(at)) in page_of(slower)) == (409, True)
    assert (Lift.objects.get(), minister().confidential) == (lift, ended == "return")


def test_a_lifting_that_there_is_not_is_no_stale_one(world: World, login: Login, page: str) -> None:
    for number in ("0", "", "x", "9" * 30):
        answer = login(world.editor).post(page, {"step": f"return-{number}"})
        assert (answer.status_code, "There is no such proposal: reload the page." in page_of(answer)) == (422, True)


def test_where_nobody_is_on_the_list_an_editor_takes_it_on(world: World, login: Login) -> None:
    clerk = world.source("clerk", "Jane Roe", "person", confidential=True, public_name="a clerk")
    page = f"/admin/stories/source/{clerk.pk}/protection/"
    assert "Take it on" not in page_of(login(world.reporter).get(page))
    press(login(world.editor), page, "appoint-myself")
    assert responsible_for(clerk) == world.editor


def test_no_box_of_the_form_takes_protection_off(world: World, login: Login, page: str) -> None:
    change = f"/admin/stories/source/{minister().pk}/change/"
    client = login(world.person("superuser", is_superuser=True))
    answer = client.get(change)
    assert [name in answer.context["adminform"].form.fields for name in ("confidential", "name", "slug", "notes")] == [
        False
    ] * 4


def test_a_source_is_recorded_as_protected_and_its_slug_does_not_tell_its_name(world: World, login: Login) -> None:
    form = {"name": "Jane Roe", "kind": "person", "confidential": "on", "public_name": "a clerk", "code": ""}
    form |= {f"{prefix}-{count}": 0 for prefix in ("aliases", "voices") for count in ("TOTAL_FORMS", "INITIAL_FORMS")}
    client = login(world.editor)
    answer = client.post("/admin/stories/source/add/", form | {"slug": "jane-roe"})
    assert "The slug tells the name, and it never changes" in page_of(answer)
    assert client.post("/admin/stories/source/add/", form | {"slug": "source-17"}).status_code == 302
    assert readers_of(Source.objects.get(slug="source-17")) == [world.editor]
