"""docs/api.md lists what is served: every parameter with its paths, every status, every header."""

import re
from typing import Any

from django.test import Client

from docs.refresh import ROOT
from stories.api import urls
from stories.api.openapi import build_schema
from tests.published import Desk

TEXT = (ROOT / "docs" / "api.md").read_text()

PATHS = {
    "FactList": "facts/",
    "Changes": "changes/",
    "Head": "head/",
}
LISTS = {"FactList", "FactHistory", "StoryList", "VersionList", "CorrectionList", "CorrectionFeed", "Changes"}


def table_under(heading: str) -> list[list[str]]:
    """The cells of the table under `heading`, without its head."""
    section = TEXT.split(f"### {heading}\n")[1].split("\n#")[0]
    return [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def views() -> list[Any]:
    """Every view that the schema describes."""
    return [getattr(one.callback, "cls", None) for one in urls.VERSION_1]


def taking(where: str) -> set[str]:
    """The views that the second column of the table of parameters speaks of."""
    everywhere = {view.__name__ for view in views()}
    but = {name for name, path in PATHS.items() if path in named(where)}
    if where.startswith("all but"):
        return everywhere - but
    return LISTS - but if where.startswith("lists") else but


def test_every_parameter_is_listed_where_it_is_taken() -> None:
    listed = {name: taking(where) for cell, where, _ in table_under("Parameters") for name in named(cell)}
    known: dict[str, set[str]] = {}
    for view in views():
        for name in view.parameters.base_filters:
            known.setdefault(name, set()).add(view.__name__)
    assert listed == known


BY_NGINX = {"413", "414", "431", "502", "504"}
"""What nginx in front of the API answers by itself (tests/stack/test_nginx.py)."""


def test_every_status_is_listed() -> None:
    listed = {row[0] for row in table_under("Statuses")}
    described = {status for path in build_schema()["paths"].values() for status in path["get"]["responses"]}
    beyond = {"204", "301", "405", "500"}  # of other methods, of no path of the API, or of nobody's choosing
    assert listed == described | beyond | BY_NGINX


def test_every_header_is_listed(client: Client, desk: Desk) -> None:
    listed = {name for row in table_under("Headers of a 200") for name in named(row[0])}
    for _ in range(2):
        desk.confirm_fact("One")
    served = set(client.get("/api/v1/facts/?page_size=1").headers)
    # X-Frame-Options is of the desk's own process; nginx compresses (tests/stack/test_nginx.py).
    assert served - {"X-Frame-Options"} == listed - {"Content-Encoding"}
