"""Middleware of both processes."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware


class PolicyMiddleware(CSPMiddleware):
    """The Content-Security-Policy of every page; an answer that brings its own, as the API's do, keeps that.

    Putting the policy of a page together takes longer than the API takes for a 304.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """`response` with a policy."""
        return response if HEADER in response else super().process_response(request, response)


class LengthMiddleware(CommonMiddleware):
    """Django's own, but for the Content-Length of an answer that has no content (RFC 9110, 8.6)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """`response` with its length, where it has one."""
        return response if response.status_code in (204, 304) else super().process_response(request, response)
