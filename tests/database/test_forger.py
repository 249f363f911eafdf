"""Raw SQL against history: refused by the database; where somebody owns the database, found by verification.

What the app's role on PostgreSQL may not do (switching guards off, above all) is in tests/database/test_grants.py;
what each guard refuses of new rows, in tests/database/test_guards_*.py.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, models
from django.db.models import Model

from stories.choices import FACT_EVENTS
from stories.database import drop_guards, guards_of
from stories.models import (
    Article,
    ChainLink,
    Change,
    Decision,
    Evidence,
    FactInForce,
    Lift,
    NameReader,
    Publication,
    PublicationNote,
    PublicationSource,
    PublicationText,
    Ruling,
    Sighting,
    StoryVersion,
)
from tests.rows import Desk, append, forged, undone

HISTORY: dict[type[Model], tuple[str, ...]] = {
    Decision: (),
    Publication: (),
    PublicationText: (),
    PublicationNote: (),
    PublicationSource: (),
    FactInForce: (),
    StoryVersion: (),
    ChainLink: (),
    Evidence: ("retired_at", "retired_by_id"),
    Change: (),
    NameReader: ("retired_at", "retired_by_id"),
    Lift: (),
    Sighting: (),
    Ruling: (),
    Article: (
        "story_id",
        "headline",
        "url",
        "language",
        "published",
        "status",
        "retracted_at",
        "copy_of_id",
        "authentication",
    ),
}
"""What never changes: table → the columns that may (a passage is retired once, an article described better)."""


def columns_of(model: type[Model]) -> list[str]:
    """The columns of `model` that never change."""
    return [one.column for one in model._meta.local_concrete_fields if one.column not in HISTORY[model]]


def named(model: type[Model], column: str) -> str:
    return f"{model._meta.model_name}.{column}"


def key_of(model: type[Model]) -> str:
    return model._meta.pk.column  # type: ignore[union-attr]


def execute(statement: str) -> int:
    """Run it; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def refusal_of(statement: str) -> str:
    """What a guard says to `statement`; what else became of it, if no guard stopped it. It is undone."""
    try:
        with undone():
            execute(statement)
    except IntegrityError as error:
        said = str(error).splitlines()[0]
        return "" if said in {guard.refusal for guard in guards_of(connection)} else said
    return "passed"


def other(model: type[Model], column: str) -> str:
    """SQL for a value of the right type that `column` does not have in the row."""
    table = model._meta.db_table
    kind: Any = next(one for one in model._meta.local_concrete_fields if one.column == column)
    if kind.is_relation:
        there, key = kind.related_model._meta.db_table, kind.related_model._meta.pk.column
        return f'(SELECT max(o.{key}) FROM {there} o WHERE o.{key} <> coalesce({table}."{column}", -1))'
    if isinstance(kind, models.BooleanField):
        return f'NOT {table}."{column}"'
    if isinstance(kind, models.DateTimeField):
        return "'2001-01-01 00:00:00'"
    if isinstance(kind, models.JSONField):
        return """'{"forged":1}'"""
    if isinstance(kind, models.UUIDField):
        return "'ffffffffffffffffffffffffffffffff'"
    if isinstance(kind, models.IntegerField):
        return f'coalesce({table}."{column}", 0) + 100'
    return f"""'§' || substr(coalesce({table}."{column}", ''), 2)"""


def history_of(model: type[Model]) -> models.QuerySet[Any]:
    """The rows that history holds; not what may still change: an open draft, a passage that nobody listed."""
    rows = model._default_manager.order_by("pk")
    if model is Publication:  # what a suppressed text said, nobody can say any more, and nothing filters by it
        return rows.exclude(event__in=FACT_EVENTS, body__isnull=True)
    return rows.filter(publication__isnull=False) if model is StoryVersion else rows


def updates(model: type[Model], row: Any) -> Iterator[tuple[str, str]]:
    """For each column its name and the statement that changes it in `row`."""
    for column in columns_of(model):
        value, where = other(model, column), f"{key_of(model)} = {row.pk}"
        yield (
            named(model, column),
            f'UPDATE {model._meta.db_table} SET "{column}" = {value} WHERE {where}',
        )


