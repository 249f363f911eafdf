"""No process that can write serves without the guards; /readyz says why."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from stories.database import missing_triggers
from stories.monitor.health import problems
from tests.rows import take_away

PROJECT = Path(__file__).parent.parent.parent


@pytest.fixture
def plain_client(client, settings):
    """Asks over plain HTTP, where everything but a probe is sent to HTTPS."""
    settings.SECURE_SSL_REDIRECT = True
    return client


def test_a_whole_database_is_ready(db, plain_client) -> None:
    answer = plain_client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": "0.1.0", "problems": []})
    assert "no-store" in answer["Cache-Control"]


def test_a_missing_guard_makes_it_unready(db, plain_client) -> None:
    take_away("decision_no_delete")
    answer = plain_client.get("/readyz")
    reason = "Triggers of the database that do not stand: guard_decision_no_delete on stories_decision is missing."
    said = {"status": "unavailable", "version": "0.1.0", "problems": [reason]}
    assert (answer.status_code, answer.json()) == (503, said)


def test_many_missing_guards_are_counted(db) -> None:
    take_away("decision_no_delete", "decision_hash", "decision_time", "publication_hash", "publication_time")
    (reason,) = problems(connection)
    assert reason.endswith(" and 2 more.")


def test_an_unapplied_migration_makes_it_unready(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert problems(connection) == ["Migrations that were not applied: sessions.0001_initial."]


NEWER = (
    "A newer release has migrated this database, and this one does not know auth.0099_later, stories.0098_later:"
    " start that release, or restore the backup from before."
)


def migrate_later() -> None:
    """What a newer release writes down; and a package that this one does not have, which is nobody's fault."""
    for app, name in (("stories", "0098_later"), ("auth", "0099_later"), ("gone", "0001_initial")):
        MigrationRecorder(connection).record_applied(app, name)


def test_a_database_of_a_newer_release_makes_it_unready(db, plain_client) -> None:
    migrate_later()
    answer = plain_client.get("/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (503, [NEWER])


def test_an_older_release_migrates_nothing_and_leaves_the_guards(db) -> None:
    migrate_later()
    take_away("decision_no_delete")
    with pytest.raises(CommandError) as refused:
        call_command("migrate", verbosity=0)
    assert str(refused.value) == NEWER
    assert len(missing_triggers(connection)) == 1


def test_a_database_that_does_not_answer_makes_it_unready_but_not_dead(db, plain_client, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("could not connect to secret-host")

    monkeypatch.setattr("stories.monitor.health.missing_triggers", fail)
    assert plain_client.get("/readyz").json()["problems"] == ["The database does not answer."]
    assert plain_client.get("/healthz").json() == {"status": "ok", "problems": []}


def test_only_reading_is_allowed(db, plain_client) -> None:
    assert [plain_client.post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]


# ---- The WSGI process -----------------------------------------------------------------------------------------


def load_wsgi(database: Path) -> subprocess.CompletedProcess[str]:
    """Import `newsroom.wsgi` in a process of its own."""
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}", "DJANGO_SETTINGS_MODULE": "newsroom.settings"}
    return subprocess.run(
        [sys.executable, "-c", "import newsroom.wsgi"],
        cwd=PROJECT,
        env=environment | {"DJANGO_DEBUG": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_wsgi_refuses_to_load_without_the_guards(tmp_path) -> None:
    database = tmp_path / "desk.sqlite3"
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}", "DJANGO_DEBUG": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"

    empty = load_wsgi(database)
    assert empty.returncode == 3
    (message,) = empty.stderr.splitlines()
    assert message.startswith(f"The desk does not serve from {database}: ")
    assert message.endswith("Run `manage.py migrate`.")

    subprocess.run(migrate, cwd=PROJECT, env=environment, check=True, timeout=120)
    assert load_wsgi(database).returncode == 0

    with sqlite3.connect(database) as raw:
        raw.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('stories', '0098_later', '2026-01-01')")
    later = load_wsgi(database)
    assert later.returncode == 3
    assert later.stderr == (
        f"The desk does not serve from {database}: A newer release has migrated this database, and this one does not"
        " know stories.0098_later: start that release, or restore the backup from before.\n"
    )

    with sqlite3.connect(database) as raw:
        raw.execute("DELETE FROM django_migrations WHERE name = '0098_later'")
        raw.execute("DROP TRIGGER guard_publication_hash")
    bare = load_wsgi(database)
    assert bare.returncode == 3
    assert bare.stderr == (
        f"The desk does not serve from {database}: Triggers of the database that do not stand:"
        " guard_publication_hash on stories_publication is missing. Run `manage.py migrate`.\n"
    )


def test_the_command_migrate_makes_an_unready_database_ready(db) -> None:
    take_away("decision_no_delete")
    call_command("migrate", verbosity=0)
    assert problems(connection) == []
