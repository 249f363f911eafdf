"""The law of the feed: at every position, facts/ is exactly what a replay of changes/ gives."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories.models import Publication
from tests.published import Desk

ACTS = st.lists(
    st.tuples(st.sampled_from(["confirm", "reword", "withdraw", "revive", "suppress", "version"]), st.integers(0, 5)),
    min_size=3,
    max_size=14,
)


def act(desk: Desk, name: str, number: int, step: int) -> None:
    """Do `name` to one of the facts that allow it; nothing when none does."""
    head = Publication.objects.head()
    position = head.position if head else 0
    standing = list(Publication.objects.in_force(at=position).order_by("position"))
    last = {row.fact_id: row for row in Publication.objects.filter(fact_id__isnull=False, part="")}
    withdrawn = [row for row in last.values() if row.event == "withdrawn"]
    ended = list(Publication.objects.facts().filter(ended_by__isnull=False, body__isnull=False))
    if name == "confirm":
        desk.confirm_fact(f"Step {step}")
    elif name == "reword" and standing:
        desk.reword(standing[number % len(standing)], f"Step {step}")
    elif name == "withdraw" and standing:
        desk.withdraw_fact(standing[number % len(standing)])
    elif name == "revive" and withdrawn:
        desk.revive(withdrawn[number % len(withdrawn)], f"Step {step}")
    elif name == "suppress" and ended:
        desk.suppress(ended[number % len(ended)])
    elif name == "version" and standing:
        desk.cut_version(f"Step {step}", kind="update", note=f"Step {step}.")


def read_all(client: Client, path: str) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    while path:
        page = client.get(path).json()
        results += page["results"]
        path = page["next"]
    return results


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_facts_at_every_position_equal_a_replay(db: None, client: Client, acts: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        desk = Desk()
        for step, (name, number) in enumerate(acts):
            act(desk, name, number, step)
        events = client.get("/api/v1/changes/?page_size=1000").json()["results"]
        standing: dict[int, Any] = {}
        for event in [{"position": 0, "event": "none", "ends": None}, *events]:
            standing.pop(event["ends"], None)
            if event["event"] in ("confirmed", "reworded"):
                standing[event["position"]] = event["text"]
            facts = read_all(client, f"/api/v1/facts/?at={event['position']}&page_size=2")
            assert [fact["revision"] for fact in facts] == sorted(standing, reverse=True)
            shown = [None if fact["statement"] is None else fact for fact in facts]
            assert shown == [standing[position] for position in sorted(standing, reverse=True)]
        transaction.set_rollback(True)


def test_acts_of_every_kind_do_happen(desk: Desk) -> None:
    """The property above says something only if its histories hold every event."""
    for step, name in enumerate(["confirm", "version", "reword", "suppress", "withdraw", "revive"]):
        act(desk, name, 0, step)
    assert set(Publication.objects.values_list("event", flat=True)) == {
        "confirmed", "version", "reworded", "suppressed", "withdrawn",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_replay_of_nothing_is_nothing(client: Client) -> None:
    assert client.get("/api/v1/facts/?at=0").json()["results"] == []
