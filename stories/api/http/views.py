"""The view that every path of the API is: parameters, the position to read at, ETag, headers."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from stories.api import log
from stories.api.http.lease import require_lease
from stories.api.http.paging import pin_position
from stories.api.http.parameters import Parameters, PositionParameters, Query, read_parameters
from stories.api.http.problems import SHARED_HEADERS, BadParameter, Problem
from stories.api.http.renderers import FrozenJSON

METHODS = "GET, HEAD, OPTIONS"
# nginx takes max-age=0 for "never keep"; its own header, which it hands on to nobody, lets it keep what it asks about.
KEEP_BUT_ASK = {"Cache-Control": "max-age=0, must-revalidate", "X-Accel-Expires": "@1", "Vary": "Accept"}
PREFLIGHT = {
    "Allow": METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, X-Requested-With",
    "Access-Control-Max-Age": "86400",
}
"""The headers that answer OPTIONS and a browser's preflight request."""


@cache
def name_release() -> str:
    """What is running: RELEASE of the settings, or else a digest of the API's own sources."""
    if release := getattr(settings, "RELEASE", ""):
        return str(release)
    folder = Path(__file__).parent.parent
    sources = sorted([*folder.glob("**/*.py"), *folder.glob("*.json")])
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def write_etag(*, head: int, head_hash: str, path: str, media_type: str, query: str) -> str:
    """The entity tag of an answer. All that decides an answer goes in, so that no text need be read for it.

    The head's hash, since a position alone may mean something else after a failover or a restore.
    """
    facts = f"{name_release()}\n{head}\n{head_hash}\n{path}\n{media_type}\n{query}"
    return f'"{hashlib.sha256(facts.encode("utf-8", "surrogateescape")).hexdigest()[:32]}"'


class Endpoint(APIView, ABC):
    """A read-only path. Subclasses say what they serve in `answer`; the rest is the same everywhere."""

    http_method_names = ["get", "head", "options"]
    renderer_classes: Sequence[type[BaseRenderer]] = (FrozenJSON,)
    parameters: type[Parameters] = PositionParameters
    shape: Any = None
    """The serializer that describes a JSON answer in the OpenAPI schema."""
    default_response_headers = SHARED_HEADERS
    query: Query

    @abstractmethod
    def answer(self, query: Query, **path: Any) -> HttpResponseBase:
        """The answer to `query`; raises `Problem` when there is none."""

    def initial(self, request: Request, *args: Any, **path: Any) -> None:
        """Check the parameters, choose the renderer, refuse when this copy of the log may be out of date."""
        if request.method in ("GET", "HEAD"):
            self.query = read_parameters(request.path, request.META.get("QUERY_STRING", ""), self.parameters)
            super().initial(request, *args, **path)
            if settings.LEASE is not None:
                require_lease()

    def get(self, request: Request, **path: Any) -> HttpResponseBase:
        """200, or 304 for what the client has: that is known from the head of the log alone."""
        query = self.query
        query.head, head_hash = log.read_head()
        etag = write_etag(
            head=query.head,
            head_hash=head_hash,
            path=self.locate(request),
            media_type=request.accepted_media_type,
            query=request.META.get("QUERY_STRING", ""),
        )
        headers = {"ETag": etag, **KEEP_BUT_ASK}
        known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
        if etag in known or f"W/{etag}" in known:
            return HttpResponseNotModified(headers=headers)
        query.position = find_position(query)
        pin_position(query)
        response = self.answer(query, **path)
        if known == ["*"]:  # only now do we know that there is a 200 to spare
            return HttpResponseNotModified(headers=headers)
        for name, value in headers.items():
            response.headers[name] = value
        response.headers["Position"] = str(query.position)
        return response

    def options(self, request: HttpRequest, *args: Any, **path: Any) -> Any:
        """204 with what may be asked."""
        return HttpResponse(status=204, headers=PREFLIGHT)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **path: Any) -> NoReturn:
        """405."""
        raise Problem(405, "This API is read-only.", headers={"Allow": METHODS})

    def handle_exception(self, exception: Exception) -> Any:
        """The answer when there is none; after the database failed, the answer on a fresh connection.

        A server that restarted and a writer that was killed both leave an open connection useless.
        """
        if isinstance(exception, OperationalError) and not connection.in_atomic_block:
            connection.close()
            try:
                self.initial(self.request, **self.kwargs)
                return self.get(self.request, **self.kwargs)
            except Exception as second:
                exception = second
        return super().handle_exception(exception)

    def locate(self, request: Request) -> str:
        """What of the address decides the answer: the path, unless a subclass prints more of it."""
        return request.path


def find_position(query: Query) -> int:
    """The position that `query` asks for: what will be in force later, nobody knows."""
    if "as_of" in query.values:
        return log.read_position_at(query.values["as_of"])
    position: int = query.values.get("at", query.head)
    if position > query.head:
        raise BadParameter("at", f"The log ends at position {query.head}.")
    return position
