"""facts/: what is in force, filtered, paged at a pinned position, and as it stood."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories.api import log
from stories.api.documents import API_ROOT
from stories.api.filters import FactFilters
from stories.api.http.parameters import read_parameters
from stories.models import Publication, PublicationText
from stories.record.fact_text import API_ROOT as PUBLISHED_ROOT
from tests.api.conftest import Read
from tests.published import Desk


def statements(page: dict[str, Any]) -> list[str]:
    return [fact["statement"].removesuffix(", Wire reports.") for fact in page["results"]]


def test_an_empty_log_is_an_empty_list_at_position_0(read: Read) -> None:
    assert read("facts/") == {"position": 0, "next": None, "previous": None, "results": []}


def test_each_result_is_the_frozen_text(desk: Desk, read: Read) -> None:
    fact = desk.confirm_fact("The harbour is closed")
    assert read("facts/") == {
        "position": 1,
        "next": None,
        "previous": None,
        "results": [json.loads(PublicationText.objects.get(pk=fact.pk).text)],
    }


def test_a_fact_has_the_contracts_fields(desk: Desk, read: Read) -> None:
    fact = desk.confirm_fact("The harbour is closed")
    courier = {"slug": "courier", "name": "The Courier", "kind": "outlet"}
    wire = {"slug": "wire", "name": "Wire", "kind": "agency"}
    assert read("facts/")["results"] == [
        {
            "id": str(fact.fact_id),
            "revision": 1,
            "story": {"slug": "harbour", "title": "The harbour"},
            "statement": "The harbour is closed, Wire reports.",
            "kind": "fact",
            "language": "en",
            "basis": "attributed",
            "attributed_to": [wire],
            "independent_sources": 1,
            "rests_on": [courier, wire],
            "routes": [[courier, wire]],
            "citations": [
                {
                    "outlet": "The Courier",
                    "headline": None,
                    "url": None,
                    "published_at": None,
                    "quote": "The harbour is closed",
                }
            ],
            "first_published_at": "2025-11-21T12:00:02.000Z",
            "revised_at": "2025-11-21T12:00:02.000Z",
            "url": f"/api/v1/facts/{fact.fact_id}/",
        }
    ]


def test_addresses_begin_where_the_frozen_texts_say() -> None:
    assert API_ROOT == PUBLISHED_ROOT


def test_newest_first_without_what_has_ended(desk: Desk, read: Read) -> None:
    first = desk.confirm_fact("One")
    second = desk.confirm_fact("Two")
    desk.confirm_fact("Three")
    desk.reword(first, "Uno")
    desk.withdraw_fact(second)
    assert statements(read("facts/")) == ["Uno", "Three"]


def test_unconfirmed_claims_do_not_show(desk: Desk, read: Read) -> None:
    claim = desk.claim()
    desk.proposal(claim, desk.passage(claim, "courier", "wire"))
    assert read("facts/")["results"] == []


def test_at_and_as_of_read_what_stood_then(desk: Desk, read: Read) -> None:
    first = desk.confirm_fact("One")
    desk.reword(first, "Uno")
    second = desk.confirm_fact("Two")
    desk.withdraw_fact(second)
    expected = {0: [], 1: ["One"], 2: ["Uno"], 3: ["Two", "Uno"], 4: ["Uno"]}
    times = dict(Publication.objects.values_list("position", "at"))
    for position, words in expected.items():
        page = read(f"facts/?at={position}")
        assert (page["position"], statements(page)) == (position, words)
    for position, time in times.items():
        page = read(f"facts/?{urlencode({'as_of': time.isoformat()})}")
        assert (page["position"], statements(page)) == (position, expected[position])
    assert read("facts/?as_of=2025-11-21")["position"] == 0
    assert read("facts/?as_of=2999-01-01T00:00:00Z")["position"] == 4


def test_a_suppressed_wording_keeps_its_place_and_nothing_else(desk: Desk, read: Read) -> None:
    fact = desk.confirm_fact("One")
    desk.withdraw_fact(fact)
    desk.suppress(fact)
    (left,) = read("facts/?at=1")["results"]
    assert {name: value for name, value in left.items() if value is not None} == {
        "id": str(fact.fact_id),
        "revision": 1,
    }
    assert len(left) == 15
    for about_the_text in ("basis=attributed", "kind=fact", "min_sources=1", "source=wire", "q=one"):
        assert read(f"facts/?at=1&{about_the_text}")["results"] == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("story=harbour", ["Two", "One"]),
        ("story=elsewhere", []),
        ("basis=attributed", ["Two", "One"]),
        ("basis=documented", []),
        ("kind=quote", ["Two"]),
        ("language=en", ["Two", "One"]),
        ("language=uk", []),
        ("source=wire", ["Two", "One"]),
        ("source=minister", []),
        ("min_sources=1", ["Two", "One"]),
        ("min_sources=2", []),
        ("published_after=2025-11-21T12:00:02Z", ["Two"]),
        ("published_before=2025-11-21T12:00:04Z", ["One"]),
        ("q=wire+two", ["Two"]),
        ("kind=fact&source=wire&story=harbour&q=ONE&at=2", ["One"]),
    ],
)
def test_filters(desk: Desk, read: Read, query: str, words: list[str]) -> None:
    desk.confirm_fact("One")
    desk.confirm_fact("Two", kind="quote")
    assert statements(read(f"facts/?{query}")) == words


def test_pages_stay_at_the_position_of_the_first(desk: Desk, read: Read) -> None:
    facts = [desk.confirm_fact(f"Number {number}") for number in range(5)]
    first = read("facts/?page_size=2&kind=fact")
    desk.withdraw_fact(facts[0])
    desk.confirm_fact("Number 5")
    second = read(first["next"])
    third = read(second["next"])
    assert [statements(page) for page in (first, second, third)] == [
        ["Number 4", "Number 3"],
        ["Number 2", "Number 1"],
        ["Number 0"],
    ]
    assert [page["position"] for page in (first, second, third)] == [5, 5, 5]
    assert (first["previous"], third["next"]) == (None, None)
    back = read(third["previous"])
    assert back["results"] == second["results"]
    assert read(back["previous"])["results"] == first["results"]
    assert read(back["previous"])["previous"] is None
    assert read(back["next"])["results"] == third["results"]


def test_the_link_header_repeats_next_and_previous(desk: Desk, client: Client) -> None:
    for number in range(3):
        desk.confirm_fact(f"Number {number}")
    first = client.get("/api/v1/facts/?page_size=1")
    assert first.headers["Link"] == f'<{first.json()["next"]}>; rel="next"'
    second = client.get(first.json()["next"])
    page = second.json()
    assert second.headers["Link"] == f'<{page["next"]}>; rel="next", <{page["previous"]}>; rel="prev"'
    assert "Link" not in client.get("/api/v1/facts/").headers


def test_a_list_reads_the_head_and_one_page(desk: Desk, read: Read, django_assert_num_queries: Any) -> None:
    for number in range(3):
        desk.confirm_fact(f"Number {number}")
    for query, queries in (("", 2), ("?at=2", 2), ("?as_of=2025-11-22", 3), ("?q=number&source=wire", 2), (TIMES, 4)):
        with django_assert_num_queries(queries):
            read(f"facts/{query}")


TIMES = "?published_after=2025-11-20&published_before=2025-11-22"

FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "story": st.sampled_from(["harbour", "elsewhere"]),
        "basis": st.sampled_from(["attributed", "corroborated"]),
        "kind": st.sampled_from(["fact", "quote"]),
        "language": st.sampled_from(["en", "uk"]),
        "source": st.sampled_from(["wire", "courier", "mirror"]),
        "min_sources": st.sampled_from(["0", "1", "2"]),
        "published_after": st.integers(0, 30).map(lambda second: f"2025-11-21T12:00:{second:02d}Z"),
        "published_before": st.integers(0, 30).map(lambda second: f"2025-11-21T12:00:{second:02d}Z"),
    },
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS, at=st.integers(0, 6))
def test_the_sql_selects_what_the_filter_set_and_in_force_select(history: int, filters: Any, at: int) -> None:
    """One vocabulary in two spellings: the SQL of the hot path against the ORM's."""
    values = read_parameters("/", urlencode(filters), FactFilters).values
    rows = log.read_facts(values, at=at, head=history, span=log.Span(100))
    chosen = FactFilters(filters, queryset=Publication.objects.in_force(at=at).order_by("-position"))
    assert chosen.is_valid(), chosen.errors
    assert [row[0] for row in rows] == [row.position for row in chosen.qs]


@pytest.fixture
def history(desk: Desk) -> int:
    """A history of six positions; the last is returned."""
    first = desk.confirm_fact("One")
    desk.confirm_fact("Two", kind="quote")
    desk.reword(first, "Uno")
    claim = desk.claim("Three.")
    passages = [desk.passage(claim, "courier", quote="Three"), desk.passage(claim, "mirror", quote="Three")]
    desk._sign(desk.proposal(claim, *passages, wording="Three.", basis="corroborated"))
    desk.withdraw_fact(first)
    desk.revive(first, "Ein")
    return 6
