"""Production settings: nothing starts without a key, cookies are safe, guessing passwords is stopped."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from stories.database import guards_of

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "the-key-of-a-test-long-enough-and-with-many-different-characters-0123456789"
REFUSAL = "SECRET_KEY is not set: put one into the environment, or set DJANGO_DEBUG=1 on your own machine."


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python with production settings: nothing of this process's environment but what is given, and its path."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, "DATABASE_URL": "sqlite://:memory:", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# ---- No key, no start -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["migrate", "runserver"])
def test_manage_refuses_without_a_key_in_one_line(command: str) -> None:
    done = run("manage.py", command)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{REFUSAL}\n")


def test_wsgi_refuses_without_a_key_in_one_line() -> None:
    """Exit status 3 makes gunicorn stop; at any other it would start the worker again and again."""
    done = run("-c", "import newsroom.wsgi")
    assert (done.returncode, done.stdout, done.stderr) == (3, "", f"{REFUSAL}\n")


@pytest.mark.parametrize("script", ["import newsroom.wsgi", "import newsroom.settings_api"])
def test_a_key_that_can_be_guessed_starts_nothing_and_the_cure_is_told(script: str) -> None:
    done = run("-c", script, SECRET_KEY="k" * 31)
    told = "SECRET_KEY has 31 characters, and needs 32: put one into the environment that python3 -c 'import secrets; "
    assert told + "print(secrets.token_urlsafe(50))' prints." in done.stderr
    assert (done.returncode in (1, 3), done.stdout) == (True, "")


def test_on_a_machine_of_ones_own_any_key_will_do() -> None:
    assert run("-c", "import newsroom.settings", SECRET_KEY="k", DJANGO_DEBUG="1").returncode == 0


def test_a_database_of_no_known_kind_is_refused_in_one_line() -> None:
    done = run("manage.py", "check", SECRET_KEY=KEY, DATABASE_URL="oracel://desk")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("DATABASE_URL cannot be used: Scheme 'oracel://' is unknown.")


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf", "15s"])
def test_a_lease_that_is_no_number_of_seconds_is_refused_in_one_line(text: str) -> None:
    done = run("manage.py", "check", SECRET_KEY=KEY, LEASE=text)
    refusal = f"LEASE is a number of seconds, such as 15: not “{text}”.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", refusal)


@pytest.mark.parametrize(("text", "lease"), [("", "None"), ("15", "15.0"), ("2.5", "2.5")])
def test_the_lease_is_the_api_processes_own(text: str, lease: str) -> None:
    script = "from newsroom import settings, settings_api; print(settings.LEASE, settings_api.LEASE)"
    assert run("-c", script, SECRET_KEY=KEY, LEASE=text).stdout == f"None {lease}\n"


@pytest.mark.parametrize("command", [("check_desk",), ("verify_ledger",), ("what_if", "axios")])
def test_a_database_that_is_not_the_desks_says_what_to_do(command: tuple[str, ...]) -> None:
    done = run("manage.py", *command, SECRET_KEY=KEY)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The database refuses: no such table: stories_")
    assert done.stderr.endswith(
        "Is DATABASE_URL the desk's database, and has `manage.py migrate` run on it? --traceback says more.\n"
    )
    assert done.stderr.count("\n") == 1


def test_it_starts_with_a_key() -> None:
    """The refusals above can fail."""
    assert run("manage.py", "help", SECRET_KEY=KEY).returncode == 0


def test_debug_is_off_unless_asked_for() -> None:
    script = "from newsroom.settings import DEBUG; print(DEBUG)"
    assert run("-c", script, SECRET_KEY=KEY).stdout == "False\n"
    assert run("-c", script, DJANGO_DEBUG="1").stdout == "True\n"


# ---- check --deploy -------------------------------------------------------------------------------------------


def check_deploy(*, key: str = KEY, hosts: str = "desk.example") -> subprocess.CompletedProcess[str]:
    arguments = ("check", "--deploy", "--fail-level", "WARNING")
    return run("manage.py", *arguments, SECRET_KEY=key, ALLOWED_HOSTS=hosts)


def test_the_deployment_check_passes() -> None:
    done = check_deploy()
    assert (done.returncode, done.stderr) == (0, "")


def test_the_deployment_check_can_fail() -> None:
    done = check_deploy(key="a" * 32)
    assert done.returncode == 1
    assert "security.W009" in done.stderr


# ---- Cookies --------------------------------------------------------------------------------------------------

COOKIES = """
import json
import django
django.setup()
from django.conf import settings
from django.test import Client
client = Client(headers={"host": "desk.example"})
plain = client.get("/admin/login/")
cookie = client.get("/admin/login/", secure=True).cookies["csrftoken"]
print(json.dumps({
    "plain http": [plain.status_code, plain.get("Location", "")],
    "csrf": [bool(cookie["secure"]), cookie["samesite"]],
    "session": [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE],
}))
"""


def cookies(**environment: str) -> dict[str, list[object]]:
    environment |= {"DJANGO_SETTINGS_MODULE": "newsroom.settings", "ALLOWED_HOSTS": "desk.example"}
    done = run("-c", COOKIES, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_cookies_travel_over_https_only() -> None:
    assert cookies(SECRET_KEY=KEY) == {
        "plain http": [301, "https://desk.example/admin/login/"],
        "csrf": [True, "Lax"],
        "session": [True, True, "Lax"],
    }


def test_on_a_machine_of_ones_own_plain_http_will_do() -> None:
    """The proof above can fail: these are the settings, and not Django's ways, that make cookies safe."""
    assert cookies(DJANGO_DEBUG="1") == {
        "plain http": [200, ""],
        "csrf": [False, "Lax"],
        "session": [False, True, "Lax"],
    }


