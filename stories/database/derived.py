"""Triggers that keep derived rows: written once, put up and taken down on both engines."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Keeper:
    """A trigger that runs `steps` after `event` (as in `UPDATE OF state`) on a row of `table`, when `when` holds."""

    name: str
    event: str
    table: str
    steps: Sequence[str]
    when: str = "TRUE"


def put_up(connection: BaseDatabaseWrapper, keeper: Keeper) -> None:
    """Create the trigger `keeper`, in place of an older one of its name."""
    name, after = keeper.name, f"AFTER {keeper.event} ON {keeper.table} FOR EACH ROW WHEN ({keeper.when})"
    steps = ";\n".join(keeper.steps)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"CREATE TRIGGER {name} {after} BEGIN {steps}; END")
        else:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$work$ BEGIN {steps}; RETURN NULL; END $work$;"
                f"CREATE OR REPLACE TRIGGER {name} {after} EXECUTE FUNCTION {name}()"
            )


def take_down(connection: BaseDatabaseWrapper, keeper: Keeper) -> None:
    """Drop the trigger `keeper`, where it stands."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {keeper.name}")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {keeper.name} ON {keeper.table}")
            cursor.execute(f"DROP FUNCTION IF EXISTS {keeper.name}()")
