"""/api/schema/ and /api/docs/: what is served is described, and described is what is served.

That every answer in these tests is valid by the schema, `SchemaClient` in conftest holds.
"""

from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import ValidationError

from stories.api import urls
from stories.api.http.views import Endpoint
from stories.api.openapi import build_schema
from tests.api.conftest import validator_of


def test_it_is_openapi_3_1_and_made_without_a_warning() -> None:
    with redirect_stderr(StringIO()) as warnings:
        schema = SchemaGenerator().get_schema(public=True)
    assert warnings.getvalue() == ""
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)


def test_every_address_is_described() -> None:
    served = {pattern.callback.cls.__name__ for pattern in urls.VERSION_1}  # type: ignore[attr-defined]
    assert {path["get"]["operationId"] for path in build_schema()["paths"].values()} == served


def test_every_parameter_is_described() -> None:
    for pattern in urls.VERSION_1:
        view: Any = getattr(pattern.callback, "cls", None)
        assert issubclass(view, Endpoint)
        (operation,) = [
            path["get"] for path in build_schema()["paths"].values() if path["get"]["operationId"] == view.__name__
        ]
        described = {entry["name"] for entry in operation.get("parameters", ()) if entry["in"] == "query"}
        assert described == set(view.parameters.base_filters)


def test_every_problem_is_described_and_one_that_passes_says_when_to_ask_again() -> None:
    for path in build_schema()["paths"].values():
        answers = path["get"]["responses"]
        assert {"400", "429", "503"} <= answers.keys()
        assert [status for status in answers if status != "200" and not answers[status]["description"]] == []
        assert {status for status in answers if "Retry-After" in answers[status].get("headers", {})} == {"429", "503"}


def test_every_address_has_an_example_of_each_media_type_and_it_is_valid() -> None:
    for path in build_schema()["paths"].values():
        for status, response in path["get"]["responses"].items():
            for media_type, content in response.get("content", {}).items():
                examples = [example["value"] for example in content.get("examples", {}).values()]
                assert examples or status != "200", (path["get"]["operationId"], media_type)
                for example in examples:
                    if "$ref" in content["schema"]:
                        validator_of(content["schema"]["$ref"]).validate(example)


def test_it_is_served_as_json(client: Client, db: None) -> None:
    for accept, media_type in (
        ("*/*", "application/json"),
        ("application/vnd.oai.openapi+json, */*;q=0.1", "application/vnd.oai.openapi+json"),
    ):
        response = client.get("/api/schema/", headers={"accept": accept})
        assert response.headers["Content-Type"] == media_type
        assert response.json() == build_schema()


def test_the_schema_would_notice_a_missing_member() -> None:
    head = {"position": 1, "hash": "x", "at": None}
    validator_of("#/components/schemas/Head").validate(head)
    with pytest.raises(ValidationError):
        validator_of("#/components/schemas/Head").validate({"position": 1, "hash": "x"})


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(client: Client, db: None) -> None:
    response = client.get("/api/docs/", headers={"accept": "application/json"})
    page = response.content.decode()
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert "://" not in page
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    for asset in (
        "stories/api/docs.js",
        *(
            f"drf_spectacular_sidecar/swagger-ui-dist/{name}"
            for name in ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")
        ),
    ):
        assert f"static/{asset}" in page
        assert Path(finders.find(asset) or "").is_file()
