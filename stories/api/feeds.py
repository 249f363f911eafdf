"""Corrections as Atom (RFC 4287): nothing in a feed depends on when it is read."""

import html
import json
import re
from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from rest_framework.request import Request

from stories.api import log
from stories.api.documents import API_ROOT
from stories.api.http.paging import Page
from stories.api.http.renderers import FrozenText
from stories.api.log import Span
from stories.api.tombstones import read_touched

NAMESPACE = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Atom(FrozenText):
    """A feed, written already."""

    media_type = "application/atom+xml"
    format = "atom"


def write_feed(
    request: Request, slug: str, title: str, corrections: list[dict[str, Any]], page: Page, *, at: int
) -> str:
    """The feed of a page, read at position `at`, of `corrections` of the story `slug`, newest first.

    Words that were taken down since have a tombstone (RFC 6721), and their entry is newer than that.
    """
    first = log.read_publication(1)
    # The first hash of the log names this desk for good, whatever its address becomes.
    identity = uuid5(NAMESPACE_URL, f"{first[0] if first else ''}/{slug}/corrections")
    feed = ElementTree.Element("feed", {"xmlns": NAMESPACE})
    add(feed, "id", identity.urn)
    add(feed, "title", write_html(f"Corrections: {title}"), type="html")
    touched = read_touched(slug, at=at)
    times = [
        touched[one["position"]].updated if one["position"] in touched else time
        for one, time in zip(corrections, tell_apart(corrections), strict=True)
    ]
    known = [*times, *(one.updated for one in touched.values())]
    newest = max(known, key=lambda time: time.removesuffix("Z")) if known else read_newest_cut(slug, at=at)
    add(feed, "updated", newest)
    add(feed, "author")
    add(feed[-1], "name", "The desk")
    links = {"self": request.get_full_path(), "next": page.next, "previous": page.previous}
    for rel, path in {**links, "alternate": f"{API_ROOT}/stories/{slug}/corrections/"}.items():
        if path:
            kind = "application/json" if rel == "alternate" else Atom.media_type
            add(feed, "link", rel=rel, href=request.build_absolute_uri(path), type=kind)
    for position, one in sorted(touched.items()):
        if one.down_since:
            attributes = {"xmlns:at": TOMBSTONES, "ref": uuid5(identity, str(position)).urn, "when": one.down_since}
            add(feed, "at:deleted-entry", **attributes)
    for correction, updated in zip(corrections, times, strict=True):
        entry = ElementTree.SubElement(feed, "entry")
        add(entry, "id", uuid5(identity, str(correction["position"])).urn)
        add(entry, "title", write_html(f"{correction['kind'].capitalize()}: {correction['note']}"), type="html")
        add(entry, "updated", updated)
        add(entry, "published", correction["at"])
        add(entry, "link", rel="alternate", href=request.build_absolute_uri(locate_correction(slug, correction)))
        add(entry, "category", term=correction["kind"])
        add(entry, "content", write_html(describe_change(correction)), type="html")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode")


def add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> None:
    """Add an element to `parent`; what XML cannot hold is left out of its text."""
    ElementTree.SubElement(parent, name, attributes).text = NOT_XML.sub("", text)


def write_html(text: str) -> str:
    """`text` as HTML: a reader that takes plain text for HTML, as many do, would hide what looks like a tag."""
    return html.escape(text, quote=False).replace("\n", "<br>\n")


def tell_apart(corrections: Sequence[dict[str, Any]]) -> list[str]:
    """When each of `corrections`, newest first, was published; those of one millisecond differ beyond it, in order.

    Several facts can be withdrawn in one act, and readers sort by this time.
    """
    older = [correction["at"] for correction in corrections[1:]]
    return [
        f"{one['at'].removesuffix('Z')}{one['position'] % 1_000_000:06}Z" if one["at"] == before else one["at"]
        for one, before in zip_longest(corrections, older)
    ]


def read_newest_cut(slug: str, *, at: int) -> str:
    """When the newest version of the story up to `at` was cut."""
    ((_, _, payload, *_),) = log.read_versions(slug, at=at, span=Span(1))
    return str(json.loads(payload)["at"])


def locate_correction(slug: str, correction: dict[str, Any]) -> str:
    """The path of what was corrected."""
    if correction["fact_id"]:
        return f"{API_ROOT}/facts/{correction['fact_id']}/history/"
    return f"{API_ROOT}/stories/{slug}/versions/{correction['version']}/"


def describe_change(correction: dict[str, Any]) -> str:
    """In words: why, what it said before, what it says now, and when each went out."""
    lines = [correction["note"]]
    for label, printed in (("Before", correction["old"]), ("Now", correction["new"])):
        if printed:
            words = printed["wording"] or "(taken down)"
            lines.append(f"{label} ({describe_time(printed['published_at'])}): {words}")
    if correction["new"] is None:
        lines.append(f"Withdrawn ({describe_time(correction['at'])}).")
    return "\n".join(lines)


def describe_time(time: str) -> str:
    """A canonical time for people: 21 November 2025, 13:05 UTC."""
    moment = datetime.fromisoformat(time)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
