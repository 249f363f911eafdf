"""facts/: what we stand behind, each fact alone, and every wording it has had."""

import json
from functools import partial
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.response import Response

from stories.api import log, shapes
from stories.api.documents import add_members, describe_ending, read_event, write_fact
from stories.api.exports import CSV, NDJSON, read_stretches
from stories.api.filters import FactFilters
from stories.api.http.paging import list_page, read_page
from stories.api.http.parameters import PageParameters, PositionParameters, Query
from stories.api.http.problems import BadParameter, NotFound, Problem
from stories.api.http.renderers import FrozenJSON
from stories.api.http.views import Endpoint
from stories.chain import canonical
from stories.choices import Event


class FactList(Endpoint):
    """Facts in force, newest first."""

    shape = shapes.page_of(shapes.Fact)
    parameters = FactFilters
    renderer_classes = (FrozenJSON, CSV, NDJSON)

    def answer(self, query: Query) -> HttpResponseBase:  # type: ignore[override]
        """A page of the facts in force at the position of `query` that match its filters; as CSV or NDJSON, all."""
        if not isinstance(self.request.accepted_renderer, FrozenJSON):
            return self.stream(query)
        page = read_page(query, partial(log.read_facts, query.values, at=query.position, head=query.head))
        return list_page(query, page, [write_fact(*row) for row in page.rows])

    def stream(self, query: Query) -> StreamingHttpResponse:
        """All facts that match `query`, by the renderer that was accepted."""
        renderer = self.request.accepted_renderer
        for name in ("cursor", "page_size"):
            if name in query.texts:
                raise BadParameter(name, f"{renderer.media_type} has no pages: it gives every matching fact.")
        stretches = read_stretches(query.values, at=query.position, head=query.head)
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        return StreamingHttpResponse(renderer.render(stretches), content_type=f"{renderer.media_type}{charset}")


class FactDetail(Endpoint):
    """One fact: as it stands, or as it stood."""

    shape = shapes.FactAnswer
    parameters = PositionParameters

    def answer(self, query: Query, fact_id: UUID) -> Response:  # type: ignore[override]
        """The fact at the position of `query`; 410 with the public note when it was withdrawn by then."""
        row = log.read_fact(fact_id, at=query.position)
        if row is None:
            raise NotFound
        revision, event, payload, note, text = row
        if event == Event.WITHDRAWN:
            raise report_withdrawal(payload, note, position=query.position)
        members = f'"position":{query.position}'
        if query.values:  # the time or the position to read at
            ending = log.read_ending(revision, at=query.head)
            ended = canonical(describe_ending(*ending)) if ending else "null"
            members = f'"ended":{ended},{members}'
        return Response(add_members(write_fact(revision, fact_id, text), members))


class FactHistory(Endpoint):
    """Every wording that a fact has had, oldest first."""

    shape = shapes.page_of(shapes.Wording)
    parameters = PageParameters

    def answer(self, query: Query, fact_id: UUID) -> Response:  # type: ignore[override]
        """A page of the wordings published up to the position of `query`, withdrawn ones too."""
        page = read_page(query, partial(log.read_wordings, fact_id, at=query.position), begin=0)
        if not page.rows:
            raise NotFound
        return list_page(query, page, [canonical(describe_wording(*row)) for row in page.rows])


def describe_wording(
    revision: int, payload: str, note: str | None, text: str | None, ending: str | None, ending_note: str | None
) -> dict[str, Any]:
    """One wording of a fact, when it stood, and what came before and after."""
    event = read_event(payload, note)
    fact = json.loads(text) if text is not None else {}
    return {
        **{name: fact.get(name) for name in ("statement", "language", "basis", "attributed_to", "independent_sources")},
        "revision": revision,
        "event": event["event"],
        "published_at": event["at"],
        "correction": event["correction"],
        "ended": describe_ending(ending, ending_note) if ending else None,
    }


def report_withdrawal(payload: str, note: str | None, *, position: int) -> Problem:
    """410 for a fact that the publication `payload` withdrew: why, since when, and which fact replaces it."""
    event = read_event(payload, note)
    correction = event["correction"]
    detail = f"This fact was withdrawn ({correction['kind']}): {correction['note']}"
    members = {"id": event["fact_id"], **correction, "withdrawn_at": event["at"], "position": position}
    return Problem(410, detail, headers={"Position": str(position)}, **members)
