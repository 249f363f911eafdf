"""The way of an API request through the API-only process: from the server straight to its endpoint.

Django's handler, middleware, resolver and request signals cost more than most answers do, and an `Endpoint` needs none
of them: it brings every header, reads no cookie, and opens a connection that broke anew by itself. What is not an
endpoint goes the usual way. Both ways give the same answer, to the header; a test holds that.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from django.core.exceptions import DisallowedHost
from django.core.handlers.exception import response_for_exception
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import Resolver404, ResolverMatch, resolve

from stories.api.endpoint import Endpoint

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KNOWN_PATHS = 1_024
"""Paths whose endpoint a worker remembers: at their longest, 4 MB."""


@lru_cache(KNOWN_PATHS)
def find_endpoint(path: str) -> ResolverMatch | None:
    """The endpoint that serves `path`; None when no endpoint does."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return match if issubclass(getattr(match.func, "cls", object), Endpoint) else None


def serve_directly(usual: WSGIHandler) -> WSGIApplication:
    """A WSGI application that answers for endpoints itself and leaves all else to `usual`."""

    def application(environ: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
        request = WSGIRequest(environ)
        match = find_endpoint(request.path_info)
        if match is None or not is_our_host(request):
            return usual(environ, respond)
        response = answer(request, match)
        headers = list(response.headers.items())
        if isinstance(response, StreamingHttpResponse):
            pieces: Iterable[bytes] = cast("Iterable[bytes]", response.streaming_content)
        else:
            pieces = [response.content]
            if response.status_code not in (204, 304) and "Content-Length" not in response.headers:
                headers.append(("Content-Length", str(len(response.content))))
        respond(f"{response.status_code} {response.reason_phrase}", headers)
        return pieces

    return application


def is_our_host(request: WSGIRequest) -> bool:
    """Whether `request` names a host of ALLOWED_HOSTS."""
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


def answer(request: WSGIRequest, match: ResolverMatch) -> HttpResponse | StreamingHttpResponse:
    """What the endpoint of `match` answers; a fault gets what Django makes of it: logged, and a 500."""
    try:
        response: HttpResponse | StreamingHttpResponse = match.func(request, **match.kwargs)
    except Exception as fault:
        response = response_for_exception(request, fault)
    return response
