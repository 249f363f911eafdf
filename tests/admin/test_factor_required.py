"""Who must have a second factor finds nothing of the admin without it (rule: second-factor)."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from stories.choices import AUDITORS, EDITORS
from stories.people.factors import verify_code
from tests.admin.conftest import page_of
from tests.people.apps import App, give_app
from tests.world import World

Login = Callable[[User], Client]
FROM = datetime(2026, 12, 1, tzinfo=UTC)
OUTSIDE = {"login", "logout", "second_step", "factors", "app", "passkey", "invitation"}
"""The pages that lead in, or out."""


@pytest.fixture
def clock(settings: Any) -> Iterator[Any]:
    """A desk on which Editors must have a second factor, a day after it began."""
    settings.SECOND_FACTOR_FROM = FROM
    with time_machine.travel(FROM + timedelta(days=1), tick=False) as clock:
        yield clock


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """(name, address) of every pattern below `resolver`, with a number or word for whatever it takes."""
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one, route)
        elif isinstance(one, URLPattern):
            yield one.name or "", "/" + re.sub(r"<(?:\w+:)?\w+>", "1", route).replace("^", "").replace("$", "")


def admin_addresses() -> list[str]:
    """The address of every page of the admin but those that lead in."""
    found = [(name, one) for name, one in addresses(get_resolver()) if one.startswith("/admin/")]
    return [re.sub(r"\(\?P<url>\.\*\)|\(.*\)", "stories", one) for name, one in found if name not in OUTSIDE]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_crawler_of_every_address_finds_none(world: World, login: Login, clock: Any, method: str) -> None:
    world.fact()
    client, found = login(world.editor), []
    everything = admin_addresses()
    for address in everything:
        answer = getattr(client, method)(address)
        if (answer.status_code, answer.headers.get("Location", "").partition("?")[0]) != (302, "/admin/login/"):
            found.append((address, answer.status_code))
    assert (found, len(everything) > 100) == ([], True)


def test_a_crawler_of_every_link_comes_to_the_pages_that_lead_in_and_to_no_other(
    world: World, login: Login, clock: Any
) -> None:
    world.fact()
    client, waiting, seen = login(world.editor), ["/admin/"], {}
    while waiting:
        address = waiting.pop()
        if address in seen or not address.startswith("/admin/"):
            continue
        answer = client.get(address, follow=True)
        seen[address] = answer.request["PATH_INFO"]
        waiting += [unescape(one).partition("#")[0] for one in re.findall(r'(?:href|action)="([^"]+)', page_of(answer))]
    assert set(seen.values()) == {"/admin/factors/", "/admin/factors/app/", "/admin/factors/passkey/", "/admin/logout/"}


def test_whoever_must_have_one_is_led_to_set_one_up_and_then_on(world: World, login: Login, clock: Any) -> None:
    client = login(world.editor)
    answer = client.get("/admin/stories/claim/", follow=True)
    assert answer.redirect_chain[-1] == ("/admin/factors/?next=%2Fadmin%2Fstories%2Fclaim%2F", 302)
    assert "You need a second factor to work here." in page_of(answer)
    form = client.get("/admin/factors/app/?next=/admin/stories/claim/")
    (signed,) = re.findall(r'name="secret" value="([^"]+)"', page_of(form))
    app = App(bytes.fromhex(signed.partition(":")[0]))
    answer = client.post("/admin/factors/app/?next=/admin/stories/claim/", {"secret": signed, "code": app.code()})
    codes = re.findall(r"<code>((?:[a-z2-7]{4}-){3}[a-z2-7]{4})</code>", page_of(answer))
    assert (answer.status_code, len(codes)) == (200, 10)
    assert '<a class="button" href="/admin/stories/claim/">' in page_of(answer)
    assert client.get("/admin/stories/claim/").status_code == 200
    assert verify_code(world.editor, codes[0])


def test_another_session_of_theirs_needs_the_factor_then(world: World, login: Login, clock: Any) -> None:
    other = login(world.editor)
    app = give_app(world.editor)
    answer = other.get("/admin/stories/claim/", follow=True)
    assert answer.request["PATH_INFO"] == "/admin/second-step/"
    clock.shift(60)
    assert other.post(answer.request["PATH_INFO"], {"code": app.code()}).headers["Location"] == "/admin/"
    assert other.get("/admin/").status_code == 200


def test_whose_factor_was_taken_off_finds_nothing_from_then_on(world: World, login: Login, clock: Any) -> None:
    client = login(world.editor)
    app = give_app(world.editor)
    clock.shift(60)
    client.get("/admin/", follow=True)
    client.post("/admin/second-step/", {"code": app.code()})
    assert client.get("/admin/").status_code == 200
    world.editor.totpdevice_set.all().delete()
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("group", "fields", "must"),
    [(EDITORS, {}, True), (AUDITORS, {}, False), (None, {"is_superuser": True}, True)],
)
def test_it_is_for_editors_and_superusers(
    world: World, login: Login, clock: Any, group: str | None, fields: dict[str, bool], must: bool
) -> None:
    person = world.person("somebody", *([group] if group else []), **fields)
    assert login(person).get("/admin/").status_code == (302 if must else 200)


def test_the_groups_are_a_setting(world: World, login: Login, clock: Any, settings: Any) -> None:
    settings.SECOND_FACTOR_GROUPS = [AUDITORS]
    answers = [login(one).get("/admin/").status_code for one in (world.editor, world.person("auditor", AUDITORS))]
    assert answers == [200, 302]


def test_before_the_day_editors_are_told_at_each_login_and_go_on_without(world: World, clock: Any) -> None:
    clock.move_to(FROM - timedelta(days=3))
    world.editor.set_password("words-for-this-test-alone")
    world.editor.save()
    client = Client()
    typed = {"username": "editor", "password": "words-for-this-test-alone", "next": "/admin/stories/story/"}
    answer = client.post("/admin/login/", typed, follow=True)
    assert "on you need a second factor to work here." in page_of(answer)
    assert '<a href="/admin/stories/story/">go on without</a>' in page_of(answer)
    assert client.get("/admin/stories/story/").status_code == 200


def test_who_must_have_one_can_log_out(world: World, login: Login, clock: Any) -> None:
    client = login(world.editor)
    assert (client.post("/admin/logout/").status_code, "_auth_user_id" in client.session) == (200, False)


def test_with_no_day_nobody_is_asked(world: World, login: Login) -> None:
    answer = login(world.editor).get("/admin/factors/")
    assert (answer.status_code, "You need" in page_of(answer), "From " in page_of(answer)) == (200, False, False)


def test_the_secret_of_an_app_is_for_whom_it_was_made_alone(world: World, login: Login) -> None:
    page = page_of(login(world.editor).get("/admin/factors/app/"))
    (signed,) = re.findall(r'name="secret" value="([^"]+)"', page)
    app = App(bytes.fromhex(signed.partition(":")[0]))
    answer = login(world.reporter).post("/admin/factors/app/", {"secret": signed, "code": app.code()})
    assert "This page is too old" in page_of(answer)
    assert not world.reporter.totpdevice_set.exists()
