"""Whatever of backup, restore, move, migrate, loaddata or demo is killed, and wherever: run again, it finishes."""

import lzma
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection

from stories.audit import find_violations, verify_ledger, verify_log
from stories.chain import ChainHead
from stories.database import missing_triggers
from stories.management.commands.build_fixtures import FIXTURES
from tests.beside import run_tool
from tests.commands.test_backup import MOVED
from tests.commands.test_restore import crash
from tests.killing import file_of, looking_at, manage
from tests.older_desk.conftest import FOLDER as OLDER

POINTS = 20

pytestmark = [pytest.mark.prove, pytest.mark.sampled(10), pytest.mark.django_db]
at_every_point = pytest.mark.parametrize("point", range(POINTS))
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="it is a file of SQLite")
on_postgresql = pytest.mark.skipif(connection.vendor == "sqlite", reason="needs PostgreSQL: set DATABASE_URL")


@dataclass(eq=False)
class Databases:
    """Desks to break, each a database of its own; those they are copied from are made once."""

    folder: Path
    made: list[str] = field(default_factory=list)

    def make(self, like: str | None = None) -> str:
        """The address of a new database, empty or a copy; SQLite's file is not there yet when it is empty."""
        number = len(self.made) + 1
        if connection.vendor == "sqlite":
            file = self.folder / f"desk-{number}" / "desk.sqlite3"
            file.parent.mkdir()
            if like:
                shutil.copy(file_of(like), file)
            self.made.append(f"sqlite:///{file}")
        else:
            database, name = connection.settings_dict, f"killed_{os.getpid()}_{number}"
            run_tool("createdb", *([f"--template={like.rpartition('/')[2]}"] if like else []), name)
            self.made.append("postgres://{USER}@{HOST}:{PORT}/".format(**database) + name)
        return self.made[-1]

    @cache  # noqa: B019  # as long as the module's tests
    def kept(self, what: str) -> str:
        """A desk to copy: `migrated`, `full` of the seeds' day, of the `older` release, or that `upgraded`."""
        if what == "older":
            url = self.make()
            if connection.vendor == "sqlite":
                file_of(url).write_bytes(lzma.decompress((OLDER / "desk.sqlite3.xz").read_bytes()))
            else:
                script = self.folder / "desk.sql"
                script.write_bytes(lzma.decompress((OLDER / "desk.sql.xz").read_bytes()))
                run_tool("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={script}", f"--dbname={url}")
            return url
        url = self.make(
            {"upgraded": self.kept("older"), "full": self.kept("migrated")}[what] if what != "migrated" else None
        )
        command = ("loaddata", *FIXTURES) if what == "full" else ("migrate",)
        self.run(url, *command, "--verbosity=0")
        return url

    def run(self, url: str, *command: str) -> str:
        """Run `command` to its end; what it printed."""
        status, _ = manage(url, self.folder / "said", *command)
        said = (self.folder / "said").read_text()
        assert status == 0, said
        return said

    @cache  # noqa: B019
    def length(self, like: str | None, *command: str) -> int:
        """How many points there are in `command`, run to its end on a copy of `like`."""
        status, points = manage(self.make(like), self.folder / "said", *command)
        assert status == 0, (self.folder / "said").read_text()
        return points

    def kill(self, url: str, *command: str, length: int, point: int) -> str:
        """Run `command` on `url` and kill it at `point` of POINTS, spread over its `length`; what it had printed."""
        place = 1 + (length - 1) * point // (POINTS - 1)
        status, _ = manage(url, self.folder / "said", *command, point=place)
        said = (self.folder / "said").read_text()
        assert status == -signal.SIGKILL, said
        return said


