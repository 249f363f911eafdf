"""Addresses of the API. All that is not one of them is a problem document, too."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, include, path, re_path, register_converter, resolve
from django.urls.converters import UUIDConverter
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from stories.api.changes import Changes, Head
from stories.api.corrections import CorrectionFeed, CorrectionList
from stories.api.diffs import DiffToNow, VersionDiff
from stories.api.facts import FactDetail, FactHistory, FactList
from stories.api.http.problems import SHARED_HEADERS, NotFound, Problem, write_problem
from stories.api.http.views import PREFLIGHT
from stories.api.openapi import DocsPage, SchemaDocument
from stories.api.stories import StoryDetail, StoryList
from stories.api.versions import VersionDetail, VersionList


@extend_schema_field(OpenApiTypes.UUID)
class FactIdConverter(UUIDConverter):
    """A UUID in an address, in small letters or in capitals (RFC 9562)."""

    regex = UUIDConverter.regex.replace("a-f", "a-fA-F")


register_converter(FactIdConverter, "fact")


@csrf_exempt
@no_append_slash
def report_unknown(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """404 for an address that the API does not have; one that only lacks its last slash is redirected to.

    For a page elsewhere, too: its browser asks first whether it may, and follows only what says that it may.
    """
    if request.method in ("GET", "HEAD", "OPTIONS") and lacks_slash(request.path_info):
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={**SHARED_HEADERS, **PREFLIGHT})
        query = request.META.get("QUERY_STRING", "")
        there = f"{request.path}/{'?' if query else ''}{query}"
        return HttpResponsePermanentRedirect(there, headers=SHARED_HEADERS)
    return write_problem(NotFound())


def lacks_slash(path: str) -> bool:
    """Whether `path` is an address of the API but for its last slash."""
    try:
        return not path.endswith("/") and resolve(f"{path}/").func is not report_unknown
    except Resolver404:
        return False


def report_bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400 for what Django itself refuses, such as a host that is not ours."""
    return write_problem(Problem(400, "This is no request that can be answered here."))


def report_failure(request: HttpRequest) -> HttpResponseBase:
    """500 for a fault of ours."""
    return write_problem(Problem(500, "The fault is ours. It has been logged."))


VERSION_1 = [
    path("facts/", FactList.as_view()),
    path("facts/<fact:fact_id>/", FactDetail.as_view()),
    path("facts/<fact:fact_id>/history/", FactHistory.as_view()),
    path("stories/", StoryList.as_view()),
    path("stories/<slug:slug>/", StoryDetail.as_view()),
    path("stories/<slug:slug>/versions/", VersionList.as_view()),
    path("stories/<slug:slug>/versions/<int:number>/", VersionDetail.as_view()),
    path("stories/<slug:slug>/versions/<int:number>/diff/now/", DiffToNow.as_view()),
    path("stories/<slug:slug>/versions/<int:number>/diff/<int:other>/", VersionDiff.as_view()),
    path("stories/<slug:slug>/corrections/", CorrectionList.as_view()),
    path("stories/<slug:slug>/corrections.atom", CorrectionFeed.as_view()),
    path("changes/", Changes.as_view()),
    path("head/", Head.as_view()),
]
urlpatterns = [
    path("v1/", include((VERSION_1, "v1"))),
    path("schema/", SchemaDocument.as_view()),
    path("docs/", DocsPage.as_view()),
    re_path(r"^", report_unknown),
]
