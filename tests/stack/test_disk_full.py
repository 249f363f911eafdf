"""The primary's disk is full: editors are told, nothing is half written, and it goes on without a repair."""

import http.client
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.stack.conftest import missing

psycopg = pytest.importorskip("psycopg", reason="requirements-production.txt is not installed")

from ops.people import EDITORS, Person, open_desk, work_at_once  # noqa: E402
from ops.stack import Stack, find_ports, wait_until  # noqa: E402
from tests.stack.losses import assert_nothing_lost  # noqa: E402

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("stack")]

SIZE = "256m"
UNDECIDED_PREDICTION = "SELECT min(id) FROM stories_claim WHERE kind = 'prediction'"


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A folder of a desk whose primary lies on a disk of its own, in memory."""
    if lacking := missing():
        pytest.skip(lacking)
    folder = Path(tempfile.mkdtemp(prefix="desk-stack-"))
    disk = folder / "primary"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", disk], capture_output=True)
    try:
        if mounted.returncode:
            pytest.skip("only root may mount a small disk")
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", disk], capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def desk(small_disk: Path) -> Iterator[Stack]:
    """The desk's own database and process, without a standby and without APIs."""
    stack = Stack(small_disk, port=find_ports())
    stack.folder.chmod(0o755)
    try:
        stack.start_primary()
        open_desk(stack)
        yield stack
    finally:
        stack.stop()


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte is free on `disk`."""
    filler = disk / "filler"
    try:
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(1 << 16))
        assert shutil.disk_usage(disk).free == 0
        yield
    finally:
        filler.unlink()


def is_up(desk: Stack) -> bool:
    """Whether the database answers. When it gave up for want of space it is started again, as a supervisor would."""
    try:
        return desk.primary.execute("SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        with suppress(RuntimeError):
            desk.primary.start()
        return False


def test_a_full_disk_is_told_and_nothing_is_lost_or_half_written(desk: Stack) -> None:
    """Eight editors decide before, while and after; a ninth reads what the page says meanwhile."""
    ninth = Person(desk, EDITORS[0])
    ((claim,),) = desk.primary.execute(UNDECIDED_PREDICTION, database="desk")
    told: list[str] = []

    def is_told() -> bool:
        verb = "refute" if len(told) % 2 else "dispute"
        status, page = ninth.decide(claim, verb, rationale="Ninth.", correction_kind="", public_note="")
        told.append(page)
        return status == http.client.SERVICE_UNAVAILABLE

    def fill(acknowledged: set[str]) -> None:
        wait_until(lambda: len(acknowledged) >= 10, what="ten decisions", within=60)
        with filled(desk.primary.folder):
            wait_until(is_told, what="a full disk that is told", within=60)
        wait_until(lambda: is_up(desk), what="the database again", within=60)
        by_then = len(acknowledged)
        wait_until(lambda: len(acknowledged) >= by_then + 10, what="ten decisions more", within=60)

    tried, acknowledged = work_at_once(desk, "disk full", fill)
    assert "What you sent may not have been recorded." in told[-1]
    assert len(tried) > len(acknowledged)
    assert_nothing_lost(desk, "disk full", tried, acknowledged)
