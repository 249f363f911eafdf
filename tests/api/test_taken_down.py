"""What was taken down is null in every answer of the API, as of whenever it is asked, until it is put back."""

import hashlib
import json
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client

from docs.follow_changes import follow
from stories.choices import Part
from stories.models import Publication
from stories.verification.suppression import newest_on, propose_restoration, restore
from tests.api.conftest import Read
from tests.published import Desk

SECRET = "The keeper hid"
TOLD = "Taken down for the safety of a person."
ATOM = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}


def put_back(desk: Desk, target: Publication, part: Part) -> None:
    newest = newest_on(target, part)
    assert newest is not None
    said = {"rationale": "The danger is over.", "stamps": desk.stamps}
    proposals = propose_restoration(target, part=part, by=desk.editor, follows=newest.seq, **said)
    restore(proposals[0], by=desk.second_editor, **said)


def everything(client: Client, fact: Publication) -> str:
    """All that the API says of the story, now and as of every position."""
    head = Publication.objects.head().position  # type: ignore[union-attr]
    paths = [
        "facts/",
        f"facts/{fact.fact_id}/",
        f"facts/{fact.fact_id}/history/",
        "facts/?q=hid",
        "stories/",
        "stories/harbour/",
        "stories/harbour/versions/",
        *(f"stories/harbour/versions/{n}/" for n in (1, 2)),
        "stories/harbour/versions/1/diff/2/",
        "stories/harbour/versions/1/diff/now/",
        "stories/harbour/corrections/",
        "stories/harbour/corrections.atom",
    ]
    asked = [f"{path}{'&' if '?' in path else '?'}at={at}" for path in paths for at in range(head + 1)]
    asked += [*paths, "changes/", "sources/"]
    answers = [client.get(f"/api/v1/{path}") for path in asked]
    answers += [
        client.get(f"/api/v1/facts/?at={at}", headers={"accept": kind})
        for at in range(head + 1)
        for kind in ("text/csv", "application/x-ndjson")
    ]
    return "\n".join((b"".join(answer) if answer.streaming else answer.content).decode() for answer in answers)


@pytest.fixture
def fact(desk: Desk) -> Publication:
    """Position 1 a fact, 3 a version of it and of 2, 4 its rewording, 5 the version that says so."""
    claim = desk.claim("Somebody was there.")
    desk.passage(claim, "courier", "wire", quote="He was there")
    fact = desk.confirm_fact(f"{SECRET} there", claim=claim)
    desk.confirm_fact("The pier is shut")
    desk.cut_version("Shut")
    desk.reword(fact, "Somebody was there", note=f"We named him: {SECRET}.")
    desk.cut_version("Still shut", kind="correction", note=f"We named him: {SECRET}.")
    return fact


def test_a_text_and_a_note_leave_every_answer_and_come_back_as_they_were(
    desk: Desk, fact: Publication, client: Client
) -> None:
    before = everything(client, fact)
    desk.suppress(fact, note=TOLD)
    note = Publication.objects.get(pk=4)
    desk.suppress(note, part=Part.NOTE, note=TOLD)
    assert SECRET in before
    assert SECRET not in everything(client, fact)
    put_back(desk, fact, Part.TEXT)
    put_back(desk, note, Part.NOTE)
    assert everything(client, fact).count(SECRET) > before.count(SECRET)  # at more positions


def test_another_note_stands_in_the_place_of_one_and_kind_and_times_stay(
    desk: Desk, fact: Publication, read: Read
) -> None:
    paths = ("corrections/", "versions/2/")
    before = [read(f"stories/harbour/{path}") for path in paths]
    desk.suppress(Publication.objects.get(pk=4), part=Part.NOTE, note=TOLD)
    after = [read(f"stories/harbour/{path}") for path in paths]
    told = json.loads(json.dumps(before).replace(f"We named him: {SECRET}.", TOLD))
    assert [item | {"position": 0} for item in after[0]["results"]] == [
        item | {"position": 0} for item in told[0]["results"]
    ]
    assert after[1] | {"position": 0} == told[1] | {"position": 0}
    wording = read(f"facts/{fact.fact_id}/history/")["results"][1]
    assert (wording["correction"]["kind"], wording["correction"]["note"]) == ("clarification", TOLD)


