"""One request to facts/ runs what a Django developer expects: REST framework's view, django-filter's fields."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

from django.test import Client
from rest_framework import renderers, views
from rest_framework.response import Response

from stories.api.filters import FactFilters, compile_conditions
from stories.api.http import negotiation, parameters
from stories.api.http import renderers as frozen
from tests.published import Desk


def trace(client: Client, path: str) -> list[tuple[str, str]]:
    """(file, function) of every call that answering `path` makes, in order."""
    calls: list[tuple[str, str]] = []

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            calls.append((frame.f_code.co_filename, frame.f_code.co_name))

    sys.setprofile(note)
    try:
        response = client.get(path)
    finally:
        sys.setprofile(None)
    assert (response.status_code, type(response)) == (200, Response)
    return calls


def test_rest_framework_dispatches_negotiates_and_renders(client: Client, desk: Desk) -> None:
    desk.confirm_fact("One")
    calls = trace(client, "/api/v1/facts/?kind=fact")
    steps = [
        (views.__file__, "dispatch"),
        (views.__file__, "initialize_request"),
        (views.__file__, "initial"),
        (views.__file__, "perform_content_negotiation"),
        (negotiation.__file__, "select_renderer"),
        (views.__file__, "determine_version"),
        (views.__file__, "finalize_response"),
        (str(Path(renderers.__file__).with_name("response.py")), "rendered_content"),
        (frozen.__file__, "render"),
    ]
    assert [call for call in dict.fromkeys(calls) if call in steps] == steps


def test_the_filters_own_field_cleans_the_value(client: Client, desk: Desk) -> None:
    cleaned = []
    field = FactFilters.base_filters["kind"].field
    clean = field.clean
    field.clean = lambda value: cleaned.append(value) or clean(value)
    try:
        trace(client, "/api/v1/facts/?kind=fact")
    finally:
        del field.clean
    assert cleaned == ["fact"]


def test_no_filter_set_is_built_for_a_request(client: Client, desk: Desk) -> None:
    assert (parameters.FilterSet.__init__.__code__.co_filename, "__init__") not in trace(
        client, "/api/v1/facts/?kind=fact"
    )


def test_every_filter_is_compiled_from_its_field_and_lookup(desk: Desk) -> None:
    assert compile_conditions() == {
        "story": "p.story = %s",
        "basis": "p.basis = %s",
        "kind": "p.kind = %s",
        "language": "p.language = %s",
        "source": "EXISTS (SELECT 1 FROM stories_publicationsource r WHERE r.slug = %s AND r.position = p.position)",
        "min_sources": "p.independent_sources >= %s",
    }
