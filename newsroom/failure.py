"""What somebody sees when a request fails: of the desk a page, of the API a problem. Nothing here asks the database."""

import re
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.defaults import bad_request, page_not_found, server_error

from stories.api import urls as api


def is_of_api(request: HttpRequest) -> bool:
    """Whether `request` means an address of the API, however many slashes it begins with."""
    return re.match("/+api(/|$)", request.path) is not None


def report_bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400 for what Django itself refuses."""
    return (api.report_bad_request if is_of_api(request) else bad_request)(request, exception)


def report_unknown(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """404 for an address that the desk does not have."""
    return (api.report_unknown if is_of_api(request) else page_not_found)(request, exception)


def report_failure(request: HttpRequest) -> HttpResponseBase:
    """What a request that raised gets: the API's answer there; 503 when the database is away or full; else 500.

    Never a word of success: whether a commit was lost on its way nobody can know, so the page says how to find out.
    """
    if is_of_api(request):
        return api.report_failure(request)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        page = render_to_string("503.html")  # without the request: even its session may lie in the database
        return HttpResponse(page, status=503, headers={"Retry-After": "10", "Cache-Control": "no-store"})
    return server_error(request)
