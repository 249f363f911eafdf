"""Whether this process may serve: the database answers, every migration was applied, every trigger stands.

And whether time stands still for it: a head in the future, which keeps nobody from starting.
"""

from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from stories.chain import format_time, head_ahead
from stories.database import missing_triggers
from stories.models import Decision, Publication

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


def find_stopped_time() -> list[str]:
    """Which sequence ends in the future, so that whatever follows carries that time; one sentence each."""
    try:
        heads = [head_ahead(Decision.objects.all()), head_ahead(Publication.objects.all())]
    except Error:
        return []
    return [
        f"The newest {row._meta.verbose_name} ({row.pk}) lies in the future ({format_time(row.at)}): time stands still."
        for row in heads
        if row is not None
    ]
