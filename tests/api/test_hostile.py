"""Hostile parameters: a problem document, soon, and never a 5xx."""

import time

import pytest
from django.test import Client

from stories.api.filters import FactFilters
from tests.published import Desk

NAMES = tuple(FactFilters.base_filters)
REFUSED = {
    "NUL": "%00",
    "NUL in words": "a%00b",
    "lone surrogate": "%ED%A0%80",
    "half a character": "%C3",
    "bytes": "%FF%FE",
    "ten kilobytes": "a" * 10_000,
    "a thousand and one": "a" * 1_001,
    "3,000 terms": "a+" * 3_000,
}
ODD = {
    "regex": "(a+)+$",
    "huge": "9" * 400,
    "negative": "-1",
    "float": "1e309",
    "not a number": "NaN",
    "quotes": "'%22--;/*",
    "array": "[1,2]",
    "object": "{%22$gt%22:0}",
    "percent": "%25s%25(x)s",
    "right to left": "%E2%80%AE",
    "emoji": "%F0%9F%92%A5",
    "spaces": "%20%20",
    "newlines": "%0D%0AX-Header:%201",
    "star": "*",
}


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED.keys())
def test_refused_for_every_parameter(desk: Desk, client: Client, value: str) -> None:
    desk.confirm_fact("One")
    for name in NAMES:
        start = time.process_time()
        response = client.get(f"/api/v1/facts/?{name}={value}")
        assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json"), name
        assert time.process_time() - start < 1  # of CPU: what else runs here is not ours


@pytest.mark.parametrize("value", ODD.values(), ids=ODD.keys())
def test_odd_values_are_refused_or_find_nothing(desk: Desk, client: Client, value: str) -> None:
    desk.confirm_fact("One")
    for name in NAMES:
        start = time.process_time()
        response = client.get(f"/api/v1/facts/?{name}={value}")
        assert response.status_code in (200, 400), name
        assert time.process_time() - start < 1
        if response.status_code == 200:
            assert (name in ("story", "source", "language", "q"), response.json()["results"]) == (True, [])


@pytest.mark.parametrize("value", [*REFUSED.values(), *ODD.values()])
def test_names_and_paths_may_be_odd_too(desk: Desk, client: Client, value: str) -> None:
    desk.confirm_fact("One")
    for path in (f"facts/?{value}=1", f"changes/?after={value}", f"changes/?{value}"):
        assert client.get(f"/api/v1/{path}").status_code == 400, path
    for path in (f"facts/{value}/", f"stories/{value}/", f"stories/x/versions/{value}/", f"{value}/"):
        assert client.get(f"/api/v1/{path}").status_code in (301, 404), path


def test_a_story_that_cannot_exist_is_no_error(desk: Desk, client: Client) -> None:
    desk.confirm_fact("One")
    assert client.get("/api/v1/changes/?story=no+such+story").json() == {"position": 1, "results": [], "last": 1}


def test_headers_may_be_odd(desk: Desk, client: Client) -> None:
    for value in ("\x00", "é", '"', "W/", ",,,", "a" * 10_000, "q=;q=;;"):
        for header in ("accept", "if-none-match", "x-forwarded-proto"):
            assert client.get("/api/v1/head/", headers={header: value}).status_code in (200, 406)
