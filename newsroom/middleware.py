"""Middleware of both processes."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware


class LengthMiddleware(CommonMiddleware):
    """Django's own, but for the Content-Length of an answer that has no content (RFC 9110, 8.6)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """`response` with its length, where it has one."""
        return response if response.status_code in (204, 304) else super().process_response(request, response)
