"""An answer as it goes out: status, headers, body; whatever carries it, Django or the server itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

SHARED_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Position",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",  # nothing in an answer is to be run
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer of the API carries, unless it brings its own."""
STATUS_LINES = {status: f"{status} {status.phrase}" for status in HTTPStatus}


@dataclass(slots=True)
class Answer:
    """What the API answers. A body in pieces (bytes) is a stream of unknown length."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Iterator[bytes] = b""

    @property
    def status_line(self) -> str:
        """Status and reason, as WSGI wants them."""
        return STATUS_LINES[HTTPStatus(self.status)]

    def share_headers(self) -> None:
        """Add the headers that every answer carries, and the length where it is known."""
        self.headers = {**SHARED_HEADERS, **self.headers}
        if isinstance(self.body, bytes) and self.status not in (204, 304):
            self.headers["Content-Length"] = str(len(self.body))

    def strip_body(self) -> None:
        """Leave the headers: the answer to HEAD. A stream that nobody has begun to read holds nothing."""
        self.body = b""

    def as_response(self) -> HttpResponseBase:
        """The answer as a response of Django's."""
        response: HttpResponseBase
        if isinstance(self.body, bytes):
            response = HttpResponse(self.body, status=self.status, headers=self.headers)
        else:
            response = StreamingHttpResponse(self.body, status=self.status, headers=self.headers)
        if "Content-Type" not in self.headers:
            del response.headers["Content-Type"]  # Django's own guess
        return response
