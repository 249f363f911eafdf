"""Fixtures that somebody damaged: rejected whole, with a line that names file, object and reason; or harmless.

As they are they load: tests/sample/test_fixtures.py. Damaged decisions: tests/sample/test_fixture_decisions.py.
"""

import copy
import random
import re
from pathlib import Path

import pytest

from stories.audit import find_violations
from stories.management.commands import loaddata
from tests.damaged import (
    Refusal,
    a_passage,
    damaged,
    load,
    loaded_before,
    refusal_in,
    rows_of,
    text_of,
    withstand,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def refusal(tmp_path: Path) -> Refusal:
    """What loading the fixture of that name says when it holds that text, after all that come before it."""

    def load_damaged(name: str, text: str) -> str:
        with loaded_before(name, tmp_path):
            return refusal_in([name], tmp_path, {name: text})

    return load_damaged


def test_a_dangling_reference(refusal: Refusal) -> None:
    rows = rows_of("claims")
    link = next(row["fields"] for row in rows if row["model"] == "stories.chainlink")
    link["source"] = ["nobody"]
    said = refusal("claims", text_of(rows))
    assert said.startswith("Nothing was loaded. claims.json: stories.chainlink ")
    assert said.endswith(": source: there is no stories.source “nobody”.")


def test_a_dangling_reference_within_a_file(refusal: Refusal) -> None:
    rows = rows_of("sources")
    source = next(row["fields"] for row in rows if row["model"] == "stories.source")
    source["institution"] = ["nobody"]
    slug = source["slug"]
    assert refusal("sources", text_of(rows)) == (
        f"Nothing was loaded. sources.json: stories.source {slug}: institution: there is no stories.source “nobody”."
    )


def test_a_reference_to_a_key_that_nobody_has(refusal: Refusal) -> None:
    """A plain key instead of a name: the database alone would find it at the commit, and name no row."""
    rows = rows_of("claims")
    link = next(row["fields"] for row in rows if row["model"] == "stories.chainlink")
    link["source"] = -1
    assert refusal("claims", text_of(rows)) == (
        f"Nothing was loaded. claims.json: stories.chainlink {link['evidence'][0]}, {link['place']}: "
        "source: there is no stories.source “-1”."
    )


def test_a_link_of_a_chain_without_its_source(refusal: Refusal) -> None:
    rows = rows_of("claims")
    link = next(row["fields"] for row in rows if row["model"] == "stories.chainlink")
    link["source"] = None
    said = refusal("claims", text_of(rows))
    assert said.startswith(f"Nothing was loaded. claims.json: stories.chainlink {link['evidence'][0]}, {link['place']}")
    assert re.search("(?i)not.null", said), said


def test_a_model_that_nobody_knows(refusal: Refusal) -> None:
    for model in ("x", "stories.nothing", 5, None):
        rows = rows_of("claims")
        rows[3]["model"] = model
        assert refusal("claims", text_of(rows)) == (
            "Nothing was loaded. claims.json: row 4: it names no model of this desk."
        )


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("username", "second editor", "username: Enter a valid username."),
        ("username", "", "username: This field cannot be blank."),
        ("username", None, "username: This field cannot be null."),
        ("email", "reporter", "email: Enter a valid email address."),
        ("is_staff", "perhaps", 'is_staff: "perhaps" is not true or false.'),
        ("is_superuser", 1, "is_superuser: 1 is not true or false."),
        ("last_name", {"a": 1}, 'last_name: {"a": 1} is not text.'),
        ("date_joined", "yesterday", "date_joined: “yesterday” value has an invalid format."),
        ("password", "reporter", "password: it is no hash that this desk could check."),
        ("groups", [["Publishers"]], "groups: there is no auth.group “Publishers”."),
        ("groups", [9999], "groups: there is no auth.group “9999”."),
        ("groups", "Editors", 'groups: "Editors" is not a list.'),
        ("groups", ["Editors"], "“Editors” value must be an integer."),
        ("nickname", "Ed", "User has no field named 'nickname'"),
    ],
)
def test_a_person_who_is_none(refusal: Refusal, field: str, value: object, reason: str) -> None:
    rows = rows_of("editors")
    rows[1]["fields"][field] = value
    name = (value or "row 2" if field == "username" else "editor") if value is not None else None
    said = refusal("editors", text_of(rows))
    assert said.startswith(f"Nothing was loaded. editors.json: auth.user {name}: {reason}"), said


def test_a_shifted_offset(refusal: Refusal) -> None:
    rows = rows_of("claims")
    passage = a_passage(rows)
    passage["start"] += 1
    passage["end"] += 1
    assert refusal("claims", text_of(rows)) == (
        f"Nothing was loaded. claims.json: stories.evidence {passage['uuid']}: evidence: the quote is not what stands "
        "in the article at these offsets."
    )


def test_a_quote_off_by_one_character(refusal: Refusal) -> None:
    rows = rows_of("claims")
    passage = a_passage(rows)
    passage["quote"] = passage["quote"][:-1] + ("." if passage["quote"][-1] != "." else ",")
    assert refusal("claims", text_of(rows)) == (
        f"Nothing was loaded. claims.json: stories.evidence {passage['uuid']}: evidence: the quote is not what stands "
        "in the article at these offsets."
    )


def test_a_row_that_stands_twice_and_differs(refusal: Refusal) -> None:
    rows = rows_of("sources")
    again = copy.deepcopy(next(row for row in rows if row["model"] == "stories.source"))
    again["fields"]["name"] = "Another name"
    assert refusal("sources", text_of([*rows, again])) == (
        f"Nothing was loaded. sources.json: stories.source {again['fields']['slug']}: it stands in sources.json "
        "already, with another name."
    )


AT_ONCE = 20
PARTS = {"editors": 1, "sources": 1, "articles": 1, "claims": 4, "decisions": 4, "versions": 3, "publications": 2}
"""Fixture → how many times `AT_ONCE` mutations of it are tried: a case each time, of which one in three is sampled."""


@pytest.mark.prove
@pytest.mark.sampled
@pytest.mark.parametrize(("name", "part"), [(name, part) for name, parts in PARTS.items() for part in range(parts)])
def test_three_hundred_random_mutations(name: str, part: int, tmp_path: Path) -> None:
    chance = random.Random(f"{name} {part}")
    with loaded_before(name, tmp_path) as names:
        loaded = withstand([name] * AT_ONCE, names, chance, tmp_path)
    assert loaded.count(False) > AT_ONCE / 2


def test_a_loaddata_that_trusts_its_files_would_be_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof can fail: without the check of the whole desk, a passage torn from its place would load."""
    monkeypatch.setattr(loaddata, "find_violations", lambda: iter(()))
    with loaded_before("claims", tmp_path):
        rows = rows_of("claims")
        passage = a_passage(rows)
        passage["suffix"] = "x"
        with damaged("claims", text_of(rows), tmp_path):
            assert load(["claims"], tmp_path) == ""
            assert [one.reason for one in find_violations()][:1] == [
                "its prefix or suffix is not what stands around the quote"
            ]
