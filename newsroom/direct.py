"""The way of an API request through the API-only process: from the server straight to its endpoint.

Django's handler, middleware, resolver, responses and request signals cost more than most answers do, and an `Endpoint`
needs none of them: it keeps nothing of a request, brings every header, reads no cookie, and opens a connection that
broke anew by itself. What is not an endpoint goes the usual way. Both ways give the same answer, to the header; a test
holds that.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import DisallowedHost
from django.core.handlers.exception import response_for_exception
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.urls import Resolver404, resolve

from stories.api.answers import Answer
from stories.api.endpoint import Endpoint

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KNOWN_PATHS = 1_024
"""Paths whose endpoint a worker remembers: at their longest, 4 MB."""


@lru_cache(KNOWN_PATHS)
def find_endpoint(path: str) -> tuple[Endpoint, dict[str, Any]] | None:
    """The endpoint that serves `path`, with what it takes from the path; None when no endpoint does."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    view: Any = getattr(match.func, "cls", object)
    endpoint = view() if issubclass(view, Endpoint) else None
    return (endpoint, match.kwargs) if endpoint else None


def serve_directly(usual: WSGIHandler) -> WSGIApplication:
    """A WSGI application that answers for endpoints itself and leaves all else to `usual`."""

    def application(environ: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
        request = WSGIRequest(environ)
        found = find_endpoint(request.path_info)
        if found is None or not is_our_host(request):
            return usual(environ, respond)
        endpoint, path = found
        try:
            answer = endpoint.answer(request, path)
        except Exception as fault:
            answer = report_fault(request, fault)
        respond(answer.status_line, list(answer.headers.items()))
        return [answer.body] if isinstance(answer.body, bytes) else answer.body

    return application


def is_our_host(request: WSGIRequest) -> bool:
    """Whether `request` names a host of ALLOWED_HOSTS."""
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


def report_fault(request: WSGIRequest, fault: Exception) -> Answer:
    """What Django makes of `fault`: it is logged, and the answer is a 500."""
    response = response_for_exception(request, fault)
    headers = {**response.headers, "Content-Length": str(len(response.content))}
    return Answer(response.status_code, headers, response.content)
