"""stories/{slug}/corrections/: every correction of a story, with the old wording and the new."""

import json
from functools import partial
from typing import Any

from django.http import HttpRequest

from stories.api import log, shapes
from stories.api.endpoint import Ask, Document, Endpoint
from stories.api.feeds import ATOM, write_feed
from stories.api.paging import Page, list_page, pin_position, read_page
from stories.api.parameters import PageParameters
from stories.api.stories import require_story
from stories.chain import canonical


class CorrectionList(Endpoint):
    """Corrections of a story, newest first."""

    shape = shapes.page_of(shapes.CorrectionItem)
    parameters = PageParameters

    def get(self, ask: Ask, slug: str) -> Document:  # type: ignore[override]
        """A page of the corrections published up to the position of `ask`."""
        page, _ = read_corrections(ask, slug)
        return list_page(ask, page, [canonical(describe_correction(*row)) for row in page.rows])


class CorrectionFeed(Endpoint):
    """The same as an Atom feed."""

    shape = str
    parameters = PageParameters
    media_types = (ATOM,)
    negotiates = False  # a feed reader gets its feed, whatever it says that it accepts

    def locate(self, request: HttpRequest) -> str:
        """The whole address: feed readers want it in the links."""
        return request.build_absolute_uri(request.path)

    def get(self, ask: Ask, slug: str) -> Document:  # type: ignore[override]
        """A page of the corrections as a feed, with links to the pages beside it."""
        page, title = read_corrections(ask, slug)
        corrections = [describe_correction(*row) for row in page.rows]
        return Document(write_feed(ask, slug, title, corrections, page), page.next, page.previous)


def read_corrections(ask: Ask, slug: str) -> tuple[Page, str]:
    """The page of corrections that `ask` asks for, and the story's title; 404 for an unknown story."""
    cursor = pin_position(ask)
    title, _ = require_story(slug, at=ask.position)
    return read_page(ask, cursor, partial(log.read_corrections, slug, at=ask.position)), title


def describe_correction(
    position: int, payload: str, new_text: str | None, old_payload: str | None, old_text: str | None
) -> dict[str, Any]:
    """One correction: what was printed, what is printed now (None after a withdrawal), why, and when each went out."""
    event = json.loads(payload)
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
