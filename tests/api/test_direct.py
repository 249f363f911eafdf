"""The API-only process answers straight from the endpoint what Django would have answered, header for header."""

import io
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler

from newsroom import settings_api
from newsroom.direct import serve_directly
from stories.api.facts import FactDetail
from stories.models import Publication
from tests.published import Desk

Answer = tuple[str, dict[str, str], bytes]
WITHOUT_LENGTH = ("204", "304")
"""Django's middleware gives these answers a Content-Length, against RFC 9110 (8.6)."""


@pytest.fixture
def usual(lasting_connection: None, settings: Any) -> WSGIHandler:
    settings.ROOT_URLCONF = settings_api.ROOT_URLCONF
    settings.MIDDLEWARE = [name for name in settings_api.MIDDLEWARE if "whitenoise" not in name]
    return WSGIHandler()


def ask(application: Any, address: str, method: str = "GET", **extra: str) -> Answer:
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
        **extra,
    }
    told: list[Any] = []
    answer = application(environ, lambda status, headers: told.extend((status, headers)))
    body = b"".join(answer)
    status, headers = told
    assert len(dict(headers)) == len(headers)
    if status[:3] in WITHOUT_LENGTH:
        headers = [(name, value) for name, value in headers if name != "Content-Length"]
    return status, dict(headers), body


def both(usual: WSGIHandler, address: str, **extra: str) -> Answer:
    """The answer to `address`, which is the same either way."""
    answer = ask(serve_directly(usual), address, **extra)
    assert answer == ask(usual, address, **extra)
    return answer


@pytest.fixture
def fact(desk: Desk) -> Publication:
    first = desk.confirm_fact("One")
    desk.confirm_fact("Two")
    desk.cut_version("Headline")
    return first


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/facts/?page_size=1", 200),
        ("/api/v1/facts/?sort=newest", 400),
        ("/api/v1/facts/00000000-0000-0000-0000-000000000000/", 404),
        ("/api/v1/facts", 301),
        ("/api/v1/stories/", 200),
        ("/api/v1/stories/h%C3%A4fen/", 404),
        ("/api/v1/stories/harbour/corrections.atom", 200),
        ("/api/v1/changes/", 200),
        ("/api/schema/", 200),
        ("/api/docs/", 200),
        ("/api/nothing/", 404),
        ("/nothing/", 404),
    ],
)
def test_every_address(usual: WSGIHandler, fact: Publication, address: str, status: int) -> None:
    for method in ("GET", "HEAD"):
        assert both(usual, address, REQUEST_METHOD=method)[0].startswith(str(status))


@pytest.mark.parametrize("media_type", ["application/json", "text/csv", "application/x-ndjson", "image/png"])
def test_every_media_type(usual: WSGIHandler, fact: Publication, media_type: str) -> None:
    status, headers, body = both(usual, "/api/v1/facts/", HTTP_ACCEPT=media_type)
    assert (status[:3], headers["Content-Type"].partition(";")[0]) in {
        ("200", media_type), ("406", "application/problem+json"),
    }  # fmt: skip
    assert body != b""


def test_a_304_an_unknown_method_and_a_withdrawn_fact(usual: WSGIHandler, desk: Desk, fact: Publication) -> None:
    address = f"/api/v1/facts/{fact.fact_id}/"
    _, headers, _ = both(usual, address)
    assert both(usual, address, HTTP_IF_NONE_MATCH=headers["ETag"])[0] == "304 Not Modified"
    assert both(usual, address, REQUEST_METHOD="OPTIONS")[0] == "204 No Content"
    assert both(usual, address, REQUEST_METHOD="DELETE")[0] == "405 Method Not Allowed"
    desk.withdraw_fact(fact)
    assert both(usual, address, HTTP_IF_NONE_MATCH=headers["ETag"])[0] == "410 Gone"


def test_another_host_is_refused(usual: WSGIHandler, fact: Publication) -> None:
    assert both(usual, "/api/v1/facts/", HTTP_HOST="elsewhere.example")[0] == "400 Bad Request"


def test_a_fault_of_ours_is_a_problem_document(
    usual: WSGIHandler, fact: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: FactDetail, ask: Any, fact_id: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(FactDetail, "get", fail)
    status, headers, body = both(usual, f"/api/v1/facts/{fact.fact_id}/")
    assert (status[:3], headers["Content-Type"]) == ("500", "application/problem+json")
    assert b"RuntimeError" not in body
