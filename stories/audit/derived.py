"""What is kept beside the desk so that it is found quickly: the queue, doubts, the facts in force."""

from collections.abc import Iterator

from stories.audit.violations import Violation, violation_of
from stories.database.derived.facts_in_force import find_stray_facts
from stories.database.derived.queue_contents import find_stray_items
from stories.insight.standing import facts_in_trouble
from stories.models import Doubt


def check_worklist() -> Iterator[Violation]:
    """What the queue is found by is what claims and ledger say."""
    for claim, reason in find_stray_items():
        yield violation_of(claim, reason)


def check_doubts() -> Iterator[Violation]:
    """Every fact in trouble is doubted, so that the front page finds it."""
    troubled = {trouble.claim.pk: trouble.claim for trouble in facts_in_trouble()}
    doubted = set(Doubt.objects.values_list("claim", flat=True))
    for key in sorted(troubled.keys() - doubted):
        yield violation_of(troubled[key], "its fact is in trouble, and nothing doubts it: run manage.py weigh_facts")


def check_facts_in_force() -> Iterator[Violation]:
    """What the API lists as in force is what the log says."""
    for row, reason in find_stray_facts():
        yield violation_of(row, reason)