def test_the_note_in_its_place_can_be_replaced_as_well(desk: Desk, fact: Publication, read: Read) -> None:
    (first, *_) = desk.suppress(Publication.objects.get(pk=4), part=Part.NOTE, note="All is well.")
    desk.suppress(first, part=Part.NOTE, note=TOLD)
    items = read("stories/harbour/corrections/")["results"]
    assert [item["note"] for item in items] == [TOLD, TOLD]
    put_back(desk, first, Part.NOTE)
    assert [item["note"] for item in read("stories/harbour/corrections/")["results"]] == ["All is well."] * 2


def test_a_fact_in_force_is_410_with_the_note(desk: Desk, client: Client, db: None) -> None:
    fact = desk.confirm_fact(f"{SECRET} there")
    desk.suppress(fact, note=TOLD)
    answer = client.get(f"/api/v1/facts/{fact.fact_id}/")
    assert (answer.status_code, answer.json()["kind"], answer.json()["note"]) == (410, "withheld", TOLD)
    (listed,) = client.get("/api/v1/facts/?at=1").json()["results"]
    assert {name: value for name, value in listed.items() if value is not None} == {
        "id": str(fact.fact_id),
        "revision": 1,
    }


def test_changes_say_which_part_why_and_what_stands_in_its_place(desk: Desk, fact: Publication, read: Read) -> None:
    desk.suppress(Publication.objects.get(pk=4), part=Part.NOTE, note=TOLD)
    events = read("changes/")["results"]
    assert [(e["position"], e["note"], e["note_salt"] is None) for e in events[3:]] == [
        (4, None, True),
        (5, None, True),
        (6, TOLD, False),
        (7, TOLD, False),
    ]
    told = events[5]
    assert {name: told[name] for name in ("event", "part", "because", "suppresses", "correction", "text")} == {
        "event": "suppressed",
        "part": "note",
        "because": "court",
        "suppresses": 4,
        "correction": None,
        "text": None,
    }
    assert told["note_sha256"] == hashlib.sha256(f'{told["note_salt"]}"{TOLD}"'.encode()).hexdigest()
    put_back(desk, Publication.objects.get(pk=4), Part.NOTE)
    back = read("changes/")["results"]
    assert {**back[3], "text": 0} == {
        **events[3],
        "note": back[3]["note"],
        "note_salt": back[3]["note_salt"],
        "text": 0,
    }
    assert [(e["event"], e["part"], e["restores"], e["note"]) for e in back[7:]] == [
        ("restored", "note", 4, None),
        ("restored", "note", 5, None),
    ]


def test_the_client_of_the_documentation_verifies_all_of_it(desk: Desk, fact: Publication, read: Read) -> None:
    desk.suppress(fact, note=TOLD)
    desk.suppress(Publication.objects.get(pk=4), part=Part.NOTE, note=TOLD)
    put_back(desk, fact, Part.TEXT)
    assert follow(read, {})["hash"] == read("head/")["hash"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's role cannot read an index")
def test_no_word_of_it_stays_in_the_index(desk: Desk, fact: Publication) -> None:
    def blocks() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT block FROM stories_search_data")
            return "".join(bytes(block).decode("latin-1") for (block,) in cursor.fetchall())

    assert "keeper" in blocks()
    desk.suppress(fact, note=TOLD)
    assert "keeper" not in blocks()


def test_the_feed_moves_and_has_a_tombstone(desk: Desk, fact: Publication, client: Client) -> None:
    address = "/api/v1/stories/harbour/corrections.atom"

    def entries() -> tuple[str, dict[str, str], dict[str, str]]:
        feed = ElementTree.fromstring(client.get(address).content)
        updated = {
            e.findtext("a:id", "", ATOM): e.findtext("a:updated", "", ATOM) for e in feed.findall("a:entry", ATOM)
        }
        tombstones = {e.attrib["ref"]: e.attrib["when"] for e in feed.findall("at:deleted-entry", ATOM)}
        return feed.findtext("a:updated", "", ATOM), updated, tombstones

    _, updated, tombstones = entries()
    assert tombstones == {}
    desk.suppress(Publication.objects.get(pk=4), part=Part.NOTE, note=TOLD)
    then, later, tombstones = entries()
    assert (sorted(tombstones), sorted(later)) == (sorted(updated), sorted(updated))
    for entry, when in tombstones.items():
        assert updated[entry].removesuffix("Z") < when.removesuffix("Z") < later[entry].removesuffix("Z")
    assert then == max(later.values())
    put_back(desk, Publication.objects.get(pk=4), Part.NOTE)
    last, back, tombstones = entries()
    assert (tombstones, min(back.values()) > max(later.values()), last) == ({}, True, max(back.values()))
