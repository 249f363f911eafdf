"""What the database itself enforces, on SQLite and PostgreSQL alike, whoever writes to it and however.

The rules stand once: `ledger`, `log`, `desk`, `protection` and `changes` list the guards, `derived` what keeps
derived tables; `sqlite` and `postgresql` say how each engine writes them and puts them up. `migrate` installs them
all; no process that can write serves without them. Imports models and `changes`.
"""

from types import ModuleType

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

from stories.database import postgresql, sqlite
from stories.database.beside_log import beside_log_guards
from stories.database.changes import change_guards
from stories.database.derived.facts_to_weigh import to_weigh_keepers
from stories.database.derived.queue import QUEUE_KEEPERS
from stories.database.derived.words import SQLITE_WORDS_KEEPERS
from stories.database.desk import desk_guards
from stories.database.guard import PREFIX, PREFIXES, Dialect, Guard, Keeper
from stories.database.ledger import ledger_guards
from stories.database.log import FACTS_KEEPER, log_guards
from stories.database.protection import FORMER_NAMES_KEEPER, protection_guards

__all__ = [
    "Guard",
    "Keeper",
    "drop_guards",
    "drop_triggers",
    "find_damages",
    "foreign_triggers",
    "guards_of",
    "install_triggers",
    "missing_triggers",
]


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
    lists = (ledger_guards, log_guards, beside_log_guards, desk_guards, protection_guards, change_guards)
    guards: list[Guard] = engine.due_guards([guard for list_guards in lists for guard in list_guards(dialect)])
    return guards


def triggers_of(connection: BaseDatabaseWrapper) -> list[Guard | Keeper]:
    """Every trigger that the database behind `connection` should hold: its guards, and what keeps what is derived."""
    engine, dialect = engine_of(connection)
    words = SQLITE_WORDS_KEEPERS if engine is sqlite else ()
    keepers = [FACTS_KEEPER, *QUEUE_KEEPERS, *to_weigh_keepers(dialect), FORMER_NAMES_KEEPER, *words]
    return [*guards_of(connection), *keepers]


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger up whose tables exist; mend those that differ and take away those no longer known."""
    tables = set(connection.introspection.table_names())
    due = [trigger for trigger in triggers_of(connection) if trigger.tables <= tables]
    engine_of(connection)[0].install(connection, due)


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away: before a migration on SQLite."""
    engine_of(connection)[0].drop(connection, PREFIXES)


def drop_guards(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away and leave the keepers of what goes with a row: to empty a demo's or a test's database."""
    engine_of(connection)[0].drop(connection, PREFIX)


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that are missing, switched off or not as they should be, one line each; empty when all stand."""
    faults: list[str] = engine_of(connection)[0].faults(connection, triggers_of(connection))
    return faults


def foreign_triggers(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """The table and name of every trigger in the database that is none of the desk's."""
    known = {trigger.trigger for trigger in triggers_of(connection)}
    found: list[tuple[str, str]] = engine_of(connection)[0].foreign(connection, known)
    return found


def find_damages(connection: BaseDatabaseWrapper) -> list[str]:
    """What the engine's own check of its file says is damaged, one line each; only SQLite has one to ask."""
    damages: list[str] = engine_of(connection)[0].damages(connection)
    return damages
