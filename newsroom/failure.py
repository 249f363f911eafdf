"""What somebody sees when a request fails for a reason of ours. Nothing here asks the database."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.defaults import server_error

from stories.api.urls import report_failure as report_api_failure


def report_failure(request: HttpRequest) -> HttpResponseBase:
    """The answer to a request that raised: the API's under /api/; 503 when the database is away or full; else 500.

    Never a word of success: whether a commit was lost on its way nobody can know, so the page says how to find out.
    """
    if request.path.startswith("/api/"):
        return report_api_failure(request)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        page = render_to_string("503.html")  # without the request: even its session may lie in the database
        return HttpResponse(page, status=503, headers={"Retry-After": "10", "Cache-Control": "no-store"})
    return server_error(request)
