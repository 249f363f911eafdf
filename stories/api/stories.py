"""stories/: the stories that have a version."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from stories.api import log, shapes
from stories.api.documents import API_ROOT, add_members
from stories.api.endpoint import Ask, Document, Endpoint
from stories.api.log import Row, Span
from stories.api.paging import list_page, pin_position, read_page
from stories.api.parameters import PageParameters, PositionParameters
from stories.api.problems import NotFound
from stories.chain import canonical


class StoryList(Endpoint):
    """Stories that have a version, by slug."""

    shape = shapes.page_of(shapes.StoryItem)
    parameters = PageParameters

    def get(self, ask: Ask) -> Document:  # type: ignore[override]
        """A page of the stories that had a version at the position of `ask`."""
        cursor = pin_position(ask)
        page = read_page(ask, cursor, partial(log.read_stories, at=ask.position), begin="", read_key=str)
        return list_page(ask, page, [canonical(story) for story in describe_stories(page.rows, at=ask.position)])


class StoryDetail(Endpoint):
    """One story."""

    shape = shapes.StoryAnswer
    parameters = PositionParameters

    def get(self, ask: Ask, slug: str) -> Document:  # type: ignore[override]
        """The story, as at the position of `ask`."""
        rows = log.read_stories(at=ask.position, story=slug, span=Span(1))
        if not rows:
            raise NotFound
        (story,) = describe_stories(rows, at=ask.position)
        return Document(add_members(canonical(story), f'"position":{ask.position}'))


def describe_stories(rows: Sequence[Row], *, at: int) -> list[dict[str, Any]]:
    """Each of `rows` (slug, newest version, newest text) as the API serves a story."""
    counts = {slug: numbers for slug, *numbers in log.count_facts([row[0] for row in rows], at=at)} if rows else {}
    return [
        {
            "slug": slug,
            "title": read_title(slug, text),
            "current_version": number,
            # Versions are numbered from 1 without gaps.
            "counts": {"facts": int(counts[slug][0]), "versions": number, "corrections": counts[slug][1]},
            "url": f"{API_ROOT}/stories/{slug}/",
        }
        for slug, number, text in rows
    ]


def read_title(slug: str, text: str | None) -> str:
    """The title that the story's newest `text` gives it; its slug when every text of it was suppressed."""
    title: str = json.loads(text)["story"]["title"] if text is not None else slug
    return title


def require_story(slug: str, *, at: int) -> tuple[str, int]:
    """Title and newest version's number of the story `slug` at position `at`; 404 when it had no version yet."""
    rows = log.read_stories(at=at, story=slug, span=Span(1))
    if not rows:
        raise NotFound
    _, number, text = rows[0]
    return read_title(slug, text), number
