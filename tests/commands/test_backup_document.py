"""What docs/backup.md says to type is typed, word for word, and gives the desk that it promises."""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from stories.audit import find_violations, verify_ledger, verify_log
from stories.chain import ChainHead
from stories.database import missing_triggers
from stories.management.commands.build_fixtures import FIXTURES
from stories.sample.temporary_desk import temporary_desk
from tests.beside import run_tool
from tests.commands.test_backup import make_own_group, own_groups
from tests.commands.test_restore import crash
from tests.killing import file_of, looking_at

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = (ROOT / "docs" / "backup.md").read_text()

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="it is a file of SQLite")
on_postgresql = pytest.mark.skipif(connection.vendor == "sqlite", reason="needs PostgreSQL: set DATABASE_URL")


def read_blocks(title: str) -> list[str]:
    """The commands under the heading `title` of the document, block by block."""
    section = re.split(rf"^#+ {title}\n", DOCUMENT, flags=re.MULTILINE)[1].split("\n## ")[0]
    found = re.findall(r"(?:^    .*\n)+", section, flags=re.MULTILINE)
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in found]


HEADS, *_ = read_blocks("Backup and restore")
SQLITE = read_blocks("SQLite")
POSTGRESQL = read_blocks("PostgreSQL")
MOVE = read_blocks("From one database to the other")


def test_every_command_of_the_document_is_run_here() -> None:
    assert "".join([HEADS, *SQLITE, *POSTGRESQL, *MOVE]) == re.sub(
        r"^    ", "", "".join(re.findall(r"^    .*\n", DOCUMENT, flags=re.MULTILINE)), flags=re.MULTILINE
    )
    assert [len(one) for one in (SQLITE, POSTGRESQL, MOVE)] == [2, 2, 2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where somebody types; `manage.py` is on their path."""
    (tmp_path / "bin").mkdir()
    command = shlex.join([sys.executable, str(ROOT / "manage.py")])
    (tmp_path / "bin" / "manage.py").write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    (tmp_path / "bin" / "manage.py").chmod(0o755)
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def type_in(block: str, folder: Path, *, at: str) -> str:
    """Run `block` in a shell in `folder`, on the desk at `at`; what it printed."""
    path = f"{folder.parent}/bin:{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": os.environ["HOME"], "DJANGO_DEBUG": "1", "DATABASE_URL": at}
    command = ["bash", "-euo", "pipefail", "-c", block]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


Seen = tuple[list[ChainHead], list[tuple[str, str, str]], list[str], list[str]]


def see() -> Seen:
    """Heads, groups of one's own, violations and missing triggers of the desk that is the default."""
    violations = [str(one) for one in find_violations()]
    return [verify_ledger(), verify_log()], own_groups(), violations, missing_triggers(connection)


def fill() -> Seen:
    """The seeds' day and a group of one's own, in the default database; how that looks."""
    call_command("loaddata", *FIXTURES, verbosity=0)
    make_own_group()
    return see()


@pytest.fixture
def file(folder: Path) -> tuple[str, Seen]:
    """A desk on SQLite: its address, and how it looks."""
    file = folder.parent / "desk.sqlite3"
    with temporary_desk():
        seen = fill()
        call_command("backup", str(file), stdout=io.StringIO())
    return f"sqlite:///{file}", seen


@on_sqlite
def test_sqlite(folder: Path, file: tuple[str, Seen]) -> None:
    url, seen = file
    type_in(HEADS, folder, at=url)
    type_in(SQLITE[0], folder, at=url)
    crash(file_of(url))
    assert "The desk is in order." in type_in(SQLITE[1], folder, at=url)
    with looking_at(url):
        assert see() == seen


@pytest.fixture
def server() -> Iterator[str]:
    """The address of an empty database on the tests' server; what the document makes beside it goes, too."""
    database = connection.settings_dict
    name = f"document_{os.getpid()}"
    for one in (name, "desk_restored"):
        run_tool("dropdb", "--if-exists", one)
    run_tool("createdb", name)
    yield "postgres://{USER}@{HOST}:{PORT}/".format(**database) + name
    for one in (name, "desk_restored"):
        run_tool("dropdb", "--if-exists", "--force", one)


@on_postgresql
def test_postgresql(folder: Path, server: str) -> None:
    type_in("manage.py migrate --verbosity=0", folder, at=server)
    with looking_at(server):
        seen = fill()
    type_in(HEADS, folder, at=server)
    type_in(POSTGRESQL[0], folder, at=server)
    assert sorted(one.name for one in folder.iterdir()) == ["backup.dump", "heads.json"]
    assert (folder / "backup.dump").stat().st_mode & 0o777 == 0o600
    assert "The desk is in order." in type_in(POSTGRESQL[1], folder, at=server)
    with looking_at(server.rpartition("/")[0] + "/desk_restored"):
        assert see() == seen


def move(folder: Path, file: tuple[str, Seen], new: str) -> None:
    """From a file of SQLite to the new database `new`."""
    url, seen = file
    type_in(HEADS, folder, at=url)
    type_in(MOVE[0], folder, at=url)
    type_in(MOVE[1], folder, at=new)
    with looking_at(new):
        assert see() == seen


@on_sqlite
def test_to_another_file(folder: Path, file: tuple[str, Seen]) -> None:
    move(folder, file, f"sqlite:///{folder.parent}/new.sqlite3")


@on_postgresql
def test_to_postgresql(folder: Path, file: tuple[str, Seen], server: str) -> None:
    move(folder, file, server)


def test_it_can_fail(folder: Path, file: tuple[str, Seen]) -> None:
    with pytest.raises(AssertionError):
        type_in(SQLITE[1].replace("backup.sqlite3", "other.sqlite3"), folder, at=file[0])
    shutil.rmtree(folder)
