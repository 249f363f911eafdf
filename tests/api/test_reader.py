"""The API-only process: it reads the public log, cannot read anything else, and does not start when it could."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from newsroom.public_sqlite import base
from stories.api import reader
from stories.api.examples import read_examples
from stories.database.grants import PUBLIC_TABLES, api_grants
from stories.models import FactInForce, Heartbeat, Publication, PublicationNote, PublicationSource, PublicationText
from tests.published import Desk

ROOT = Path(__file__).resolve().parents[2]
ONLY_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite's files")
ONLY_POSTGRES = pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL's roles")
FIXTURES = ("editors", "sources", "articles", "claims", "decisions", "versions", "publications")

ASK = """
import json, sys
from newsroom.wsgi_api import application
from django.test import Client
client = Client(SERVER_NAME="localhost")
answers = [client.get(path) for path in sys.argv[1:]]
print(json.dumps([[answer.status_code, answer.content.decode()] for answer in answers]))
"""


INSTALL_SEARCH = """
import django; django.setup()
from django.db import connection
from stories.database.derived.words import PUBLISHED_WORDS
PUBLISHED_WORDS.install(connection)
"""


def run(code: str, *arguments: str, database: str, module: str = "newsroom.settings_api") -> Any:
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": module,
        "DJANGO_DEBUG": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120
    )


def ask(database: str, *paths: str) -> list[tuple[int, Any]]:
    """(status, document) of each of `paths`, asked of an API-only process on `database`."""
    done = run(ASK, *paths, database=database)
    assert done.returncode == 0, done.stderr
    return [(status, json.loads(text)) for status, text in json.loads(done.stdout)]


@pytest.fixture(scope="module")
def desk_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's whole database with the seeds' newsroom day in it."""
    path = tmp_path_factory.mktemp("desk") / "desk.sqlite3"
    code = (
        "import django; django.setup(); from django.core.management import call_command as call;"
        f"call('migrate', verbosity=0); call('loaddata', *{FIXTURES!r}, verbosity=0)"
    )
    done = run(code, database=f"sqlite:///{path}", module="newsroom.settings")
    assert done.returncode == 0, done.stderr
    return path


PATHS = (
    "/api/v1/facts/?page_size=2",
    "/api/v1/facts/?q=plan&source=axios&at=20",
    "/api/v1/stories/",
    "/api/v1/changes/",
    "/api/v1/head/",
)


@ONLY_SQLITE
def test_it_serves_what_the_desk_serves(desk_file: Path) -> None:
    answers = ask(f"sqlite:///{desk_file}", *PATHS)
    assert [status for status, _ in answers] == [200] * len(PATHS)
    assert len(answers[0][1]["results"]) == 2
    assert answers[1][1]["results"] != []
    assert answers[3][1]["last"] == answers[4][1]["position"] > 30


@ONLY_SQLITE
def test_it_serves_the_same_from_a_database_of_public_tables_alone(desk_file: Path, tmp_path: Path) -> None:
    public = tmp_path / "public.sqlite3"
    with closing(sqlite3.connect(desk_file)) as source, closing(sqlite3.connect(public)) as target:
        tables = sorted(reader.PUBLIC_TABLES)
        for (statement,) in source.execute(
            "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL "
            f"AND tbl_name IN ({','.join('?' * len(tables))}) ORDER BY type DESC",
            tables,
        ):
            target.execute(statement)
        target.execute("ATTACH ? AS source", [str(desk_file)])
        for table in tables:
            target.execute(f"INSERT INTO {table} SELECT * FROM source.{table}")
        target.commit()
    done = run(INSTALL_SEARCH, database=f"sqlite:///{public}", module="newsroom.settings")
    assert done.returncode == 0, done.stderr
    assert ask(f"sqlite:///{public}", *PATHS) == ask(f"sqlite:///{desk_file}", *PATHS)


@pytest.fixture
def watched(db: None, desk_file: Path) -> Iterator[Any]:
    wrapper = base.DatabaseWrapper(
        {**connection.settings_dict, "ENGINE": "newsroom.public_sqlite", "NAME": str(desk_file), "OPTIONS": {}},
        alias="default",
    )
    yield wrapper
    wrapper.close()


