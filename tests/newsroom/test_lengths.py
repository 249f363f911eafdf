"""What is too long, or says not how long it is, is refused before any of it is read."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.serving import HOST, Served, copy_database, serve

UPLOAD = "/admin/stories/article/add/"
MOST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class Unread:
    """A body that nobody may look at."""

    def read(self, *args: object) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


def send(length: str, **more: str) -> tuple[int, str]:
    """The status and page for a body of `length`, which was not read."""
    answer = Client().post(UPLOAD, secure=True, **{"CONTENT_LENGTH": length, "wsgi.input": Unread(), **more})
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("length", [str(MOST + 1), "9" * 30, "many"])
def test_what_is_too_long_is_refused_unread(length: str) -> None:
    status, page = send(length)
    assert (status, f"What you sent is larger than the {MOST} bytes that a form may hold." in page) == (413, True)


def test_what_comes_in_pieces_is_refused_unread() -> None:
    status, page = send("", HTTP_TRANSFER_ENCODING="chunked")
    assert (status, "What you sent does not say how long it is." in page) == (411, True)


@pytest.mark.django_db
def test_what_is_as_long_as_a_form_may_be_is_read() -> None:
    """The proofs above can fail."""
    answer = Client(raise_request_exception=False).post("/admin/login/", {"username": "x" * (MOST - 1000)})
    assert answer.status_code == 200


@pytest.fixture
def served(transactional_db: None, tmp_path: Path) -> Iterator[Served]:
    """The desk under gunicorn."""
    pytest.importorskip("gunicorn", reason="a production requirement")
    if connection.vendor != "sqlite":
        pytest.skip("no database changes what gunicorn reads")
    with serve("newsroom.wsgi", database=copy_database(tmp_path / "desk.sqlite3"), folder=tmp_path) as process:
        yield process


@pytest.mark.parametrize(
    ("header", "body", "line"),
    [
        (f"Content-Length: {10**12}", b"", b"HTTP/1.1 413 Request Entity Too Large"),
        ("Transfer-Encoding: chunked", b"5\r\nhello\r\n", b"HTTP/1.1 411 Length Required"),
    ],
)
def test_gunicorn_answers_before_the_rest_of_it_has_come(served: Served, header: str, body: bytes, line: bytes) -> None:
    head = f"POST {UPLOAD} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n{header}\r\n\r\n"
    with closing(socket.create_connection(("127.0.0.1", served.port), timeout=20)) as sending:
        sending.sendall(head.encode() + body)
        assert sending.recv(65536).splitlines()[0] == line
