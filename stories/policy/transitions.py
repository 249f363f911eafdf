"""The transition table (rule: transitions): which verb is allowed from which state, and to whom."""

from dataclasses import dataclass
from enum import StrEnum

from stories.choices import UNVERIFIED, Role, Verdict

NOT_A_MEMBER = "Only members of the groups Reporters and Editors decide; being a superuser is not enough."

HAS_LEFT = (
    "Who proposed this has left: the account is switched off, or in none of the groups Reporters and Editors. Return "
    "it, or propose it anew."
)


class Verb(StrEnum):
    """What a person can do to a claim."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    RETURN = "return"
    DISPUTE = "dispute"
    REFUTE = "refute"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class State:
    """The state of a claim: its newest verdict (or UNVERIFIED), and whether a fact of it is in force."""

    newest: str
    in_force: bool


@dataclass(frozen=True)
class Transition:
    """From which newest verdicts a verb is allowed, whether it needs a fact in force, and for whom."""

    allowed_from: frozenset[str]
    needs_fact: bool
    roles: frozenset[Role]


VERDICT_OF = {
    Verb.PROPOSE: Verdict.PROPOSED,
    Verb.CONFIRM: Verdict.CONFIRMED,
    Verb.RETURN: Verdict.RETURNED,
    Verb.DISPUTE: Verdict.DISPUTED,
    Verb.REFUTE: Verdict.REFUTED,
    Verb.WITHDRAW: Verdict.WITHDRAWN,
}
"""What a decision says that a verb makes."""

ANY_STATE = frozenset({UNVERIFIED, *VERDICT_OF.values()})
ANYBODY = frozenset(Role)
EDITORS_ONLY = frozenset({Role.EDITOR})

TRANSITIONS: dict[Verb, Transition] = {
    Verb.PROPOSE: Transition(ANY_STATE, needs_fact=False, roles=ANYBODY),
    Verb.CONFIRM: Transition(frozenset({Verdict.PROPOSED}), needs_fact=False, roles=ANYBODY),
    Verb.RETURN: Transition(frozenset({Verdict.PROPOSED}), needs_fact=False, roles=ANYBODY),
    Verb.DISPUTE: Transition(ANY_STATE - {Verdict.DISPUTED}, needs_fact=False, roles=EDITORS_ONLY),
    Verb.REFUTE: Transition(ANY_STATE - {Verdict.REFUTED}, needs_fact=False, roles=EDITORS_ONLY),
    Verb.WITHDRAW: Transition(ANY_STATE, needs_fact=True, roles=EDITORS_ONLY),
}


@dataclass(frozen=True)
class Proposer:
    """Who made the open proposal, in which role: whether it is the one who acts now, and whether they left since."""

    is_actor: bool
    role: str
    has_left: bool = False


def reasons_not_to(verb: Verb, *, state: State, role: Role | None, proposer: Proposer | None) -> list[str]:
    """Why somebody in `role` may not `verb` a claim in `state`; empty when they may.

    `proposer` describes the open proposal, None when there is none.
    """
    if role is None:
        return [NOT_A_MEMBER]
    rule = TRANSITIONS[verb]
    reasons = []
    if role not in rule.roles:
        reasons.append(f"Only an editor can {verb} a claim.")
    if state.newest not in rule.allowed_from:
        if rule.allowed_from == {Verdict.PROPOSED}:
            reasons.append(f"There is no open proposal to {verb}: the claim is {state.newest}.")
        else:
            reasons.append(f"The claim is {state.newest} already.")
    elif rule.needs_fact and not state.in_force:
        reasons.append("No fact of this claim is in force, so there is nothing to withdraw.")
    if verb == Verb.CONFIRM and proposer is not None:
        if proposer.is_actor:
            reasons.append("You proposed this yourself: somebody else has to sign.")
        elif Role.EDITOR not in (role, proposer.role):
            reasons.append("One of the two who sign must be an editor; the proposer is a reporter.")
        if proposer.has_left:
            reasons.append(HAS_LEFT)
    if verb == Verb.RETURN and proposer is not None and role != Role.EDITOR and not proposer.is_actor:
        reasons.append("Only an editor, or the proposer taking it back, can return a proposal.")
    return reasons
