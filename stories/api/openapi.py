"""The OpenAPI schema of the API, made by drf-spectacular from its views, and the page that shows it."""

from functools import cache
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.template import Context, Engine
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.renderers import StaticHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from stories.api import shapes
from stories.api.examples import describe_examples
from stories.api.filters import WordsField
from stories.api.http.negotiation import NoNegotiation
from stories.api.http.parameters import MomentField, Parameters, Query, WholeNumberField
from stories.api.http.problems import MEDIA_TYPE, SHARED_HEADERS
from stories.api.http.renderers import FrozenJSON, FrozenText
from stories.api.http.views import Endpoint
from stories.chain import canonical

ANSWER_HEADERS = (
    ("ETag", "Of this answer: send it back as If-None-Match.", [200]),
    ("Position", "The position it was read at.", [200, 410]),
    ("Retry-After", "Seconds to wait before you ask again.", [429, 503]),
)
PROBLEMS = {
    400: "A parameter is at fault; `parameter` names it.",
    404: "Nothing published has this address.",
    406: "Nothing that this address serves is accepted.",
    410: "The fact was withdrawn.",
    429: "More than 50 requests a second came from one address, beyond 100 at once; ask again after `Retry-After`.",
    503: "The database does not answer; try again.",
}


class EndpointSchema(AutoSchema):
    """What drf-spectacular asks of a view, answered from what an `Endpoint` says of itself."""

    view: Endpoint  # type: ignore[override]

    def is_excluded(self) -> bool:
        """Leave out the paths that serve the schema itself."""
        return self.view.shape is None

    def get_operation_id(self) -> str:
        """The name of the view."""
        return type(self.view).__name__

    def get_summary(self) -> str:
        """The first sentence about the view."""
        return (type(self.view).__doc__ or "").partition("\n")[0].rstrip(".")

    def get_description(self) -> str:  # type: ignore[override]
        """What the view says beyond its first sentence."""
        return (type(self.view).__doc__ or "").partition("\n")[2].strip()

    def get_override_parameters(self) -> list[Any]:
        """The allow-list of the view, and the headers of its answers."""
        headers = [
            OpenApiParameter(name, str, OpenApiParameter.HEADER, description=words, response=statuses)
            for name, words, statuses in ANSWER_HEADERS
        ]
        fields = {name: one.field for name, one in self.view.parameters.base_filters.items()}
        return [
            *[OpenApiParameter(name, describe_field(one), description=one.help_text) for name, one in fields.items()],
            *headers,
        ]

    def get_request_serializer(self) -> None:
        """Nothing is ever sent."""

    def get_response_serializers(self) -> Any:
        """The shape of a 200 in each media type, and the problems."""
        view = self.view
        bodies = {
            (200, renderer.media_type): view.shape if renderer is FrozenJSON else {"type": "string"}
            for renderer in view.renderer_classes
        }
        problems = dict.fromkeys(PROBLEMS, shapes.Problem) | {410: shapes.Withdrawal}
        never = {
            404: "{" not in self.path,
            406: view.content_negotiation_class is NoNegotiation,
            410: view.shape is not shapes.FactAnswer,
        }
        found = {(status, MEDIA_TYPE): shape for status, shape in problems.items() if not never.get(status)}
        return {**bodies, **found}

    def get_examples(self) -> list[OpenApiExample]:
        """What the API really answers."""
        return describe_examples(self.get_operation_id())

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status, words in PROBLEMS.items():
            if str(status) in bodies:
                bodies[str(status)]["description"] = words
        bodies["304"] = {"description": "What you have is still the answer."}
        return dict(sorted(bodies.items()))


def describe_field(field: forms.Field) -> dict[str, Any]:
    """The JSON Schema of the values that `field` takes."""
    if isinstance(field, WholeNumberField):
        return {"type": "integer", "minimum": field.least, "maximum": field.most}
    if isinstance(field, MomentField):
        return {"type": "string", "format": "date-time"}
    if isinstance(field, forms.ChoiceField):
        values: list[tuple[str, str]] = list(field.choices)  # type: ignore[arg-type]
        return {"type": "string", "enum": [value for value, _ in values if value]}
    if isinstance(field, WordsField):
        return {"type": "string", "minLength": 1, "pattern": "[A-Za-z0-9]", "maxLength": 1000}
    longest = getattr(field, "max_length", None) or 1000
    ends = r"[^\s\x00\x1c-\x1f\x85]"  # neither NUL nor a space, of which Python knows more than other languages
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": rf"^{ends}([^\x00]*{ends})?(?!\n)$"}


@cache
def build_schema() -> dict[str, Any]:
    """The OpenAPI document; made once a process."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return schema


class OpenAPI(FrozenText):
    """The document under the name that OpenAPI has for it."""

    media_type = "application/vnd.oai.openapi+json"
    format = "openapi"


class SchemaDocument(Endpoint):
    """The OpenAPI document of this API."""

    parameters = Parameters
    renderer_classes = (FrozenJSON, OpenAPI)

    def answer(self, query: Query) -> Response:  # type: ignore[override]
        """The document as JSON, which is YAML, too."""
        return Response(canonical(build_schema()))


# An engine of its own: the process's, if it has one, knows the tags of the desk's pages, and with them the admin.
PAGES = Engine(app_dirs=True, libraries={"static": "django.templatetags.static"})


class DocsPage(Endpoint):
    """The OpenAPI document as a page for people, without a byte from elsewhere."""

    parameters = Parameters
    renderer_classes = (StaticHTMLRenderer,)
    content_negotiation_class = NoNegotiation

    def get(self, request: Request, **path: Any) -> HttpResponseBase:
        """The page, or 304 for it, allowed to run Swagger UI: script and style of this server, icons as data: URLs."""
        response = super().get(request, **path)
        policy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
        self.headers = {**SHARED_HEADERS, "Content-Security-Policy": policy}
        return response

    def answer(self, query: Query) -> Response:  # type: ignore[override]
        """The page; a script of ours starts Swagger UI, so that no inline script or style is needed."""
        return Response(PAGES.get_template("stories/api/docs.html").render(Context()))
