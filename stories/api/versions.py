"""stories/{slug}/versions/: the numbered cuts of a story, and whether they still stand."""

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from rest_framework.response import Response

from stories.api import log, shapes
from stories.api.documents import API_ROOT, add_members, read_event
from stories.api.filters import LARGEST_COUNT
from stories.api.http.paging import list_page, read_page
from stories.api.http.parameters import PageParameters, PositionParameters, Query
from stories.api.http.problems import NotFound
from stories.api.http.views import Endpoint
from stories.api.log import LogRow, Span
from stories.api.stories import read_title, require_story
from stories.chain import canonical
from stories.choices import ChangeKind

EMPTY_TEXT: dict[str, Any] = {"headline": None, "standfirst": None, "blocks": []}
"""The words of a version, once they were suppressed."""


class VersionList(Endpoint):
    """The versions of a story, oldest first."""

    shape = shapes.page_of(shapes.Version)
    parameters = PageParameters

    def answer(self, query: Query, slug: str) -> Response:  # type: ignore[override]
        """A page of the versions cut up to the position of `query`."""
        page = read_page(query, partial(log.read_versions, slug, at=query.position), begin=0)
        if not page.rows:
            raise NotFound
        return list_page(
            query, page, [canonical(version) for version in describe_versions(slug, page.rows, at=query.position)]
        )


class VersionDetail(Endpoint):
    """One version of a story."""

    shape = shapes.VersionAnswer
    parameters = PositionParameters

    def answer(self, query: Query, slug: str, number: int) -> Response:  # type: ignore[override]
        """The version as it stands at the position of `query`."""
        row = read_version(slug, number, at=query.position)
        (version,) = describe_versions(slug, [row], at=query.position)
        return Response(add_members(canonical(version), f'"position":{query.position}'))


def read_version(slug: str, number: int, *, at: int) -> LogRow:
    """(number, position, payload, note, text or None) of one version; 404 when it had not been cut at `at`."""
    rows = log.read_versions(slug, at=at, span=Span(1, after=number - 1)) if 0 < number <= LARGEST_COUNT else []
    if not rows or rows[0][0] != number:
        raise NotFound
    return rows[0]


def describe_versions(slug: str, rows: Sequence[LogRow], *, at: int) -> list[dict[str, Any]]:
    """Each of `rows` as the API serves a version: the frozen text, less what has ended since it was cut."""
    texts = [json.loads(text) if text is not None else None for *_, text in rows]
    facts = {fact for text in texts if text for block in text["blocks"] for fact in block["facts"]}
    endings: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for fact, began, payload, note in log.read_endings([UUID(fact) for fact in sorted(facts)], at=at):
        endings[str(UUID(str(fact)))].append((began, read_event(payload, note)))
    return [
        # Format 1 has the note in the text; since then it lies beside.
        mark_stale({"change_note": note, **text}, cut_at=position, endings=endings)
        if text is not None
        else describe_suppressed_version(slug, read_event(payload, note), note, at=at)
        for (_, position, payload, note, _), text in zip(rows, texts, strict=True)
    ]


def mark_stale(
    text: dict[str, Any], *, cut_at: int, endings: dict[str, list[tuple[int, dict[str, Any]]]]
) -> dict[str, Any]:
    """The version `text`, cut at position `cut_at`, without the words of blocks whose facts have ended since.

    Such a block carries the public note and the correction kind of the ending, the newest kind when several ended.
    """
    blocks, stale = [], False
    for block in text["blocks"]:
        ended = [
            event
            for fact in block["facts"]
            for began, event in endings.get(fact, ())
            if began < cut_at < event["position"]
        ]
        if ended:
            ended.sort(key=lambda event: event["position"])
            notes = dict.fromkeys(event["correction"]["note"] for event in ended)
            kind = ended[-1]["correction"]["kind"]
            block, stale = {**block, "text": None, "note": "\n".join(notes), "correction": kind}, True
        blocks.append(block)
    return {**text, "blocks": blocks, "stale": stale}


def describe_suppressed_version(slug: str, event: dict[str, Any], note: str | None, *, at: int) -> dict[str, Any]:
    """A version whose text was suppressed: that there was one, its note if it lies beside, and no other word of it."""
    title = read_title(*require_story(slug, at=at))
    return {
        **EMPTY_TEXT,
        "story": {"slug": slug, "title": title},
        "number": event["version"],
        "change_kind": event["correction"]["kind"] if event["correction"] else ChangeKind.NEW,
        "change_note": note,
        "published_at": event["at"],
        "url": f"{API_ROOT}/stories/{slug}/versions/{event['version']}/",
        "stale": True,
        "note": "suppressed",
    }
