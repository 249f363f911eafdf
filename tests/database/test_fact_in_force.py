"""What counts as the fact in force while earlier wordings of it come and go."""

from stories.models import Claim
from stories.record.publications import fact_in_force
from tests.published import Desk


def test_suppressing_an_earlier_wording_leaves_the_fact_in_force(db: None) -> None:
    desk = Desk()
    fact = desk.confirm_fact("The harbour is closed")
    reworded = desk.reword(fact, "The harbour is shut")
    desk.suppress(fact)
    assert fact_in_force(Claim.objects.get(uuid=fact.fact_id)) == reworded
