"""The state of one claim and what may be done to it, as the database has it now: what pages of many read at once."""

from django.contrib.auth.models import User

from stories.choices import UNVERIFIED
from stories.models import Claim
from stories.policy.transitions import State, Verb
from stories.record.publications import fact_in_force
from stories.roles import role_of
from stories.verification.verbs import newest_decision, reasons_after, still_proposing


def state_of(claim: Claim) -> State:
    """The newest verdict on `claim`, and whether a fact of it is in force."""
    newest = newest_decision(claim)
    return State(newest.verdict if newest else UNVERIFIED, fact_in_force(claim) is not None)


def reasons_by_verb(claim: Claim, *, by: User) -> dict[Verb, list[str]]:
    """For every verb, why `by` may not use it on `claim`; empty where they may."""
    newest, role = newest_decision(claim), role_of(by)
    here = still_proposing([newest])
    return reasons_after(newest, in_force=state_of(claim).in_force, by=by, role=role, here=here)
