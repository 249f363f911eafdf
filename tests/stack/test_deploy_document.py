"""What docs/deploy.md says to type is typed, word for word, on two PostgreSQL servers of this machine.

But for what `replaced` names: hosts, a folder, what is installed already, and `--once` for what would go on for ever.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.conftest import missing

psycopg = pytest.importorskip("psycopg", reason="requirements-production.txt is not installed")

from ops.cluster import OWNER, Cluster  # noqa: E402
from ops.stack import ROOT, find_ports, wait_until  # noqa: E402

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("stack")]

DOCUMENT = (ROOT / "docs" / "deploy.md").read_text()
BLOCKS = [
    re.sub(r"^    ", "", block, flags=re.MULTILINE)
    for block in re.findall(r"(?:^    .*\n)+", DOCUMENT, flags=re.MULTILINE)
]
TRY, DESK, OFFER, COPY, ALONE, UPGRADE = range(6)
"""The blocks, in the order of the document."""


@pytest.fixture
def servers() -> Iterator[tuple[Cluster, Cluster]]:
    """The desk's server and an API machine's, both empty."""
    if lacking := missing():
        pytest.skip(lacking)
    folder, port = Path(tempfile.mkdtemp(prefix="desk-document-")), find_ports()
    folder.chmod(0o755)
    made = Cluster(folder / "desk", port), Cluster(folder / "api1", port + 1)
    try:
        for one in made:
            one.create()
            one.start()
        yield made
    finally:
        for one in made:
            one.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def type_in(block: int, *, replaced: dict[str, str], folder: Path, at: str = "") -> str:
    """Run a block of the document with what is `replaced`, in a shell, on the desk at `at`; what it printed."""
    text = BLOCKS[block]
    for known, here in replaced.items():
        assert known in text, known
        text = text.replace(known, here)
    (folder / "manage.py").write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(ROOT / "manage.py")])} "$@"\n')
    (folder / "manage.py").chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(folder), "DJANGO_DEBUG": "1"}
    command = ["bash", "-euo", "pipefail", "-c", text]
    done = subprocess.run(
        command, env=environment | {"DATABASE_URL": at}, capture_output=True, text=True, timeout=300, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_command_of_the_document_is_run_here() -> None:
    assert len(BLOCKS) == UPGRADE + 1


def test_a_desk_and_an_api_database_are_set_up_and_upgraded(servers: tuple[Cluster, Cluster], tmp_path: Path) -> None:
    desk, api = servers
    url = desk.url(OWNER, "desk")
    type_in(DESK, replaced={"owner@desk.example": f"owner@127.0.0.1:{desk.port}"}, folder=tmp_path)
    type_in(OFFER, replaced={}, folder=tmp_path, at=url)
    replaced = {
        "owner@api1.example": f"owner@127.0.0.1:{api.port}",
        "host=desk.example,standby.example": f"host=127.0.0.1 port={desk.port}",  # which has no standby here
        'follow_desk --name api1 --primary "$PRIMARY"': 'follow_desk --name api1 --primary "$PRIMARY" --once',
    }
    type_in(COPY, replaced=replaced, folder=tmp_path)
    desk.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'", "SELECT pg_reload_conf()")
    type_in(ALONE, replaced={}, folder=tmp_path, at=url)
    wait_until(lambda: desk.execute("SHOW synchronous_standby_names") == [("",)], what="alone")
    type_in(UPGRADE, replaced={}, folder=tmp_path, at=url)
    desk.execute("INSERT INTO stories_heartbeat (id, at) VALUES (1, now())", database="desk")
    arrived = "SELECT count(*) FROM stories_heartbeat"
    wait_until(lambda: api.execute(arrived, database="facts") == [(1,)], what="what the desk writes, in the copy")


def test_a_whole_desk_to_look_at_is_up_until_somebody_ends_it(tmp_path: Path) -> None:
    """What is installed already is not installed again."""
    if lacking := missing():
        pytest.skip(lacking)
    install, start = BLOCKS[TRY].splitlines()
    assert install == "python3 -m venv .venv && .venv/bin/pip install -r requirements-production.txt"
    command = start.partition("#")[0].replace("/tmp/desk", "$FOLDER").replace(".venv/bin/python", sys.executable)
    folder = Path(tempfile.mkdtemp(prefix="desk-document-"))
    environment = os.environ | {"FOLDER": str(folder / "desk")}
    folder.chmod(0o755)
    log = tmp_path / "said"
    with (
        log.open("w") as said,
        subprocess.Popen(["bash", "-c", f"exec {command}"], cwd=ROOT, env=environment, stdout=said) as process,
    ):
        try:
            wait_until(
                lambda: "Ctrl-C ends it." in log.read_text() or process.poll() is not None, what="up", within=120
            )
            process.send_signal(signal.SIGINT)
            ended = process.wait(60)
        finally:
            process.kill()
            shutil.rmtree(folder, ignore_errors=True)
    assert (ended, log.read_text().splitlines()[-1]) == (0, "Ending.")
