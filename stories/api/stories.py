"""stories/: the stories that have a version."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from rest_framework.response import Response

from stories.api import log, shapes
from stories.api.documents import API_ROOT, add_members
from stories.api.http.paging import list_page, read_page
from stories.api.http.parameters import PageParameters, PositionParameters, Query
from stories.api.http.problems import NotFound
from stories.api.http.views import Endpoint
from stories.api.log import LogRow, Span
from stories.chain import canonical


class StoryList(Endpoint):
    """Stories that have a version, by slug."""

    shape = shapes.page_of(shapes.StoryItem)
    parameters = PageParameters

    def answer(self, query: Query) -> Response:  # type: ignore[override]
        """A page of the stories that had a version at the position of `query`."""
        page = read_page(query, partial(log.read_stories, at=query.position), begin="")
        return list_page(query, page, [canonical(story) for story in describe_stories(page.rows, at=query.position)])


class StoryDetail(Endpoint):
    """One story."""

    shape = shapes.StoryAnswer
    parameters = PositionParameters

    def answer(self, query: Query, slug: str) -> Response:  # type: ignore[override]
        """The story, as at the position of `query`."""
        (story,) = describe_stories([require_story(slug, at=query.position)], at=query.position)
        return Response(add_members(canonical(story), f'"position":{query.position}'))


def describe_stories(rows: Sequence[LogRow], *, at: int) -> list[dict[str, Any]]:
    """Each of `rows` (slug, newest version, newest text) as the API serves a story."""
    counts = {slug: numbers for slug, *numbers in log.count_facts([row[0] for row in rows], at=at)} if rows else {}
    return [
        {
            "slug": slug,
            "title": read_title(slug, number, text),
            "current_version": number,
            # Versions are numbered from 1 without gaps.
            "counts": {"facts": int(counts[slug][0]), "versions": number, "corrections": counts[slug][1]},
            "url": f"{API_ROOT}/stories/{slug}/",
        }
        for slug, number, text in rows
    ]


def read_title(slug: str, number: int, text: str | None) -> str:
    """The title that the story's newest `text` gives it; its slug when every text of it was suppressed."""
    return str(json.loads(text)["story"]["title"]) if text is not None else slug


def require_story(slug: str, *, at: int) -> LogRow:
    """(slug, newest version, newest text) of one story at position `at`; 404 when it had no version yet."""
    rows = log.read_stories(at=at, story=slug, span=Span(1))
    if not rows:
        raise NotFound
    return rows[0]
