"""No migration leaves the desk without its guards, not even one that fails halfway."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models
from django.db.migrations.recorder import MigrationRecorder

import stories.migrations as real
from stories.database import drop_triggers, install_triggers, missing_triggers, triggers_of
from stories.models import Source, Story

pytestmark = pytest.mark.django_db(transaction=True)

# A migration that makes SQLite rebuild tables whose names other tables' triggers carry, and one that then fails.
REBUILD = """
from django.db import migrations, models

def fail(apps, schema_editor):
    raise RuntimeError("the second half fails")

class Migration(migrations.Migration):
    dependencies = [("stories", {previous!r})]
    operations = [
        migrations.AlterField("story", "title", models.CharField(max_length=199)),
        migrations.AlterField("source", "name", models.CharField(max_length=299)),
        migrations.AlterField("workitem", "state", models.CharField(max_length=11)),
        {then}
    ]
"""


@pytest.fixture
def migrations_folder(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the desk's migrations to which a test may add; the database goes back to the desk's own."""
    package = tmp_path / f"{tmp_path.name}_of_stories"
    package.mkdir()
    for file in Path(real.__file__).parent.glob("*.py"):
        (package / file.name).write_text(file.read_text())
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"stories": package.name}
    yield package
    last = sorted(file.stem for file in Path(real.__file__).parent.glob("0*.py"))[-1]
    call_command("migrate", "stories", last, verbosity=0)


def add_migration(folder: Path, *, then: str = "") -> None:
    """Write one more migration, which rebuilds the table of stories."""
    previous = sorted(file.stem for file in folder.glob("0*.py"))[-1]
    (folder / "0999_rebuild.py").write_text(REBUILD.format(previous=previous, then=then))


def test_no_migration_imports_what_may_move() -> None:
    """What a migration runs is frozen in it, so that the rooms can be rebuilt without touching it."""
    files = Path(real.__file__).parent.glob("0*.py")
    lines = [line for file in files for line in file.read_text().splitlines()]
    imports = {line.split()[1].split(".")[0] for line in lines if line.split()[:1] in (["import"], ["from"])}
    assert imports == {"django", "uuid"}


def test_a_fresh_database_has_every_guard() -> None:
    assert missing_triggers(connection) == []


def test_a_migration_that_rebuilds_a_table_keeps_every_guard(migrations_folder: Path) -> None:
    add_migration(migrations_folder)
    call_command("migrate", verbosity=0)
    assert missing_triggers(connection) == []
    assert "0999_rebuild" in applied()


def test_a_migration_that_fails_halfway_keeps_every_guard(migrations_folder: Path) -> None:
    add_migration(migrations_folder, then="migrations.RunPython(fail)")
    with pytest.raises(RuntimeError, match="the second half fails"):
        call_command("migrate", verbosity=0)
    assert missing_triggers(connection) == []
    assert "0999_rebuild" not in applied()


def applied() -> set[str]:
    """The names of the desk's migrations that the database has had."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'stories'")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
@pytest.mark.parametrize("options", [{}, {"plan": True}])
def test_a_half_migrated_desk_is_told_to_finish_with_the_release_that_it_comes_from(options: dict[str, bool]) -> None:
    """Django would begin the squashed migration again, on tables that are there."""
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app="stories").delete()
    for name in ("0001_initial", "0002_search"):
        recorder.record_applied("stories", name)
    with pytest.raises(CommandError) as refused:
        call_command("migrate", verbosity=0, **options)
    assert str(refused.value) == (
        "This desk has had only a part of what 0001_squashed_0009_bounded_counts stands for"
        " (0003_presence is missing): run migrate with the release that it comes from first."
    )
    assert applied() == {"0001_initial", "0002_search"}


def test_without_our_migrate_the_same_migration_would_lose_guards_or_fail() -> None:
    """The proof above can fail: on SQLite Django's own way loses guards; on PostgreSQL they stand all the while."""
    field = models.CharField(max_length=199)
    field.set_attributes_from_name("title")
    field.model = Story
    if connection.vendor == "postgresql":
        with connection.schema_editor() as editor:
            editor.alter_field(Story, Story._meta.get_field("title"), field)
        assert missing_triggers(connection) == []
        return
    with pytest.raises(DatabaseError, match="stories_story"), connection.schema_editor() as editor:
        editor.alter_field(Story, Story._meta.get_field("title"), field)


def test_plan_and_check_change_nothing() -> None:
    drop_triggers(connection)
    call_command("migrate", plan=True, verbosity=0)
    assert len(missing_triggers(connection)) == len(triggers_of(connection))


def test_migrate_mends_a_guard_that_somebody_took_away_or_changed() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER guard_decision_no_delete")
            cursor.execute("DROP TRIGGER guard_decision_hash")
            cursor.execute("CREATE TRIGGER guard_decision_hash BEFORE INSERT ON stories_decision BEGIN SELECT 1; END")
            cursor.execute("CREATE TRIGGER guard_of_old BEFORE INSERT ON stories_decision BEGIN SELECT 1; END")
        else:
            cursor.execute("DROP TRIGGER guard_decision_no_delete ON stories_decision")
            cursor.execute(
                "CREATE OR REPLACE FUNCTION guard_decision_hash() RETURNS trigger LANGUAGE plpgsql"
                " AS 'BEGIN RETURN NEW; END'"
            )
            cursor.execute(
                "CREATE TRIGGER guard_of_old BEFORE INSERT ON stories_decision"
                " FOR EACH ROW EXECUTE FUNCTION guard_decision_hash()"
            )
    assert sorted(missing_triggers(connection)) == [
        "guard_decision_hash on stories_decision differs",
        "guard_decision_no_delete on stories_decision is missing",
    ]
    call_command("migrate", verbosity=0)
    assert missing_triggers(connection) == []


def test_a_guard_that_is_switched_off_is_missing() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite cannot switch a trigger off")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE stories_decision DISABLE TRIGGER guard_decision_hash")
    assert missing_triggers(connection) == ["guard_decision_hash on stories_decision is switched off"]
    install_triggers(connection)
    assert missing_triggers(connection) == []


def test_flush_is_refused_and_changes_nothing() -> None:
    Source.objects.create(slug="courier", name="The Courier", kind="outlet")
    with pytest.raises(CommandError, match="couldn't be flushed"):
        call_command("flush", interactive=False, verbosity=0)
    assert Source.objects.count() == 1


def test_a_transactional_test_leaves_an_empty_database_with_its_guards() -> None:
    assert (Source.objects.count(), missing_triggers(connection)) == (0, [])
