"""The list of facts in force beside the public log: what the API's lists walk.

A trigger on the log keeps it (`stories.database.log`); here it is filled in where it is new, and said what it holds.
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from stories.database.log import FACT_COLUMNS, FACT_IN_FORCE, IS_ENDED, IS_IN_FORCE, PUBLICATION

DUE = f"SELECT {', '.join(FACT_COLUMNS)} FROM {PUBLICATION} p WHERE {IS_IN_FORCE.format('p')}"


def mend_facts_in_force(connection: BaseDatabaseWrapper) -> None:
    """Make up for what the list missed of the log. Safe to repeat; nothing where there is no list yet."""
    if FACT_IN_FORCE not in connection.introspection.table_names():
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # SQLite's transaction is the only one that writes
            cursor.execute(f"LOCK TABLE {PUBLICATION} IN SHARE MODE")
        cursor.execute(f"DELETE FROM {FACT_IN_FORCE} WHERE {IS_ENDED.format(FACT_IN_FORCE)}")
        is_listed = f"EXISTS (SELECT 1 FROM {FACT_IN_FORCE} f WHERE f.position = p.position)"
        cursor.execute(f"INSERT INTO {FACT_IN_FORCE} ({', '.join(FACT_COLUMNS)}) {DUE} AND NOT {is_listed}")
