"""stories/{slug}/corrections/: every correction of a story, with the old wording and the new."""

import json
from functools import partial
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from stories.api import log, shapes
from stories.api.documents import read_event
from stories.api.feeds import Atom, write_feed
from stories.api.http.negotiation import NoNegotiation
from stories.api.http.paging import Page, link_pages, list_page, read_page
from stories.api.http.parameters import PageParameters, Query
from stories.api.http.views import Endpoint
from stories.api.stories import read_title, require_story
from stories.chain import canonical


class CorrectionList(Endpoint):
    """Corrections of a story, newest first."""

    shape = shapes.page_of(shapes.CorrectionItem)
    parameters = PageParameters

    def answer(self, query: Query, slug: str) -> Response:  # type: ignore[override]
        """A page of the corrections published up to the position of `query`."""
        page, _ = read_corrections(query, slug)
        return list_page(query, page, [canonical(describe_correction(*row)) for row in page.rows])


class CorrectionFeed(Endpoint):
    """The same as an Atom feed."""

    shape = str
    parameters = PageParameters
    renderer_classes = (Atom,)
    content_negotiation_class = NoNegotiation  # a feed reader gets its feed, whatever it says that it accepts

    def locate(self, request: Request) -> str:
        """The whole address: feed readers want it in the links."""
        return request.build_absolute_uri(request.path)

    def answer(self, query: Query, slug: str) -> Response:  # type: ignore[override]
        """A page of the corrections as a feed, with links to the pages beside it."""
        page, title = read_corrections(query, slug)
        corrections = [describe_correction(*row) for row in page.rows]
        return link_pages(write_feed(self.request, slug, title, corrections, page, at=query.position), page)


def read_corrections(query: Query, slug: str) -> tuple[Page, str]:
    """The page of corrections that `query` asks for, and the story's title; 404 for an unknown story."""
    title = read_title(*require_story(slug, at=query.position))
    return read_page(query, partial(log.read_corrections, slug, at=query.position)), title


def describe_correction(
    position: int,
    payload: str,
    note: str | None,
    new_text: str | None,
    old_payload: str | None,
    old_text: str | None,
) -> dict[str, Any]:
    """One correction: what was printed, what is printed now (None after a withdrawal), why, and when each went out."""
    event = read_event(payload, note)
    return {
        "position": position,
        "event": event["event"],
        "fact_id": event["fact_id"],
        "version": event["version"],
        **event["correction"],
        "old": describe_print(old_payload, old_text) if old_payload else None,
        "new": describe_print(payload, new_text) if event["text_sha256"] else None,
        "at": event["at"],
    }


def describe_print(payload: str, text: str | None) -> dict[str, Any]:
    """A wording and when it went out. Of a version, its headline; None for the words of a suppressed text."""
    event = json.loads(payload)
    words = json.loads(text) if text is not None else {}
    return {
        "revision": event["position"],
        "wording": words.get("statement", words.get("headline")),
        "published_at": event["at"],
    }
