"""What the database itself enforces, on SQLite and PostgreSQL alike, whoever writes to it and however.

The rules stand once: `ledger`, `log` and `desk` list them; `sqlite` and `postgresql` say how each engine
writes them and puts them up. `migrate` installs them; no process that can write serves without them.
"""

from types import ModuleType

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

from stories.database import postgresql, sqlite
from stories.database.desk import desk_guards
from stories.database.guard import Dialect, Guard, Keeper
from stories.database.ledger import ledger_guards
from stories.database.log import FACTS_KEEPER, log_guards

__all__ = ["Guard", "drop_guards", "guards_of", "install_guards", "missing_guards"]

KEEPERS = (FACTS_KEEPER,)
"""What keeps the derived table that the API serves from: no process that can write serves without it, either."""


def engine_of(connection: BaseDatabaseWrapper) -> tuple[ModuleType, Dialect]:
    """How `connection` speaks. `ImproperlyConfigured` for another engine than SQLite and PostgreSQL."""
    if connection.vendor == "sqlite":
        return sqlite, sqlite.SQLite()
    if connection.vendor == "postgresql":
        return postgresql, postgresql.PostgreSQL()
    raise ImproperlyConfigured(f"The desk runs on SQLite and PostgreSQL, not on {connection.vendor}.")


def guards_of(connection: BaseDatabaseWrapper) -> list[Guard]:
    """Every guard that the database behind `connection` should hold."""
    engine, dialect = engine_of(connection)
    guards: list[Guard] = engine.due_guards([*ledger_guards(dialect), *log_guards(dialect), *desk_guards(dialect)])
    return guards


def triggers_of(connection: BaseDatabaseWrapper) -> list[Guard | Keeper]:
    """Every trigger that the database behind `connection` should hold: its guards, and what keeps what is derived."""
    return [*guards_of(connection), *KEEPERS]


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Put every guard up whose table exists; mend those that differ and take away those no longer known."""
    tables = set(connection.introspection.table_names())
    due = [trigger for trigger in triggers_of(connection) if trigger.table in tables]
    engine_of(connection)[0].install(connection, due)


def drop_guards(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away: before a migration on SQLite, and to empty a test database."""
    engine_of(connection)[0].drop(connection)


def missing_guards(connection: BaseDatabaseWrapper) -> list[str]:
    """The guards that are missing, switched off or not as they should be, one line each; empty when all stand."""
    faults: list[str] = engine_of(connection)[0].faults(connection, triggers_of(connection))
    return faults