# ---- Login lock-out -------------------------------------------------------------------------------------------

PASSWORD = "harbour-light-42"


def log_in(username: str, password: str, *, address: str = "192.0.2.1") -> int:
    """The status of a login from `address`: 302 in, 200 refused, 429 locked out."""
    form = {"username": username, "password": password}
    return Client(REMOTE_ADDR=address).post("/admin/login/", form).status_code


@pytest.fixture
def _people(db: None) -> None:
    for username in ("editor", "reporter"):
        User.objects.create_user(username, password=PASSWORD, is_staff=True)


@pytest.mark.usefixtures("_people")
def test_five_wrong_passwords_lock_that_name_at_that_address() -> None:
    assert [log_in("editor", "guess") for _ in range(4)] == [200] * 4
    assert log_in("editor", "guess") == 429
    assert log_in("editor", PASSWORD) == 429


@pytest.mark.usefixtures("_people")
def test_nobody_else_is_locked_out() -> None:
    for _ in range(5):
        log_in("editor", "guess")
    assert log_in("reporter", PASSWORD) == 302
    assert log_in("editor", PASSWORD, address="192.0.2.2") == 302


@pytest.mark.usefixtures("_people")
def test_four_wrong_passwords_are_forgotten_with_a_right_one() -> None:
    for _ in range(2):
        assert [log_in("editor", "guess") for _ in range(4)] == [200] * 4
        assert log_in("editor", PASSWORD) == 302


@pytest.mark.usefixtures("_people")
def test_after_a_quarter_of_an_hour_the_lock_opens() -> None:
    noon = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as clock:
        for _ in range(5):
            log_in("editor", "guess")
        clock.shift(timedelta(minutes=14))
        assert log_in("editor", PASSWORD) == 429
        clock.shift(timedelta(minutes=17))
        assert log_in("editor", PASSWORD) == 302


def test_another_engine_is_refused_by_its_name() -> None:
    connection = SimpleNamespace(vendor="oracle")
    with pytest.raises(ImproperlyConfigured, match=r"The desk runs on SQLite and PostgreSQL, not on oracle\."):
        guards_of(connection)  # type: ignore[arg-type]
