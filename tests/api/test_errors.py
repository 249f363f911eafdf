"""Problems: what each mistake is told, and that every answer other than a success is a problem document."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.published import Desk

FACTS = "/api/v1/facts/"


def problem(client: Client, path: str, **headers: str) -> dict[str, Any]:
    response = client.get(path, headers=headers)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    document: dict[str, Any] = response.json()
    assert document["status"] == response.status_code
    assert set(document) >= {"type", "title", "status", "detail"}
    return document


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("stroy=harbour", "stroy"),
        ("story__regex=.*", "story__regex"),
        ("story[]=harbour", "story[]"),
        ("format=csv", "format"),
        ("ordering=basis", "ordering"),
        ("story=", "story"),
        ("story=%20", "story"),
        ("source=%20", "source"),
        ("language=%20", "language"),
        ("story=%20harbour", "story"),
        ("language=en%09", "language"),
        ("kind=fact%20", "kind"),
        ("cursor=%20bm90IGEgY3Vyc29y", "cursor"),
        ("story=a&story=b", "story"),
        ("basis=true", "basis"),
        ("kind=fact,quote", "kind"),
        ("min_sources=-1", "min_sources"),
        ("min_sources=two", "min_sources"),
        ("min_sources=1.5", "min_sources"),
        ("min_sources=%D9%A2", "min_sources"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=99999999999999999999999", "page_size"),
        ("at=1", "at"),
        ("at=-1", "at"),
        ("as_of=yesterday", "as_of"),
        ("as_of=2025-13-01", "as_of"),
        ("as_of=2025-11-21T12:00:00+01:00", "as_of"),
        ("as_of=0001-01-01T00:00:00%2B14:00", "as_of"),
        ("at=0&as_of=2025-11-21", "as_of"),
        ("published_after=9999-12-31T23:59:59-14:00", "published_after"),
        ("q=%20%2B%20", "q"),
        ("cursor=bm90IGEgY3Vyc29y", "cursor"),
    ],
)
def test_a_bad_parameter_is_named(client: Client, db: None, query: str, parameter: str) -> None:
    document = problem(client, f"{FACTS}?{query}")
    assert (document["status"], document["parameter"]) == (400, parameter)


def test_a_cursor_is_good_for_its_own_list_only(desk: Desk, client: Client) -> None:
    for number in range(3):
        desk.confirm_fact(f"Number {number}")
    cursor = client.get(f"{FACTS}?page_size=1&kind=fact").json()["next"].rpartition("cursor=")[2]
    assert client.get(f"{FACTS}?page_size=1&kind=fact&cursor={cursor}").status_code == 200
    for query in (f"cursor={cursor}", f"kind=quote&cursor={cursor}", f"kind=fact&at=1&cursor={cursor}"):
        assert problem(client, f"{FACTS}?{query}")["parameter"] == "cursor"
    for place in range(len(cursor)):
        forged = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        assert problem(client, f"{FACTS}?kind=fact&cursor={forged}")["parameter"] == "cursor"
    assert problem(client, f"{FACTS}?kind=fact&cursor={cursor}%21")["parameter"] == "cursor"


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v2/facts/", "/api/v1/facts/no-id/", "/api/v1/nothing"])
def test_unknown_addresses_are_problems_too(client: Client, path: str, db: None) -> None:
    assert problem(client, path)["status"] == 404


def test_a_forgotten_slash_is_redirected(client: Client, db: None) -> None:
    response = client.get("/api/v1/facts?kind=fact")
    assert (response.status_code, response.headers["Location"]) == (301, "/api/v1/facts/?kind=fact")


@pytest.mark.parametrize("rest", ["/", "/?at=1", "/history/", "/history/?page_size=1"])
def test_an_id_in_capitals_is_the_same_id(client: Client, desk: Desk, rest: str) -> None:
    fact = str(desk.confirm_fact("One").fact_id)
    answers = [client.get(f"{FACTS}{spelling}{rest}") for spelling in (fact, fact.upper())]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


def test_capitals_elsewhere_are_another_address(client: Client, db: None) -> None:
    assert problem(client, "/api/v1/FACTS/")["status"] == 404
    assert problem(client, f"{FACTS}NO-ID/")["status"] == 404


@pytest.mark.parametrize("path", [FACTS, "/api/v1/changes/", "/api/v1/head/", "/api/v1/stories/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_nothing_can_be_written(path: str, method: str, db: None) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.headers["Content-Type"] == "application/problem+json"


def test_options_answers_a_preflight(client: Client, db: None) -> None:
    response = client.options(FACTS)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("application/*", 200),
        ("application/xml", 406),
        ("application/json;q=0, text/html", 406),
        ("application/json;q=0, */*", 406),
        ("application/json;q=high", 406),
        ("*/*;q=0", 406),
        (";;;,", 406),
    ],
)
def test_what_cannot_be_served_is_406(client: Client, db: None, accept: str, status: int) -> None:
    response = client.get("/api/v1/head/", headers={"accept": accept})
    assert response.status_code == status
    if status == 406:
        assert json.loads(response.content)["detail"] == "This address serves: application/json."
