"""`migrate`, and the database's triggers with it: no migration leaves the desk without them."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from stories.database import drop_triggers, install_triggers, missing_triggers
from stories.database.derived.facts_in_force import mend_facts_in_force
from stories.database.derived.facts_to_weigh import mend_facts_to_weigh
from stories.database.derived.queue import mend_queue
from stories.database.derived.words import CLAIM_WORDS, PUBLISHED_WORDS
from stories.monitor.files import is_file
from stories.monitor.health import find_newer


class Command(migrate.Command):
    """Django's `migrate`; afterwards every trigger stands, also when a migration fails halfway."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Begin a new desk where there is none: Django's checks, which come first, open the database already."""
        if not options["plan"] and not options["check_unapplied"]:
            make_file(connections[options["database"]])
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate the database `options["database"]`, put its triggers up and make up for what came past them.

        On SQLite a migration that rebuilds a table silently drops its triggers, and fails while another
        table's trigger names it: so they are dropped first. On PostgreSQL they stand all the while.
        """
        connection = connections[options["database"]]
        refuse_half_migrated(connection)
        if newer := find_newer(MigrationLoader(connection)):
            raise CommandError(newer)  # its guards are others than ours
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        missed = missing_triggers(connection)
        if connection.vendor == "sqlite":
            drop_triggers(connection)
        try:
            super().handle(*args, **options)
        finally:
            install_triggers(connection)
            if is_migrated(connection):  # else the next `migrate` does it
                mend_facts_in_force(connection)
                for index in (PUBLISHED_WORDS, CLAIM_WORDS):
                    index.mend(connection)
                mend_queue(connection)
            mend_facts_to_weigh(connection, missed=missed)


def make_file(connection: BaseDatabaseWrapper) -> None:
    """Make the empty file in which a new desk on SQLite begins, and the folder of the checkout's own.

    Nothing else makes one (newsroom/desk_sqlite). `CommandError` when it cannot be made.
    """
    path = Path(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or not is_file(str(path)) or path.exists():
        return
    try:
        if path == settings.EMBEDDED_DATABASE:
            path.parent.mkdir(exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o644))
    except OSError as error:
        raise CommandError(f"Cannot write {path}: {error.strerror}.") from error


def refuse_half_migrated(connection: BaseDatabaseWrapper) -> None:
    """CommandError for a desk that has had some but not all of the migrations that one of ours stands for.

    Django takes such a one for not applied and would begin it again, on tables that are there.
    """
    applied = MigrationRecorder(connection).applied_migrations().keys()
    loader = MigrationLoader(connection, load=False)
    loader.load_disk()
    for (app, name), migration in loader.disk_migrations.items():
        missing = [replaced for replaced in migration.replaces if replaced not in applied]
        if app == "stories" and (app, name) not in applied and 0 < len(missing) < len(migration.replaces):
            raise CommandError(
                f"This desk has had only a part of what {name} stands for ({missing[0][1]} is missing):"
                " run migrate with the release that it comes from first."
            )


def is_migrated(connection: BaseDatabaseWrapper) -> bool:
    """Whether the desk's tables are those that this code knows."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes("stories"))
