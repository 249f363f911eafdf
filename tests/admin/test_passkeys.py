"""Passkeys: set up, used once for each question, at this desk's address alone (rule: second-factor)."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django_otp_webauthn.models import WebAuthnCredential, WebAuthnUserHandle

from stories.people.factors import make_codes
from tests.admin.conftest import page_of
from tests.people.authenticator import Authenticator, encode

pytestmark = pytest.mark.django_db

PASSWORD = "words-for-this-test-alone"
NEW = "/admin/factors/passkey/"
STEP = "/admin/second-step/"
Login = Callable[[User], Client]


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_superuser("editor", password=PASSWORD)


def options_on(answer: Any) -> dict[str, Any]:
    (found,) = re.findall(r'data-options="([^"]+)"', page_of(answer))
    return json.loads(unescape(found))


def set_up(client: Client, key: Authenticator, name: str = "telephone") -> Any:
    return client.post(NEW, {"name": name, "passkey": key.make(options_on(client.get(NEW)))})


@pytest.fixture
def key(person: User, login: Login) -> Authenticator:
    """The passkey that `person` has."""
    key = Authenticator()
    set_up(login(person), key)
    return key


def after_password(username: str = "editor") -> Client:
    client = Client()
    client.post("/admin/login/", {"username": username, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_a_passkey_is_set_up_and_recovery_codes_come_with_the_first(person: User, login: Login) -> None:
    client = login(person)
    first, second = set_up(client, Authenticator()), set_up(client, Authenticator(), "")
    assert ("Recovery codes" in page_of(first), second.status_code) == (True, 302)
    assert list(WebAuthnCredential.objects.values_list("user", "name")) == [
        (person.pk, "telephone"),
        (person.pk, "passkey"),
    ]
    assert "“telephone”, set up" in page_of(client.get("/admin/factors/"))


def test_looking_at_the_pages_writes_no_row(person: User, login: Login) -> None:
    login(person).get(NEW)
    assert (WebAuthnCredential.objects.count(), WebAuthnUserHandle.objects.count()) == (0, 0)


def test_it_logs_in_after_the_password(key: Authenticator) -> None:
    client = after_password()
    answer = client.post(STEP, {"passkey": key.use(options_on(client.get(STEP)))})
    assert (answer.status_code, is_in(client)) == (302, True)


def test_an_answer_is_good_for_one_question(key: Authenticator) -> None:
    client, other = after_password(), after_password()
    used = key.use(options_on(client.get(STEP)))
    client.post(STEP, {"passkey": used})
    other.get(STEP)
    answer = other.post(STEP, {"passkey": used})
    assert ("was not accepted" in page_of(answer), is_in(other)) == (True, False)


def test_without_a_question_there_is_no_answer(key: Authenticator) -> None:
    client, other = after_password(), after_password()
    used = key.use(options_on(client.get(STEP)))
    assert "was not accepted" in page_of(other.post(STEP, {"passkey": used}))


def test_a_page_elsewhere_that_asks_gets_nothing_that_is_good_here(key: Authenticator) -> None:
    client = after_password()
    key.origin = "https://testserver.elsewhere.example"
    assert "was not accepted" in page_of(client.post(STEP, {"passkey": key.use(options_on(client.get(STEP)))}))
    assert not is_in(client)


def test_a_copy_of_a_key_is_noticed_by_its_count(key: Authenticator) -> None:
    client = after_password()
    key.count = 6
    client.post(STEP, {"passkey": key.use(options_on(client.get(STEP)))})
    again = after_password()
    key.count = 3
    assert "was not accepted" in page_of(again.post(STEP, {"passkey": key.use(options_on(again.get(STEP)))}))


def test_somebody_else_s_passkey_is_none_of_theirs(key: Authenticator, login: Login) -> None:
    other = User.objects.create_superuser("other", password=PASSWORD)
    theirs = Authenticator()
    set_up(login(other), theirs)
    client = after_password()
    assert "was not accepted" in page_of(client.post(STEP, {"passkey": theirs.use(options_on(client.get(STEP)))}))


def test_another_key_that_calls_itself_the_same_is_refused(key: Authenticator) -> None:
    client, forged = after_password(), Authenticator()
    forged.credential = key.credential
    assert "was not accepted" in page_of(client.post(STEP, {"passkey": forged.use(options_on(client.get(STEP)))}))


def test_whose_passkey_is_lost_logs_in_by_a_recovery_code(key: Authenticator, person: User) -> None:
    client, code = after_password(), make_codes(person)[0]
    client.post(STEP, {"code": code})
    assert is_in(client)


def test_wrong_passkeys_count_as_failed_log_ins(key: Authenticator) -> None:
    client = after_password()
    assert [client.post(STEP, {"passkey": "{}"}).status_code for _ in range(5)] == [200, 200, 200, 200, 429]


def test_the_same_passkey_is_recorded_once(person: User, login: Login) -> None:
    client, key = login(person), Authenticator()
    set_up(client, key)
    assert "No passkey was made of this" in page_of(set_up(client, key))
    assert WebAuthnCredential.objects.count() == 1


HOSTILE = ["", "{", "null", "[]", "0", '"x"', "{}", '{"id": 1}', "\x00", "{" * 5000, "9" * 5000]


@pytest.mark.parametrize("answer", HOSTILE)
def test_what_no_browser_answers_is_refused(key: Authenticator, person: User, login: Login, answer: str) -> None:
    client = after_password()
    client.get(STEP)
    assert client.post(STEP, {"passkey": answer}).status_code == 200
    assert (is_in(client), WebAuthnCredential.objects.count()) == (False, 1)


SPOILT = ["", "%", "AA", encode(b"null"), encode(b"\xff" * 80), encode(b"[" * 3000), 1, None]


def spoil(text: str, field: str, value: Any) -> str:
    """The answer `text` with `value` in the place of what `field` says."""
    answer = json.loads(text)
    (answer if field in answer else answer["response"])[field] = value
    return json.dumps(answer)


@pytest.mark.parametrize("field", ["clientDataJSON", "authenticatorData", "signature", "rawId"])
def test_a_passkey_that_answers_something_else_in_a_place_is_refused(key: Authenticator, field: str) -> None:
    for value in SPOILT:
        AccessAttempt.objects.all().delete()  # or the fifth is locked out
        client = after_password()
        answer = client.post(STEP, {"passkey": spoil(key.use(options_on(client.get(STEP))), field, value)})
        assert (answer.status_code, is_in(client)) == (200, False)


@pytest.mark.parametrize("field", ["clientDataJSON", "attestationObject", "rawId"])
def test_a_passkey_made_with_something_else_in_a_place_is_refused(person: User, login: Login, field: str) -> None:
    client = login(person)
    for value in SPOILT:
        answer = client.post(NEW, {"passkey": spoil(Authenticator().make(options_on(client.get(NEW))), field, value)})
        assert "No passkey was made of this" in page_of(answer)


def test_on_a_bare_address_the_page_says_where_to_go(person: User, login: Login) -> None:
    client = login(person)
    answer = client.get(NEW, headers={"host": "127.0.0.1:8000"})
    assert "Browsers make no passkeys for a bare address such as 127.0.0.1:8000" in page_of(answer)
