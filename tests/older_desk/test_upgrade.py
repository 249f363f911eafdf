"""An older desk upgrades without loss: `migrate` leaves its chains, its rules and the API's answers as they were."""

import hashlib
import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client

from docs.follow_changes import follow
from stories.audit import find_violations, verify_ledger, verify_log
from stories.choices import Part
from stories.database import drop_guards, drop_triggers, missing_triggers
from stories.insight.standing import weigh_facts
from stories.models import Article, Decision, FactToWeigh, Publication
from stories.verification import suppress
from tests.older_desk.schema import read_schema

LEDGER = (76, "4d1147d1aca1f46f30567b268931f90e166491140a24b6558a8550047cffbfa9")
LOG = (39, "9731be1d17b8f726cb8b3f3c6a8056fe73d832cb8748bd03db187dabc5ff95b9")
CITED = "dw-2025-11-21"
ANSWERS = json.loads((Path(__file__).parent / "answers.json").read_text())


@pytest.fixture
def upgraded(older_desk: None) -> None:
    """The older desk after `migrate`."""
    call_command("migrate", verbosity=0)


def test_both_chains_verify_with_their_old_heads(upgraded: None) -> None:
    assert [(head.place, head.hash) for head in (verify_ledger(), verify_log())] == [LEDGER, LOG]


def test_it_breaks_no_rule_and_every_trigger_stands(upgraded: None) -> None:
    assert (list(find_violations()), missing_triggers(connection)) == ([], [])


def test_what_fails_todays_rules_is_in_trouble_and_no_violation(upgraded: None) -> None:
    """It was decided by the first rules, which ask for no address. (rule: rules-by-number)"""
    drop_guards(connection)
    Article.objects.filter(slug=CITED).update(url="javascript:alert(1)")
    reasons = {reason for trouble in weigh_facts(most=None) for reason in trouble.reasons}
    assert reasons == {
        f"The address of {CITED} is cited, and is none of the web (https://…): correct it in the article."
    }
    assert list(find_violations()) == []


def test_every_fact_is_listed_to_be_weighed_by_todays_rules(older_desk: None) -> None:
    call_command("migrate", verbosity=0)
    in_force = set(Publication.objects.in_force(at=None).values_list("fact_id", flat=True))
    assert set(FactToWeigh.objects.values_list("claim__uuid", flat=True)) == in_force


def test_what_happens_next_is_of_format_2_and_one_reader_verifies_both(upgraded: None) -> None:
    target = Publication.objects.in_force(at=None).order_by("position")[0]
    editor = User.objects.get(username="editor")
    told = {"because": "court", "public_note": "By order of a court.", "rationale": "Order 12 O 34/25."}
    suppress(target, part=Part.TEXT, by=editor, **told)
    assert [set(model.objects.values_list("format", flat=True)) for model in (Decision, Publication)] == [{1, 2}] * 2
    assert list(find_violations()) == []
    client = Client()
    state = follow(lambda path: client.get(f"/api/v1/{path}").json(), {})
    assert state["hash"] == verify_log().hash


def test_the_api_answers_the_same_bytes(upgraded: None) -> None:
    client = Client()
    for media_type, answers in ANSWERS.items():
        asked = {address: answer(client, address, media_type) for address in answers}
        assert asked == answers


def answer(client: Client, address: str, media_type: str) -> str:
    """Status and SHA-256 of the body that `address` answers with."""
    response = client.get(address, headers={"accept": media_type})
    body = b"".join(response) if response.streaming else response.content
    return f"{response.status_code} {hashlib.sha256(body).hexdigest()}"


def test_its_schema_is_that_of_a_new_desk(new_schema: dict[tuple[str, str], list[str]], upgraded: None) -> None:
    assert read_schema() == new_schema


@pytest.fixture
def new_schema(db: None) -> dict[tuple[str, str], list[str]]:
    """The schema of the tests' own database, which this code has made from nothing."""
    return read_schema()


def test_the_comparison_of_schemas_can_fail(new_schema: dict[tuple[str, str], list[str]], older_desk: None) -> None:
    assert read_schema() != new_schema


def test_upgrading_twice_changes_nothing(upgraded: None) -> None:
    before = read_rows(), read_schema()
    call_command("migrate", verbosity=0)
    assert (read_rows(), read_schema()) == before


def test_an_upgrade_that_fails_says_why_and_can_be_done_again(older_desk: None) -> None:
    """Nothing is made up for in tables that the code does not know yet."""
    rename("stories_factinforce", "elsewhere")
    with pytest.raises(DatabaseError, match="stories_factinforce"):
        call_command("migrate", verbosity=0)
    drop_triggers(connection)  # they name columns that are not there yet, and SQLite renames nothing under such
    rename("elsewhere", "stories_factinforce")
    call_command("migrate", verbosity=0)
    assert (list(find_violations()), missing_triggers(connection)) == ([], [])


def rename(table: str, name: str) -> None:
    if connection.vendor == "sqlite":  # which renames nothing while a trigger names a column that is not there yet
        drop_triggers(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {name}")


def read_rows() -> dict[str, list[str]]:
    """Every row of every table."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows
