"""What a person at the command line can mend is one line; all is UTF-8; no file is made by mistake."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}

COMMANDS = ("migrate", "verify_ledger", "check_desk", "stats")


def manage(*arguments: object, file: Path | None = None, root: Path = ROOT, **more: str) -> tuple[int, str, str]:
    """`manage.py` on the desk in `file`, or in the checkout's own; (exit code, stdout, stderr)."""
    environment = {**KEPT, "LANG": "C.UTF-8", "DJANGO_DEBUG": "1", **more}
    if file:
        environment["DATABASE_URL"] = f"sqlite:///{file}"
    command = [sys.executable, "manage.py", *map(str, arguments)]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with the seeds' day."""
    file = tmp_path_factory.mktemp("whole") / "desk.sqlite3"
    assert manage("demo", "--no-serve", file=file)[0] == 0
    return file


# ---- A file that is damaged, or cannot be written --------------------------------------------------------------


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size * 2 // 3)


def scratch(file: Path) -> None:
    """Noise over the first page of every table of ours, where the database looks for its rows."""
    with closing(sqlite3.connect(file)) as opened:
        rows = opened.execute("SELECT rootpage FROM sqlite_master WHERE rootpage > 0").fetchall()
    with file.open("r+b") as raw:
        for (page,) in rows:
            raw.seek((page - 1) * 4096 + (100 if page == 1 else 0))
            raw.write(b"\xd7noise" * 20)


def replace(file: Path) -> None:
    file.write_bytes(b"no database " * 1000)


def make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


MENDED = "Keep the file, and restore a backup: docs/backup.md."


@pytest.mark.prove
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut, f"malformed. {MENDED}"),
        (scratch, f"malformed. {MENDED}"),
        (replace, f"file is not a database. {MENDED}"),
        (make_folder, "unable to open database file. May this user read and write the file, and its folder?"),
        (Path.unlink, "desk.sqlite3. `manage.py migrate` begins a desk there; else, is DATABASE_URL right?"),
    ],
    ids=["cut", "scratched", "no database", "a folder", "not there"],
)
def test_a_file_in_which_no_desk_can_be_read_is_one_line(
    whole: Path, tmp_path: Path, command: str, damage, said: str
) -> None:
    file = Path(shutil.copy(whole, tmp_path))
    damage(file)
    if (command, damage) == ("migrate", Path.unlink):
        return  # that begins a desk
    code, out, error = manage(command, file=file)
    assert (code, error.count("\n"), "Traceback" in out + error) == (1, 1, False)
    assert error.startswith("The database refuses: ")
    assert error.endswith(f"{said} --traceback says more.\n")


