"""Whether this process may serve: the database answers, every migration was applied, every trigger stands."""

from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from stories.database import missing_triggers

NAMED = 3
"""So many of a kind are named; the others are counted."""


def name_some(names: list[str]) -> str:
    """The first few of `names`, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def problems(connection: BaseDatabaseWrapper) -> list[str]:
    """Why a process that can write must not serve from `connection`, one sentence each; empty when it may."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        faults = missing_triggers(connection)
    except Error:
        return ["The database does not answer."]
    found = []
    if plan:
        names = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
        found.append(f"Migrations that were not applied: {name_some(names)}.")
    if faults:
        found.append(f"Triggers of the database that do not stand: {name_some(faults)}.")
    return found
