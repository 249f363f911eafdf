"""A desk into whose file nothing can be written is not ready, and says why; it never writes into another file."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.db import connection

from tests.serving import ROOT, Served, copy_database, serve

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="it is a file of SQLite")

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a file system or be somebody else")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, in memory, of eight megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def served(transactional_db: None, disk: Path, tmp_path: Path) -> Iterator[Served]:
    """The desk under gunicorn, its file on that disk."""
    with serve("newsroom.wsgi", database=copy_database(disk / "desk.sqlite3"), folder=tmp_path) as one:
        yield one


def ready(served: Served) -> tuple[int, list[str]]:
    """(status, problems) of /readyz."""
    answer = served.ask("/readyz")
    return answer.status, json.loads(answer.body)["problems"]


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """The disk to read alone, for whatever is opened from now on."""
    subprocess.run(["mount", "--bind", disk, disk], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", disk], check=True)
    yield
    subprocess.run(["umount", disk], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte is free on the disk."""
    with (disk / "filler").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 12))
    yield
    (disk / "filler").unlink()


@only_root
def test_readyz_names_what_keeps_the_desk_from_writing_and_is_well_again_after_it(served: Served, disk: Path) -> None:
    file, away = disk / "desk.sqlite3", disk / "elsewhere.sqlite3"
    assert ready(served) == (200, [])
    with filled(disk):
        assert ready(served) == (503, ["The database's file cannot be written: database or disk is full."])
    assert ready(served) == (200, [])
    with read_only(disk):
        assert ready(served) == (503, ["The database's file cannot be written: attempt to write a readonly database."])
    assert ready(served) == (200, [])
    file.rename(away)
    assert ready(served) == (503, ["The database's file is not where it should be."])
    assert served.ask("/admin/login/").status == 200
    assert served.ask("/api/v1/head/").status == 503
    assert not file.exists()
    away.rename(file)
    assert (ready(served), served.ask("/api/v1/head/").status) == ((200, []), 200)
    shutil.copy(file, away)
    away.rename(file)
    replaced = "The database's file was replaced since this process began: start it again."
    assert (ready(served), served.ask("/api/v1/head/").status) == ((503, [replaced]), 503)


@only_root
def test_an_api_on_a_file_that_was_replaced_answers_no_more(transactional_db: None, disk: Path, tmp_path: Path) -> None:
    database = copy_database(disk / "desk.sqlite3")
    with serve("newsroom.wsgi_api", database=database, folder=tmp_path) as served:
        assert (ready(served), served.ask("/api/v1/head/").status) == ((200, []), 200)
        shutil.copy(disk / "desk.sqlite3", disk / "other.sqlite3")
        (disk / "other.sqlite3").rename(disk / "desk.sqlite3")
        replaced = "The database's file was replaced since this process began: start it again."
        assert (ready(served), served.ask("/api/v1/head/").status) == ((503, [replaced]), 503)


LOOK = "import sys; from stories.monitor.files import find_fault; print(find_fault(sys.argv[1]))"
AS_NOBODY = "; import os; os.setgroups([]); os.setgid(65534); os.setuid(65534)"


@only_root
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "said"),
    [
        (0o666, 0o777, ""),
        (0o444, 0o777, "The database's file cannot be written: attempt to write a readonly database."),
        (0o000, 0o777, "The database's file cannot be written: unable to open database file."),
        (0o666, 0o555, "The database's file cannot be written: attempt to write a readonly database."),
    ],
    ids=["all is well", "a file to read alone", "a file that is not ours", "a folder to read alone"],
)
def test_what_another_user_may_not_write_is_named(
    transactional_db: None, disk: Path, file_mode: int, folder_mode: int, said: str
) -> None:
    for folder in [one for one in disk.parents if "pytest" in str(one)]:
        folder.chmod(0o755)
    copy_database(disk / "desk.sqlite3")
    (disk / "desk.sqlite3").chmod(file_mode)
    disk.chmod(folder_mode)
    look = [sys.executable, "-c", LOOK.replace("; print", AS_NOBODY + "; print"), disk / "desk.sqlite3"]
    done = subprocess.run(look, cwd=ROOT, capture_output=True, text=True)
    assert (done.stderr, done.stdout) == ("", f"{said}\n")


def test_to_look_writes_nothing_and_waits_for_nobody(transactional_db: None, tmp_path: Path) -> None:
    file = tmp_path / "desk.sqlite3"
    copy_database(file)
    before = file.read_bytes()
    look = [sys.executable, "-c", LOOK, file]
    assert subprocess.run(look, cwd=ROOT, capture_output=True, text=True).stdout == "\n"
    assert (file.read_bytes(), [one.name for one in tmp_path.iterdir()]) == (before, ["desk.sqlite3"])
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    assert subprocess.run(look, cwd=ROOT, capture_output=True, text=True, timeout=10).stdout == "\n"
    writer.close()