def test_whoever_asks_gets_the_whole_story(tmp_path: Path) -> None:
    code, _, error = manage("stats", "--traceback", file=tmp_path / "none.sqlite3")
    assert (code, "Traceback (most recent call last):" in error) == (1, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a file system")
def test_a_file_that_cannot_be_written_is_one_line_or_no_matter(whole: Path, tmp_path: Path) -> None:
    """Reading needs no writing; what does says what is the matter."""
    file = Path(shutil.copy(whole, tmp_path))
    subprocess.run(["mount", "--bind", tmp_path, tmp_path], check=True)
    try:
        if subprocess.run(["mount", "-o", "remount,bind,ro", tmp_path], capture_output=True).returncode:
            pytest.skip("no file system can be mounted here")
        answers = {command: manage(command, file=file) for command in COMMANDS}
    finally:
        subprocess.run(["umount", tmp_path], check=True)
    assert {command: code for command, (code, _, _) in answers.items()} == {
        **dict.fromkeys(COMMANDS, 0),
        "migrate": 1,
    }
    assert answers["migrate"][2] == (
        "The database refuses: attempt to write a readonly database. May this user read and write the file, and its "
        "folder? --traceback says more.\n"
    )


# ---- Paths ----------------------------------------------------------------------------------------------------

NAME = "from newsroom import settings; print(settings.DATABASES['default']['NAME'])"


def test_each_checkout_has_a_file_of_its_own_whatever_its_path(tmp_path: Path) -> None:
    for name in ("desk#1", "desk#2", "desk?a", "desk?b", "100%23", "a [b] c"):
        root = tmp_path / name
        shutil.copytree(ROOT / "newsroom", root / "newsroom", ignore=shutil.ignore_patterns("__pycache__"))
        for settings in ("settings", "settings_api"):
            script = NAME.replace("import settings", f"import {settings} as settings")
            environment = {**KEPT, "DJANGO_DEBUG": "1", "PYTHONPATH": str(root)}
            done = subprocess.run([sys.executable, "-c", script], env=environment, cwd=root, capture_output=True)
            assert (done.stderr, done.stdout.decode()) == (b"", f"{root}/var/desk.sqlite3\n")
        assert [one.name for one in root.iterdir()] == ["newsroom"]


@pytest.mark.parametrize("path", ["desk#1/desk.sqlite3", "desk?1/desk.sqlite3"])
def test_an_address_that_would_be_cut_short_is_refused(tmp_path: Path, path: str) -> None:
    assert manage("check", file=tmp_path / path) == (
        1,
        "",
        "DATABASE_URL cannot be used: write # as %23, and ? of a file's path as %3F.\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_how_to_reach_a_server_stands_as_it_is_given() -> None:
    """Whoever asks for an encrypted connection gets one, or none."""
    script = "from newsroom import settings; print(settings.DATABASES['default']['OPTIONS'])"
    address = "postgres://desk@h/desk?sslmode=verify-full"
    for settings in ("settings", "settings_api"):
        environment = {**KEPT, "DJANGO_DEBUG": "1", "DATABASE_URL": address}
        command = [sys.executable, "-c", script.replace("import settings", f"import {settings} as settings")]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
        assert "'sslmode': 'verify-full'" in done.stdout


@pytest.mark.parametrize("command", [*COMMANDS, "backup"])
def test_a_mistyped_path_is_one_line_and_leaves_no_file(tmp_path: Path, command: str) -> None:
    more = [tmp_path / "backup"] if command == "backup" else []
    code, out, error = manage(command, *more, file=tmp_path / "tpyo" / "desk.sqlite3")
    assert (code, out, error.count("\n"), list(tmp_path.iterdir())) == (1, "", 1, [])


def test_a_checkout_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    for name in ("newsroom", "stories", "bench"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "var").write_text("in the way")  # root may write anything else
    for command in ("demo", "migrate"):
        code, out, error = manage(command, *["--no-serve"][: command == "demo"], root=tmp_path)
        assert (code, out) == (1, "")
        assert error == f"CommandError: Cannot write {tmp_path}/var/desk.sqlite3: File exists.\n"


@pytest.mark.parametrize("port", ["0", "99999", "-1"])
def test_a_port_that_there_is_not_is_refused_before_anything_is_made(tmp_path: Path, port: str) -> None:
    file = tmp_path / "desk.sqlite3"
    said = f"CommandError: There is no port {port}: give --port one from 1 to 65535.\n"
    for more in ([], ["--no-serve"]):
        assert manage("demo", "--port", port, *more, file=file) == (1, "", said)
    assert not file.exists()


# ---- UTF-8 ----------------------------------------------------------------------------------------------------

FORCED = [
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "ascii"},
]


@pytest.mark.prove
@pytest.mark.parametrize("forced", FORCED, ids=["ASCII", "Latin-1", "ASCII for what is printed"])
def test_everything_is_utf8_whatever_the_locale_says(whole: Path, tmp_path: Path, forced: dict[str, str]) -> None:
    file = Path(shutil.copy(whole, tmp_path))
    for command in (("what_if", "axios"), ("check_desk",), ("verify_ledger",), ("demo", "--no-serve")):
        assert manage(*command, file=file, **forced) == manage(*command, file=file)
    dump = ("dumpdata", "--natural-foreign", "--natural-primary", "--output")
    for name, more in (("forced", forced), ("free", {})):
        assert manage(*dump, tmp_path / f"{name}.json", "stories.source", "stories.alias", file=file, **more)[0] == 0
    assert (tmp_path / "forced.json").read_bytes() == (tmp_path / "free.json").read_bytes()
    assert not json.dumps(json.loads((tmp_path / "free.json").read_bytes()), ensure_ascii=False).isascii()
    code, _, error = manage("loaddata", tmp_path / "Нет.json", file=file, **forced)
    assert (code, "Нет" in error) == (1, True)
