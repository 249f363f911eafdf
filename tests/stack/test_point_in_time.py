"""A desk restored to a moment between two decisions, from a base backup and the archived log (docs/deploy.md)."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.conftest import missing

pytest.importorskip("psycopg", reason="requirements-production.txt is not installed")

from ops.cluster import Cluster
from ops.people import EDITORS, REDIRECT, Person, open_desk
from ops.stack import Stack, find_ports, wait_until
from tests.stack.asking import facts_of

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("stack")]

NEWEST = "SELECT max(seq) FROM stories_decision"


@pytest.fixture
def desk() -> Iterator[Stack]:
    """The desk's own database, which archives its log, and its process; no standby and no APIs."""
    if lacking := missing():
        pytest.skip(lacking)
    stack = Stack(Path(tempfile.mkdtemp(prefix="desk-stack-")), port=find_ports())
    stack.folder.chmod(0o755)
    archive = stack.folder / "archive"
    archive.mkdir()
    archive.chmod(0o777)  # PostgreSQL's user writes
    try:
        stack.start_primary()
        stack.primary.execute(
            "ALTER SYSTEM SET archive_mode = on", f"ALTER SYSTEM SET archive_command = 'cp %p {archive}/%f'"
        )
        stack.primary.stop()
        stack.primary.start()
        open_desk(stack)
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(stack.folder, ignore_errors=True)


def test_a_desk_is_restored_to_the_moment_before_a_decision(desk: Stack) -> None:
    """It has all that was decided by then and nothing since, and verifies against the heads exported then."""
    restored = Cluster(desk.folder / "restored", desk.standby.port)
    restored.make_folder()
    source = f"--dbname=host=127.0.0.1 port={desk.primary.port} user=owner"
    desk.primary.run("pg_basebackup", f"--pgdata={restored.data}", source, "-X", "none", "-c", "fast", "--no-slot")
    editor = Person(desk, EDITORS[0])
    (early, _), (late, _), *_ = facts_of(desk)
    assert editor.withdraw(early)[0] == REDIRECT
    heads = desk.folder / "heads.json"
    desk.manage("verify_ledger", "--export", str(heads))
    ((newest,),) = desk.primary.execute(NEWEST, database="desk")
    ((moment,),) = desk.primary.execute("SELECT clock_timestamp()::text")
    assert editor.withdraw(late)[0] == REDIRECT
    ((last,),) = desk.primary.execute("SELECT pg_walfile_name(pg_switch_wal())")
    wait_until(lambda: (desk.folder / "archive" / last).exists(), what="the log archived")
    with (restored.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(
            f"archive_mode = off\nrestore_command = 'cp {desk.folder}/archive/%f %p'\n"
            f"recovery_target_time = '{moment}'\nrecovery_target_action = promote\n"
        )
    (restored.data / "recovery.signal").touch()
    try:
        restored.start()
        wait_until(lambda: restored.execute("SELECT pg_is_in_recovery()") == [(False,)], what="the end of recovery")
        assert restored.execute(NEWEST, database="desk") == [(newest,)]
        desk.manage("verify_ledger", "--head", str(heads), database=restored)
        desk.manage("check_desk", database=restored)
    finally:
        restored.stop("immediate")
