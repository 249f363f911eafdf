"""What PostgreSQL's two roles can do: the desk works, the API reads what is published, and neither rewrites history."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from stories.admin.claim.presence import note_open
from stories.chain import LOCK_TABLE
from stories.database.grants import PUBLIC_TABLES, api_grants, app_grants
from stories.models import Decision, Presence
from tests.rows import Desk, settle, undone

APP, API = "grants-test desk", "grants-test api"


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def roles(db) -> None:
    """Both roles, with their grants."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")
    run(*(f'CREATE ROLE "{role}"' for role in (APP, API)), *app_grants(APP), *api_grants(API))


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Act as `role`, and leave no trace."""
    with undone():
        run(f'SET LOCAL ROLE "{role}"')
        yield


def assert_denied(role: str, statement: str) -> None:
    """The role's rights do not allow `statement`; a guard is not even asked."""
    with (
        acting_as(role),
        pytest.raises(ProgrammingError, match=r"permission denied|must be (owner|superuser)"),
        transaction.atomic(),
    ):
        run(statement)


def test_the_desk_works_with_its_role(roles) -> None:
    with acting_as(APP):
        made = Desk()
        note_open(made.unverified, by=made.world.editor)
        Presence.objects.all().delete()
        Session.objects.create(session_key="one", session_data="", expire_date=timezone.now())
        Session.objects.all().delete()
        settle()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM stories_decision",
        "DELETE FROM stories_publication",
        "DELETE FROM stories_article",
        "DELETE FROM auth_user",
        "TRUNCATE stories_decision",
        "TRUNCATE stories_publicationtext",
        "ALTER TABLE stories_decision DISABLE TRIGGER ALL",
        "ALTER TABLE stories_decision DISABLE TRIGGER guard_decision_hash",
        "DROP TRIGGER guard_decision_hash ON stories_decision",
        "DROP FUNCTION guard_decision_hash() CASCADE",
        "CREATE OR REPLACE FUNCTION guard_decision_hash() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "CREATE TABLE public.stories_decoy (id int)",
        "DELETE FROM django_migrations",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('stories', '0999', now())",
    ],
)
def test_the_desk_cannot_rewrite_history_or_take_a_guard_away(roles, statement: str) -> None:
    assert_denied(APP, statement)


def test_an_owner_could(roles, desk: Desk) -> None:
    """The proof above can fail: without the role's limits guards are switched off, and history is rewritten."""
    for statement in (
        "ALTER TABLE stories_decision DISABLE TRIGGER ALL",
        "SET LOCAL session_replication_role = replica",
    ):
        with undone():
            run(statement, "UPDATE stories_decision SET rationale = 'I never said so.' WHERE seq = 1")
            assert Decision.objects.get(seq=1).rationale == "I never said so."


def test_what_the_desk_may_write_the_guards_still_judge(roles, desk: Desk) -> None:
    statement = "UPDATE stories_decision SET rationale = 'I never said so.' WHERE seq = 1"
    with acting_as(APP), pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        run(statement)


def test_a_decoy_table_deceives_no_guard(roles, desk: Desk) -> None:
    """The guards read the desk's own tables, whatever the session's search path says; also for who may make one."""
    assert_denied(APP, "CREATE TEMP TABLE stories_publication (position int)")
    with undone(), pytest.raises(IntegrityError, match="deleted only once"), transaction.atomic():
        run(
            "CREATE TEMP TABLE stories_publication AS SELECT 1 AS position, 1 AS suppresses_id",
            "DELETE FROM stories_publicationtext WHERE position = 1",
        )


def test_the_api_reads_what_is_published_and_nothing_else(roles) -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    for table in PUBLIC_TABLES:
        with acting_as(API):
            run(f"SELECT * FROM {table}")
    for table in tables - set(PUBLIC_TABLES):
        assert_denied(API, f'SELECT 1 FROM "{table}"')
    for table in PUBLIC_TABLES:
        assert_denied(API, f"DELETE FROM {table}")


HOLDS_UP = [
    f"SELECT 1 FROM {LOCK_TABLE} FOR UPDATE",
    f"SELECT 1 FROM {LOCK_TABLE} FOR KEY SHARE",
    f"LOCK TABLE {LOCK_TABLE} IN ACCESS SHARE MODE",
    "SELECT 1 FROM stories_publication FOR KEY SHARE",
    "SELECT 1 FROM stories_heartbeat FOR UPDATE",
    "LOCK TABLE stories_publication IN ROW EXCLUSIVE MODE",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_advisory_xact_lock_shared(1, 1)",
    "SELECT pg_try_advisory_lock(1)",
]
"""By which one session makes others wait, or takes the locks that all share."""

FILLS = [
    "CREATE TABLE public.filler (x int)",
    "CREATE TEMP TABLE filler (x int)",
    "SELECT 1 INTO TEMP filler",
    "CREATE TEMP SEQUENCE filler",
    "CREATE FUNCTION pg_temp.filler() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA filler",
    "SELECT lo_creat(-1)",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'filler')",
    "SELECT lo_import('/etc/hostname')",
    "SELECT lo_put(1, 0, 'filler')",
    "COPY stories_publication TO '/tmp/filler'",
    "COPY stories_publication FROM PROGRAM 'true'",
]
"""By which one session writes onto the disk that all share."""


@pytest.mark.parametrize("statement", [*HOLDS_UP, *FILLS])
def test_the_api_holds_nobody_up_and_fills_no_disk(roles, statement: str) -> None:
    assert_denied(API, statement)


def test_the_desk_locks_its_row_and_nothing_that_all_share(roles) -> None:
    with acting_as(APP):
        run(f"SELECT 1 FROM {LOCK_TABLE} FOR UPDATE")
    for statement in ("SELECT pg_advisory_lock(1)", f"DELETE FROM {LOCK_TABLE}", "SELECT lo_create(0)"):
        assert_denied(APP, statement)


def test_the_command_prints_both_lists_under_the_names_given(db: None) -> None:
    out = StringIO()
    call_command("print_grants", app="writer", api='re"ader', stdout=out)
    lines = [line.removesuffix(";") for line in out.getvalue().splitlines() if line and not line.startswith("--")]
    assert lines == [*app_grants("writer"), *api_grants('re"ader')]
    assert lines[-2] == f'GRANT SELECT ON {", ".join(PUBLIC_TABLES)} TO "re""ader"'
