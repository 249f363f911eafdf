"""Before what is grave the second factor is asked for again, and nothing has to be typed twice (rule: asked-again)."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from stories.models import Decision, Lift, Publication
from stories.people.factors import app_of, has_factor
from tests.admin.conftest import page_of
from tests.people.apps import App, give_app
from tests.people.test_codes import NOON
from tests.world import World

ASKED = "Nothing is done yet."


def log_in(person: User) -> Client:
    """A browser in which `person` gave their second factor an hour ago."""
    client = Client()
    client.force_login(person)
    device = app_of(person)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id if device else None
    session.save()
    return client


@pytest.fixture
def root(clock: Any, db: None) -> User:
    return User.objects.create_superuser("root")


@pytest.fixture
def app(clock: Any, root: User) -> App:
    app = give_app(root)
    clock.shift(60)
    return app


def held_on(answer: Any) -> str:
    (held,) = re.findall(r'name="_held" value="([^"]*)"', page_of(answer))
    return unescape(held)


def go_on(client: Client, address: str, answer: Any, code: str) -> Any:
    return client.post(address, {"_held": held_on(answer), "code": code})


def test_a_group_is_made_once_the_factor_was_given_again(app: App, root: User) -> None:
    client = log_in(root)
    asked = client.post("/admin/auth/group/add/", {"name": "Interns & others"})
    assert (asked.status_code, ASKED in page_of(asked), Group.objects.filter(name__contains="Interns").count()) == (
        403,
        True,
        0,
    )
    done = go_on(client, "/admin/auth/group/add/", asked, app.code())
    assert (done.status_code, Group.objects.get(name__contains="Interns").name) == (302, "Interns & others")


def test_for_five_minutes_nobody_asks_and_then_again(clock: Any, app: App, root: User) -> None:
    client = log_in(root)
    go_on(client, "/admin/auth/group/add/", client.post("/admin/auth/group/add/", {"name": "A"}), app.code())
    clock.shift(timedelta(minutes=4, seconds=59))
    assert client.post("/admin/auth/group/add/", {"name": "B"}).status_code == 302
    clock.shift(1)
    assert client.post("/admin/auth/group/add/", {"name": "C"}).status_code == 403


def test_a_wrong_code_does_nothing_keeps_what_was_typed_and_locks_after_five(clock: Any, app: App, root: User) -> None:
    client = log_in(root)
    asked = client.post("/admin/auth/group/add/", {"name": "A"})
    statuses = []
    for _ in range(5):
        answer = go_on(client, "/admin/auth/group/add/", asked, app.wrong())
        statuses.append(answer.status_code)
        clock.shift(60)
    assert (statuses, Group.objects.filter(name="A").count()) == ([403, 403, 403, 403, 429], 0)


def test_what_is_held_without_a_right_code_is_not_done(app: App, root: User) -> None:
    client = log_in(root)
    for code in ("", app.wrong()):
        client.post("/admin/auth/group/add/", {"_held": "name=A", "code": code})
    assert Group.objects.filter(name="A").count() == 0


def test_looking_asks_nothing(app: App, root: User) -> None:
    client = log_in(root)
    for address in ("/admin/auth/user/", "/admin/auth/user/add/", f"/admin/auth/user/{root.pk}/password/"):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("name", ["auth/user/add/", "auth/user/{}/change/", "auth/user/{}/password/", "auth/user/"])
def test_whatever_changes_people_asks(app: App, root: User, name: str) -> None:
    answer = log_in(root).post(f"/admin/{name.format(root.pk)}", {"username": "x"})
    assert (answer.status_code, ASKED in page_of(answer)) == (403, True)


def test_who_has_no_factor_and_needs_none_is_not_asked(root: User) -> None:
    assert log_in(root).post("/admin/auth/group/add/", {"name": "A"}).status_code == 302


def test_taking_down_asks(world: World, clock: Any) -> None:
    app = give_app(world.editor)
    clock.shift(60)
    world.fact()
    publication = Publication.objects.get()
    client, address = log_in(world.editor), f"/admin/stories/publication/{publication.pk}/suppression/"
    sent = {
        "step": "suppress",
        "because": "court",
        "public_note": "Taken down.",
        "rationale": "An order.",
        "follows": "",
    }
    asked = client.post(address, sent)
    assert (asked.status_code, Decision.objects.filter(verdict="suppressed").count()) == (403, 0)
    assert go_on(client, address, asked, app.code()).status_code == 302
    assert Decision.objects.get(verdict="suppressed").rationale == "An order."


def test_lifting_protection_asks_and_protecting_does_not(world: World, clock: Any) -> None:
    app = give_app(world.editor)
    clock.shift(60)
    source = world.source("pilot", "Zebedee Oldbird", "person")
    client, address = log_in(world.editor), f"/admin/stories/source/{source.pk}/protection/"
    assert client.post(address, {"step": "protect", "public_name": "a harbour pilot", "code": "K-1"}).status_code == 302
    lift = {"step": "propose", "ground": "consent", "record": "A signed letter.", "code": "K-1"}
    asked = client.post(address, lift)
    assert (asked.status_code, Lift.objects.count()) == (403, 0)
    go_on(client, address, asked, app.code())
    assert Lift.objects.get().record == "A signed letter."


# ---- One's own factors --------------------------------------------------------------------------------------------


def test_new_recovery_codes_and_taking_a_factor_off_ask_and_are_on_record(app: App, root: User) -> None:
    client = log_in(root)
    asked = client.post("/admin/factors/", {"step": "codes"})
    assert asked.status_code == 403
    assert "Recovery codes" in page_of(go_on(client, "/admin/factors/", asked, app.code()))
    client.post("/admin/factors/", {"step": "app"})
    assert not has_factor(root)
    shown = page_of(client.get("/admin/factors/"))
    assert [one in shown for one in ("New recovery codes.", "The app is taken off.", "by root")] == [True] * 3


def test_the_last_factor_of_who_must_have_one_stays(app: App, root: User, settings: Any) -> None:
    settings.SECOND_FACTOR_FROM = NOON
    client = log_in(root)
    go_on(client, "/admin/factors/", client.post("/admin/factors/", {"step": "app"}), app.code())
    assert has_factor(root)
    assert "It is your last one" in page_of(client.get("/admin/factors/"))


@pytest.mark.parametrize("step", ["", "passkey-1", "passkey-x", "passkey-" + "9" * 50, "else"])
def test_what_is_no_step_changes_nothing(app: App, root: User, step: str) -> None:
    client = log_in(root)
    go_on(client, "/admin/factors/", client.post("/admin/factors/", {"step": step}), app.code())
    assert TOTPDevice.objects.count() == 1


def test_log_ins_and_failures_stand_on_one_s_own_page_and_nobody_else_s(db: None) -> None:
    for name in ("first", "second"):
        User.objects.create_superuser(name, password="words-for-this-test-alone")
    client = Client()
    client.post("/admin/login/", {"username": "first", "password": "wrong"})
    client.post("/admin/login/", {"username": "first", "password": "words-for-this-test-alone"})
    shown = page_of(client.get("/admin/factors/"))
    assert (shown.count(": failed to log in"), shown.count(": logged in")) == (1, 1)
    other = Client()
    other.force_login(User.objects.get(username="second"))
    shown = page_of(other.get("/admin/factors/"))
    assert (shown.count(": failed to log in"), shown.count(": logged in")) == (0, 1)