@ONLY_SQLITE
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM stories_decision",
        "SELECT count(*) FROM stories_claim",
        "SELECT 1 FROM stories_publication p JOIN auth_user u ON u.id = p.position",
        "SELECT (SELECT password FROM auth_user LIMIT 1)",
        "SELECT * FROM sqlite_master",
        "INSERT INTO stories_publicationsource (position, slug) VALUES (1, 'x')",
        "DELETE FROM stories_publicationtext",
        "CREATE TEMP TABLE t (x)",
        "ATTACH '/tmp/other.sqlite3' AS other",
        "PRAGMA table_info(stories_decision)",
        "PRAGMA writable_schema = 1",
        "SELECT load_extension('x')",
        "VACUUM INTO '/tmp/copy.sqlite3'",
    ],
)
def test_the_connection_is_denied_all_else(watched: Any, statement: str) -> None:
    with watched.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM stories_publication")
        with pytest.raises(Exception, match=r"not authorized|prohibited|authorization denied"):
            cursor.execute(statement)


def test_it_has_no_admin_no_sessions_and_no_accounts() -> None:
    code = """
import django
import newsroom.settings_api as settings
django.setup()
from newsroom.urls_api import urlpatterns
apps = {app.rpartition(".")[2] for app in settings.INSTALLED_APPS}
assert not apps & {"admin", "sessions", "messages", "axes"}, apps
assert not [name for name in settings.MIDDLEWARE if "session" in name.lower() or "auth" in name.lower()]
assert [str(pattern.pattern) for pattern in urlpatterns] == ["api/", "healthz", "readyz"]
"""
    done = run(code, database="sqlite:////nowhere.sqlite3")
    assert done.returncode == 0, done.stderr


@ONLY_SQLITE
def test_it_does_not_start_when_it_can_read_more(desk_file: Path) -> None:
    code = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
from newsroom.wsgi_api import application
"""
    done = run(code, database=f"sqlite:///{desk_file}")
    assert done.returncode == 1
    assert "can do too much: it can read the list of all tables; it can read the ledger" in done.stderr


@ONLY_SQLITE
def test_it_does_not_start_without_the_public_tables(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite3"
    sqlite3.connect(path).close()
    done = run(ASK, database=f"sqlite:///{path}")
    assert done.returncode == 1
    assert "cannot read what it serves: stories_publication: no such table" in done.stderr


@ONLY_SQLITE
def test_it_creates_no_file(tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite3"
    assert run(ASK, database=f"sqlite:///{path}").returncode == 1
    assert not path.exists()


@ONLY_SQLITE
def test_it_recovers_what_a_killed_writer_left(desk_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "desk.sqlite3"
    copy.write_bytes(desk_file.read_bytes())
    writer = subprocess.Popen([sys.executable, "-c", KILLED_WRITER, str(copy)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "half done\n"
    writer.send_signal(signal.SIGKILL)
    writer.wait(10)
    assert Path(f"{copy}-journal").stat().st_size > 0
    with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as reading, pytest.raises(sqlite3.OperationalError):
        reading.execute("SELECT count(*) FROM stories_publication")
    assert ask(f"sqlite:///{copy}", "/api/v1/head/") == ask(f"sqlite:///{desk_file}", "/api/v1/head/")


KILLED_WRITER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")  # so that changed pages reach the file before the commit
connection.execute("BEGIN IMMEDIATE")
connection.execute("CREATE TABLE filler (x)")
for _ in range(200):
    connection.execute("INSERT INTO filler VALUES (zeroblob(4000))")
print("half done", flush=True)
time.sleep(60)
"""


def test_the_backend_knows_the_public_tables_by_name() -> None:
    models = (Publication, PublicationText, PublicationNote, PublicationSource, FactInForce, Heartbeat)
    assert base.PUBLIC_TABLES == set(PUBLIC_TABLES) == {model._meta.db_table for model in models}


