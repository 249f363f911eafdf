"""Whose request it is: behind proxies of ours, who the outermost of them heard; nobody's own word for it."""

import http.client
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory, override_settings

from newsroom.proxies import address_of
from ops.stack import find_ports, is_free, wait_until

PASSWORD = "harbour-light-42"
READER, FORGED, INNER = "192.0.2.7", "198.51.100.9", "10.0.0.2"


def heard(forwarded: str | None, *, proxies: int, caller: str = "127.0.0.1") -> str:
    """Whose request it is that came from `caller` with `forwarded` as X-Forwarded-For."""
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    with override_settings(TRUSTED_PROXIES=proxies):
        return address_of(RequestFactory().get("/", REMOTE_ADDR=caller, headers=headers))


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        (READER, 0, "127.0.0.1"),  # without a proxy it is the reader's own word
        (READER, 1, READER),
        (f"{FORGED}, {READER}", 1, READER),
        (f"{FORGED},{FORGED}, {READER}", 1, READER),
        (f"{FORGED}, {READER}, {INNER}", 2, READER),
        (f"{READER}, {INNER}", 2, READER),
        ("10.1.2.3", 1, "10.1.2.3"),  # of the newsroom's own network
        (f"nobody, {READER}", 1, READER),
        ("2001:db8::7", 1, "2001:db8::7"),
        (None, 1, "127.0.0.1"),
        ("", 1, "127.0.0.1"),
        ("nobody", 1, "127.0.0.1"),
        (READER, 2, "127.0.0.1"),  # it came past one of them
    ],
)
def test_the_outermost_proxy_of_ours_says_who_asks(forwarded: str | None, proxies: int, address: str) -> None:
    assert heard(forwarded, proxies=proxies) == address


def test_no_other_header_counts() -> None:
    others = {"x-real-ip": FORGED, "client-ip": FORGED, "forwarded": f"for={FORGED}", "cf-connecting-ip": FORGED}
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", headers=others | {"x-forwarded-for": READER})
    with override_settings(TRUSTED_PROXIES=1):
        assert address_of(request) == READER


@pytest.mark.parametrize("text", ["one", "-1", "10", "1.0"])
def test_a_number_of_proxies_that_is_none_is_refused_in_one_line(text: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**os.environ, "DJANGO_DEBUG": "1", "TRUSTED_PROXIES": text},
        capture_output=True,
        text=True,
    )
    told = f"TRUSTED_PROXIES is how many proxies stand in front, 0 to 9: not “{text}”.\n"
    assert (done.returncode, done.stderr) == (1, told)


def log_in(password: str, *, reader: str, forged: str = "") -> int:
    """The status of a login of the editor's by `reader`, as a proxy of ours hands it on."""
    chain = ", ".join(filter(None, [forged, reader]))
    form = {"username": "editor", "password": password}
    return Client(headers={"x-forwarded-for": chain}).post("/admin/login/", form).status_code


@pytest.mark.django_db
@override_settings(TRUSTED_PROXIES=1)
def test_a_stranger_locks_himself_out_and_not_the_editor() -> None:
    User.objects.create_user("editor", password=PASSWORD, is_staff=True)
    assert [log_in("guess", reader=FORGED) for _ in range(6)] == [200, 200, 200, 200, 429, 429]
    assert log_in(PASSWORD, reader=READER) == 302


@pytest.mark.django_db
@override_settings(TRUSTED_PROXIES=1)
def test_a_forged_header_opens_no_lock_and_locks_nobody_else() -> None:
    User.objects.create_user("editor", password=PASSWORD, is_staff=True)
    guesses = [log_in("guess", reader=FORGED, forged=f"192.0.2.{number}") for number in range(6)]
    assert guesses == [200, 200, 200, 200, 429, 429]
    assert [log_in("guess", reader=FORGED, forged=READER) for _ in range(5)] == [429] * 5
    assert log_in(PASSWORD, reader=READER) == 302


# ---- Through nginx ----------------------------------------------------------------------------------------------


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[int]:
    """The desk under gunicorn, behind nginx with `ops/nginx-desk.conf`; the port on which nginx listens."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/bin")
    if not found:
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")
    from tests.serving import KEY

    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": KEY, "TRUSTED_PROXIES": "1", "SECURE_SSL_REDIRECT": "0"}
    environment |= {"DATABASE_URL": f"sqlite:///{tmp_path}/desk.sqlite3", "ALLOWED_HOSTS": "127.0.0.1"}
    port = find_ports()
    processes = []

    def run(*command: str, **more: str) -> None:
        subprocess.run([sys.executable, *command], env=environment | more, check=True, timeout=300)

    def start(*command: str, **more: str) -> None:
        output = (tmp_path / "log").open("ab")
        processes.append(subprocess.Popen(command, env=environment | more, stdout=output, stderr=output))

    run("manage.py", "migrate", "-v0")
    run("manage.py", "shell", "-v0", "-c", MAKE_EDITOR)
    text = (Path("ops") / "nginx-desk.conf").read_text()
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace(
        "127.0.0.1:8000", f"127.0.0.1:{port + 1}"
    )
    text = "\n".join(line for line in text.splitlines() if "ssl_" not in line)
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log stderr warn; user root;\nevents {{}}\nhttp {{\n{text}\n}}\n"
    )
    try:
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "ops/gunicorn.py", "--no-control-socket", "newsroom.wsgi"]
        start(*gunicorn, BIND=f"127.0.0.1:{port + 1}")
        start(found, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"))
        wait_until(lambda: not is_free(port) and not is_free(port + 1), what="desk and nginx")
        yield port
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(30)


MAKE_EDITOR = f"""
from django.contrib.auth.models import User
User.objects.create_user("editor", password="{PASSWORD}", is_staff=True)
"""


def log_in_from(own: str, password: str, *, port: int, forged: str) -> int:
    """The status of a login of the editor's through nginx, from the address `own` of this machine."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(own, 0))) as browser:
        browser.request("GET", "/admin/login/", headers={"X-Forwarded-For": forged})
        page = browser.getresponse()
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
        form = urlencode({"username": "editor", "password": password, "csrfmiddlewaretoken": token})
        headers = {"X-Forwarded-For": forged, "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        browser.request("POST", "/admin/login/", form, headers)
        answer = browser.getresponse()
        answer.read()
        return answer.status


@pytest.mark.prove
@pytest.mark.one_database
def test_through_nginx_a_stranger_locks_nobody_else_out_whatever_he_says(nginx: int) -> None:
    stranger, editor = "127.0.0.2", "127.0.0.3"
    guesses = [log_in_from(stranger, "guess", port=nginx, forged=editor) for _ in range(6)]
    assert guesses == [200, 200, 200, 200, 429, 429]
    assert log_in_from(stranger, PASSWORD, port=nginx, forged=f"127.0.0.9, {editor}") == 429
    assert log_in_from(editor, PASSWORD, port=nginx, forged=stranger) == 302
