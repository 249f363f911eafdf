"""What the API says when it cannot answer: application/problem+json (RFC 9457)."""

import json
import logging
from http import HTTPStatus
from typing import Any

from django.db import OperationalError
from django.http import HttpResponse
from rest_framework.exceptions import APIException

MEDIA_TYPE = "application/problem+json"
SHARED_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Position, Retry-After",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",  # nothing in an answer is to be run
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer of the API carries, unless it brings its own."""

logger = logging.getLogger(__name__)


class Problem(APIException):
    """A request that gets no 200. `detail` tells the client what to do; `members` are added to the document."""

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.status_code = status
        self.headers = headers or {}
        self.members = members


class BadParameter(Problem):
    """400: one parameter of the query is at fault, and `parameter` names it."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(400, detail, parameter=parameter[:100])


class NotFound(Problem):
    """404: nothing published has this address, and nothing more is said."""

    def __init__(self) -> None:
        super().__init__(404, "Nothing published has this address.")


def write_problem(problem: APIException) -> HttpResponse:
    """The problem document, which no cache keeps."""
    status = problem.status_code
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(problem.detail),
        **getattr(problem, "members", {}),
    }
    headers = {**SHARED_HEADERS, "Cache-Control": "no-store", **getattr(problem, "headers", {})}
    return HttpResponse(json.dumps(document), status=status, content_type=MEDIA_TYPE, headers=headers)


def report_problem(exception: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """REST framework's EXCEPTION_HANDLER: `exception` as a problem document; None for a fault of ours, a 500."""
    if isinstance(exception, OperationalError):
        logger.error("The database did not answer %s", context["request"].path, exc_info=exception)
        exception = Problem(503, "The database does not answer.", headers={"Retry-After": "5"})
    return write_problem(exception) if isinstance(exception, APIException) else None
