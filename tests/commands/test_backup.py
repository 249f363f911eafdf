"""Backup and restore: a copy made while people work is a whole desk, and answers the API to the byte."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model

from stories.audit import find_violations, verify_ledger, verify_log
from stories.changes.writing import save_on_record
from stories.database import missing_triggers
from stories.management.commands.backup import copy_database
from stories.management.commands.build_fixtures import FIXTURES
from stories.models import FormerName, Lift, NameLook, NameReader, Publication, Ruling, Sighting, Source
from stories.provenance.readers import add_reader, begin_list, name_for, readers_of
from stories.sample.temporary_desk import desk_in, temporary_desk
from tests.asking import Answer, Ask, answers_to, follow_up, make_asks, words_of_log
from tests.beside import database_beside, run_tool
from tests.published import Desk

ROOT = Path(__file__).resolve().parent.parent.parent

on_sqlite = pytest.mark.skipif("postgres" in settings.DATABASES["default"]["ENGINE"], reason="backup copies SQLite")
on_postgresql = pytest.mark.skipif(
    "sqlite" in settings.DATABASES["default"]["ENGINE"], reason="needs PostgreSQL: set DATABASE_URL (make prove does)"
)


def back_up(file: Path) -> str:
    out = io.StringIO()
    call_command("backup", str(file), stdout=out)
    return out.getvalue()


def live_a_day(desk: Desk) -> None:
    """Every event of the public log, and work in hand."""
    tide, quay, ferry = (desk.confirm_fact(words) for words in ("The tide is high", "The quay is shut", "It rains"))
    desk.cut_version("Shut")
    desk.reword(tide, "The tide is very high")
    desk.withdraw_fact(quay, by=str(ferry.fact_id))
    desk.cut_version("Open", kind="correction", note="The quay is open.")
    desk.suppress(quay)
    claim = desk.claim("The lighthouse is dark.")
    desk.proposal(claim, desk.passage(claim, "mirror", "wire"))


def everything() -> dict[Ask, Answer]:
    """The answers to every path, with every name and at random positions, and the pages beside them."""
    answers = answers_to(make_asks(words_of_log(), seed=5, times=10))
    return answers | answers_to(follow_up(answers))


# ---- backup ---------------------------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_restored_copy_is_the_same_desk(tmp_path: Path) -> None:
    live_a_day(Desk())
    file = tmp_path / "desk.sqlite3"
    said = back_up(file)
    assert said == (
        f"Wrote {file} ({file.stat().st_size:,} bytes). "
        f"Verify it: DATABASE_URL=sqlite:///{file} manage.py verify_ledger\n"
    )
    before, heads = everything(), (verify_ledger(), verify_log())
    with desk_in(file):
        assert (verify_ledger(), verify_log()) == heads
        assert everything() == before
        assert list(find_violations()) == []
        assert missing_triggers(connection) == []
    assert [one.name for one in tmp_path.iterdir()] == ["desk.sqlite3"]
    assert file.stat().st_mode & 0o777 == 0o600


@on_sqlite
def test_the_comparison_can_fail(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "desk.sqlite3"
    back_up(file)
    desk.confirm_fact("The quay is shut")
    before = everything()
    with desk_in(file):
        assert everything() != before


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    """A desk with one fact."""
    desk = Desk()
    desk.confirm_fact("The tide is high")
    return desk


@pytest.fixture
def live(desk: Desk, tmp_path: Path) -> Iterator[Path]:
    """That desk in a file, in use by this thread and open to others."""
    file = tmp_path / "live.sqlite3"
    back_up(file)
    with desk_in(file):
        yield file


def work(desk: Desk, file: Path, stop: threading.Event, done: list[int]) -> None:
    """Publish one fact after another until told to stop."""
    with desk_in(file):
        while not stop.is_set():
            done.append(desk.confirm_fact(f"It is {len(done)} o'clock").position)


@on_sqlite
def test_copies_made_while_somebody_writes_are_whole(desk: Desk, live: Path, tmp_path: Path) -> None:
    stop, done = threading.Event(), []
    writer = threading.Thread(target=work, args=(desk, live, stop, done))
    writer.start()
    copies = [tmp_path / f"copy-{number}.sqlite3" for number in range(4)]
    try:
        for number, copy in enumerate(copies):
            while len(done) < 2 * number + 1 and writer.is_alive():
                stop.wait(0.01)
            back_up(copy)
    finally:
        stop.set()
        writer.join()
    log = dict(Publication.objects.values_list("position", "hash"))
    heads = []
    for copy in copies:
        with desk_in(copy):
            assert list(find_violations()) == []
            heads.append(verify_log())
    assert [log[head.place] for head in heads] == [head.hash for head in heads]
    assert len({head.place for head in heads}) == len(copies)


@on_sqlite
def test_a_plain_copy_of_a_file_in_use_is_broken(live: Path, tmp_path: Path) -> None:
    """The proof above can fail: half of a transaction is in the file before it is committed."""
    writer = sqlite3.connect(live, isolation_level=None)
    writer.execute("PRAGMA cache_size = 2")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("CREATE TABLE spilled (words TEXT)")
    writer.executemany("INSERT INTO spilled VALUES (?)", [("x" * 500,)] * 2000)
    shutil.copy(live, tmp_path / "plain.sqlite3")
    writer.execute("ROLLBACK")
    writer.close()
    back_up(tmp_path / "proper.sqlite3")
    assert is_whole(tmp_path / "proper.sqlite3")
    assert not is_whole(tmp_path / "plain.sqlite3")


def is_whole(file: Path) -> bool:
    """Whether SQLite finds nothing wrong with `file`."""
    copy = sqlite3.connect(file)
    try:
        return copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    except sqlite3.DatabaseError:
        return False
    finally:
        copy.close()


# ---- What goes wrong ------------------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "desk.sqlite3"
    file.write_text("precious")
    with pytest.raises(CommandError) as error:
        back_up(file)
    assert str(error.value) == f"{file} exists, and a backup overwrites nothing: choose another name."
    assert file.read_text() == "precious"


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "desk.sqlite3"
    with pytest.raises(CommandError) as error:
        back_up(file)
    assert str(error.value) == f"Cannot write {file}: No such file or directory."


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_backup_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: object, file: Path) -> None:
        file.write_text("half")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("stories.management.commands.backup.copy_database", fail)
    file = tmp_path / "desk.sqlite3"
    with pytest.raises(CommandError) as error:
        back_up(file)
    assert str(error.value) == f"Cannot write {file}: database or disk is full."
    assert list(tmp_path.iterdir()) == []


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_the_printed_command_verifies_a_file_of_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "back [up] #1? 100% 'of' it"
    folder.mkdir()
    command = back_up(folder / "a desk.sqlite3").partition("Verify it: ")[2].replace("manage.py", f"{ROOT}/manage.py")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "DJANGO_DEBUG": "1"}
    done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, timeout=120)
    assert (done.stderr, done.stdout) == ("", "ledger: 0 rows, head (empty)\nlog: 0 rows, head (empty)\n")


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_what_killed_backups_left_is_cleared_and_what_runs_is_let_alone(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    file, leftover, another = (tmp_path / name for name in ("a[1].db", f"a[1].db.{gone.pid}.unfinished", "a[1].db.x"))
    running = tmp_path / f"a[1].db.{os.getppid()}.unfinished"
    for path in (leftover, Path(f"{leftover}-journal"), running, another):
        path.write_text("half")
    back_up(file)
    assert sorted(tmp_path.iterdir()) == sorted([file, running, another])
    assert is_whole(file)


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_of_two_backups_to_one_name_the_second_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one has got the name while this one copied."""
    file = tmp_path / "desk.sqlite3"

    def copy_meanwhile(source: sqlite3.Connection, unfinished: Path) -> None:
        copy_database(source, unfinished)
        file.write_text("of the other")

    monkeypatch.setattr("stories.management.commands.backup.copy_database", copy_meanwhile)
    with pytest.raises(CommandError, match="exists, and a backup overwrites nothing"):
        back_up(file)
    assert (file.read_text(), list(tmp_path.iterdir())) == ("of the other", [file])


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_file_system_without_second_names_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    back_up(tmp_path / "desk.sqlite3")
    assert [one.name for one in tmp_path.iterdir()] == ["desk.sqlite3"]


