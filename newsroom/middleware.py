"""Middleware of both processes."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest


def match_content(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware, outside all other: what an answer carries and says of its content (RFC 9110, 8.6 and 9.3.2).

    204 and 304 have none and say nothing of it. To HEAD none is sent: what it says is as for GET, and no stream begins.
    """

    def answer(request: HttpRequest) -> Any:
        response = get_response(request)
        if response.status_code in (204, 304):
            del response.headers["Content-Type"], response.headers["Content-Length"]
        elif response.streaming:
            if request.method == "HEAD":
                response.streaming_content = ()
        else:
            response.headers["Content-Length"] = str(len(response.content))
            if request.method == "HEAD":
                response.content = b""
        return response

    return answer
