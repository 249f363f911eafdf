"""Doubts: which facts are to be weighed anew. Triggers raise them (`stories.database`), weighing settles them."""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

from stories.database.derived.doubts import DOUBTS
from stories.database.derived.queue import WORK_ITEM


def doubt_facts(connection: BaseDatabaseWrapper) -> None:
    """Doubt every fact in force that nobody doubts yet: what came past the triggers may have touched any."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {DOUBTS} (claim_id) SELECT w.claim_id FROM {WORK_ITEM} w WHERE w.in_force"
            f" AND NOT EXISTS (SELECT 1 FROM {DOUBTS} d WHERE d.claim_id = w.claim_id)"
        )


def mend_doubts(connection: BaseDatabaseWrapper, *, missed: Iterable[str]) -> None:
    """Doubt every fact if a trigger that raises doubts is among those `missed`. Nothing where there are none yet."""
    is_kept = DOUBTS in connection.introspection.table_names()
    if is_kept and any(trigger.startswith("doubt_") for trigger in missed):
        doubt_facts(connection)