@on_postgresql
@pytest.mark.django_db
def test_on_postgresql_it_names_pg_dump(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        back_up(tmp_path / "desk.dump")
    assert str(error.value) == (
        "This desk is on PostgreSQL, which has a tool of its own for this: "
        f'pg_dump --format=custom --file={tmp_path}/desk.dump.unfinished "$DATABASE_URL" '
        f"&& mv {tmp_path}/desk.dump.unfinished {tmp_path}/desk.dump (docs/backup.md)."
    )
    assert list(tmp_path.iterdir()) == []


# ---- From one database to the other ---------------------------------------------------------------------------


PROTECTION: tuple[type[Model], ...] = (NameReader, NameLook, FormerName, Lift, Sighting, Ruling)
MOVED: dict[str, tuple[type[Model], ...]] = {"groups": (Group,), **FIXTURES, "protection": PROTECTION}
KEPT_BY_TRIGGERS = {"FactInForce", "FactToWeigh", "QueueItem"}
FOUND_AGAIN = {"LookedThrough", "Naming"}
OF_THE_MOMENT = {"Heartbeat", "Presence"}


def test_every_table_of_the_desk_moves_or_is_made_anew() -> None:
    moved = {model.__name__ for models in MOVED.values() for model in models if model._meta.app_label == "stories"}
    assert {model.__name__ for model in apps.get_app_config("stories").get_models()} == {
        *moved,
        *KEPT_BY_TRIGGERS,
        *FOUND_AGAIN,
        *OF_THE_MOMENT,
    }


def protect() -> None:
    """A protected source with readers, a look at its name, and a name that it had before."""
    by, other = User.objects.get(username="editor"), User.objects.get(username="second-editor")
    source = Source.objects.create(
        slug="clerk", name="Jane Roe", kind="person", confidential=True, public_name="a Harbour Board official"
    )
    begin_list(source, by=by)
    add_reader(source, other, by=by)
    assert name_for(source, other) == "Jane Roe"
    source.name = "Jane Doe"
    save_on_record(source, by=by, reason="She married.")


def protection() -> list[list[tuple[object, ...]]]:
    """Every row about protection."""
    return [list(model._default_manager.order_by("pk").values_list()) for model in PROTECTION]


@pytest.mark.django_db
def test_a_protected_source_stays_protected_on_the_way(tmp_path: Path) -> None:
    call_command("loaddata", *FIXTURES, verbosity=0)
    protect()
    found = [[row[2:] for row in rows] for rows in protection()]
    assert [len(rows) for rows in found[:3]] == [2, 1, 1]
    files = dump(tmp_path / "dump")
    with temporary_desk():
        call_command("loaddata", *files, verbosity=0)
        assert [len(rows) for rows in protection()] == [len(rows) for rows in found]
        source = Source.objects.get(slug="clerk")
        assert [user.username for user in readers_of(source)] == ["editor", "second-editor"]


def dump(folder: Path) -> list[str]:
    """dumpdata as docs/backup.md says, file by file; returns the files in the order in which they load."""
    folder.mkdir()
    for name, models in MOVED.items():
        call_command(
            "dumpdata",
            *(model._meta.label_lower for model in models),
            use_natural_foreign_keys=True,
            use_natural_primary_keys=True,
            output=str(folder / f"{name}.json"),
            verbosity=0,
        )
    return [str(folder / f"{name}.json") for name in MOVED]


def test_the_documented_dumps_are_those_that_are_proven() -> None:
    text = (settings.BASE_DIR / "docs" / "backup.md").read_text()
    lines = [
        f"    dump {name} {' '.join(model._meta.label_lower for model in models)}" for name, models in MOVED.items()
    ]
    assert [line for line in text.splitlines() if line.startswith("    dump ")] == lines
    assert f'loaddata "$PWD"/{{{",".join(MOVED)}}}.json' in text


def make_own_group() -> None:
    """A group that the desk does not bring, with a permission and a member."""
    group = Group.objects.create(name="Спорт")
    group.permissions.add(Permission.objects.get(codename="view_claim"))
    User.objects.get(username="editor").groups.add(group)


def own_groups() -> list[tuple[str, str, str]]:
    """(group, permission, member) of that one."""
    return list(Group.objects.filter(name="Спорт").values_list("name", "permissions__codename", "user__username"))


@pytest.mark.django_db
def test_groups_of_ones_own_come_along(tmp_path: Path) -> None:
    call_command("loaddata", *FIXTURES, verbosity=0)
    make_own_group()
    files = dump(tmp_path / "dump")
    with temporary_desk():
        call_command("loaddata", *files, verbosity=0)
        assert own_groups() == [("Спорт", "view_claim", "editor")]


@on_postgresql
@pytest.mark.prove
@pytest.mark.django_db
def test_from_sqlite_to_postgresql_and_back(tmp_path: Path) -> None:
    with temporary_desk():
        call_command("loaddata", *FIXTURES, verbosity=0)
        live_a_day(Desk())
        make_own_group()
        there, heads, files = everything(), (verify_ledger(), verify_log()), dump(tmp_path / "sqlite")
    call_command("loaddata", *files, verbosity=0)
    assert connection.vendor == "postgresql"
    assert (verify_ledger(), verify_log()) == heads
    assert everything() == there
    back = dump(tmp_path / "postgresql")
    with temporary_desk():
        call_command("loaddata", *back, verbosity=0)
        assert connection.vendor == "sqlite"
        assert (verify_ledger(), verify_log()) == heads
        assert everything() == there
        again = dump(tmp_path / "again")
    # PostgreSQL keeps JSON by value, so the members of a snapshot come back in another order.
    assert [json.loads(Path(one).read_text()) for one in again] == [json.loads(Path(one).read_text()) for one in files]


@on_postgresql
@pytest.mark.prove
@pytest.mark.django_db(transaction=True)
def test_pg_dump_and_pg_restore_keep_the_desk_and_its_guards(tmp_path: Path) -> None:
    live_a_day(Desk())
    before, heads = everything(), (verify_ledger(), verify_log())
    file = tmp_path / "desk.dump"
    run_tool("pg_dump", "--format=custom", f"--file={file}", str(connection.settings_dict["NAME"]))
    with database_beside("pg_restore", "--no-owner", "--exit-on-error", str(file)):
        assert (verify_ledger(), verify_log()) == heads
        assert everything() == before
        assert list(find_violations()) == []
        assert missing_triggers(connection) == []
