"""Where the readers of a protected name see what was stopped, and say whom the words mean."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from stories.insight.namings import look_through
from stories.models import Naming, Ruling, Sighting, Story
from stories.record.decisions import Refused
from tests.admin.conftest import HOSTILE, grant, page_of
from tests.world import World

Login = Callable[[User], Client]
HEADING = "Names to look at"


@pytest.fixture
def stopped(world: World) -> Sighting:
    """A wording with a surname that the reporter tried; the second editor alone reads the name."""
    world.protected("clerk", "Jane Roe", "a clerk", world.second_editor)
    for person in (world.reporter, world.editor, world.second_editor):
        grant(person, "view_source", "change_source", "view_claim")
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    with pytest.raises(Refused):
        world.proposal(claim, passage, wording="Mayor Roe closed it, Wire reports.")
    return Sighting.objects.get()


def page(sighting: Sighting) -> str:
    return f"/admin/stories/source/sightings/{sighting.pk}/"


def test_the_front_page_shows_it_to_readers_of_the_name_alone(stopped: Sighting, world: World, login: Login) -> None:
    shown = page_of(login(world.second_editor).get("/admin/"))
    assert (HEADING in shown, "Mayor Roe closed it" in shown, page(stopped) in shown) == (True, True, True)
    for person in (world.editor, world.reporter, world.person("superuser", is_superuser=True)):
        other = page_of(login(person).get("/admin/"))
        assert (HEADING in other, "Mayor Roe" in other) == (False, False)


def test_for_who_is_not_on_the_list_there_is_no_such_page(stopped: Sighting, world: World, login: Login) -> None:
    superuser = world.person("superuser", is_superuser=True)
    for person in (world.editor, world.reporter, superuser):
        assert login(person).get(page(stopped)).status_code == 404
        assert login(person).post(page(stopped), {"whom": "another", "rationale": "Mine."}).status_code == 404
    assert not Ruling.objects.exists()


def test_a_reader_says_that_it_is_another_person(stopped: Sighting, world: World, login: Login) -> None:
    client = login(world.second_editor)
    shown = page_of(client.get(page(stopped)))
    assert all(words in shown for words in ("Mayor Roe closed it, Wire reports.", "“Roe”", "by reporter"))
    assert client.post(page(stopped), {"whom": "another", "rationale": ""}).status_code == 422
    assert client.post(page(stopped), {"rationale": "The mayor."}).status_code == 422
    assert client.post(page(stopped), {"whom": "another", "rationale": "The mayor."}).status_code == 302
    assert [(one.is_another, one.reason, one.by) for one in Ruling.objects.all()] == [
        (True, "The mayor.", world.second_editor)
    ]
    assert HEADING not in page_of(client.get("/admin/"))
    assert "The mayor." in page_of(client.get(page(stopped)))


def test_of_a_whole_name_the_page_says_what_to_do(world: World, login: Login) -> None:
    world.protected("clerk", "Jane Roe", "a clerk", world.second_editor)
    grant(world.second_editor, "view_source", "change_source", "view_claim")
    world.story = Story.objects.create(slug="jane-roe", title="The quay", created_at=world.stamps.now())
    claim = world.claim()
    with pytest.raises(Refused):
        world.proposal(claim, world.passage(claim, "courier", "wire"))
    way = "It never passes. A slug never changes: go on in a story under another slug, and record its claims there."
    assert way in page_of(login(world.second_editor).get(page(Sighting.objects.get())))


def test_markup_arrives_as_text(world: World, login: Login, stopped: Sighting) -> None:
    claim = world.claim()
    with pytest.raises(Refused):
        world.proposal(claim, world.passage(claim, "courier", "wire"), wording=f"Roe {HOSTILE}, Wire reports.")
    newest = Sighting.objects.order_by("-pk")[0]
    for address in ("/admin/", page(newest)):
        assert HOSTILE not in page_of(login(world.second_editor).get(address))


def test_editors_are_asked_to_take_on_a_source_that_nobody_reads(world: World, login: Login) -> None:
    world.protected("guard", "Joe Bloggs", "a guard")
    grant(world.editor, "view_source", "change_source", "view_claim")
    claim = world.claim()
    with pytest.raises(Refused):
        world.proposal(claim, world.passage(claim, "courier", "wire"), wording="Joe Bloggs, Wire reports.")
    shown = page_of(login(world.editor).get("/admin/"))
    assert "A text was stopped that may name it, and nobody is on its list: take it on." in shown
    assert "Bloggs" not in shown


def test_who_was_slower_reads_what_was_said_meanwhile_and_may_answer_it(
    stopped: Sighting, world: World, login: Login
) -> None:
    client = login(world.second_editor)
    said = {"whom": "another", "rationale": "The mayor.", "follows": ""}
    assert client.post(page(stopped), said).status_code == 302
    slower = client.post(page(stopped), {**said, "whom": "same", "rationale": "It is her."})
    shown = page_of(slower)
    newest = Ruling.objects.get()
    assert (slower.status_code, "Said meanwhile: another person, by second-editor" in shown) == (409, True)
    assert (f'name="follows" value="{newest.pk}"' in shown, "It is her." in shown) == (True, True)
    again = client.post(page(stopped), {"whom": "same", "rationale": "It is her.", "follows": newest.pk})
    assert (again.status_code, [one.is_another for one in Ruling.objects.order_by("pk")]) == (302, [True, False])


# ---- A surname in what was printed before ---------------------------------------------------------------------


@pytest.fixture
def printed(world: World) -> Naming:
    """A fact that prints the surname of a source that was protected since; the second editor alone reads the name."""
    world.fact(wording="Mayor Roe closed the harbour, Wire reports.")
    world.protected("clerk", "Jane Roe", "a clerk", world.second_editor)
    for person in (world.reporter, world.editor, world.second_editor):
        grant(person, "view_source", "change_source", "view_claim", "view_publication")
    look_through()
    return Naming.objects.get()


def test_a_reader_says_that_a_printed_surname_is_another_person(printed: Naming, world: World, login: Login) -> None:
    address = f"/admin/stories/source/namings/{printed.pk}/"
    client = login(world.second_editor)
    assert address in page_of(client.get("/admin/"))
    shown = page_of(client.get(address))
    assert all(words in shown for words in ("Mayor Roe closed the harbour, Wire reports.", "“Roe”", "printed"))
    assert client.post(address, {"whom": "another", "rationale": ""}).status_code == 422
    assert not Sighting.objects.exists()
    assert client.post(address, {"whom": "another", "rationale": "The mayor."}).status_code == 302
    assert address not in page_of(client.get("/admin/"))
    assert "The mayor." in page_of(client.get(address))
    slower = client.post(address, {"whom": "same", "rationale": "It is her.", "follows": ""})
    assert (slower.status_code, Ruling.objects.count()) == (409, 1)


def test_for_others_there_is_no_such_page_either(printed: Naming, world: World, login: Login) -> None:
    for person in (world.editor, world.reporter, world.person("superuser", is_superuser=True)):
        assert login(person).get(f"/admin/stories/source/namings/{printed.pk}/").status_code == 404
