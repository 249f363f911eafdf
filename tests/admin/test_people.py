"""People and groups are never deleted: who left is switched off. Who only reads, or has no group, writes nothing."""

import re
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import URLPattern, URLResolver

from stories.choices import AUDITORS
from tests.admin.conftest import all_rows, page_of
from tests.world import World

Login = Callable[[User], Client]


@pytest.fixture
def root(world: World) -> User:
    return world.person("root", is_superuser=True)


@pytest.mark.parametrize("kind", ["user", "group"])
def test_nobody_deletes_a_person_or_a_group(world: World, root: User, login: Login, kind: str) -> None:
    row = {"user": world.reporter, "group": Group.objects.get(name="Reporters")}[kind]
    client, before = login(root), (User.objects.count(), Group.objects.count())
    assert client.post(f"/admin/auth/{kind}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    client.post(f"/admin/auth/{kind}/", bulk)
    assert (User.objects.count(), Group.objects.count()) == before
    assert "/delete/" not in page_of(client.get(f"/admin/auth/{kind}/{row.pk}/change/"))


def test_who_left_is_switched_off_and_is_in_no_more(world: World, root: User, login: Login) -> None:
    theirs, roots = login(world.reporter), login(root)
    assert theirs.get("/admin/").status_code == 200
    chosen = {"action": "switch_off", "_selected_action": [world.reporter.pk, root.pk]}
    told = page_of(roots.post("/admin/auth/user/", chosen, follow=True))
    assert "Reporter is let in no more; what they did stays. Their form lets them in again." in told
    assert list(User.objects.filter(is_active=False)) == [world.reporter]
    assert list(LogEntry.objects.values_list("object_id", "change_message")) == [
        (str(world.reporter.pk), "switched off")
    ]
    assert theirs.get("/admin/").status_code == 302


def test_who_leaves_the_group_may_nothing_more_at_once(world: World, login: Login) -> None:
    editor, claim = world.person("leaving", "Editors"), world.claim()
    client = login(editor)
    assert client.get(f"/admin/stories/claim/{claim.pk}/review/").status_code == 200
    editor.groups.clear()
    assert client.get(f"/admin/stories/claim/{claim.pk}/review/").status_code == 403


def test_who_may_change_nobody_switches_nobody_off(world: World, login: Login) -> None:
    clerk = world.person("clerk")
    clerk.user_permissions.add(Permission.objects.get(codename="view_user"))
    chosen = {"action": "switch_off", "_selected_action": [world.reporter.pk]}
    login(clerk).post("/admin/auth/user/", chosen)
    assert User.objects.filter(is_active=False).count() == 0


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/admin/") -> list[tuple[str, str]]:
    """(address, name) of every page of the admin, about the row 1 where it is about one."""
    found = []
    for one in patterns:
        route = before + str(one.pattern).replace("^", "").replace("\\Z", "").replace("$", "")
        if isinstance(one, URLResolver):
            found += addresses(one.url_patterns, route)
        else:
            found.append((route, one.name or ""))
    return found


def fill(route: str, key: int) -> str:
    return re.sub("<[^>]+>", str(key), route)


def test_staff_without_a_group_see_no_page_of_ours_and_write_nothing(world: World, login: Login) -> None:
    claim = world.fact()
    client, before = login(world.person("outsider")), all_rows()
    pages = [(route, name) for route, name in addresses(admin.site.get_urls()) if name.startswith("stories_")]
    assert len(pages) > 60
    for route, name in pages:
        for method in ("get", "post"):
            answer = getattr(client, method)(fill(route, claim.pk))
            is_missing = (answer.status_code, answer.get("Location")) == (302, "/admin/")  # Django's, of no such row
            assert is_missing or answer.status_code in (403, 404, 405), (method, route, name, answer.status_code)
    front = page_of(client.get("/admin/"))
    assert (claim.statement in front, "/admin/stories/" in front) == (False, False)
    assert client.get("/admin/stories/").status_code == 404
    assert all_rows() == before


def test_auditors_write_nothing_that_they_have_a_claim_open_included(world: World, login: Login) -> None:
    claim = world.fact()
    client, before = login(world.person("auditor", AUDITORS)), all_rows()
    pages = [(route, name) for route, name in addresses(admin.site.get_urls()) if name.startswith("stories_")]
    for route, name in pages:
        for method in ("get", "post"):
            status = getattr(client, method)(fill(route, claim.pk)).status_code
            assert status != 500, (method, route, name)
    assert client.post(f"/admin/stories/claim/{claim.pk}/open/").json() == {"words": ""}
    assert all_rows() == before
