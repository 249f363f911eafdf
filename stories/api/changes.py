"""changes/ and head/: the public log itself, for whoever keeps a copy of it."""

import json

from rest_framework.response import Response

from stories.api import log, shapes
from stories.api.documents import write_event
from stories.api.filters import USUAL_FEED_PAGE, ChangeParameters
from stories.api.http.parameters import Parameters, Query
from stories.api.http.views import Endpoint


class Changes(Endpoint):
    """Every publication after a position, oldest first."""

    shape = shapes.Changes
    parameters = ChangeParameters

    def answer(self, query: Query) -> Response:  # type: ignore[override]
        """The events after `after`, and `last`: the `after` of the next request.

        `last` is the last position looked at, so that a client that follows one story does not look twice; it never
        goes back, not even on a copy of the log that lags behind the one the client read before.
        """
        given = query.values
        after, size = given.get("after", 0), given.get("page_size", USUAL_FEED_PAGE)
        rows = log.read_changes(after=after, at=query.position, story=given.get("story"), size=size)
        last = rows[-1][0] if len(rows) == size else max(after, query.position)
        results = ",".join(write_event(*row[1:]) for row in rows)
        return Response(f'{{"position":{query.position},"results":[{results}],"last":{last}}}')


class Head(Endpoint):
    """Where the public log ends."""

    shape = shapes.Head
    parameters = Parameters

    def answer(self, query: Query) -> Response:  # type: ignore[override]
        """Position, hash and time of the newest publication; 0, "" and null on an empty log."""
        row = log.read_publication(query.position)
        hash_, at = (row[0], json.loads(row[1])["at"]) if row else ("", None)
        return Response(f'{{"position":{query.position},"hash":{json.dumps(hash_)},"at":{json.dumps(at)}}}')
