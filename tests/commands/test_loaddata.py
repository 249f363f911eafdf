"""Safe loaddata: rows that exist are kept, the desk is checked, and a bad fixture leaves nothing behind."""

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from stories.management.commands.build_fixtures import FIXTURES
from stories.models import Alias, Change, Evidence, Source
from tests.world import on_record

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
    on_record(Source.objects.filter(slug="wire"), name="The Wire")
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
            "sources.json: stories.alias nobody, N: source: there is no stories.source “nobody”.",
        ),
        (
            [{"model": "stories.story", "fields": {"slug": "t", "title": "T", "created_at": "yesterday"}}],
            "sources.json: stories.story t: created_at: “yesterday” value has an invalid format.",
        ),
    ],
    ids=["truncated", "unknown choice", "dangling reference", "no time"],
)
def test_a_bad_fixture_is_one_clear_error_and_no_row(fixture, rows, said) -> None:
    with pytest.raises(CommandError) as error:
        fixture(rows)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert names() == []


@pytest.mark.django_db
def test_a_fixture_that_is_not_there_is_named_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        call_command("loaddata", str(tmp_path / "absent.json"))
    assert str(error.value) == f"Nothing was loaded. {tmp_path}/absent.json: No fixture named 'absent' found."


@pytest.mark.django_db
def test_a_folder_is_no_fixture(tmp_path: Path) -> None:
    (tmp_path / "sources.json").mkdir()
    with pytest.raises(CommandError) as error:
        call_command("loaddata", str(tmp_path / "sources.json"))
    assert str(error.value) == "Nothing was loaded. sources.json: it cannot be read: Is a directory."


@pytest.mark.django_db
def test_a_fixture_is_json(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("[]")
    with pytest.raises(CommandError) as error:
        call_command("loaddata", str(tmp_path / "sources.yaml"))
    assert str(error.value) == (
        f"Nothing was loaded. {tmp_path}/sources.yaml: Problem installing fixture '{tmp_path}/sources': yaml is not a "
        "known serialization format."
    )


@pytest.mark.django_db
@pytest.mark.parametrize("rows", ["5", "{}", "[5]", '[{"model": "stories.source"}]'])
def test_what_is_no_row_is_named_by_its_place(fixture, rows: str) -> None:
    with pytest.raises(CommandError) as error:
        fixture(rows)
    assert str(error.value) == ("Nothing was loaded. sources.json: row 1: it is no object with a “model” and “fields”.")


@pytest.mark.django_db
def test_of_several_links_the_one_that_leads_nowhere_is_named(fixture) -> None:
    groups = [["Editors"], ["Sports"]]
    with pytest.raises(CommandError) as error:
        fixture([{"model": "auth.user", "fields": {"username": "a", "password": "!", "groups": groups}}])
    assert str(error.value) == (
        "Nothing was loaded. sources.json: auth.user a: groups: there is no auth.group “Sports”."
    )


BIG = "x" * 3_000_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [
        {"slug": "x", "name": "X", "kind": BIG},
        {"slug": BIG, "name": "X", "kind": "rumour"},
        {"slug": "x", "name": "X", "kind": "person", BIG: 1},
        {"slug": "x", "name": "X", "kind": [BIG]},
    ],
    ids=["a choice", "the key", "the name of a field", "a list"],
)
def test_a_value_of_any_size_is_named_in_a_short_line(fixture, row: dict[str, object]) -> None:
    with pytest.raises(CommandError) as error:
        fixture([{"model": "stories.source", "fields": row}])
    assert str(error.value).startswith("Nothing was loaded. sources.json: stories.source x")
    assert len(str(error.value)) < 600


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"slug": "x", "name": "X \ud800 🌍", "kind": "person"}, "stories.source x: name: "),
        ({"slug": "\udfff", "name": "🌍", "kind": "person"}, "stories.source \\udfff: slug: "),
        ({"slug": "x", "name": "🌍", "kind": "person", "\ud800": 1}, "stories.source x: "),
    ],
    ids=["a value", "the key", "the name of a field"],
)
def test_half_a_character_is_refused_with_its_row_and_field(fixture, fields: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError) as error:
        fixture([{"model": "stories.source", "fields": fields}])
    assert str(error.value) == (
        f"Nothing was loaded. sources.json: {said}it holds half of a character (a surrogate without the other)."
    )


@pytest.mark.django_db
def test_decisions_without_their_publications_say_what_to_load() -> None:
    with pytest.raises(CommandError) as error:
        call_command("loaddata", "editors", "sources", "articles", "claims", "decisions", verbosity=0)
    assert str(error.value) == (
        "Nothing was loaded. decisions.json: stories.decision 2: publication: there is no stories.publication “1”. "
        "What made a publication loads together with it: name both fixtures in one command."
    )


NAMELESS = {"recorded_by", "retired_by", "opened_by"}


@pytest.mark.django_db
def test_rows_that_name_nobody_load_when_somebody_answers_for_them(tmp_path: Path) -> None:
    """As an older release dumped them: no names, no record of changes."""
    for name in FIXTURES:
        rows = json.loads((settings.BASE_DIR / "fixtures" / f"{name}.json").read_text())
        older = [row for row in rows if row["model"] != "stories.change"]
        for row in older:
            row["fields"] = {key: value for key, value in row["fields"].items() if key not in NAMELESS}
        (tmp_path / f"{name}.json").write_text(json.dumps(older))
    files = [str(tmp_path / f"{name}.json") for name in FIXTURES]
    with pytest.raises(CommandError, match="alias: who adds one is on record first"):
        call_command("loaddata", *files, verbosity=0)
    with pytest.raises(CommandError, match="User matching query does not exist"):
        call_command("loaddata", *files, by="nobody", verbosity=0)
    assert Source.objects.count() == 0
    call_command("loaddata", *files, by="editor", verbosity=0)
    assert set(Evidence.objects.values_list("recorded_by__username", flat=True)) == {"editor"}
    assert set(Change.objects.values_list("by_username", "field")) == {("editor", "printable")}
    assert Change.objects.count() == Alias.objects.count()
