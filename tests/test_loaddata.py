"""Safe loaddata: rows that exist are kept, the desk is checked, and a bad fixture leaves nothing behind."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from stories.models import Source

SOURCES = [
    {"model": "stories.source", "fields": {"slug": "courier", "name": "The Courier", "kind": "outlet"}},
    {"model": "stories.source", "fields": {"slug": "wire", "name": "Wire", "kind": "agency"}},
]


@pytest.fixture
def fixture(tmp_path: Path):
    """Write `rows` as sources.json and load it; returns what was printed."""

    def load(rows: object) -> str:
        path = tmp_path / "sources.json"
        path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
        out = io.StringIO()
        call_command("loaddata", str(path), stdout=out, stderr=out)
        return out.getvalue()

    return load


def names() -> list[str]:
    return list(Source.objects.order_by("slug").values_list("name", flat=True))


@pytest.mark.django_db
def test_a_second_load_changes_nothing(fixture) -> None:
    fixture(SOURCES)
    assert "Kept 2 row(s) that existed already; 0 differ." in fixture(SOURCES)
    assert names() == ["The Courier", "Wire"]


@pytest.mark.django_db
def test_a_row_that_people_edited_is_kept_and_listed(fixture) -> None:
    fixture(SOURCES)
    Source.objects.filter(slug="wire").update(name="The Wire")
    assert "sources.json: stories.source wire exists and was kept; it differs in name." in fixture(SOURCES)
    assert names() == ["The Courier", "The Wire"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (json.dumps(SOURCES)[:-9], "sources.json: this is no JSON: Unterminated string"),
        (
            [*SOURCES, {"model": "stories.source", "fields": {"slug": "x", "name": "X", "kind": "rumour"}}],
            "sources.json: stories.source x: kind “rumour” is not one of: outlet, agency, document, person, "
            "institution, anonymous-person.",
        ),
        (
            [*SOURCES, {"model": "stories.alias", "fields": {"source": ["nobody"], "text": "N", "printable": True}}],
            "sources.json",
        ),
    ],
    ids=["truncated", "unknown choice", "dangling reference"],
)
def test_a_bad_fixture_is_one_clear_error_and_no_row(fixture, rows, said) -> None:
    with pytest.raises(CommandError) as error:
        fixture(rows)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert names() == []
