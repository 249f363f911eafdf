"""A ledger of 100,000 decisions: verified in seconds, and rebuilt by a migration; each leaves every guard standing.

A twentieth of them where the longest proofs are sampled.
"""

import gc
import io
import os
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

import stories.migrations as real
from bench.load import Invention, Mix, generate
from stories.audit import verify_ledger, verify_log
from stories.database import drop_guards, install_triggers, missing_triggers, triggers_of
from stories.models import Decision, Publication
from tests.rows import undone

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]

DECISIONS = 5_000 if os.environ.get("PROOF_SEED") else 100_000
MOST_SECONDS = 60
"""What verifying both chains may take on a machine that is busy with other things."""


@pytest.fixture
def long_past(transactional_db: None) -> None:
    """A desk with 100,000 decisions and more, made without the guards, which would take their time for each."""
    begin = time.monotonic()
    drop_guards(connection)
    try:
        for _ in generate(Invention(seed=1, stories=100), facts=DECISIONS // 2, mix=Mix()):
            pass
    finally:
        install_triggers(connection)
    report("made", begin)


def report(what: str, begin: float) -> float:
    """How long it has taken; shown with `pytest -s`."""
    seconds = time.monotonic() - begin
    print(f"{connection.vendor}: {Decision.objects.count():,} decisions {what} in {seconds:.1f} s", file=sys.stderr)
    return seconds


def test_it_is_verified_in_seconds_and_bears_the_heaviest_migration(
    long_past: None, tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One test, since making the ledger takes longer than both."""
    verify_in_seconds()
    name_the_bad_row()
    rebuild(tmp_path, settings, monkeypatch)


def test_every_migration_leaves_every_guard(transactional_db: None) -> None:
    """Back to the first tables and forward step by step, without rows: format 2 fits into no older table.

    What an older release wrote is upgraded in `older_desk/test_upgrade.py`.
    """
    first, *later = names_of_migrations()
    call_command("migrate", "stories", first, verbosity=0)
    for name in later:
        migrate_to(name)
    assert missing_triggers(connection) == []


def verify_in_seconds() -> None:
    begin = time.monotonic()
    ledger, log = verify_ledger(), verify_log()
    assert report("and their facts verified", begin) < MOST_SECONDS
    assert (ledger.place, log.place) == (Decision.objects.count(), Publication.objects.count())
    assert ledger.place >= DECISIONS


def name_the_bad_row() -> None:
    with undone():
        drop_guards(connection)
        for seq in (DECISIONS, DECISIONS // 2, 2):
            Decision.objects.filter(pk=seq).update(rationale="Forged.")
            with pytest.raises(CommandError) as error:
                call_command("verify_ledger", stdout=io.StringIO())
            assert str(error.value) == f"decision {seq}: its columns are not what its payload says"
            del error
    gc.collect()  # what was raised held an open cursor, and SQLite drops no table under one


# ---- Migrations -----------------------------------------------------------------------------------------------


def names_of_migrations() -> list[str]:
    """The desk's migrations, oldest first."""
    return sorted(name for app, name in MigrationLoader(None).disk_migrations if app == "stories")


REBUILD = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("stories", {previous!r})]
    operations = [
        migrations.AlterField("decision", "actor_name", models.CharField(max_length=302, blank=True)),
        migrations.AlterField("publication", "language", models.CharField(max_length=13, blank=True)),
        migrations.AddField("decision", "remark", models.TextField(default="", blank=True)),
    ]
"""


def rebuild(folder: Path, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The heaviest that can come. On SQLite it copies both tables row by row, and drops their triggers with them."""
    heads, newest = (verify_ledger(), verify_log()), names_of_migrations()[-1]
    settings.MIGRATION_MODULES = {"stories": package_with_rebuild(folder, after=newest)}
    monkeypatch.syspath_prepend(folder)
    try:
        migrate_to("0999_rebuild")
        assert (verify_ledger(), verify_log()) == heads
    finally:
        migrate_to(newest)


def migrate_to(name: str) -> None:
    """One step; every guard stands after it, on every table that there is by then."""
    begin = time.monotonic()
    call_command("migrate", "stories", name, verbosity=0)
    report(f"migrated to {name}", begin)
    tables = set(connection.introspection.table_names())
    due = {one.trigger for one in triggers_of(connection) if one.tables <= tables}
    assert [fault for fault in missing_triggers(connection) if fault.split()[0] in due] == []


def package_with_rebuild(folder: Path, *, after: str) -> str:
    """A copy of the desk's migrations with one more; returns its name."""
    package = folder / "migrations_with_rebuild"
    package.mkdir()
    for file in Path(real.__file__).parent.glob("*.py"):
        (package / file.name).write_text(file.read_text())
    (package / "0999_rebuild.py").write_text(REBUILD.format(previous=after))
    return package.name


def test_the_guards_are_looked_at_and_not_taken_for_granted() -> None:
    """The proof above can fail: a guard that is away is missed."""
    drop_guards(connection)
    assert missing_triggers(connection) != []
    install_triggers(connection)
    assert missing_triggers(connection) == []
