"""What every path of the API does alike: methods, parameters, the position to read at, ETag, headers, problems."""

import hashlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.views import APIView

from stories.api import log
from stories.api.answers import Answer
from stories.api.lease import require_lease
from stories.api.parameters import Parameters, PositionParameters, Query, read_parameters
from stories.api.problems import BadParameter, Problem

JSON = "application/json"
METHODS = "GET, HEAD, OPTIONS"
# nginx takes max-age=0 for "never keep"; its own header, which it hands on to nobody, lets it keep what it asks about.
KEEP_BUT_ASK = {"Cache-Control": "max-age=0, must-revalidate", "X-Accel-Expires": "@1"}

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Ask:
    """What a request asks: where, which parameters, in which media type, read at which position."""

    request: HttpRequest
    query: Query
    media_type: str
    head: int
    position: int

    @property
    def pinned(self) -> bool:
        """Whether the request names the time or position to read at."""
        return "at" in self.query.values or "as_of" in self.query.values


@dataclass(slots=True)
class Document:
    """An answer: its text, whole or in pieces, and the pages beside it."""

    body: str | Iterator[str]
    next: str | None = None
    previous: str | None = None


@cache
def name_release() -> str:
    """What is running: RELEASE of the settings, or else a digest of the API's own sources."""
    if release := getattr(settings, "RELEASE", ""):
        return str(release)
    folder = Path(__file__).parent
    sources = sorted([*folder.glob("**/*.py"), *folder.glob("*.json")])
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def choose_media_type(accept: str, offered: tuple[str, ...]) -> str:
    """The one of `offered` that the Accept header `accept` prefers; the first when it does not care. 406 for none."""
    if accept in ("", "*/*", offered[0]):
        return offered[0]
    ranges = []
    for part in accept.split(","):
        name, *extra = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for piece in extra:
            if piece.startswith("q="):
                try:
                    quality = float(piece[2:])
                except ValueError:
                    quality = 0.0
        ranges.append((name, quality))

    def weigh(media_type: str) -> float:
        # The most specific range that fits decides (RFC 9110, 12.5.1).
        for fitting in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
            if weights := [quality for name, quality in ranges if name == fitting]:
                return max(weights)
        return 0.0

    best = max(offered, key=weigh)  # the first of equals
    if weigh(best) <= 0:
        raise Problem(406, f"This address serves: {', '.join(offered)}.")
    return best


def write_etag(*, head: int, head_hash: str, path: str, media_type: str, query: str) -> str:
    """The entity tag of an answer. All that decides an answer goes in, so that no text need be read for it.

    The head's hash, since a position alone may mean something else after a failover or a restore.
    """
    facts = f"{name_release()}\n{head}\n{head_hash}\n{path}\n{media_type}\n{query}"
    return f'"{hashlib.sha256(facts.encode("utf-8", "surrogateescape")).hexdigest()[:32]}"'


def matches_etag(header: str, etag: str) -> bool:
    """Whether If-None-Match names `etag` (weak comparison). `*` names nothing in particular: see `Endpoint.serve`."""
    return any(tag.strip().removeprefix("W/") == etag for tag in header.split(","))


class Endpoint(APIView, ABC):
    """A read-only path. Subclasses say what they serve in `get`; the rest is the same everywhere.

    A DRF view, so that the schema generator finds it; requests go straight to `get`, past DRF's own request,
    content negotiation and serializers, which cost more than the answer does.
    """

    parameters: type[Parameters] = PositionParameters
    shape: Any = None
    """The serializer that describes a JSON answer in the OpenAPI schema."""
    media_types: tuple[str, ...] = (JSON,)
    negotiates = True
    own_headers: Mapping[str, str] = MappingProxyType({})
    """What its answers carry in place of a shared header."""

    @abstractmethod
    def get(self, ask: Ask, **path: Any) -> Document:
        """The answer to `ask`; raises `Problem` when there is none."""

    def dispatch(self, request: HttpRequest, *args: Any, **path: Any) -> HttpResponseBase:
        """The response to `request` where Django asks for it."""
        return self.answer(request, path).as_response()

    def answer(self, request: HttpRequest, path: dict[str, Any]) -> Answer:
        """The answer to `request`, whatever becomes of it."""
        try:
            answer = self.serve(request, path)
        except Problem as problem:
            answer = problem.answer()
        except OperationalError:
            answer = self.serve_again(request, path)
        answer.share_headers()
        if request.method == "HEAD":
            answer.strip_body()
        return answer

    def serve_again(self, request: HttpRequest, path: dict[str, Any]) -> Answer:
        """The answer after the database failed once: on a fresh connection, or 503 when that fails, too.

        A server that restarted and a writer that was killed both leave an open connection useless.
        """
        if not connection.in_atomic_block:
            connection.close()
            try:
                return self.serve(request, path)
            except Problem as problem:
                return problem.answer()
            except OperationalError:
                pass
        logger.exception("The database did not answer %s", request.path)
        return Problem(503, "The database does not answer.", headers={"Retry-After": "5"}).answer()

    def serve(self, request: HttpRequest, path: dict[str, Any]) -> Answer:
        """The answer to `request`: 200, 204 or 304; raises `Problem` otherwise."""
        if request.method == "OPTIONS":
            return Answer(204, describe_methods())
        if request.method not in ("GET", "HEAD"):
            raise Problem(405, "This API is read-only.", headers={"Allow": METHODS})
        raw = request.META.get("QUERY_STRING", "")
        query = read_parameters(raw, self.parameters)
        accept = request.META.get("HTTP_ACCEPT", "") if self.negotiates else ""
        media_type = choose_media_type(accept, self.media_types)
        if settings.LEASE is not None:
            require_lease()
        head, head_hash = log.read_head()
        etag = write_etag(head=head, head_hash=head_hash, path=self.locate(request), media_type=media_type, query=raw)
        headers = {"ETag": etag, **KEEP_BUT_ASK, "Vary": "Accept", **self.own_headers}
        known = request.META.get("HTTP_IF_NONE_MATCH", "")
        if known and matches_etag(known, etag):
            return Answer(304, headers)
        ask = Ask(request, query, media_type, head, head)
        if "at" in query.values:
            ask.position = check_position(query.values["at"], head=head)
        elif "as_of" in query.values:
            ask.position = log.read_position_at(query.values["as_of"])
        document = self.get(ask, **path)
        if known.strip() == "*":  # only now do we know that there is a 200 to spare
            return Answer(304, headers)
        headers["Position"] = str(ask.position)
        links = [f'<{link}>; rel="{rel}"' for rel in ("next", "previous") if (link := getattr(document, rel))]
        if links:
            headers["Link"] = ", ".join(links).replace('rel="previous"', 'rel="prev"')
        headers["Content-Type"] = (
            media_type if media_type.startswith("application/") else f"{media_type}; charset=utf-8"
        )
        body = document.body
        return Answer(200, headers, body.encode() if isinstance(body, str) else map(str.encode, body))

    def locate(self, request: HttpRequest) -> str:
        """What of the address decides the answer: the path, unless a subclass prints more of it."""
        return request.path


def check_position(position: int, *, head: int) -> int:
    """`position`, if the log has got there: what will be in force later, nobody knows."""
    if position > head:
        raise BadParameter("at", f"The log ends at position {head}.")
    return position


def describe_methods() -> dict[str, str]:
    """The headers that answer OPTIONS and a browser's preflight request."""
    return {
        "Allow": METHODS,
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": "Accept, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
