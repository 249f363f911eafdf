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
OF_SOME = ("part", "because", "restores", "note_sha256")
"""What only the events have that take a part down or put it back, and a note that corrects nothing."""
BESIDE = ("hash", "salt", "text", "note_salt", "note")


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


def hash_note(event: dict[str, Any]) -> str:
    """What the event holds of the note that is served beside it."""
    return sha256(event["note_salt"] + canonical(event["note"]))


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
    assert [set(event) - {*HASHED, *BESIDE} for event in page["results"]] == [
        *[set()] * 4,
        *[{"part", "because", "note_sha256"}] * 2,
    ]
    assert [(event["format"], event["note"]) for event in page["results"][2:]] == [
        (2, "We now say: Uno."),
        (2, "This was wrong."),
        (2, "Taken down by order of a court."),
        (2, "Taken down by order of a court."),
    ]
    assert [event["correction"] for event in page["results"][2:4]] == [
        {"kind": kind, "note_sha256": hash_note(event), "replaced_by": None}
        for kind, event in zip(("clarification", "correction"), page["results"][2:4], strict=True)
    ]


def test_hashes_follow_from_what_is_served(desk: Desk, read: Read) -> None:
    publish_everything(desk)
    previous = ""
    for event in read("changes/")["results"]:
        hashed = {name: event[name] for name in (*HASHED, *OF_SOME) if name in event}
        assert event["hash"] == sha256(previous + canonical(hashed))
        assert event["note"] is None or hash_note(event) == (event["correction"] or event)["note_sha256"]
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
