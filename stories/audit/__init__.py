"""What data could break, checked: both chains, and every rule that spans rows. Nothing here writes.

Each decision is judged by its own snapshot, so that later evidence is no violation.
Imports all that decides; commands import it.
"""

from collections.abc import Iterator

from django.db import DatabaseError

from stories.audit.chains import check_chains, check_texts, verify_ledger, verify_log, verify_publications
from stories.audit.changes import check_changes
from stories.audit.decisions import check_decisions
from stories.audit.derived import check_facts_in_force, check_facts_to_weigh, check_queue
from stories.audit.desk import check_articles, check_discrepancies, check_evidence, check_versions, check_voices
from stories.audit.fact_texts import check_fact_texts
from stories.audit.log import check_log
from stories.audit.protection import (
    check_printed,
    check_public_names,
    check_sightings,
    mend_printed,
    mend_public_names,
)
from stories.audit.storage import check_file, check_triggers, check_words
from stories.audit.version_texts import check_version_texts
from stories.audit.violations import UNREADABLE, Unknown, Violation
from stories.audit.weighed import check_weighed
from stories.models import Heartbeat

__all__ = [
    "Unknown",
    "Violation",
    "examine_desk",
    "find_violations",
    "mend_printed",
    "mend_public_names",
    "verify_ledger",
    "verify_log",
    "verify_publications",
]

CHECKS = (
    check_file,
    check_triggers,
    check_words,
    check_articles,
    check_evidence,
    check_discrepancies,
    check_voices,
    check_changes,
    check_chains,
    check_texts,
    check_decisions,
    check_weighed,
    check_log,
    check_fact_texts,
    check_version_texts,
    check_versions,
    check_queue,
    check_facts_to_weigh,
    check_facts_in_force,
    check_public_names,
    check_printed,
    check_sightings,
)


def find_violations() -> Iterator[Violation]:
    """Every rule that data could break, each violation once."""
    return (found for found in examine_desk() if not isinstance(found, Unknown))


def examine_desk() -> Iterator[Violation]:
    """The same, and what nobody can say any more (`Unknown`). Raises `DatabaseError` where there is no desk at all."""
    Heartbeat.objects.exists()  # a database that is no desk breaks no rule of one: whoever asked is told so, once
    for check in CHECKS:
        try:
            yield from check()
        except (*UNREADABLE, DatabaseError) as error:
            reason = f"a row cannot be read, and the rest was not checked ({type(error).__name__}: {error})"
            yield Violation("stories.audit", check.__name__, reason)
