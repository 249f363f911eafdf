"""What every test of the API shares: a desk to publish from and a way to read."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from stories.api.openapi import build_schema
from tests.published import Desk

Read = Callable[..., Any]


@cache
def operations() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """A pattern of each documented path, the most specific first, with what it answers."""
    paths = build_schema()["paths"]
    return [
        (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), paths[path]["get"]["responses"])
        for path in sorted(paths, key=lambda path: path.count("{"))
    ]


@cache
def validator_of(reference: str) -> Draft202012Validator:
    schema = {"$ref": reference, "components": build_schema()["components"]}
    return Draft202012Validator(schema, format_checker=FormatChecker())


class SchemaClient(Client):
    """A client that holds every answer against the OpenAPI schema: its status, media type, headers and body."""

    def request(self, **environ: Any) -> Any:
        response = super().request(**environ)
        responses = next((known for path, known in operations() if path.fullmatch(environ["PATH_INFO"])), None)
        if responses is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return response
        described = responses[str(response.status_code)]
        assert set(described.get("headers", ())) <= set(response.headers)
        if response.status_code != 304:
            media_type = response.headers["Content-Type"].partition(";")[0]
            schema = described["content"][media_type]["schema"]
            if environ["REQUEST_METHOD"] == "GET" and "$ref" in schema:
                validator_of(schema["$ref"]).validate(response.json())
        return response


@pytest.fixture
def client() -> Client:
    return SchemaClient()


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


@pytest.fixture
def read(client: Client, db: None) -> Read:
    """GET of an address under /api/v1/: the document of a 200, anything else fails the test."""

    def read(path: str, **headers: str) -> Any:
        response = client.get(path if path.startswith("/") else f"/api/v1/{path}", headers=headers)
        assert response.status_code == 200, (path, response.content)
        return response.json()

    return read


@pytest.fixture
def lasting_connection(db: None) -> Iterator[None]:
    """As in Django's test client: the connection, which holds the test's transaction, outlives the request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
