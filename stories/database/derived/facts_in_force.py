"""The list of facts in force beside the public log: filled in where it is new, and held against the log.

What keeps it from then on is a trigger on the log (`stories.database.log`); its only reader is the API.
"""

from collections.abc import Iterator

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from stories.database.log import FACT_COLUMNS, FACT_IN_FORCE, PUBLICATION
from stories.models import FactInForce, Publication

MISSING = f"""
INSERT INTO {FACT_IN_FORCE} ({", ".join(FACT_COLUMNS)})
SELECT {", ".join(f"p.{column}" for column in FACT_COLUMNS)} FROM {PUBLICATION} p
WHERE p.event IN ('confirmed', 'reworded')
  AND NOT EXISTS (SELECT 1 FROM {PUBLICATION} e WHERE e.ends_id = p.position)
  AND NOT EXISTS (SELECT 1 FROM {FACT_IN_FORCE} f WHERE f.position = p.position)
"""
ENDED = f"""
DELETE FROM {FACT_IN_FORCE}
WHERE EXISTS (SELECT 1 FROM {PUBLICATION} e WHERE e.ends_id = {FACT_IN_FORCE}.position)
"""


def mend_facts_in_force(connection: BaseDatabaseWrapper) -> None:
    """Make up for what the list missed of the log. Safe to repeat; nothing where there is no list yet."""
    if FACT_IN_FORCE not in connection.introspection.table_names():
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # SQLite's transaction is the only one that writes
            cursor.execute(f"LOCK TABLE {PUBLICATION} IN SHARE MODE")
        cursor.execute(ENDED)
        cursor.execute(MISSING)


def find_stray_facts() -> Iterator[tuple[Model, str]]:
    """Publications that the list lacks or has otherwise, and rows of it that are not in force, with what is wrong."""
    head = Publication.objects.head()
    kept = {row.pk: row for row in FactInForce.objects.order_by("position")}
    for due in Publication.objects.in_force(at=head.position if head else 0).order_by("position").iterator():
        row = kept.pop(due.pk, None)
        if row is None:
            yield due, "it is in force, and the list of facts in force lacks it"
            continue
        wrong = [name for name in FACT_COLUMNS[1:] if getattr(row, name) != getattr(due, name)]
        if wrong:
            yield due, f"the list of facts in force has it otherwise ({', '.join(wrong)})"
    for row in kept.values():
        yield row, "it is listed as in force, and it is not"
