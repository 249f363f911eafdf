"""Whether this process may serve: the database answers and can be written, every migration and trigger is there.

And whether time stands still for it: a head in the future, which keeps nobody from starting.
"""

from collections.abc import Callable
from typing import Any

from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import QuerySet

from stories.chain import LOCK_TABLE, format_time, head_ahead
from stories.database import missing_triggers
from stories.database.postgresql import holds_lock
from stories.monitor.files import find_fault, is_file

NEWER = "A newer release has migrated this database"
AWAY = "The database does not answer."
NAMED = 3
"""So many of a kind are named; the others are counted."""


def name_some(names: list[str]) -> str:
    """The first few of `names`, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def find_file_fault(connection: BaseDatabaseWrapper, find: Callable[[str], str] = find_fault) -> str:
    """What `find` has to say against the file of `connection`; empty when it is content, or when there is no file."""
    name = str(connection.settings_dict["NAME"])
    return find(name) if connection.vendor == "sqlite" and is_file(name) else ""


def is_read_only(connection: BaseDatabaseWrapper) -> bool:
    """Whether PostgreSQL behind `connection` refuses to write whatever it is sent."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return cursor.fetchone() == ("on",)


def find_newer(loader: MigrationLoader) -> str:
    """Which migrations of the database this release does not know, in a sentence; empty when it knows them all."""
    replaced = {one for migration in loader.disk_migrations.values() for one in migration.replaces}
    known = loader.disk_migrations.keys() | replaced
    applied = sorted(one for one in loader.applied_migrations if one[0] in loader.migrated_apps)
    unknown = [f"{app}.{name}" for app, name in applied if (app, name) not in known]
    mend = "start that release, or restore the backup from before"
    return f"{NEWER}, and this one does not know {name_some(unknown)}: {mend}." if unknown else ""


def problems(connection: BaseDatabaseWrapper) -> list[str]:
    """Why a process that can write must not serve from `connection`, one sentence each; empty when it may."""
    if fault := find_file_fault(connection):
        return [fault]
    try:
        if connection.vendor == "postgresql" and is_read_only(connection):
            return ["The database takes no writes: it is a standby, or set read-only."]
        executor = MigrationExecutor(connection)
        if newer := find_newer(executor.loader):
            return [newer]
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        faults = missing_triggers(connection)
        is_locked = connection.vendor == "sqlite" or holds_lock(connection)
    except Error:
        return [AWAY]
    found = []
    if plan:
        names = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
        found.append(f"Migrations that were not applied: {name_some(names)}.")
    if faults:
        found.append(f"Triggers of the database that do not stand: {name_some(faults)}.")
    if not is_locked:
        found.append(f"The row of {LOCK_TABLE} is missing, by which writers wait: nothing can be recorded.")
    return found


def find_stopped_time(*sequences: QuerySet[Any]) -> list[str]:
    """Which of `sequences` (ledger, log) ends in the future, so that what follows carries its time; a sentence each."""
    try:
        heads = [head_ahead(rows) for rows in sequences]
    except Error:
        return [AWAY]
    return [
        f"The newest {row._meta.verbose_name} ({row.pk}) lies in the future ({format_time(row.at)}): time stands still."
        for row in heads
        if row is not None
    ]
