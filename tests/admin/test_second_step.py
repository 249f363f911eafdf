"""Logging in takes the password, then the second factor of who has one (rule: second-factor)."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client

from stories.people.factors import make_codes
from tests.admin.conftest import page_of
from tests.people.apps import App, give_app

pytestmark = pytest.mark.django_db

PASSWORD = "words-for-this-test-alone"
STEP = "/admin/second-step/?next=%2Fadmin%2Fstories%2Fclaim%2F"


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_superuser("editor", password=PASSWORD)


@pytest.fixture
def app(clock: Any, person: User) -> App:
    app = give_app(person)
    clock.shift(60)
    return app


def type_password(client: Client, password: str = PASSWORD) -> Any:
    return client.post("/admin/login/?next=/admin/stories/claim/", {"username": "editor", "password": password})


def type_code(client: Client, code: str) -> Any:
    return client.post(STEP, {"code": code})


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def key_of(client: Client) -> str | None:
    return client.session.session_key if "sessionid" in client.cookies else None


def test_the_password_alone_logs_nobody_in_who_has_a_factor(app: App) -> None:
    client = Client()
    answer = type_password(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, STEP)
    assert not is_in(client)
    answer = type_code(client, app.code())
    assert (answer.status_code, answer.headers["Location"], is_in(client)) == (302, "/admin/stories/claim/", True)


def test_who_has_none_is_logged_in_by_the_password(person: User) -> None:
    client = Client()
    answer = type_password(client)
    assert (answer.headers["Location"], is_in(client)) == ("/admin/stories/claim/", True)


def test_a_code_is_good_for_one_login(app: App) -> None:
    first, second = Client(), Client()
    for client in (first, second):
        type_password(client)
    type_code(first, app.code())
    answer = type_code(second, app.code())
    assert (answer.status_code, is_in(second)) == (200, False)
    assert "was used already" in page_of(answer)


def test_a_recovery_code_logs_in_whose_telephone_is_lost_once(app: App, person: User) -> None:
    code = make_codes(person)[0]
    first, second = Client(), Client()
    for client in (first, second):
        type_password(client)
        type_code(client, code)
    assert (is_in(first), is_in(second)) == (True, False)


def test_the_session_changes_at_both_steps(app: App) -> None:
    """A session that somebody else began, and knows, is never one in which a person is logged in."""
    client = Client()
    client.get(STEP)
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    keys = [key_of(client)]
    type_password(client)
    keys.append(key_of(client))
    type_code(client, app.code())
    keys.append(key_of(client))
    assert (len(set(keys)), None in keys) == (3, False)
    for key in keys[:2]:
        stranger = Client()
        stranger.cookies["sessionid"] = key or ""
        assert not is_in(stranger)


def test_the_second_step_without_the_first_leads_to_the_password(app: App) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(STEP, {"code": app.code()} if method == "post" else None)
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            "/admin/login/?next=%2Fadmin%2Fstories%2Fclaim%2F",
        )


def test_the_second_step_has_ten_minutes(clock: Any, app: App) -> None:
    client = Client()
    type_password(client)
    clock.shift(timedelta(minutes=10, seconds=1))
    assert type_code(client, app.code()).headers["Location"].startswith("/admin/login/")


def test_who_is_switched_off_between_the_steps_is_not_logged_in(app: App, person: User) -> None:
    client = Client()
    type_password(client)
    User.objects.update(is_active=False)
    assert type_code(client, app.code()).headers["Location"].startswith("/admin/login/")
    assert not is_in(client)


def test_it_leads_to_no_other_host(app: App) -> None:
    client = Client()
    type_password(client)
    answer = client.post("/admin/second-step/?next=https://elsewhere.example/", {"code": app.code()})
    assert answer.headers["Location"] == "/admin/"


def test_five_wrong_codes_lock_as_five_wrong_passwords_do(clock: Any, app: App) -> None:
    """The right password in between starts no new count: only who has done both steps does."""
    statuses = []
    for _ in range(5):
        client = Client()
        type_password(client)
        statuses.append(type_code(client, app.wrong()).status_code)
        clock.shift(60)
    assert statuses == [200, 200, 200, 200, 429]
    client = Client()
    assert type_password(client).status_code == 429
    clock.shift(timedelta(minutes=16))
    type_password(client)
    type_code(client, app.code())
    assert is_in(client)


def test_while_it_is_locked_the_right_code_is_not_looked_at(clock: Any, app: App) -> None:
    client = Client()
    type_password(client)
    for _ in range(5):
        type_code(client, app.wrong())
        clock.shift(60)
    assert type_code(client, app.code()).status_code == 429
    assert not is_in(client)


def test_what_was_typed_as_a_code_is_not_on_record(app: App) -> None:
    client = Client()
    type_password(client)
    wrong = app.wrong()
    type_code(client, wrong)
    attempt = AccessAttempt.objects.get()
    assert (attempt.username, attempt.failures_since_start, wrong in attempt.post_data) == ("editor", 1, False)


def test_a_session_from_before_is_asked_for_the_factor_on_the_own_page(app: App, person: User) -> None:
    client = Client()
    client.force_login(person)
    assert client.get("/admin/factors/app/").headers["Location"].startswith("/admin/second-step/")
