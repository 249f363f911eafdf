"""Addresses of the API. All that is not one of them is a problem document, too."""

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, path, re_path, register_converter, resolve
from django.urls.converters import UUIDConverter
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from stories.api.changes import Changes, Head
from stories.api.corrections import CorrectionFeed, CorrectionList
from stories.api.diffs import DiffToNow, VersionDiff
from stories.api.facts import FactDetail, FactHistory, FactList
from stories.api.openapi import DocsPage, SchemaDocument
from stories.api.problems import NotFound, Problem
from stories.api.stories import StoryDetail, StoryList
from stories.api.versions import VersionDetail, VersionList


@extend_schema_field(OpenApiTypes.UUID)
class FactIdConverter(UUIDConverter):
    """A UUID in an address, in small letters or in capitals (RFC 9562)."""

    regex = UUIDConverter.regex.replace("a-f", "a-fA-F")


register_converter(FactIdConverter, "fact")


@csrf_exempt
def report_unknown(request: HttpRequest) -> HttpResponseBase:
    """404 for an address that the API does not have; one that only lacks its last slash is redirected to."""
    if not request.path_info.endswith("/") and request.method in ("GET", "HEAD"):
        try:
            known = resolve(f"{request.path_info}/").func is not report_unknown
        except Resolver404:
            known = False
        if known:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{request.path}/{'?' if query else ''}{query}")
    return respond(NotFound())


def report_failure(request: HttpRequest) -> HttpResponseBase:
    """500 for a fault of ours."""
    return respond(Problem(500, "The fault is ours. It has been logged."))


def respond(problem: Problem) -> HttpResponseBase:
    """`problem` as a response, where no endpoint answers."""
    answer = problem.answer()
    answer.share_headers()
    return answer.as_response()


urlpatterns = [
    path("v1/facts/", FactList.as_view()),
    path("v1/facts/<fact:fact_id>/", FactDetail.as_view()),
    path("v1/facts/<fact:fact_id>/history/", FactHistory.as_view()),
    path("v1/stories/", StoryList.as_view()),
    path("v1/stories/<slug:slug>/", StoryDetail.as_view()),
    path("v1/stories/<slug:slug>/versions/", VersionList.as_view()),
    path("v1/stories/<slug:slug>/versions/<int:number>/", VersionDetail.as_view()),
    path("v1/stories/<slug:slug>/versions/<int:number>/diff/now/", DiffToNow.as_view()),
    path("v1/stories/<slug:slug>/versions/<int:number>/diff/<int:other>/", VersionDiff.as_view()),
    path("v1/stories/<slug:slug>/corrections/", CorrectionList.as_view()),
    path("v1/stories/<slug:slug>/corrections.atom", CorrectionFeed.as_view()),
    path("v1/changes/", Changes.as_view()),
    path("v1/head/", Head.as_view()),
    path("schema/", SchemaDocument.as_view()),
    path("docs/", DocsPage.as_view()),
    re_path(r"^", report_unknown),
]
