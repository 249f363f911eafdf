"""Restore: a verified copy in the place of the desk's file, which is kept aside; or a refusal, and nothing changed."""

import io
import json
import lzma
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from stories.audit import verify_log
from stories.management.commands.build_fixtures import FIXTURES
from stories.sample.temporary_desk import desk_in
from tests.older_desk.conftest import FOLDER as OLDER
from tests.published import Desk

ROOT = Path(__file__).resolve().parent.parent.parent

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="it is a file of SQLite")
pytestmark = pytest.mark.django_db(transaction=True)


def manage(file: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """`manage.py` on the desk in `file`."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{file}", "DJANGO_DEBUG": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "manage.py", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of a desk with the seeds' day."""
    call_command("loaddata", *FIXTURES, verbosity=0)
    call_command("backup", str(tmp_path / "backup.sqlite3"), stdout=io.StringIO())
    return tmp_path / "backup.sqlite3"


@pytest.fixture
def file(tmp_path: Path, backup: Path) -> Path:
    """The desk's file, in a folder of its own: the same day and one fact more."""
    (tmp_path / "var").mkdir()
    file = Path(shutil.copy(backup, tmp_path / "var" / "desk.sqlite3"))
    file.chmod(0o640)
    with desk_in(file):
        Desk().confirm_fact("The quay is shut")
    return file


def contents(file: Path) -> dict[str, bytes]:
    """What is in the folder of `file`, but for the lock."""
    return {one.name: one.read_bytes() for one in file.parent.iterdir() if not one.name.endswith(".lock")}


def head_of(file: Path) -> tuple[int, str]:
    with desk_in(file):
        head = verify_log()
        return head.place, head.hash


CRASHED = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")  # so that changed pages reach the file before the commit
connection.execute("BEGIN IMMEDIATE")
connection.execute("CREATE TABLE filler (x)")
for _ in range(400):
    connection.execute("INSERT INTO filler VALUES (zeroblob(4000))")
os.kill(os.getpid(), 9)
"""


def crash(file: Path) -> None:
    """Leave a transaction half done in `file`."""
    done = subprocess.run([sys.executable, "-c", CRASHED, str(file)])
    assert (done.returncode, Path(f"{file}-journal").stat().st_size > 512) == (-signal.SIGKILL, True)


@on_sqlite
def test_a_desk_is_restored_over_one_that_crashed(backup: Path, file: Path) -> None:
    crash(file)
    before, journal = file.read_bytes(), Path(f"{file}-journal").read_bytes()
    heads = backup.with_name("heads.json")
    assert manage(backup, "verify_ledger", "--export", heads).returncode == 0
    done = manage(file, "restore", backup, "--head", heads)
    assert (done.returncode, done.stderr) == (0, "")
    (aside,) = re.findall(r"What it replaced is kept as (\S+)\.", done.stdout)
    assert contents(file) == {
        "desk.sqlite3": file.read_bytes(),
        Path(aside).name: before,
        f"{Path(aside).name}-journal": journal,
    }
    assert head_of(file) == head_of(backup)
    assert file.stat().st_mode & 0o777 == 0o640
    assert head_of(Path(aside))[0] == head_of(backup)[0] + 1
    assert (manage(file, "check_desk").returncode, list(file.parent.glob("*-journal"))) == (0, [])


@on_sqlite
def test_what_the_documents_said_before_breaks_the_backup(backup: Path, file: Path) -> None:
    """The proof above can fail: the old journal is rolled into whatever takes the file's name."""
    crash(file)
    shutil.copy(backup, file)
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("SELECT count(*) FROM sqlite_master").fetchone()
        assert opened.execute("PRAGMA integrity_check").fetchall() != [("ok",)]


@on_sqlite
def test_where_there_is_no_desk_any_more_it_makes_one(backup: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite3"
    Path(f"{file}-journal").write_bytes(b"of one that is gone")
    done = manage(file, "restore", backup)
    assert (done.returncode, done.stderr, "kept" in done.stdout) == (0, "", False)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["backup.sqlite3", "new.sqlite3", "new.sqlite3.lock"]
    assert head_of(file) == head_of(backup)


@on_sqlite
def test_a_backup_of_an_older_release_is_migrated(tmp_path: Path) -> None:
    backup, file = tmp_path / "older.sqlite3", tmp_path / "desk.sqlite3"
    backup.write_bytes(lzma.decompress((OLDER / "desk.sqlite3.xz").read_bytes()))
    before = backup.read_bytes()
    done = manage(file, "restore", backup)
    assert (done.returncode, done.stderr, backup.read_bytes()) == (0, "", before)
    assert manage(file, "migrate", "--check").returncode == 0


# ---- Refusals -------------------------------------------------------------------------------------------------

USING = """
import sys
from django.db import connection
import django
django.setup()
connection.ensure_connection()
connection.close()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def in_use(file: Path) -> Iterator[None]:
    """A process that serves the desk: it has opened the file, and has no connection just now."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{file}", "DJANGO_DEBUG": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", USING], cwd=ROOT, env=environment, text=True, **pipes) as process:
        assert process.stdout.readline() == "ready\n"
        yield


@on_sqlite
@pytest.mark.usefixtures("in_use")
def test_a_running_desk_is_not_replaced(backup: Path, file: Path) -> None:
    before = contents(file)
    done = manage(file, "restore", backup)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"CommandError: A desk is running on {file}: stop it (server, API and every manage.py), then restore.\n"
    )
    assert contents(file) == before


def forge(backup: Path) -> None:
    """Change a word of what was published."""
    with closing(sqlite3.connect(backup)) as opened:
        opened.execute("DROP TRIGGER guard_publication_no_update")
        opened.execute("UPDATE stories_publication SET payload = replace(payload, 'confirmed', 'Confirmed')")
        opened.commit()


def cut(backup: Path) -> None:
    os.truncate(backup, backup.stat().st_size // 2)


def empty(backup: Path) -> None:
    os.truncate(backup, 0)


def another(backup: Path) -> None:
    """A database of something else."""
    backup.unlink()
    with closing(sqlite3.connect(backup)) as opened:
        opened.execute("CREATE TABLE shopping (x)")


def noise(backup: Path) -> None:
    backup.write_bytes(os.urandom(100_000))


def from_tomorrow(backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as opened:
        opened.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('stories', '9999_later', '2030-01-01')"
        )
        opened.commit()


@on_sqlite
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (forge, "{0} does not verify: "),
        (cut, "{0} cannot be read: "),
        (empty, "{0} holds no desk.\n"),
        (another, "{0} holds no desk.\n"),
        (noise, "{0} cannot be read: file is not a database.\n"),
        (Path.unlink, "{0} cannot be read: unable to open database file.\n"),
        (from_tomorrow, "{0} is of a newer release (it has had 9999_later): restore it with that one.\n"),
    ],
    ids=["forged", "cut", "empty", "of something else", "noise", "not there", "of a newer release"],
)
def test_what_does_not_verify_replaces_nothing(backup: Path, file: Path, damage, said: str) -> None:
    damage(backup)
    before = contents(file)
    done = manage(file, "restore", backup)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(f"CommandError: Nothing was restored. {said.format(backup)}")
    assert contents(file) == before


