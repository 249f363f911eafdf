"""What is kept beside the desk so that it is found quickly: the queue, the facts to weigh, the facts in force."""

from collections.abc import Iterator

from django.db import connection

from stories.audit.violations import Violation, violation_of
from stories.database.derived import facts_in_force, find_differing, queue
from stories.database.log import FACT_COLUMNS, FACT_IN_FORCE
from stories.insight.standing import facts_in_trouble
from stories.models import Claim, FactInForce, FactToWeigh, Publication


def check_queue() -> Iterator[Violation]:
    """What the queue is found by is what claims and ledger say."""
    for key, wrong in find_differing(connection, queue.DUE, queue.QUEUE, queue.COLUMNS):
        reason = f"the queue has it otherwise ({', '.join(wrong)})" if wrong else "the queue does not know it"
        yield violation_of(Claim.objects.get(pk=key), reason)


def check_facts_to_weigh() -> Iterator[Violation]:
    """Every fact in trouble is listed to be weighed, so that the front page finds it."""
    listed = set(FactToWeigh.objects.values_list("claim", flat=True))
    for one in facts_in_trouble():
        if one.claim.pk not in listed:
            reason = "its fact is in trouble, and it is not listed to be weighed: run manage.py weigh_facts"
            yield violation_of(one.claim, reason)


def check_facts_in_force() -> Iterator[Violation]:
    """What the API lists as in force is what the log says."""
    for key, wrong in find_differing(connection, facts_in_force.DUE, FACT_IN_FORCE, FACT_COLUMNS):
        otherwise = f"the list of facts in force has it otherwise ({', '.join(wrong)})"
        reason = otherwise if wrong else "it is in force, and the list of facts in force lacks it"
        yield violation_of(Publication.objects.get(pk=key), reason)
    for row in FactInForce.objects.exclude(position__in=Publication.objects.in_force(at=None)).order_by("position"):
        yield violation_of(row, "it is listed as in force, and it is not")
