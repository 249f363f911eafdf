"""facts/: what we stand behind, each fact alone, and every wording it has had."""

import json
from functools import partial
from typing import Any
from uuid import UUID

from stories.api import log, shapes
from stories.api.documents import add_members, describe_ending, write_fact
from stories.api.endpoint import JSON, Ask, Document, Endpoint
from stories.api.exports import CSV, NDJSON, read_stretches, write_csv, write_ndjson
from stories.api.paging import list_page, pin_position, read_page
from stories.api.parameters import FactParameters, PageParameters, PositionParameters
from stories.api.problems import BadParameter, NotFound, Problem
from stories.chain import canonical
from stories.choices import Event


class FactList(Endpoint):
    """Facts in force, newest first."""

    shape = shapes.page_of(shapes.Fact)
    parameters = FactParameters
    media_types = (JSON, CSV, NDJSON)

    def get(self, ask: Ask) -> Document:  # type: ignore[override]
        """A page of the facts in force at the position of `ask` that match its filters; as CSV or NDJSON, all."""
        if ask.media_type != JSON:
            return export_facts(ask)
        cursor = pin_position(ask)
        fetch = partial(log.read_facts, ask.query.values, at=ask.position, head=ask.head)
        page = read_page(ask, cursor, fetch)
        return list_page(ask, page, [write_fact(fact_id, position, text) for position, fact_id, text in page.rows])


def export_facts(ask: Ask) -> Document:
    """All facts that `ask` matches, in its media type."""
    for name in ("cursor", "page_size"):
        if name in ask.query.texts:
            raise BadParameter(name, f"{ask.media_type} has no pages: it gives every matching fact.")
    stretches = read_stretches(ask.query.values, at=ask.position, head=ask.head)
    return Document(write_csv(stretches) if ask.media_type == CSV else write_ndjson(stretches))


class FactDetail(Endpoint):
    """One fact: as it stands, or as it stood."""

    shape = shapes.FactAnswer
    parameters = PositionParameters

    def get(self, ask: Ask, fact_id: UUID) -> Document:  # type: ignore[override]
        """The fact at the position of `ask`; 410 with the public note when it was withdrawn by then."""
        row = log.read_fact(fact_id, at=ask.position)
        if row is None:
            raise NotFound
        revision, event, payload, text = row
        if event == Event.WITHDRAWN:
            raise report_withdrawal(payload, position=ask.position)
        members = f'"position":{ask.position}'
        if ask.pinned:
            ending = log.read_ending(revision, at=ask.head)
            ended = canonical(describe_ending(ending)) if ending else "null"
            members = f'"ended":{ended},{members}'
        return Document(add_members(write_fact(fact_id, revision, text), members))


class FactHistory(Endpoint):
    """Every wording that a fact has had, oldest first."""

    shape = shapes.page_of(shapes.Wording)
    parameters = PageParameters

    def get(self, ask: Ask, fact_id: UUID) -> Document:  # type: ignore[override]
        """A page of the wordings published up to the position of `ask`, withdrawn ones too."""
        cursor = pin_position(ask)
        page = read_page(ask, cursor, partial(log.read_wordings, fact_id, at=ask.position), begin=0)
        if not page.rows:
            raise NotFound
        return list_page(ask, page, [canonical(describe_wording(*row)) for row in page.rows])


def describe_wording(revision: int, payload: str, text: str | None, ending: str | None) -> dict[str, Any]:
    """One wording of a fact, when it stood, and what came before and after."""
    event = json.loads(payload)
    fact = json.loads(text) if text is not None else {}
    return {
        **{name: fact.get(name) for name in ("statement", "language", "basis", "attributed_to", "independent_sources")},
        "revision": revision,
        "event": event["event"],
        "published_at": event["at"],
        "correction": event["correction"],
        "ended": describe_ending(ending) if ending else None,
    }


def report_withdrawal(payload: str, *, position: int) -> Problem:
    """410 for a fact that the publication `payload` withdrew: why, since when, and which fact replaces it."""
    event = json.loads(payload)
    correction = event["correction"]
    return Problem(
        410,
        f"This fact was withdrawn ({correction['kind']}): {correction['note']}",
        id=event["fact_id"],
        kind=correction["kind"],
        note=correction["note"],
        replaced_by=correction["replaced_by"],
        withdrawn_at=event["at"],
        position=position,
    )
