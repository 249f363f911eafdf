"""facts/{id}/ and its history: 200, 410 with the public note, 200 again, 404."""

import uuid
from typing import Any

from django.test import Client

from tests.api.conftest import Read
from tests.published import Desk


def test_a_fact_is_its_frozen_text_and_the_position(desk: Desk, read: Read) -> None:
    fact = desk.confirm_fact("One")
    desk.confirm_fact("Two")
    listed = read("facts/")["results"][1]
    assert read(listed["url"]) == {**listed, "position": 2}
    assert read(f"facts/{fact.fact_id}/") == {**listed, "position": 2}


def test_what_was_never_published_is_404(desk: Desk, client: Client) -> None:
    claim = desk.claim()
    desk.proposal(claim, desk.passage(claim, "courier", "wire"))
    unknown = client.get(f"/api/v1/facts/{uuid.uuid4()}/")
    proposed = client.get(f"/api/v1/facts/{claim.uuid}/")
    assert (proposed.status_code, proposed.content) == (404, unknown.content)
    assert client.get(f"/api/v1/facts/{claim.uuid}/history/").status_code == 404


def test_a_withdrawn_fact_is_410_with_its_note_and_what_replaces_it(desk: Desk, client: Client) -> None:
    fact, better = desk.confirm_fact("One"), desk.confirm_fact("Two")
    desk.withdraw_fact(fact, kind="retraction", note="This was wrong.", by=str(better.fact_id))
    response = client.get(f"/api/v1/facts/{fact.fact_id}/")
    assert (response.status_code, response.headers["Content-Type"]) == (410, "application/problem+json")
    assert response.json() == {
        "type": "about:blank",
        "title": "Gone",
        "status": 410,
        "detail": "This fact was withdrawn (retraction): This was wrong.",
        "id": str(fact.fact_id),
        "kind": "retraction",
        "note": "This was wrong.",
        "replaced_by": str(better.fact_id),
        "withdrawn_at": "2025-11-21T12:00:05.000Z",
        "position": 3,
    }
    assert response.headers["Position"] == "3"
    assert "ETag" not in response.headers


def test_a_revived_fact_is_200_again(desk: Desk, client: Client, read: Read) -> None:
    fact = desk.confirm_fact("One")
    desk.withdraw_fact(fact)
    desk.revive(fact, "One again")
    assert read(f"facts/{fact.fact_id}/")["statement"] == "One again, Wire reports."
    assert [client.get(f"/api/v1/facts/{fact.fact_id}/?at={at}").status_code for at in range(4)] == [404, 200, 410, 200]


def test_as_it_stood_says_whether_it_has_ended_since(desk: Desk, read: Read) -> None:
    fact = desk.confirm_fact("One")
    desk.reword(fact, "Uno", kind="clarification", note="We now say Uno.")
    then = read(f"facts/{fact.fact_id}/?at=1")
    assert then["statement"] == "One, Wire reports."
    assert then["ended"] == {
        "position": 2,
        "at": "2025-11-21T12:00:04.000Z",
        "kind": "clarification",
        "note": "We now say Uno.",
    }
    assert (then["position"], then["revision"]) == (1, 1)
    assert read(f"facts/{fact.fact_id}/?as_of=2025-11-21T12:00:03.999Z") == then
    assert read(f"facts/{fact.fact_id}/?at=2")["ended"] is None
    assert "ended" not in read(f"facts/{fact.fact_id}/")


def test_a_suppressed_wording_still_says_that_it_ended(desk: Desk, read: Read) -> None:
    fact = desk.confirm_fact("One")
    desk.reword(fact, "Uno", note="We now say Uno.")
    desk.suppress(fact)
    then = read(f"facts/{fact.fact_id}/?at=1")
    assert {name: value for name, value in then.items() if value is not None} == {
        "id": str(fact.fact_id),
        "revision": 1,
        "position": 1,
        "ended": {
            "position": 2,
            "at": "2025-11-21T12:00:04.000Z",
            "kind": "clarification",
            "note": "We now say Uno.",
        },
    }
    assert read(f"facts/{fact.fact_id}/")["statement"] == "Uno, Wire reports."


def test_history_is_every_wording_with_its_interval_and_correction(desk: Desk, read: Read) -> None:
    fact = desk.confirm_fact("One")
    desk.reword(fact, "Uno", note="We now say Uno.")
    desk.withdraw_fact(fact, note="Not even Uno.")
    page = read(f"facts/{fact.fact_id}/history/")
    assert (page["position"], page["next"], page["previous"]) == (3, None, None)
    assert [
        (
            wording["revision"],
            wording["event"],
            wording["statement"],
            wording["published_at"],
            wording["correction"] and wording["correction"]["note"],
            wording["ended"] and (wording["ended"]["position"], wording["ended"]["note"]),
        )
        for wording in page["results"]
    ] == [
        (1, "confirmed", "One, Wire reports.", "2025-11-21T12:00:02.000Z", None, (2, "We now say Uno.")),
        (2, "reworded", "Uno, Wire reports.", "2025-11-21T12:00:04.000Z", "We now say Uno.", (3, "Not even Uno.")),
    ]
    assert read(f"facts/{fact.fact_id}/history/?at=1")["results"][0]["ended"] is None
    first = read(f"facts/{fact.fact_id}/history/?page_size=1")
    assert read(first["next"])["results"] == page["results"][1:]


def test_history_of_a_suppressed_wording_has_no_words(desk: Desk, read: Read) -> None:
    fact = desk.confirm_fact("One")
    desk.withdraw_fact(fact)
    desk.suppress(fact)
    (wording,) = read(f"facts/{fact.fact_id}/history/")["results"]
    assert (wording["statement"], wording["attributed_to"], wording["basis"]) == (None, None, None)


def test_one_fact_takes_two_queries(desk: Desk, read: Read, django_assert_num_queries: Any) -> None:
    fact = desk.confirm_fact("One")
    for query, queries in (("", 2), ("?at=1", 3), ("?as_of=2025-11-22", 4)):
        with django_assert_num_queries(queries):
            read(f"facts/{fact.fact_id}/{query}")
