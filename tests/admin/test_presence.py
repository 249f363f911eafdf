"""The review page says who else has the claim open; the page's script writes it, looking never does."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client

from stories.models import Presence
from tests.admin.conftest import HOSTILE, all_rows, page_of
from tests.world import World

Login = Callable[[User], Client]


def test_a_ping_is_kept_and_answers_who_else_has_it_open(world: World, login: Login) -> None:
    claim = world.claim()
    ping = f"/admin/stories/claim/{claim.pk}/open/"
    assert login(world.editor).post(ping).json() == {"words": ""}
    assert login(world.second_editor).post(ping).json() == {"words": "editor has this open, too."}
    shown = login(world.reporter).get(f"/admin/stories/claim/{claim.pk}/review/")
    assert "editor and second-editor have this open, too." in page_of(shown)
    assert f'data-ping="{ping}"' in page_of(shown)


def test_looking_writes_nothing_and_a_ping_takes_a_post(world: World, login: Login) -> None:
    claim = world.claim()
    before, client = all_rows(), login(world.editor)
    client.get(f"/admin/stories/claim/{claim.pk}/review/")
    assert client.get(f"/admin/stories/claim/{claim.pk}/open/").status_code == 405
    assert all_rows() == before


def test_a_ping_touches_nothing_but_its_own_table(world: World, login: Login) -> None:
    claim = world.fact()
    before = all_rows()
    login(world.editor).post(f"/admin/stories/claim/{claim.pk}/open/")
    assert {name: rows for name, rows in all_rows().items() if rows != before[name]}.keys() == {"Presence"}


def test_strangers_are_not_told(world: World, login: Login) -> None:
    ping = f"/admin/stories/claim/{world.claim().pk}/open/"
    assert login(world.person("visitor")).post(ping).status_code == 403
    assert Client().post(ping).status_code == 302
    assert Client(enforce_csrf_checks=True).post(ping).status_code == 403
    assert Presence.objects.count() == 0


def test_a_hostile_name_arrives_as_text(world: World, login: Login) -> None:
    claim = world.claim()
    world.editor.first_name = HOSTILE
    world.editor.save()
    login(world.editor).post(f"/admin/stories/claim/{claim.pk}/open/")
    html = page_of(login(world.reporter).get(f"/admin/stories/claim/{claim.pk}/review/"))
    assert ("<script>alert" in html, "has this open" in html) == (False, True)
