"""A session ends twelve hours after logging in and two hours after its last use; its owner ends it from elsewhere."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.admin.conftest import page_of
from tests.world import World

Login = Callable[[User], Client]
EIGHT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PASSWORD = "harbour-light-42"
PAGE = "/admin/sessions/"


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_a_session_ends_two_hours_after_its_last_use(world: World, login: Login) -> None:
    with time_machine.travel(EIGHT, tick=False) as clock:
        client = login(world.editor)
        for _ in range(3):
            clock.shift(timedelta(hours=1, minutes=59))
            assert is_in(client)
        clock.shift(timedelta(hours=2, seconds=1))
        assert not is_in(client)


def test_a_session_ends_twelve_hours_after_it_began_however_it_is_used(world: World, login: Login) -> None:
    with time_machine.travel(EIGHT, tick=False) as clock:
        client = login(world.editor)
        for _ in range(11):
            clock.shift(timedelta(hours=1))
            assert is_in(client)
        clock.shift(timedelta(hours=1, seconds=1))
        assert not is_in(client)


def test_a_session_of_an_older_release_is_none(world: World) -> None:
    client = Client()
    client.force_login(world.editor)
    older = DjangosStore(client.session.session_key)
    del older["began"]
    older.save()
    assert not is_in(client)


def test_a_page_that_is_left_open_keeps_no_session(world: World, login: Login) -> None:
    claim = world.claim()
    with time_machine.travel(EIGHT, tick=False) as clock:
        client = login(world.editor)
        for _ in range(12):
            clock.shift(timedelta(minutes=10))
            client.post(f"/admin/stories/claim/{claim.pk}/open/")
        clock.shift(timedelta(seconds=1))
        assert not is_in(client)


def test_that_a_session_is_used_is_written_once_in_five_minutes(world: World, login: Login) -> None:
    def writes() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert is_in(client)
        return sum(one["sql"].startswith('UPDATE "django_session"') for one in seen)

    with time_machine.travel(EIGHT, tick=False) as clock:
        client = login(world.editor)
        assert [writes(), writes()] == [0, 0]
        clock.shift(timedelta(minutes=5))
        assert [writes(), writes()] == [1, 0]


def logged_in(browser: str) -> Client:
    client = Client(headers={"user-agent": browser})
    assert client.post("/admin/login/", {"username": "reporter", "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def reporter(world: World) -> User:
    world.reporter.set_password(PASSWORD)
    world.reporter.save()
    return world.reporter


def test_ones_other_sessions_are_shown_and_ended(reporter: User) -> None:
    here, there, elsewhere = (logged_in(one) for one in ("Desk", "Telephone", "Café"))
    page = page_of(here.get(PAGE))
    assert [page.count(one) for one in ("Desk</span>", "Telephone", "Café", "End it")] == [0, 1, 1, 2]
    assert here.session.session_key not in page
    assert there.session.session_key not in page
    (mark,) = re.findall(r'Telephone\s+<button name="end" value="(\w+)"', page)
    here.post(PAGE, {"end": mark})
    assert [is_in(one) for one in (here, there, elsewhere)] == [True, False, True]
    here.post(PAGE, {"end": "others"})
    assert [is_in(one) for one in (here, elsewhere)] == [True, False]


def test_nobody_sees_or_ends_the_session_of_another(world: World, reporter: User, login: Login) -> None:
    theirs, mine = logged_in("Desk"), login(world.editor)
    (mark,) = re.findall(r'value="(\w{32})"', page_of(logged_in("Telephone").get(PAGE)))
    assert mark not in page_of(mine.get(PAGE))
    mine.post(PAGE, {"end": mark})
    mine.post(PAGE, {"end": "others"})
    assert is_in(theirs)


def test_switching_somebody_off_ends_their_sessions_for_good(world: World, reporter: User, login: Login) -> None:
    theirs, root = logged_in("Desk"), login(world.person("root", is_superuser=True))
    root.post("/admin/auth/user/", {"action": "switch_off", "_selected_action": [reporter.pk]})
    assert not is_in(theirs)
    User.objects.filter(pk=reporter.pk).update(is_active=True)
    assert not is_in(theirs)
    assert Session.objects.count() == 1
