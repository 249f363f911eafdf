"""The client example in docs/: it keeps the facts in force, and no byte of history can change unnoticed."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from docs.follow_changes import follow, sha256
from stories.database import drop_guards
from tests.api.conftest import Read
from tests.published import Desk


def publish_everything(desk: Desk) -> None:
    fact, other = desk.confirm_fact("Đà Nẵng “harbour”"), desk.confirm_fact("Two")
    desk.cut_version("Closed")
    desk.reword(fact, "Uno")
    desk.withdraw_fact(other)
    desk.suppress(other)
    desk.revive(other, "Two again")


def test_it_keeps_the_facts_in_force(desk: Desk, read: Read) -> None:
    publish_everything(desk)
    state = follow(read, {})
    assert state["last"] == read("head/")["position"]
    assert state["hash"] == read("head/")["hash"]
    assert list(reversed(state["facts"].values())) == read("facts/")["results"]


def test_it_goes_on_where_it_stopped(desk: Desk, read: Read) -> None:
    state: dict[str, Any] = {}
    fact = desk.confirm_fact("One")
    state = json.loads(json.dumps(follow(read, state)))
    desk.withdraw_fact(fact)
    desk.confirm_fact("Two")
    state = json.loads(json.dumps(follow(read, state)))
    assert state == follow(read, {})
    assert state == follow(read, state)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE stories_publication SET payload = replace(payload, 'version\":1', 'version\":2')",
        "UPDATE stories_publicationnote SET text = replace(text, 'This was wrong', 'This was Wrong')",
        "UPDATE stories_publicationnote SET salt = '00'",
        "UPDATE stories_publicationtext SET text = replace(text, 'Uno', 'Una')",
        "UPDATE stories_publicationtext SET salt = '00'",
        "UPDATE stories_publication SET hash = replace(hash, 'a', 'b')",
    ],
)
def test_a_changed_byte_is_noticed(desk: Desk, read: Read, forgery: str) -> None:
    publish_everything(desk)
    connection.check_constraints()
    drop_guards(connection)  # the end of the test takes this back with all the rest
    with connection.cursor() as cursor:
        cursor.execute(forgery)
    with pytest.raises(ValueError, match="Published history was rewritten at position"):
        follow(read, {})


def test_a_missing_event_is_noticed(desk: Desk, read: Read) -> None:
    publish_everything(desk)

    def read_without_the_second(path: str) -> Any:
        page = read(path)
        return {**page, "results": [event for event in page["results"] if event["position"] != 2]}

    with pytest.raises(ValueError, match="rewritten at position 3"):
        follow(read_without_the_second, {})


def test_a_client_of_format_1_stops_at_the_first_event_of_format_2(desk: Desk, read: Read) -> None:
    """Its own check refuses what lies beside the event and is not in the hash."""
    desk.confirm_fact("One")
    (event,) = read("changes/")["results"]
    hashed = {name: value for name, value in event.items() if name not in ("hash", "salt", "text")}
    assert event["hash"] not in (sha256("", hashed), sha256("", hashed | {"format": 1}))


def test_it_needs_nothing_but_python() -> None:
    source = (Path(__file__).resolve().parents[2] / "docs" / "follow_changes.py").read_text()
    imported = {
        line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import", "from"))
    }
    assert imported <= sys.stdlib_module_names