def appends(model: type[Model], row: Any) -> Iterator[tuple[str, str]]:
    """Ways to write over `row` by inserting it again, changed in one column."""
    table, key, last = model._meta.db_table, key_of(model), columns_of(model)[-1]
    changed, where = other(model, last), f"FROM {table} WHERE {key} = {row.pk}"
    columns = [field.column for field in model._meta.local_concrete_fields]
    same = ", ".join(f'"{one}"' for one in columns)
    yield (
        "ON CONFLICT",
        f"INSERT INTO {table} ({same}) SELECT {same} {where} ON CONFLICT ({key}) DO UPDATE SET {last} = {changed}",
    )
    if connection.vendor == "sqlite":
        values = ", ".join(changed if one == last else f'"{one}"' for one in columns)
        yield "INSERT OR REPLACE", f"INSERT OR REPLACE INTO {table} ({same}) SELECT {values} {where}"
        for beside in model._default_manager.exclude(pk=row.pk)[:1]:
            yield "UPDATE OR REPLACE", f"UPDATE OR REPLACE {table} SET {key} = {beside.pk} WHERE {key} = {row.pk}"


# ---- Refused --------------------------------------------------------------------------------------------------


def test_no_column_of_history_is_updated(desk: Desk) -> None:
    passed = {
        name: said
        for model in HISTORY
        for name, statement in updates(model, history_of(model)[0])
        if (said := refusal_of(statement))
    }
    assert passed == {}


def test_no_row_of_history_is_deleted(desk: Desk) -> None:
    for model in HISTORY:
        assert refusal_of(f"DELETE FROM {model._meta.db_table}") == ""
        for row in history_of(model):
            assert refusal_of(f"DELETE FROM {model._meta.db_table} WHERE {key_of(model)} = {row.pk}") == "", row


def test_no_row_of_history_is_written_over(desk: Desk) -> None:
    passed = {
        (model.__name__, way): said
        for model in HISTORY
        for way, statement in appends(model, history_of(model)[0])
        if (said := refusal_of(statement))
    }
    assert passed == {}


def test_no_table_of_history_is_truncated(desk: Desk) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in HISTORY:
        assert refusal_of(f"TRUNCATE {model._meta.db_table} CASCADE") == "", model


def test_all_of_this_passes_without_the_guards(desk: Desk) -> None:
    """The proofs above can fail: without guards only foreign keys and CHECK constraints are in the way."""
    drop_guards(connection)
    for model in HISTORY:
        row = history_of(model).order_by("-pk")[0]
        assert [name for name, statement in updates(model, row) if passes(statement)] != [], model
    passed = {way for model in HISTORY for way, statement in appends(model, history_of(model)[0]) if passes(statement)}
    assert passed >= {"ON CONFLICT"} | ({"INSERT OR REPLACE"} if connection.vendor == "sqlite" else set())
    assert passes(f"DELETE FROM {ChainLink._meta.db_table}")


def passes(statement: str) -> bool:
    """Whether the database takes `statement`; it is undone."""
    try:
        with undone():
            return execute(statement) > 0
    except DatabaseError:
        return False


# ---- Found ----------------------------------------------------------------------------------------------------

LINKS = {
    "decision.actor_id": "who decided is the user name in the row, which is hashed; this finds their account",
    "storyversion.drafted_by_id": "who drafted is the user name in the row",
    "storyversion.cut_by_id": "who cut is the user name in the row",
}
"""Columns that say nothing of history by themselves."""

UNHASHED = {"storyversion.drafted_by_username", "storyversion.cut_by_username", "storyversion.drafted_at"}
"""A limit: who drafted and cut a version stands in no hash chain, so an owner of the database can change it unseen."""


def said_by(command: str, **options: Any) -> str:
    """What `command` says when it fails; empty when it passes."""
    out = io.StringIO()
    try:
        call_command(command, stdout=out, **options)
    except CommandError as error:
        return out.getvalue() + str(error)
    return ""