def test_grants_names_what_the_desks_own_connection_can_do(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("print_grants")
    assert "-- The connection in use is not the API's:" in capsys.readouterr().out


@pytest.fixture
def role(transactional_db: None) -> Iterator[dict[str, Any]]:
    """A role that has the printed grants; how to connect as it."""
    name = f"facts_api_{os.getpid()}"
    database = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
        for statement in api_grants(name):
            cursor.execute(statement)
    yield {
        "host": database["HOST"],
        "port": database["PORT"],
        "dbname": database["NAME"],
        "user": name,
        "password": "x",
    }
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {name}")
        cursor.execute(f"DROP ROLE {name}")


def locate(role: dict[str, Any]) -> str:
    return "postgres://{user}:{password}@{host}:{port}/{dbname}".format(**role)


@ONLY_POSTGRES
def test_the_granted_role_reads_the_public_tables_alone(role: dict[str, Any]) -> None:
    Desk().confirm_fact("The quay is closed")
    (head, facts) = ask(locate(role), "/api/v1/head/", "/api/v1/facts/?q=quay")
    assert (head[0], head[1]["position"], len(facts[1]["results"])) == (200, 1, 1)
    psycopg = pytest.importorskip("psycopg")  # a production requirement
    with psycopg.connect(**role, autocommit=True) as reading:
        reading.execute("SET default_transaction_read_only = off")  # anybody may: it is no guard
        for statement in (
            "SELECT * FROM stories_decision",
            "SELECT * FROM auth_user",
            "DELETE FROM stories_publicationtext",
            "CREATE TABLE t (x int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reading.execute(statement)


EVERY_FILTER = (
    "/api/v1/facts/?story=ukraine-peace-plan&basis=corroborated&kind=fact&source=axios&min_sources=2&q=plan"
    "&published_after=2025-11-21&published_before=2025-11-22&as_of=2025-11-22&page_size=5"
)


@ONLY_POSTGRES
def test_on_postgresql_every_example_is_answered_as_shown(role: dict[str, Any]) -> None:
    """Often enough on one connection that each statement is a prepared one."""
    call_command("loaddata", *FIXTURES, verbosity=0)
    kinds = ("application/json", "application/problem+json")
    shown = [one for one in read_examples() if one["media_type"] in kinds] * 7
    answers = ask(locate(role), *[one["path"] for one in shown], EVERY_FILTER)
    assert answers[:-1] == [(one["status"], one["answer"]) for one in shown]
    assert (answers[-1][0], len(answers[-1][1]["results"])) == (200, 1)


@ONLY_POSTGRES
@pytest.mark.parametrize(
    ("grant", "complaint"),
    [
        ("GRANT SELECT ON stories_decision TO {role}", "it may select stories_decision"),
        ("GRANT SELECT (rationale) ON stories_decision TO {role}", "it may select stories_decision"),
        ("GRANT INSERT ON stories_publication TO {role}", "it may insert stories_publication"),
        ("GRANT pg_read_all_data TO {role}", "it is a member of pg_read_all_data"),
        ("ALTER ROLE {role} CREATEROLE", "it is a superuser or may create roles"),
        ("GRANT CREATE ON SCHEMA public TO {role}", "it may create in the schema public"),
        ('GRANT TEMPORARY ON DATABASE "{database}" TO {role}', "it may make temporary tables"),
        ('GRANT CREATE ON DATABASE "{database}" TO {role}', "it may make schemas"),
        (
            "GRANT EXECUTE ON FUNCTION lo_create, pg_try_advisory_lock(bigint) TO {role}",
            "it may call lo_create, pg_try_advisory_lock",
        ),
    ],
)
def test_a_role_that_can_do_more_does_not_start(role: dict[str, Any], grant: str, complaint: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(grant.format(role=role["user"], database=role["dbname"]))
    done = run(ASK, database=locate(role))
    assert done.returncode == 1
    assert complaint in done.stderr


@ONLY_POSTGRES
def test_a_role_that_can_read_too_little_does_not_start(role: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE SELECT ON stories_publicationtext FROM {role['user']}")
    done = run(ASK, database=locate(role))
    assert done.returncode == 1
    assert "cannot read what it serves: stories_publicationtext: permission denied" in done.stderr
