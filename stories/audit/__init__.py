"""What data could break, checked: both chains, and every rule that spans rows. Nothing here writes.

Each decision is judged by its own snapshot, so that later evidence is no violation.
Imports all that decides; commands import it.
"""

from collections.abc import Iterator

from stories.audit.chains import check_chains, check_texts, verify_ledger, verify_log, verify_publications
from stories.audit.decisions import check_decisions
from stories.audit.derived import check_facts_in_force, check_facts_to_weigh, check_queue
from stories.audit.desk import check_articles, check_discrepancies, check_evidence, check_versions, check_voices
from stories.audit.log import check_log
from stories.audit.protection import check_public_names, mend_public_names
from stories.audit.violations import UNREADABLE, Violation

__all__ = ["Violation", "find_violations", "mend_public_names", "verify_ledger", "verify_log", "verify_publications"]

CHECKS = (
    check_articles,
    check_evidence,
    check_discrepancies,
    check_voices,
    check_chains,
    check_texts,
    check_decisions,
    check_log,
    check_versions,
    check_queue,
    check_facts_to_weigh,
    check_facts_in_force,
    check_public_names,
)


def find_violations() -> Iterator[Violation]:
    """Every rule that data could break, each violation once."""
    for check in CHECKS:
        try:
            yield from check()
        except UNREADABLE as error:
            reason = f"a row cannot be read, and the rest was not checked ({type(error).__name__}: {error})"
            yield Violation("stories.audit", check.__name__, reason)