def forgeries(model: type[Model]) -> Iterator[str]:
    """Change one column of one row after the other, as the owner of the database would; yields what was changed."""
    for row in [*history_of(model)[:1], *history_of(model).order_by("-pk")[:1]]:
        for name, statement in updates(model, row):
            try:
                with undone():
                    if execute(statement):
                        yield name
            except DatabaseError:  # a CHECK or UNIQUE constraint; an owner could drop that, too, and is found then
                continue


@pytest.mark.parametrize("model", [Decision, Publication, PublicationText, PublicationNote])
def test_what_an_owner_changes_in_ledger_or_log_is_found_by_verify_ledger(desk: Desk, model: type[Model]) -> None:
    drop_guards(connection)
    assert said_by("verify_ledger") == ""
    tried = {name: said_by("verify_ledger") for name in forgeries(model)}
    assert {name for name, said in tried.items() if not said} <= LINKS.keys()
    assert len(tried) >= len(columns_of(model)) / 2.5  # the CHECKs stop the others


BESIDE = [PublicationSource, FactInForce, StoryVersion, Evidence, Change, ChainLink, Article]
PROTECTING = [NameReader, Lift, Sighting, Ruling]


@pytest.mark.parametrize("model", [*BESIDE, *PROTECTING])
def test_what_an_owner_changes_beside_them_is_found_by_check_desk(desk: Desk, model: type[Model]) -> None:
    drop_guards(connection)
    assert said_by("check_desk") == ""
    tried: dict[str, list[str]] = {}
    for name in forgeries(model):
        tried.setdefault(name, []).append(said_by("check_desk"))
    unnoticed = {name for name, said in tried.items() if not any(said)}
    assert unnoticed <= LINKS.keys() | UNHASHED | NOT_HISTORY.keys() | numbers_of_their_own(model)


NOT_HISTORY = {
    "evidence.created_at": "no decision states when a passage came in",
    "article.received_at": "nor when an article did",
    "evidence.recorded_by_id": "nor who recorded it",
    **dict.fromkeys(
        ("change.at", "change.by_id", "change.by_username", "change.by_name", "change.reason"),
        "who changed what when, and why, stands in no hash chain: an owner of the database can change it unseen",
    ),
    **dict.fromkeys(
        {named(model, one) for model in PROTECTING for one in columns_of(model)}
        - {"sighting.text", "sighting.text_sha256"},
        "who reads a name, lifts its protection or rules on a text stands in no hash chain either",
    ),
}


def numbers_of_their_own(model: type[Model]) -> set[str]:
    """The primary key, where it is a number that only this database knows."""
    return {named(model, "id")}


def heads(folder: Path) -> Path:
    file = folder / "heads.json"
    call_command("verify_ledger", export=file, stdout=io.StringIO())
    return file


def test_a_cut_tail_is_found_by_an_exported_head(desk: Desk, tmp_path: Path) -> None:
    file = heads(tmp_path)
    drop_guards(connection)
    last = Decision.objects.latest("seq")
    assert last.publication_id is None
    execute(f"DELETE FROM stories_decision WHERE seq = {last.seq}")
    assert said_by("verify_ledger") == ""  # a shorter chain is a good chain
    assert said_by("verify_ledger", head=file) == (
        f"decision {last.seq} was exported earlier and is gone: the tail was cut at {last.seq - 1}"
    )


def test_a_rewritten_tail_is_found_by_an_exported_head(desk: Desk, tmp_path: Path) -> None:
    file = heads(tmp_path)
    drop_guards(connection)
    last = Decision.objects.latest("seq")
    execute(f"DELETE FROM stories_decision WHERE seq = {last.seq}")
    append(
        forged(
            Decision.objects.get(pk=last.pk - 1),
            **{
                name: getattr(last, name)
                for name in (
                    "claim_id",
                    "suppresses_id",
                    "part",
                    "because",
                    "public_note",
                    "previous_id",
                    "verdict",
                    "wording",
                    "basis",
                    "evidence",
                    "evidence_digest",
                    "actor_id",
                    "actor_username",
                    "actor_role",
                    "publication_id",
                )
            },
            rationale="Rewritten.",
        )
    )
    assert said_by("verify_ledger") == ""  # the forger has hashed well
    assert said_by("verify_ledger", head=file) == (
        f"decision {last.seq}: its hash is not the one exported earlier: history was rewritten"
    )
