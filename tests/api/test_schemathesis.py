"""The whole schema, attacked by schemathesis with every check it has: what is served is what the schema says.

What a schema cannot say is told it here: a cursor is one that the API gave, a position is one that the log has reached,
and `at` and `as_of` exclude each other.
"""

from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings

from stories.api.openapi import build_schema
from stories.models import Publication
from tests.published import Desk

PATHS = [
    "changes/",
    "facts/",
    "facts/{fact_id}/",
    "facts/{fact_id}/history/",
    "head/",
    "stories/",
    "stories/{slug}/",
    "stories/{slug}/corrections/",
    "stories/{slug}/corrections.atom",
    "stories/{slug}/versions/",
    "stories/{slug}/versions/{number}/",
    "stories/{slug}/versions/{number}/diff/{other}/",
    "stories/{slug}/versions/{number}/diff/now/",
]
"""Every path of the schema, written out: to build the schema takes a while, and every run collects this file."""

EXAMPLES = 60
"""Requests of each sort for each path."""


@pytest.fixture
def served(desk: Desk, lasting_connection: None) -> Any:
    """The schema, with the API that serves it over a log with every event in it."""
    schemathesis = pytest.importorskip("schemathesis", reason="requirements-proofs.txt is not installed")
    first, second = desk.confirm_fact("One"), desk.confirm_fact("Two")
    desk.cut_version("First")
    desk.reword(first, "One, or so")
    desk.withdraw_fact(second, by=str(first.fact_id))
    desk.cut_version("Second", kind="correction", note="Two was wrong.")
    desk.suppress(second)
    schema = schemathesis.openapi.from_dict(build_schema())
    schema.app = get_wsgi_application()
    schema.hook("map_query")(say_the_rest)
    return schema


def say_the_rest(context: Any, query: dict[str, Any]) -> dict[str, Any]:
    """`query`, with what the schema cannot say put right."""
    head = Publication.objects.head()
    assert head is not None
    query = {name: value for name, value in (query or {}).items() if name != "cursor"}
    if "as_of" in query:
        query.pop("at", None)
    if isinstance(query.get("at"), int) and query["at"] > head.position:
        query["at"] %= head.position + 1
    return query


@pytest.mark.prove
def test_no_path_is_left_out() -> None:
    assert list(build_schema()["paths"]) == [f"/api/v1/{path}" for path in PATHS]


@pytest.mark.prove
@pytest.mark.sampled
@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("path", PATHS)
def test_every_check_passes(served: Any, path: str, mode: str) -> None:
    """`positive` requests are by the schema, `negative` ones against it."""
    from schemathesis import GenerationMode

    operation = served[f"/api/v1/{path}"]["GET"]

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=HealthCheck)
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
    def attack(case: Any) -> None:
        case.call_and_validate()

    attack()
