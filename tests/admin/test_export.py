"""The queue as CSV: the very list one looks at, and nothing that a spreadsheet would run."""

import csv
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.admin.conftest import all_rows
from tests.world import World

Login = Callable[[User], Client]
CSV = "/admin/stories/claim/csv/"


def rows_of(response: Any) -> list[list[str]]:
    """The cells, line by line."""
    return list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))


def test_it_holds_the_list_one_looks_at(world: World, login: Login) -> None:
    claim = world.fact()
    world.claim("Unverified.")
    before = all_rows()
    client = login(world.editor)
    everything, unverified = (rows_of(client.get(CSV, {"work": work})) for work in ("all", "unverified"))
    assert [row[1] for row in unverified] == ["statement", "Unverified."]
    assert next(row for row in everything if row[0] == str(claim.pk))[1:9] == [
        "The harbour is closed.",
        "fact",
        "confirmed",
        "yes",
        "1",
        "The Courier; Wire",
        "0",
        "0",
    ]
    assert all_rows() == before


@pytest.mark.parametrize("statement", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(world: World, login: Login, statement: str) -> None:
    world.claim(statement)
    assert rows_of(login(world.editor).get(CSV))[1][1] == f"'{statement}"


@pytest.mark.parametrize("statement", ['It "is" closed, "he" said', "Line one;\tline, two", '"'])
def test_a_cell_holds_what_was_typed(world: World, login: Login, statement: str) -> None:
    world.claim(statement)
    assert rows_of(login(world.editor).get(CSV))[1][1] == statement


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_queries_however_long(
    world: World, login: Login, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        world.passage(world.claim(f"Claim {number}."), "courier", "wire")
    client = login(world.editor)
    with django_assert_num_queries(46):
        assert len(rows_of(client.get(CSV))) == rows + 1


def test_only_who_sees_claims_and_asks_for_a_list_gets_it(world: World, login: Login) -> None:
    assert login(world.person("visitor")).get(CSV).status_code == 403
    assert login(world.editor).get(CSV, {"claim__pk__regex": "("}).status_code == 302
    assert login(world.editor).post(CSV).status_code == 405
