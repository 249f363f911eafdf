"""CSV and NDJSON: every matching fact, at one position, no formula and no open cursor."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from stories.api import exports
from stories.api.documents import NO_FACT
from stories.api.exports import HEADINGS, defuse, write_line
from tests.published import Desk

FACTS = "/api/v1/facts/"


def export(client: Client, media_type: str, query: str = "") -> tuple[Any, str]:
    response = client.get(f"{FACTS}{query}", headers={"accept": media_type})
    assert response.status_code == 200, response.content
    return response, b"".join(response.streaming_content).decode()


def test_ndjson_is_the_list_a_fact_a_line(desk: Desk, client: Client) -> None:
    for number in range(3):
        desk.confirm_fact(f"Number {number}")
    response, body = export(client, "application/x-ndjson")
    assert (response.headers["Content-Type"], response.headers["Position"]) == ("application/x-ndjson", "3")
    assert [json.loads(line) for line in body.splitlines()] == client.get(FACTS).json()["results"]


def test_csv_has_a_line_of_headings_and_a_line_a_fact(desk: Desk, client: Client) -> None:
    fact = desk.confirm_fact("One, “two”")
    response, body = export(client, "text/csv")
    assert (response.headers["Content-Type"], response.headers["Position"]) == ("text/csv; charset=utf-8", "1")
    assert list(csv.DictReader(io.StringIO(body, newline=""))) == [
        {
            "id": str(fact.fact_id),
            "revision": "1",
            "story": "harbour",
            "story_title": "The harbour",
            "statement": "One, “two”, Wire reports.",
            "kind": "fact",
            "language": "en",
            "basis": "attributed",
            "attributed_to": "Wire",
            "independent_sources": "1",
            "rests_on": "The Courier | Wire",
            "routes": "The Courier → Wire",
            "citations": "The Courier",
            "first_published_at": "2025-11-21T12:00:02.000Z",
            "revised_at": "2025-11-21T12:00:02.000Z",
            "url": f"/api/v1/facts/{fact.fact_id}/",
        }
    ]


def test_nothing_in_force_is_headings_or_nothing(client: Client, db: None) -> None:
    assert export(client, "text/csv")[1] == ",".join(f'"{name}"' for name in HEADINGS) + "\r\n"
    assert export(client, "application/x-ndjson")[1] == ""


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_formulas_are_defused(cell: str) -> None:
    assert defuse(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "1", "a=b", " =1", "'=1"])
def test_other_cells_are_left_alone(cell: str) -> None:
    assert defuse(cell) == cell


@pytest.mark.parametrize("words", ['"', 'say "no"', ',"', "a\nb\r\nc", "é 😀"])
def test_whatever_somebody_typed_stays_one_cell(words: str) -> None:
    fact = {**NO_FACT, "id": "1", "revision": 2, "story": {"slug": "s", "title": words}}
    (line,) = csv.reader(io.StringIO(write_line(fact | {"statement": words}), newline=""))
    assert line == ["1", "2", "s", words, words, *[""] * 11]


def test_a_statement_that_begins_like_a_formula_is_defused(desk: Desk, client: Client) -> None:
    desk.confirm_fact("=cmd|'/c calc'!A1")
    (line,) = csv.DictReader(io.StringIO(export(client, "text/csv")[1], newline=""))
    assert line["statement"] == "'=cmd|'/c calc'!A1, Wire reports."


def test_filters_and_positions_hold_for_exports(desk: Desk, client: Client) -> None:
    fact = desk.confirm_fact("One")
    desk.confirm_fact("Two", kind="quote")
    desk.withdraw_fact(fact)
    desk.suppress(fact)
    for query, revisions in (("", [2]), ("?kind=fact", []), ("?at=2", [2, 1]), ("?q=two", [2])):
        lines = export(client, "application/x-ndjson", query)[1].splitlines()
        assert [json.loads(line)["revision"] for line in lines] == revisions
    (_, suppressed) = csv.DictReader(io.StringIO(export(client, "text/csv", "?at=2")[1], newline=""))
    assert {name: cell for name, cell in suppressed.items() if cell} == {"id": str(fact.fact_id), "revision": "1"}


def test_the_position_holds_while_the_desk_publishes_on(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "STRETCH", 2)
    facts = [desk.confirm_fact(f"Number {number}") for number in range(5)]
    response = client.get(FACTS, headers={"accept": "application/x-ndjson"})
    pieces = iter(response.streaming_content)
    lines = next(pieces).decode().splitlines()
    desk.withdraw_fact(facts[0])  # commits: no cursor is open that would block it
    desk.suppress(facts[0])
    desk.confirm_fact("Number 5")
    lines += b"".join(pieces).decode().splitlines()
    assert [json.loads(line)["revision"] for line in lines] == [5, 4, 3, 2, 1]
    assert [json.loads(line)["statement"] is None for line in lines] == [False, False, False, False, True]


def test_a_stretch_is_one_query(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(exports, "STRETCH", 2)
    for number in range(5):
        desk.confirm_fact(f"Number {number}")
    with django_assert_num_queries(4):  # the head, and three stretches
        export(client, "application/x-ndjson")


def test_an_export_has_no_pages(client: Client, db: None) -> None:
    for name, value in (("page_size", "10"), ("cursor", "x")):
        response = client.get(f"{FACTS}?{name}={value}", headers={"accept": "text/csv"})
        assert (response.status_code, response.json()["parameter"]) == (400, name)


def test_the_best_accepted_type_wins(client: Client, db: None) -> None:
    for accept, expected in (
        ("text/csv, application/json;q=0.5", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/csv;q=0.1, application/x-ndjson;q=0.2", "application/x-ndjson"),
        ("text/csv;q=0, */*", "application/json"),
        ("text/html, */*;q=0.8", "application/json"),
        ("application/json;q=0, */*", "text/csv; charset=utf-8"),
        ("application/json;q=0, application/*;q=0.5, text/csv;q=0.4", "application/x-ndjson"),
        ("text/plain, text/*, */*", "application/json"),
        ("text/csv, application/json", "application/json"),
        ("application/*, text/csv", "application/json"),
        ("TEXT/CSV;Q=0.2, application/json;q=half, application/x-ndjson;q=0.0001", "text/csv; charset=utf-8"),
        ("application/json;q=0, text/csv;charset=utf-8;q=0.3;q=0.7", "text/csv; charset=utf-8"),
    ):
        assert client.get(FACTS, headers={"accept": accept}).headers["Content-Type"] == expected


def test_exports_have_tags_and_heads_of_their_own(desk: Desk, client: Client) -> None:
    desk.confirm_fact("One")
    tags = set()
    for accept in ("application/json", "text/csv", "application/x-ndjson"):
        headed = client.head(FACTS, headers={"accept": accept})
        tags.add(headed.headers["ETag"])
        assert b"".join(headed) == b""
        again = client.get(FACTS, headers={"accept": accept, "if-none-match": headed.headers["ETag"]})
        assert again.status_code == 304
    assert len(tags) == 3
