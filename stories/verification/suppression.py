"""What the law takes down, the chain survives (rule: suppression). Proposed by one editor, signed by another.

The legal reason stays in the private ledger. These decisions name a position of the public log instead of a claim.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import partial

from django.contrib.auth.models import User

from stories.chain import append_lock
from stories.choices import FACT_EVENTS, Event, Role, Verdict
from stories.models import Decision, Publication
from stories.record.decisions import (
    Refused,
    as_stored,
    current_user,
    is_same_act,
    record,
    require,
    require_follows,
    require_proposal,
)
from stories.record.publications import publish_suppression, text_of, versions_carrying
from stories.roles import role_of
from stories.stamps import LIVE, Stamps
from stories.texts import RATIONALE, is_blank, reasons_against_text

LEGAL_REASON = "Write the legal reason; it stays in the ledger."


class Step(StrEnum):
    """What an editor can do about suppressing a publication."""

    PROPOSE = "propose"
    SIGN = "sign"
    RETURN = "return"


def newest_on(target: Publication) -> Decision | None:
    """The newest decision on suppressing `target`; None when nobody proposed it yet."""
    return Decision.objects.filter(suppresses=target).order_by("-seq").first()


def texts_to_suppress(target: Publication) -> list[Publication]:
    """`target` and, for a fact, every version that carries its wording."""
    return [target, *(versions_carrying(target) if target.event in FACT_EVENTS else [])]


def reasons_not_to_suppress(target: Publication, *, role: Role | None) -> list[str]:
    """Why somebody in `role` may not suppress `target`; empty when they may."""
    reasons = [] if role == Role.EDITOR else ["Only an editor can suppress a publication."]
    if target.event in FACT_EVENTS:
        if not Publication.objects.filter(ends=target).exists():
            reasons.append("This fact is in force: withdraw it first.")
    elif target.event != Event.VERSION:
        reasons.append("Only a fact's publication or a story version has a text to suppress.")
    if text_of(target) is None:
        reasons.append("Its text has been suppressed already.")
    return reasons


def reasons_by_step(target: Publication, *, by: User) -> dict[Step, list[str]]:
    """For every step, why `by` may not take it on `target` now; an empty list where they may."""
    role, newest = role_of(by), newest_on(target)
    against = reasons_not_to_suppress(target, role=role)
    waiting = [(text, newest_on(text)) for text in texts_to_suppress(target)] if text_of(target) is not None else []
    return {
        Step.PROPOSE: against + _against_proposing(newest),
        Step.SIGN: against + _against_signing(waiting, by=by),
        Step.RETURN: _against_returning(newest, by=by, role=role),
    }


def _against_proposing(newest: Decision | None) -> list[str]:
    if newest is None or newest.verdict != Verdict.PROPOSED:
        return []
    return [f"{newest.actor_username} proposed this already: sign it, or return it first."]


def _against_signing(waiting: Sequence[tuple[Publication, Decision | None]], *, by: User) -> list[str]:
    reasons = []
    for text, one in waiting:
        if one is None or one.verdict != Verdict.PROPOSED:
            reasons.append(f"There is no open proposal to suppress publication {text.position}.")
        elif one.actor_id == by.pk or one.actor_username == by.get_username():
            reasons.append(f"You proposed suppressing publication {text.position} yourself: another editor signs.")
    return reasons


def _against_returning(newest: Decision | None, *, by: User, role: Role | None) -> list[str]:
    if newest is None or newest.verdict != Verdict.PROPOSED:
        return ["There is no open proposal to return."]
    return [] if role == Role.EDITOR or newest.actor_id == by.pk else ["Only an editor can return this."]


def _against_blank(rationale: str, reason: str) -> list[str]:
    return [reason] if is_blank(rationale) else []


def propose_suppression(
    target: Publication, *, by: User, rationale: str, follows: int | None = None, stamps: Stamps = LIVE
) -> list[Decision]:
    """Propose to take down for good the text of `target` and of every version that carries its wording.

    `follows` is the newest decision on suppressing `target` that the caller saw; None when there was none. Returns
    the open proposals, the one on `target` first; those that were open already are left as they are.
    """
    require(reasons_against_text(RATIONALE, rationale))
    with append_lock():
        target, by = as_stored(Publication, target), current_user(by)
        newest, role = newest_on(target), role_of(by)
        again = is_same_act(newest, by=by, follows=follows, verdict=Verdict.PROPOSED, rationale=rationale)
        if not again:
            require_follows(newest, follows)
            require(_against_proposing(newest))
        require(reasons_not_to_suppress(target, role=role) + _against_blank(rationale, LEGAL_REASON))
        waiting = [(text, newest_on(text)) for text in texts_to_suppress(target)]
        return [
            previous
            if previous is not None and previous.verdict == Verdict.PROPOSED
            else record(
                Decision(suppresses=text, previous=previous, verdict=Verdict.PROPOSED, rationale=rationale),
                by=by,
                role=role,
                stamps=stamps,
            )
            for text, previous in waiting
        ]


def sign_suppression(proposal: Decision, *, by: User, rationale: str, stamps: Stamps = LIVE) -> list[Decision]:
    """Sign `proposal` as the second editor, with the proposals on the versions that carry the wording: they go.

    The same signature a second time returns the first decision alone.
    """
    require(reasons_against_text(RATIONALE, rationale))
    with append_lock():
        target, by = _target_of(proposal), current_user(by)
        newest, role = newest_on(target), role_of(by)
        if newest and is_same_act(newest, by=by, follows=proposal.seq, verdict=Verdict.SUPPRESSED, rationale=rationale):
            return [newest]
        require_proposal(newest, proposal.seq)
        reasons = reasons_not_to_suppress(target, role=role) + _against_blank(rationale, LEGAL_REASON)
        pairs = [(text, newest_on(text)) for text in texts_to_suppress(target)]
        require(reasons + _against_signing(pairs, by=by))
        publish = partial(publish_suppression, stamps=stamps)
        said = {"verdict": Verdict.SUPPRESSED, "rationale": rationale}
        signed = [Decision(suppresses=text, previous=one, **said) for text, one in pairs]
        return [record(decision, by=by, role=role, stamps=stamps, publish=publish) for decision in signed]


def return_suppression(proposal: Decision, *, by: User, rationale: str, stamps: Stamps = LIVE) -> Decision:
    """Send a proposal to suppress back, or take it back."""
    require(reasons_against_text(RATIONALE, rationale))
    with append_lock():
        target, by = _target_of(proposal), current_user(by)
        newest, role = newest_on(target), role_of(by)
        if newest and is_same_act(newest, by=by, follows=proposal.seq, verdict=Verdict.RETURNED, rationale=rationale):
            return newest
        proposal = require_proposal(newest, proposal.seq)
        require(_against_returning(proposal, by=by, role=role) + _against_blank(rationale, "Say why it goes back."))
        decision = Decision(suppresses=target, previous=proposal, verdict=Verdict.RETURNED, rationale=rationale)
        return record(decision, by=by, role=role, stamps=stamps)


def _target_of(proposal: Decision) -> Publication:
    """What `proposal` would suppress, both as the database has them."""
    target = as_stored(Decision, proposal).suppresses
    if target is None:
        raise Refused(["This decision is about a claim, not about suppressing a publication."])
    return target
