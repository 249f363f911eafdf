"""Corrections of a story: every kind, note, old and new wording and both times, as JSON and as a valid Atom feed."""

from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from stories.api import feeds
from tests.api.conftest import Read
from tests.published import Desk

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def corrected(desk: Desk) -> list[str]:
    """A story with a rewording (4), a withdrawal (5) and a corrected version (6); the ids of its two facts."""
    one, two = desk.confirm_fact("One"), desk.confirm_fact("Two")
    desk.cut_version("First")
    desk.reword(one, "Uno", kind="clarification", note="We now say Uno.")
    desk.withdraw_fact(two, kind="retraction", note="Two was wrong & <b>gone</b>.", by=str(one.fact_id))
    desk.cut_version("Second", kind="correction", note="Two was wrong.")
    return [str(one.fact_id), str(two.fact_id)]


def test_every_correction_newest_first(corrected: list[str], read: Read) -> None:
    one, two = corrected
    page = read("stories/harbour/corrections/")
    assert page["results"] == [
        {
            "position": 6,
            "event": "version",
            "fact_id": None,
            "version": 2,
            "kind": "correction",
            "note": "Two was wrong.",
            "replaced_by": None,
            "old": {"revision": 3, "wording": "First", "published_at": "2025-11-21T12:00:06.000Z"},
            "new": {"revision": 6, "wording": "Second", "published_at": "2025-11-21T12:00:11.000Z"},
            "at": "2025-11-21T12:00:11.000Z",
        },
        {
            "position": 5,
            "event": "withdrawn",
            "fact_id": two,
            "version": None,
            "kind": "retraction",
            "note": "Two was wrong & <b>gone</b>.",
            "replaced_by": one,
            "old": {"revision": 2, "wording": "Two, Wire reports.", "published_at": "2025-11-21T12:00:04.000Z"},
            "new": None,
            "at": "2025-11-21T12:00:09.000Z",
        },
        {
            "position": 4,
            "event": "reworded",
            "fact_id": one,
            "version": None,
            "kind": "clarification",
            "note": "We now say Uno.",
            "replaced_by": None,
            "old": {"revision": 1, "wording": "One, Wire reports.", "published_at": "2025-11-21T12:00:02.000Z"},
            "new": {"revision": 4, "wording": "Uno, Wire reports.", "published_at": "2025-11-21T12:00:08.000Z"},
            "at": "2025-11-21T12:00:08.000Z",
        },
    ]
    assert [row["position"] for row in read("stories/harbour/corrections/?at=5")["results"]] == [5, 4]
    first = read("stories/harbour/corrections/?page_size=2")
    assert [row["position"] for row in read(first["next"])["results"]] == [4]


def test_a_suppressed_wording_is_not_repeated(desk: Desk, corrected: list[str], read: Read, client: Client) -> None:
    from stories.models import Publication

    desk.suppress(Publication.objects.get(position=2))
    withdrawal = read("stories/harbour/corrections/")["results"][1]
    assert withdrawal["old"]["wording"] is None
    assert b"Two, Wire" not in client.get("/api/v1/stories/harbour/corrections.atom").content


def parse(client: Client, query: str = "") -> tuple[Any, ElementTree.Element]:
    response = client.get(f"/api/v1/stories/harbour/corrections.atom{query}")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/atom+xml")
    return response, ElementTree.fromstring(response.content)


def texts(element: ElementTree.Element, name: str) -> list[str]:
    return [child.text or "" for child in element.findall(ATOM + name)]


def test_the_feed_carries_them_all(corrected: list[str], client: Client) -> None:
    _, feed = parse(client)
    assert texts(feed, "title") == ["Corrections: The harbour"]
    entries = feed.findall(f"{ATOM}entry")
    assert [texts(entry, "title")[0] for entry in entries] == [
        "Correction: Two was wrong.",
        "Retraction: Two was wrong &amp; &lt;b&gt;gone&lt;/b&gt;.",
        "Clarification: We now say Uno.",
    ]
    assert texts(entries[1], "content") == [
        "Two was wrong &amp; &lt;b&gt;gone&lt;/b&gt;.<br>\n"
        "Before (21 November 2025, 12:00 UTC): Two, Wire reports.<br>\n"
        "Withdrawn (21 November 2025, 12:00 UTC)."
    ]
    typed = [
        child.get("type") for entry in entries for name in ("title", "content") for child in entry.iter(ATOM + name)
    ]
    assert typed == ["html"] * 6


def test_the_feed_holds_what_rfc_4287_asks(corrected: list[str], client: Client) -> None:
    response, feed = parse(client)
    assert response.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for required in ("id", "title", "updated"):
            assert len(texts(element, required)) == 1
        (identity,) = texts(element, "id")
        assert identity.startswith("urn:uuid:")
        assert datetime.fromisoformat(texts(element, "updated")[0]).tzinfo is not None
        relations = [(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")]
        assert len(relations) == len(set(relations))
        assert all((link.get("href") or "").startswith("http://testserver/") for link in element.findall(f"{ATOM}link"))
    assert len({texts(entry, "id")[0] for entry in feed.findall(f"{ATOM}entry")}) == 3
    assert texts(feed.find(f"{ATOM}author"), "name") == ["The desk"]  # type: ignore[arg-type]
    (own,) = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own.get("href") == "http://testserver/api/v1/stories/harbour/corrections.atom"
    assert texts(feed, "updated") == ["2025-11-21T12:00:11.000Z"]


def test_the_feed_is_the_same_until_something_is_published(corrected: list[str], client: Client) -> None:
    response, _ = parse(client)
    again, _ = parse(client)
    assert again.content == response.content
    path = "/api/v1/stories/harbour/corrections.atom"
    assert client.get(path, headers={"if-none-match": response.headers["ETag"]}).status_code == 304
    elsewhere = client.get(path, headers={"if-none-match": response.headers["ETag"], "host": "localhost"})
    assert elsewhere.status_code == 200


def test_a_feed_reader_gets_its_feed_whatever_it_accepts(corrected: list[str], client: Client) -> None:
    path = "/api/v1/stories/harbour/corrections.atom"
    assert client.get(path, headers={"accept": "application/rss+xml, text/xml"}).status_code == 200


def test_a_story_without_corrections_has_an_empty_feed(desk: Desk, client: Client) -> None:
    desk.confirm_fact("One")
    desk.cut_version("First")
    _, feed = parse(client)
    assert (feed.findall(f"{ATOM}entry"), texts(feed, "updated")) == ([], ["2025-11-21T12:00:04.000Z"])


def test_a_long_feed_goes_on_at_next(corrected: list[str], client: Client) -> None:
    _, feed = parse(client, "?page_size=2")
    (following,) = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "next"]
    rest = ElementTree.fromstring(client.get(following).content)
    assert [texts(entry, "title")[0] for entry in rest.findall(f"{ATOM}entry")] == ["Clarification: We now say Uno."]


def test_what_xml_cannot_hold_is_left_out() -> None:
    """The verbs refuse such characters; the feed would still be well formed if one came through."""
    feed = ElementTree.Element("feed")
    feeds.add(feed, "title", "A bell \x07 rang \ufffe at\tsea 🌊.")
    assert ElementTree.fromstring(ElementTree.tostring(feed))[0].text == "A bell  rang  at\tsea 🌊."


def test_an_unknown_story_has_neither(client: Client, db: None) -> None:
    for name in ("corrections/", "corrections.atom"):
        assert client.get(f"/api/v1/stories/harbour/{name}").status_code == 404
