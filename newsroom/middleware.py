"""Middleware of both processes."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from newsroom.failure import is_of_api


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


def refuse_unmeasured(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware of the desk: what is too long, or does not say how long it is, is refused before any of it is read.

    413 for more than a form may hold (DATA_UPLOAD_MAX_MEMORY_SIZE), 411 for what comes in pieces of a length that
    nobody stated: nothing of the desk sends such. The API reads no content.
    """

    def answer(request: HttpRequest) -> Any:
        if is_of_api(request):
            return get_response(request)
        most, length = settings.DATA_UPLOAD_MAX_MEMORY_SIZE, request.META.get("CONTENT_LENGTH") or "0"
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return HttpResponse(render_to_string("411.html"), status=411)
        if not length.isdecimal() or int(length[:20]) > most:
            return HttpResponse(render_to_string("413.html", {"most": most}), status=413)
        return get_response(request)

    return answer
