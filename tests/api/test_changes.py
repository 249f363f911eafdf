"""changes/ and head/: a copy of the log that misses nothing, repeats nothing and can be verified."""

import hashlib
import json
from typing import Any

from django.test import Client

from tests.api.conftest import Read
from tests.published import Desk

HASHED = (
    "format", "position", "event", "at", "story", "fact_id", "version", "correction", "ends", "suppresses",
    "text_sha256",
)  # fmt: skip


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def publish_everything(desk: Desk) -> None:
    """One event of each kind, and a text that is gone."""
    fact = desk.confirm_fact("Đà Nẵng “harbour”")
    desk.cut_version("Closed")
    desk.reword(fact, "Uno")
    desk.withdraw_fact(fact)
    desk.suppress(fact)


def test_an_empty_log(read: Read) -> None:
    assert read("changes/") == {"position": 0, "results": [], "last": 0}
    assert read("head/") == {"position": 0, "hash": "", "at": None}


def test_every_publication_oldest_first(desk: Desk, read: Read) -> None:
    publish_everything(desk)
    page = read("changes/")
    assert [
        (event["position"], event["event"], event["ends"], event["suppresses"], event["text"] is None)
        for event in page["results"]
    ] == [
        (1, "confirmed", None, None, True),
        (2, "version", None, None, True),
        (3, "reworded", 1, None, False),
        (4, "withdrawn", 3, None, True),
        (5, "suppressed", None, 1, True),
        (6, "suppressed", None, 2, True),
    ]
    assert (page["position"], page["last"]) == (6, 6)
    assert set(page["results"][0]) == {*HASHED, "hash", "salt", "text"}
    assert [event["correction"] for event in page["results"][2:4]] == [
        {"kind": "clarification", "note": "We now say: Uno.", "replaced_by": None},
        {"kind": "correction", "note": "This was wrong.", "replaced_by": None},
    ]


def test_hashes_follow_from_what_is_served(desk: Desk, read: Read) -> None:
    publish_everything(desk)
    previous = ""
    for event in read("changes/")["results"]:
        assert event["hash"] == sha256(previous + canonical({name: event[name] for name in HASHED}))
        if event["text"] is not None:
            assert event["text_sha256"] == sha256(event["salt"] + canonical(event["text"]))
        previous = event["hash"]
    head = read("head/")
    assert (head["position"], head["hash"], head["at"]) == (6, previous, event["at"])


def test_reading_on_from_last_misses_and_repeats_nothing(desk: Desk, read: Read) -> None:
    seen, after = [], 0
    for number in range(5):
        desk.confirm_fact(f"Number {number}")
        if number % 2:
            continue
        for _ in range(3):
            page = read(f"changes/?after={after}&page_size=2")
            seen += [event["position"] for event in page["results"]]
            after = page["last"]
    assert (seen, after) == ([1, 2, 3, 4, 5], 5)


def test_one_story_is_not_looked_through_twice(desk: Desk, read: Read) -> None:
    for number in range(3):
        desk.confirm_fact(f"Number {number}")
    assert read("changes/?story=elsewhere") == {"position": 3, "results": [], "last": 3}
    page = read("changes/?story=harbour&page_size=2")
    assert ([event["position"] for event in page["results"]], page["last"]) == ([1, 2], 2)


def test_a_client_that_is_ahead_of_this_copy_stays_where_it_is(desk: Desk, read: Read) -> None:
    desk.confirm_fact("One")
    assert read("changes/?after=7") == {"position": 1, "results": [], "last": 7}


def test_changes_and_head_take_two_queries(desk: Desk, read: Read, django_assert_num_queries: Any) -> None:
    publish_everything(desk)
    for path in ("changes/", "changes/?story=harbour&after=2", "head/"):
        with django_assert_num_queries(2):
            read(path)


def test_the_feed_knows_no_pinned_position(client: Client, db: None) -> None:
    for parameter in ("at=0", "as_of=2025-11-21", "cursor=x"):
        response = client.get(f"/api/v1/changes/?{parameter}")
        assert (response.status_code, response.json()["parameter"]) == (400, parameter.partition("=")[0])
