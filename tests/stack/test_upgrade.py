"""A desk of the first release is upgraded while an API database follows it: `follow_desk` makes that one anew.

The upgrade changes public tables, so that the API database cannot go on. The process of the new release starts once
`follow_desk` has made the tables and copied the log.
"""

import http.client
import lzma
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

psycopg = pytest.importorskip("psycopg", reason="requirements-production.txt is not installed")

from ops.cluster import OWNER, Cluster  # noqa: E402
from ops.stack import Stack, find_ports, wait_until  # noqa: E402
from stories.replicas.following import OTHER_RELEASE, OTHER_TABLES  # noqa: E402
from tests.older_desk.conftest import FOLDER  # noqa: E402
from tests.stack.asking import ask, status_of  # noqa: E402
from tests.stack.conftest import missing  # noqa: E402

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("stack")]

ROLES = [f"CREATE ROLE {role} LOGIN" for role in ("desk", "desk_api", "desk_copy")]
OLDER_TABLES = (
    "ALTER TABLE stories_factinforce DROP COLUMN language",
    "ALTER TABLE stories_publication DROP COLUMN format, DROP COLUMN note_sha256, DROP COLUMN part,"
    " DROP COLUMN because, DROP COLUMN restores_id",
    "DROP TABLE stories_publicationnote",
)
"""What makes the public tables of an API database those of the first release."""

NEWER = re.compile(
    r"(, )?stories_(publicationnote|sealedtext|change|namereader|namelook|formername|lift|sighting|ruling|"
    r"lookedthrough|naming)\b"
)
"""Tables that the first release did not have, where a statement lists them."""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """The desk of the first release, an API database that follows it, the API's process and the heartbeat."""
    if lacking := missing():
        pytest.skip(lacking)
    folder = Path(tempfile.mkdtemp(prefix="desk-upgrade-"))
    folder.chmod(0o755)
    made = Stack(folder, port=find_ports())
    try:
        start_older_desk(made)
        start_older_copy(made, made.apis["api1"])
        made.spawn("heartbeat", [sys.executable, "manage.py", "heartbeat"], made.environment(desk_of(made)))
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def start_older_desk(stack: Stack) -> None:
    """The desk's own database as the first release left it."""
    file = stack.folder / "desk.sql"
    file.write_bytes(lzma.decompress((FOLDER / "desk.sql.xz").read_bytes()))
    stack.primary.create()
    stack.primary.start()
    stack.primary.execute(*ROLES, "CREATE DATABASE desk")
    target = f"host=127.0.0.1 port={stack.primary.port} user={OWNER} dbname=desk"
    stack.primary.run("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={target}", f"--file={file}")
    for command in (["print_grants"], ["print_replication", "primary"]):
        stack.apply(stack.primary, NEWER.sub("", stack.manage(*command)))


def start_older_copy(stack: Stack, cluster: Cluster) -> None:
    """An API database with the public tables of the first release."""
    cluster.create()
    cluster.start()
    cluster.execute("CREATE ROLE desk_api LOGIN", "CREATE DATABASE facts")
    stack.apply(cluster, stack.manage("print_replication", "tables"), database="facts")
    cluster.execute(*OLDER_TABLES, database="facts")
    copy = stack.manage("print_replication", "copy", "--name", "api1", "--primary", stack.source)
    stack.apply(cluster, NEWER.sub("", copy), database="facts")


def desk_of(stack: Stack) -> str:
    """DATABASE_URL of the desk's own database."""
    return stack.primary.url("desk", "desk")


def test_after_an_upgrade_it_is_copied_anew_and_answers_again(stack: Stack) -> None:
    facts, ready = f"{stack.api_url('api1')}/api/v1/facts/", f"{stack.api_url('api1')}/readyz"
    stack.manage("migrate", "-v0")
    for command in (["print_grants"], ["print_replication", "primary"]):
        stack.apply(stack.primary, stack.manage(*command))
    begun = time.monotonic()
    stack.start_following("api1")
    wait_until(lambda: said_by_follow_desk(stack) != [], what="copied anew")
    stack.start_api("api1")  # it starts on no tables that it cannot read
    wait_until(lambda: stack.answers(ready), what="api1 ready")
    print(f"api1 answers again {time.monotonic() - begun:.1f} s after follow_desk began")
    assert said_by_follow_desk(stack) == [f"api1 is copied anew. {OTHER_TABLES}"]
    assert ask(facts)[0] == http.client.OK
    rows = "SELECT position, language FROM stories_factinforce ORDER BY position"
    copied = stack.apis["api1"].execute(rows, database="facts")
    assert copied == stack.primary.execute(rows, database="desk")
    assert {language for _, language in copied} == {"en"}


def said_by_follow_desk(stack: Stack) -> list[str]:
    """The lines that `follow_desk` has written."""
    return (stack.folder / "follow-api1.log").read_text().splitlines()


def test_an_api_machine_of_an_older_release_than_the_desk_waits_for_its_own_upgrade(stack: Stack) -> None:
    """It has no tables that would do, so it leaves everything as it is, says so, and the API answers 503."""
    stack.primary.execute("ALTER TABLE stories_heartbeat ADD COLUMN later integer DEFAULT 1", database="desk")
    wait_until(lambda: OTHER_RELEASE in said_by_follow_desk(stack), what="refusal")
    facts = f"{stack.api_url('api1')}/api/v1/facts/"
    wait_until(lambda: status_of(facts) == http.client.SERVICE_UNAVAILABLE, what="503")
    assert stack.apis["api1"].execute("SELECT count(*) FROM stories_publication", database="facts") == [(39,)]
