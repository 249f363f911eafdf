"""Logs are JSON lines with the request's id; no query, no text of a claim, nothing of a refused row."""

import json
import logging
import sys

import pytest
from django.test import RequestFactory

from newsroom.logs import JsonLine, is_fault

ATOMS = {"m": "GET", "U": "/api/v1/facts/\n", "q": "q=secret", "s": "200", "D": 120, "B": 55, "h": "203.0.113.9"}


def line_of(*args: object, message: str = "message", **extra: object) -> dict:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args or None, None)
    record.__dict__.update(extra)
    text = JsonLine().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_request_has_its_id_and_no_query() -> None:
    line = line_of({**ATOMS, "{x-request-id}i": "abc"}, message="%(h)s %(q)s")
    del line["at"]
    assert line == {
        "level": "warning",
        "logger": "django.request",
        "method": "GET",
        "path": "/api/v1/facts/\n",
        "status": "200",
        "microseconds": 120,
        "bytes": 55,
        "request": "abc",
    }


def test_a_message_has_the_id_of_its_request() -> None:
    request = RequestFactory().get("/", headers={"X-Request-ID": "abc"})
    line = line_of("/nowhere", message="Not found: %s", request=request)
    assert (line["message"], line["request"]) == ("Not found: /nowhere", "abc")


@pytest.mark.parametrize(
    ("message", "args", "told"),
    [
        ("Error handling request %s", ("/facts/?q=secret",), "Error handling request /facts/"),
        ("Error handling request %s %s", ("GET", "/facts/?q=secret"), "Error handling request GET /facts/"),
        (r"Invalid HTTP request line: 'GET /?q=caf\xe9 secret HTTP/1.1'", (), "Invalid HTTP request line: 'GET /"),
    ],
)
def test_gunicorn_names_a_request_that_failed_without_its_query(message: str, args: tuple, told: str) -> None:
    record = logging.LogRecord("gunicorn.error", logging.ERROR, __file__, 1, message, args, None)
    assert json.loads(JsonLine().format(record))["message"] == told


def test_what_django_says_of_an_answer_is_kept_when_a_fault_made_it() -> None:
    fault = (ValueError, ValueError("It failed"), None)
    cases = [(level, told) for level in (logging.WARNING, logging.ERROR) for told in (None, fault)]
    records = [logging.LogRecord("django.request", level, __file__, 1, "/x", None, told) for level, told in cases]
    assert [is_fault(record) for record in records] == [False, False, False, True]


@pytest.mark.parametrize("secret", ["Failing row contains (7, the president fell ill)"])
def test_an_error_says_where_and_not_what_the_database_quotes(secret: str) -> None:
    try:
        raise ValueError(secret)
    except ValueError:
        record = logging.LogRecord("stories", logging.ERROR, __file__, 1, "It failed", None, sys.exc_info())
    text = JsonLine().format(record)
    assert secret not in text
    line = json.loads(text)
    assert (line["message"], line["error"]) == ("It failed", "ValueError")
    assert line["trace"][0].endswith("in test_an_error_says_where_and_not_what_the_database_quotes")
