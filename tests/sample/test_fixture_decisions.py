"""Damaged decisions, versions and publications: rejected whole, with a line that names file, object and reason."""

import copy
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.damaged import (
    COMMITTED,
    TOGETHER,
    Refusal,
    loaded_before,
    refusal_in,
    reseal,
    rows_of,
    text_of,
    withstand,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def folder(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A folder of fixtures, all before the decisions loaded around the tests of this module that ask for it."""
    path = tmp_path_factory.mktemp("fixtures")
    with django_db_blocker.unblock(), loaded_before("decisions", path):
        yield path


@pytest.fixture
def refusal_of_decisions(folder: Path, db: None) -> Refusal:
    """What loading decisions, versions and publications says when some of them hold other texts."""

    def load_damaged(**texts: str) -> str:
        return refusal_in(list(TOGETHER), folder, texts)

    return load_damaged


def test_an_unknown_verdict(refusal_of_decisions: Refusal) -> None:
    rows = rows_of("decisions")
    rows[4]["fields"]["verdict"] = "approved"
    assert refusal_of_decisions(decisions=text_of(rows)) == (
        "Nothing was loaded. decisions.json: stories.decision 5: verdict “approved” is not one of: proposed, "
        "confirmed, returned, disputed, refuted, withdrawn, suppressed, destroyed, restored."
    )


def test_a_dangling_place(refusal_of_decisions: Refusal) -> None:
    rows = rows_of("versions")
    rows[2]["fields"]["publication"] = 4000
    said = refusal_of_decisions(versions=text_of(rows))
    assert said.startswith("Nothing was loaded. publications.json: stories.publication ")
    assert "nobody cut this" in said


def test_a_confirmation_without_a_proposal_by_somebody_else(refusal_of_decisions: Refusal) -> None:
    """Hashed as it should be, so that nothing but the second person is missing."""
    rows = rows_of("decisions")
    confirmation = next(row for row in rows if row["fields"]["verdict"] == "confirmed")
    proposal = rows[confirmation["fields"]["previous"] - 1]["fields"]
    for name in ("actor", "actor_username", "actor_name", "actor_role"):
        proposal[name] = confirmation["fields"][name]
    reseal(rows)
    said = refusal_of_decisions(decisions=text_of(rows))
    assert said.startswith(f"Nothing was loaded. decisions.json: stories.decision {confirmation['pk']}: Ledger: ")
    assert "a confirmation follows a proposal by somebody else." in said


def test_a_publication_that_no_decision_made(refusal_of_decisions: Refusal) -> None:
    publication = rows_of("publications")
    last = max(row["pk"] for row in publication if row["model"] == "stories.publication")
    invented = copy.deepcopy(next(row for row in publication if row.get("pk") == 1))
    invented["pk"] = last + 1
    said = refusal_of_decisions(publications=text_of([*publication, invented]))
    assert said.startswith(f"Nothing was loaded. publications.json: stories.publication {last + 1}: Public log: ")


def test_truncated_json(refusal_of_decisions: Refusal) -> None:
    text = COMMITTED["decisions"]
    said = refusal_of_decisions(decisions=text[: len(text) // 2])
    assert re.fullmatch(
        r"Nothing was loaded\. decisions\.json: this is no JSON: .+: line \d+ column \d+ \(char \d+\)", said
    ), said


def test_a_field_that_nobody_knows(refusal_of_decisions: Refusal) -> None:
    rows = rows_of("decisions")
    rows[2]["fields"]["confidence"] = 0.9
    assert refusal_of_decisions(decisions=text_of(rows)) == (
        "Nothing was loaded. decisions.json: stories.decision 3: Decision has no field named 'confidence'"
    )


def test_ten_random_mutations(folder: Path, db: None) -> None:
    chance = random.Random(1)
    loaded = withstand(["decisions", "versions"] * 5, list(TOGETHER), chance, folder)
    assert loaded.count(False) >= 8