@on_sqlite
def test_a_backup_without_what_was_exported_is_refused(backup: Path, file: Path, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"
    heads.write_text(json.dumps({name: {"place": 1, "hash": "0" * 64} for name in ("ledger", "log")}))
    before = contents(file)
    done = manage(file, "restore", backup, "--head", heads)
    assert done.stderr.startswith(f"CommandError: Nothing was restored. {backup} does not verify: ")
    assert (done.returncode, contents(file)) == (1, before)


@on_sqlite
def test_the_desks_own_file_is_no_backup(file: Path) -> None:
    done = manage(file, "restore", file)
    assert done.stderr == f"CommandError: {file} is the desk's own file: name a backup.\n"


@on_sqlite
def test_a_folder_that_is_not_there_is_one_line(backup: Path, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "desk.sqlite3"
    done = manage(file, "restore", backup)
    assert done.stderr == f"CommandError: Nothing was restored. Cannot write {file}: No such file or directory.\n"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="needs PostgreSQL: set DATABASE_URL (make prove does)")
def test_on_postgresql_it_names_pg_restore() -> None:
    with pytest.raises(CommandError) as error:
        call_command("restore", "back up.dump")
    assert str(error.value) == (
        "This desk is on PostgreSQL, which has a tool of its own for this. Into a new, empty database: "
        "pg_restore --single-transaction --no-owner --dbname=\"$DATABASE_URL\" 'back up.dump' "
        "&& manage.py migrate && manage.py verify_ledger (docs/backup.md)."
    )