@pytest.fixture(scope="module")
def databases(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    one = Databases(tmp_path_factory.mktemp("killed"))
    yield one
    if connection.vendor == "postgresql":
        for url in one.made:
            run_tool("dropdb", "--if-exists", "--force", url.rpartition("/")[2])


def look(url: str) -> tuple[list[ChainHead], list[str], list[str]]:
    """Heads, violations and missing triggers of the desk at `url`."""
    with looking_at(url):
        heads = [verify_ledger(), verify_log()]
        return heads, [str(one) for one in find_violations()], missing_triggers(connection)


@cache
def whole(databases: Databases, what: str = "full") -> tuple[list[ChainHead], list[str], list[str]]:
    """What a whole desk looks like."""
    heads, *wrong = look(databases.kept(what))
    assert wrong == [[], []]
    return heads, [], []


@at_every_point
def test_migrate(databases: Databases, point: int) -> None:
    """The older desk, and the guards that SQLite does without meanwhile."""
    older, command = databases.kept("older"), ("migrate", "--verbosity=0")
    url = databases.make(older)
    databases.kill(url, *command, length=databases.length(older, *command), point=point)
    databases.run(url, *command)
    assert look(url) == whole(databases, "upgraded")


@at_every_point
def test_loaddata(databases: Databases, point: int) -> None:
    migrated, command = databases.kept("migrated"), ("loaddata", *FIXTURES, "--verbosity=0")
    url = databases.make(migrated)
    databases.kill(url, *command, length=databases.length(migrated, *command), point=point)
    databases.run(url, *command)
    assert look(url) == whole(databases)


@at_every_point
def test_demo(databases: Databases, point: int) -> None:
    """Everybody has a password, and it was shown."""
    url, command = databases.make(), ("demo", "--no-serve")
    said = databases.kill(url, *command, length=databases.length(None, *command), point=point)
    said += databases.run(url, *command)
    assert look(url) == whole(databases)
    shown = dict(re.findall(r"^  ([a-z-]+) +(\S{12})   \(", said, flags=re.MULTILINE))
    with looking_at(url):
        fits = {user.username: user.check_password(shown[user.username]) for user in User.objects.all()}
    assert fits == dict.fromkeys(["auditor", "editor", "reporter", "second-editor"], True)


@at_every_point
def test_move(databases: Databases, point: int, tmp_path: Path) -> None:
    """Each of its commands is killed twice or more, and all of them are run again."""
    full, old, new = databases.kept("full"), databases.make(databases.kept("full")), databases.make()
    files = {name: str(tmp_path / f"{name}.json") for name in MOVED}
    options = ("--natural-foreign", "--natural-primary", "--verbosity=0")
    steps = [
        (full, old, ("dumpdata", *options, "--output", files[name], *(model._meta.label_lower for model in models)))
        for name, models in MOVED.items()
    ]
    steps += [(None, new, ("migrate", "--verbosity=0"))]
    steps += [(databases.kept("migrated"), new, ("loaddata", "--verbosity=0", *files.values()))]
    killed = point * len(steps) // POINTS
    for _, url, step in steps[:killed]:
        databases.run(url, *step)
    like, url, step = steps[killed]
    length = databases.length(like, *step)
    databases.kill(url, *step, length=length, point=point * 7 % POINTS)
    for _, url, step in steps:
        databases.run(url, *step)
    assert look(new) == whole(databases)


# ---- A file of SQLite -----------------------------------------------------------------------------------------


@on_sqlite
@at_every_point
def test_backup(databases: Databases, point: int, tmp_path: Path) -> None:
    full, file = databases.kept("full"), tmp_path / "back up.sqlite3"
    length = databases.length(full, "backup", str(databases.folder / "counted.sqlite3"))
    databases.kill(full, "backup", str(file), length=length, point=point)
    if file.exists():
        status, _ = manage(full, databases.folder / "said", "backup", str(file))
        assert (status, (databases.folder / "said").read_text()) == (
            1,
            f"CommandError: {file} exists, and a backup overwrites nothing: choose another name.\n",
        )
    else:
        databases.run(full, "backup", str(file))
    assert list(tmp_path.iterdir()) == [file]
    assert look(f"sqlite:///{file}") == whole(databases)


@on_sqlite
@at_every_point
def test_restore(databases: Databases, point: int) -> None:
    """Over a desk that crashed. Before it is run again the file is the old one, or the new one, or not there."""
    backup = str(file_of(databases.kept("full")))
    url, counted = (databases.make(databases.kept("migrated")) for _ in range(2))
    for one in (url, counted):
        crash(file_of(one))
    before, journal = file_of(url).read_bytes(), Path(f"{file_of(url)}-journal").read_bytes()
    status, length = manage(counted, databases.folder / "said", "restore", backup)
    assert status == 0
    databases.kill(url, "restore", backup, length=length, point=point)
    if file_of(url).exists():
        left = file_of(url).read_bytes()
        assert left != before or Path(f"{file_of(url)}-journal").read_bytes() == journal
        assert left == before or look(url) == whole(databases)
    databases.run(url, "restore", backup)
    assert look(url) == whole(databases)
    kept = [one for one in file_of(url).parent.glob("*.replaced-*Z") if one.read_bytes() == before]
    assert [Path(f"{one}-journal").read_bytes() for one in kept] == [journal]
    assert list(file_of(url).parent.glob("*.restoring*")) == []


# ---- PostgreSQL's own tools -----------------------------------------------------------------------------------


def kill_after(seconds: float, command: str) -> None:
    """Run `command` in a shell and kill all of it after so long."""
    with subprocess.Popen(["bash", "-c", command], start_new_session=True, stderr=subprocess.DEVNULL) as process:
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)


def shell(command: str) -> float:
    """Run `command` to its end; the seconds it took."""
    began = time.monotonic()
    subprocess.run(["bash", "-ec", command], check=True, capture_output=True, timeout=120)
    return time.monotonic() - began


def refusal(databases: Databases, *command: str) -> str:
    """What `command` says on PostgreSQL."""
    said = databases.folder / "said"
    assert manage(databases.kept("full"), said, *command)[0] == 1
    return said.read_text()


@on_postgresql
@at_every_point
def test_pg_dump(databases: Databases, point: int, tmp_path: Path) -> None:
    """As `manage.py backup` prints it."""
    url, file = databases.kept("full"), tmp_path / "back up.dump"
    told = refusal(databases, "backup", str(file))
    command = re.findall(r"for this: (.*) \(docs", told)[0].replace('"$DATABASE_URL"', shlex.quote(url))
    took = shell(command)
    file.unlink()
    kill_after(took * point / (POINTS - 1), command)
    if not file.exists():
        shell(command)
    assert list(tmp_path.iterdir()) == [file]
    new = databases.make()
    shell(f"pg_restore --single-transaction --no-owner --dbname={new} {shlex.quote(str(file))}")
    assert look(new) == whole(databases)


@on_postgresql
@at_every_point
def test_pg_restore(databases: Databases, point: int, tmp_path: Path) -> None:
    """As `manage.py restore` prints it."""
    file = tmp_path / "desk.dump"
    shell(f"pg_dump --format=custom --file={file} {databases.kept('full')}")
    told = refusal(databases, "restore", str(file))
    command = re.findall(r"database: (.*?) && ", told)[0]
    took = shell(command.replace('"$DATABASE_URL"', databases.make()))
    command = command.replace('"$DATABASE_URL"', url := databases.make())
    kill_after(took * point / (POINTS - 1), command)
    time.sleep(0.5)  # the server notices that nobody is there any more
    with looking_at(url):
        is_there = "stories_decision" in connection.introspection.table_names()
    if not is_there:
        shell(command)
    databases.run(url, "migrate", "--verbosity=0")
    assert look(url) == whole(databases)
