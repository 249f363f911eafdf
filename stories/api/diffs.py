"""…/versions/{n}/diff/{m}/: what changed between two versions of a story, or between a version and now."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rest_framework.response import Response

from stories.api import log, shapes
from stories.api.documents import read_event, write_fact
from stories.api.http.parameters import PositionParameters, Query
from stories.api.http.views import Endpoint
from stories.api.log import LogRow, Span
from stories.api.versions import EMPTY_TEXT, read_version
from stories.api.what_changed import Ending, diff_versions
from stories.chain import canonical

NOW = "now"
MOST_FACTS = 1_000
"""Of a story with more facts in force, `now` compares the newest of them and says that it did."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a diff: a text, the facts it stands on as they stood at `position`."""

    position: int
    version: dict[str, Any]
    facts: list[dict[str, Any]]


class VersionDiff(Endpoint):
    """What changed from one version to another."""

    shape = shapes.Diff
    parameters = PositionParameters

    def answer(self, query: Query, slug: str, number: int, other: int | None = None) -> Response:  # type: ignore[override]
        """The diff from version `number` to version `other`, or to the position of `query` when there is no other."""
        diff = compare_versions(slug, number, other, at=query.position, head=query.head)
        return Response(canonical({**diff, "position": query.position}))


class DiffToNow(VersionDiff):
    """What changed from a version to now."""


def compare_versions(slug: str, number: int, other: int | None, *, at: int, head: int) -> dict[str, Any]:
    """What changed from version `number` of a story to version `other`, or to position `at` when there is no other.

    As the API serves it, but for the position. Raises `NotFound` for a version that had not been cut at `at`.
    """
    before = read_side(slug, number, at=at)
    if other is None:
        after, complete = read_now(slug, before, at=at, head=head)
    else:
        after, complete = read_side(slug, other, at=at), True
    diff = diff_versions(
        before.version,
        after.version,
        facts_before=before.facts,
        facts_after=after.facts,
        endings=find_endings(before, after),
    )
    return {**diff, "from": number, "to": NOW if other is None else other, "complete": complete}


def read_side(slug: str, number: int, *, at: int) -> Side:
    """The version `number` as it was cut by `at`, with its facts as they stood then; suppressed texts are null."""
    _, position, _, _, text = read_version(slug, number, at=at)
    version: dict[str, Any] = json.loads(text) if text is not None else EMPTY_TEXT
    facts = {UUID(fact) for block in version["blocks"] for fact in block["facts"]}
    return Side(position, version, read_texts(log.read_standing(sorted(facts), at=position)))


def read_now(slug: str, before: Side, *, at: int, head: int) -> tuple[Side, bool]:
    """The text of `before` in the wordings in force at position `at`, and all facts of the story then.

    False comes with it when the story has more than `MOST_FACTS` facts: then the oldest of those that the version
    does not carry are missing.
    """
    newest = log.read_facts({"story": slug}, at=at, head=head, span=Span(MOST_FACTS + 1))
    carried = log.read_standing(sorted(UUID(fact["id"]) for fact in before.facts), at=at)
    rows = sorted({row[0]: row for row in [*newest[:MOST_FACTS], *carried]}.values(), reverse=True)
    facts = read_texts(rows)
    wordings = {fact["id"]: fact["statement"] or "" for fact in facts}
    blocks = []
    for block in before.version["blocks"]:
        standing = [fact for fact in block["facts"] if fact in wordings]
        if standing:
            blocks.append({"text": " ".join(wordings[fact] for fact in standing), "facts": standing})
        elif not block["facts"]:
            blocks.append(block)
    return Side(at, {**before.version, "blocks": blocks}, facts), len(newest) <= MOST_FACTS


def read_texts(rows: list[LogRow]) -> list[dict[str, Any]]:
    """The facts of `rows` (position, fact id, text or None)."""
    return [json.loads(write_fact(*row)) for row in rows]


def find_endings(before: Side, after: Side) -> dict[str, Ending]:
    """How each fact of `before` ended by `after`, where it did; of several endings the newest."""
    endings: dict[str, Ending] = {}
    ids = sorted(UUID(fact["id"]) for fact in before.facts)
    for fact_id, _, payload, note in log.read_endings(ids, at=after.position):
        event = read_event(payload, note)
        if event["position"] > before.position:
            endings[str(UUID(str(fact_id)))] = event
    return endings
