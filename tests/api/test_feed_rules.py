"""The feed of corrections held against the rules of the W3C feed validator, its warnings included."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client

from stories.models import Claim
from stories.verification import newest_decision, withdraw
from tests.api.feed_rules import faults_of
from tests.published import Desk
from tests.world import NOON, on_record

PATH = "/api/v1/stories/harbour/corrections.atom"
MARKUP = "It said <b>shut</b> & &amp; <script>alert(1)</script>."


@pytest.fixture
def corrected(desk: Desk) -> Desk:
    """A story with a rewording, three withdrawals in one act and in one millisecond, and a corrected version."""
    desk.story.title = f"The harbour {MARKUP}"
    on_record(desk.story)
    facts = [desk.confirm_fact(word) for word in ("One", "Two", "Three", "Four")]
    desk.cut_version("First")
    desk.reword(facts[0], "Uno", note=MARKUP)
    claims = [Claim.objects.get(uuid=fact.fact_id) for fact in facts[1:]]
    follows = {claim.pk: newest.seq for claim in claims if (newest := newest_decision(claim))}
    with time_machine.travel(NOON.replace(hour=20), tick=False):
        withdraw(
            claims,
            by=desk.editor,
            rationale="Wire took it back.",
            correction_kind="retraction",
            public_note=MARKUP,
            follows=follows,
        )
    desk.cut_version("Second", kind="correction", note=MARKUP)
    return desk


def faults(client: Client, address: str = PATH) -> list[str]:
    """What the validator says of the feed at `address`."""
    response = client.get(address)
    return faults_of(
        response.content,
        location=response.wsgi_request.build_absolute_uri(),
        content_type=response.headers["Content-Type"],
    )


@pytest.mark.parametrize("query", ["", "?page_size=2", "?page_size=1", "?at=7"])
def test_it_has_no_error_and_no_warning(corrected: Desk, client: Client, query: str) -> None:
    assert faults(client, PATH + query) == []


def test_an_empty_feed_has_none_either(desk: Desk, client: Client) -> None:
    desk.confirm_fact("One")
    desk.cut_version("First")
    assert faults(client) == []


def test_withdrawals_of_one_millisecond_are_told_apart_and_stay_in_order(corrected: Desk, client: Client) -> None:
    feed = ElementTree.fromstring(client.get(PATH).content)
    times = [one.text for one in feed.iterfind("{*}entry/{*}updated")]
    assert times[1:4] == [
        "2025-11-21T20:00:00.000000009Z",
        "2025-11-21T20:00:00.000000008Z",
        "2025-11-21T20:00:00.000Z",
    ]
    assert feed.findtext("{*}updated") == times[0]


BLANK = '<content type="html">'
DAMAGE: list[tuple[str, Callable[[str], str]]] = [
    ("SAXError", lambda feed: feed[:-8]),
    ("UndefinedElement", lambda feed: feed.replace("<author>", "<guid>1</guid><author>")),
    ("DuplicateElement", lambda feed: feed.replace("<author>", "<id>urn:uuid:1</id><author>")),
    ("MissingElement", lambda feed: feed.replace("<name>The desk</name>", "")),
    ("MisplacedMetadata", lambda feed: feed.replace("</feed>", '<link href="http://a/" rel="first"/></feed>')),
    ("MissingSelf", lambda feed: feed.replace('rel="self"', 'rel="first"')),
    ("SelfDoesntMatchLocation", lambda feed: feed.replace("corrections.atom", "elsewhere.atom")),
    ("MissingTextualContent", lambda feed: feed.replace("content", "summary")),
    ("DuplicateUpdated", lambda feed: feed.replace("000000009Z", "000Z")),
    ("InvalidRFC3339Date", lambda feed: feed.replace("T20:00:00.000Z", " 20:00")),
    ("ImplausibleDate", lambda feed: feed.replace("2025-11-21T20", "2925-11-21T20")),
    ("InvalidFullLink", lambda feed: feed.replace("urn:uuid:", "")),
    (
        "NotBlank",
        lambda feed: feed.replace("Correction: ", "").replace(feed.split(BLANK)[1].split("</content>")[0], ""),
    ),
    ("ContainsUndeclaredHTML", lambda feed: feed.replace('type="html"', 'type="text"')),
    ("InvalidTextType", lambda feed: feed.replace('type="html"', 'type="text/html"')),
    ("SecurityRisk", lambda feed: feed.replace("&amp;lt;", "&lt;").replace("&amp;gt;", "&gt;")),
    ("InvalidMIMEType", lambda feed: feed.replace('type="application/json"', 'type="json"')),
    ("MissingHref", lambda feed: feed.replace("http://testserver", "")),
    ("UnregisteredAtomLinkRel", lambda feed: feed.replace('rel="alternate"', 'rel="also"')),
    ("MissingAttribute", lambda feed: feed.replace('term="retraction"', 'term=""')),
]


@pytest.mark.parametrize(("fault", "damage"), DAMAGE, ids=[fault for fault, _ in DAMAGE])
def test_the_rules_can_be_broken(corrected: Desk, client: Client, fault: str, damage: Callable[[str], str]) -> None:
    response = client.get(PATH)
    damaged = damage(response.content.decode()).encode()
    said = faults_of(damaged, location=f"http://testserver{PATH}", content_type="application/atom+xml")
    assert fault in said


def test_a_feed_served_as_something_else_is_a_fault(corrected: Desk, client: Client) -> None:
    content = client.get(PATH).content
    assert faults_of(content, location=f"http://testserver{PATH}", content_type="text/html") == [
        "UnexpectedContentType"
    ]
