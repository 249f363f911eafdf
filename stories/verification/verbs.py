"""The one door: the verbs that write decisions on claims. Guards first, then one transaction (rule: transitions).

Every verb takes the person who decides (`by`) and the decision it follows; it refuses with `Refused`, or with
`DecidedMeanwhile` when somebody else was faster, and then nothing is written. The same submission by the same
person a second time returns the first decision.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Required, TypedDict, Unpack

from django.contrib.auth.models import User

from stories.chain import append_lock
from stories.choices import UNVERIFIED, CorrectionKind, Role, Verdict
from stories.models import Claim, Decision, Evidence, Publication
from stories.policy.bases import reasons_against
from stories.policy.changes import describe_change
from stories.policy.transitions import VERDICT_OF, Proposer, State, Verb, reasons_not_to
from stories.provenance.printed import Printed, Spot, read_document, require_nobody_named
from stories.provenance.snapshots import Snapshot, digest_of, says_the_same, take_snapshot
from stories.record.decisions import (
    Publish,
    Refused,
    all_stored,
    as_stored,
    current_user,
    is_same_act,
    record,
    require,
    require_follows,
)
from stories.record.publications import NOWHERE, fact_in_force, publish_fact, publish_withdrawal, render_fact
from stories.roles import role_of, still_here
from stories.stamps import LIVE, Stamps
from stories.texts import PUBLIC_NOTE, RATIONALE, WORDING, is_blank, reasons_against_text

# ---- Reading the state ----------------------------------------------------------------------------------------


def newest_decision(claim: Claim) -> Decision | None:
    """The newest decision on `claim`; None while it is unverified."""
    return Decision.objects.filter(claim=claim).order_by("-seq").first()


def reasons_after(
    newest: Decision | None, *, in_force: bool, by: User, role: Role | None, here: Collection[int]
) -> dict[Verb, list[str]]:
    """For every verb, why `by` in `role` may not use it on a claim whose newest decision is `newest`: what a disabled
    button says; empty where they may. `here` holds who made it if they still decide (`still_here`). Asks the database
    nothing.
    """
    state = _state(newest, in_force=in_force)
    proposers = {verb: _proposer(newest, by, verb=verb, here=here) for verb in Verb}
    return {verb: reasons_not_to(verb, state=state, role=role, proposer=proposers[verb]) for verb in Verb}


def still_proposing(decisions: Iterable[Decision | None]) -> set[int]:
    """Who made the open proposals among `decisions` and still decides (rule: two-people), by primary key."""
    return still_here(one.actor_id for one in decisions if one is not None and one.verdict == Verdict.PROPOSED)


def _state(newest: Decision | None, *, in_force: bool) -> State:
    return State(newest.verdict if newest else UNVERIFIED, in_force)


def _proposer(newest: Decision | None, by: User, *, verb: Verb, here: Collection[int]) -> Proposer | None:
    if newest is None or newest.verdict != Verdict.PROPOSED:
        return None
    is_actor = newest.actor_id == by.pk
    if verb == Verb.CONFIRM:
        # Who took over the proposer's user name cannot sign either: the ledger would show one name twice.
        is_actor = is_actor or newest.actor_username == by.get_username()
    return Proposer(is_actor=is_actor, role=newest.actor_role, has_left=newest.actor_id not in here)


@dataclass(frozen=True)
class Case:
    """A claim as a verb finds it under the lock: all of it as the database has it now."""

    claim: Claim
    by: User
    newest: Decision | None
    fact: Publication | None
    role: Role | None

    def done_before(self, follows: int | None, **content: object) -> Decision | None:
        """The newest decision when it is this very submission, sent before; refused unless it is the one to follow."""
        if is_same_act(self.newest, by=self.by, follows=follows, **content):
            return self.newest
        require_follows(self.newest, follows)
        return None

    def require(self, verb: Verb) -> None:
        """Refuse unless the transition table lets this person `verb` this claim."""
        state = _state(self.newest, in_force=self.fact is not None)
        here = still_proposing([self.newest]) if verb == Verb.CONFIRM else set()
        proposer = _proposer(self.newest, self.by, verb=verb, here=here)
        require(reasons_not_to(verb, state=state, role=self.role, proposer=proposer))

    def record(self, decision: Decision, *, stamps: Stamps, publish: Publish | None = None) -> Decision:
        """Append `decision` by this person, on what was newest."""
        decision.claim, decision.previous = self.claim, self.newest
        return record(decision, by=self.by, role=self.role, stamps=stamps, publish=publish)


def _lock(claims: Sequence[Claim]) -> list[Claim]:
    """`claims` as they are now, which nobody changes until the transaction ends; in one order, so that all wait alike.

    What refers to them still comes: a passage that comes in between is one that the decision does not list.
    """
    rows = Claim.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=[claim.pk for claim in claims]).order_by("pk"))


def _open_case(claim: Claim, by: User) -> Case:
    """`claim` as `by` finds it, locked until the decision is written: no form changes it between look and record."""
    (claim,) = _lock([claim])
    by = current_user(by)
    return Case(claim, by, newest_decision(claim), fact_in_force(claim), role_of(by))


def _against_explanation(fact: Publication | None, correction_kind: str, public_note: str, *, why: str) -> list[str]:
    """Whether a fact in force, and no other, is explained in a printable note (rule: explained-corrections)."""
    if fact is None:
        if correction_kind or public_note:
            return ["No fact is in force: there is nothing to correct, so leave correction kind and note empty."]
        return []
    reasons = []
    if correction_kind not in CorrectionKind.values:
        reasons.append(f"{why}: choose a correction kind ({', '.join(CorrectionKind.values)}).")
    if is_blank(public_note):
        reasons.append(f"{why}: write the public note that readers will see.")
    return reasons


# ---- The verbs ------------------------------------------------------------------------------------------------


def propose(
    claim: Claim,
    *,
    by: User,
    wording: str,
    basis: str,
    rationale: str,
    passages: Sequence[Evidence],
    follows: int | None,
    accepts_inferred: bool = False,
    correction_kind: str = "",
    public_note: str = "",
    stamps: Stamps = LIVE,
) -> Decision:
    """Propose to print `wording` on `basis`, standing on `passages` alone. A fact in force stays as it is."""
    typed = [(WORDING, wording), (RATIONALE, rationale), (PUBLIC_NOTE, public_note)]
    require([reason for rule, text in typed for reason in reasons_against_text(rule, text)])
    require([] if isinstance(accepts_inferred, bool) else ["Accepting an inferred attribution is a yes or a no."])
    with append_lock():
        case = _open_case(as_stored(Claim, claim), by)
        snapshot = take_snapshot(case.claim, all_stored(Evidence, passages))
        content = {
            "verdict": Verdict.PROPOSED,
            "wording": wording,
            "basis": basis,
            "rationale": rationale,
            "accepts_inferred": accepts_inferred,
            "correction_kind": correction_kind,
            "public_note": public_note,
            "evidence_digest": digest_of(snapshot),
        }
        if done := case.done_before(follows, **content):
            return done
        case.require(Verb.PROPOSE)
        reasons = ["Write the rationale: why may this be printed?"] if is_blank(rationale) else []
        reasons += reasons_against(basis, snapshot, wording=wording, accepts_inferred=accepts_inferred)
        reasons += _against_explanation(case.fact, correction_kind, public_note, why="A fact is in force")
        decision = Decision(evidence=snapshot, **content)
        if case.fact and _says_the_same(Decision.objects.get(publication=case.fact), decision):
            reasons.append("Nothing differs from the fact in force.")
        require(reasons)
        _require_nobody_named(case, decision, stamps=stamps)
        return case.record(decision, stamps=stamps)


def _require_nobody_named(case: Case, decision: Decision, *, stamps: Stamps) -> None:
    """Refuse `decision` where what it would print names a protected source (rule: everything-printed)."""
    texts = [Printed(Spot.PUBLIC_NOTE, decision.public_note)] if decision.public_note else []
    if decision.evidence is not None:
        texts += read_document("fact", render_fact(decision, decision.evidence, NOWHERE))
    require_nobody_named(texts, by=case.by, story=case.claim.story.slug, claim=case.claim, stamps=stamps)


def _says_the_same(one: Decision, other: Decision) -> bool:
    # More than the digest: a source that has become confidential must leave the printed routes.
    if any(getattr(one, name) != getattr(other, name) for name in ("wording", "basis", "accepts_inferred")):
        return False
    return says_the_same(one.evidence or {}, other.evidence or {})


def confirm(proposal: Decision, *, by: User, rationale: str = "", stamps: Stamps = LIVE) -> Decision:
    """Sign `proposal` as the second person: its wording becomes the fact, in place of the one in force."""
    require(reasons_against_text(RATIONALE, rationale))
    with append_lock():
        case = _open_case(_claim_of(proposal), by)
        if done := case.done_before(proposal.seq, verdict=Verdict.CONFIRMED, rationale=rationale):
            return done
        proposal = case.newest or proposal
        case.require(Verb.CONFIRM)
        snapshot = _snapshot_again(proposal, case.claim)
        judged = {name: getattr(proposal, name) for name in ("wording", "basis", "accepts_inferred")}
        explained = {name: getattr(proposal, name) for name in ("correction_kind", "public_note")}
        require(_against_explanation(case.fact, **explained, why="A fact is in force"))
        require(reasons_against(snapshot=snapshot, **judged))
        decision = Decision(verdict=Verdict.CONFIRMED, rationale=rationale, **judged, **explained)
        decision.evidence, decision.evidence_digest = snapshot, digest_of(snapshot)
        _require_nobody_named(case, decision, stamps=stamps)
        return case.record(decision, stamps=stamps, publish=partial(publish_fact, ends=case.fact, stamps=stamps))


def _claim_of(proposal: Decision) -> Claim:
    """The claim of `proposal`, both as the database has them."""
    claim = as_stored(Decision, proposal).claim
    if claim is None:
        raise Refused(["This decision is about suppressing a publication, not about a claim."])
    return claim


def _snapshot_again(proposal: Decision, claim: Claim) -> Snapshot:
    """What `proposal` stands on, as it is now; refused with the difference in words when anything changed."""
    snapshot = snapshot_now(proposal, claim)
    if digest_of(snapshot) != proposal.evidence_digest:
        raise Refused(["What the proposal stands on has changed since.", *changes_since(proposal, snapshot)])
    return snapshot


def snapshot_now(decision: Decision, claim: Claim) -> Snapshot:
    """What `decision` on `claim` stands on, as it is now."""
    listed = [passage["uuid"] for passage in (decision.evidence or {"passages": []})["passages"]]
    return take_snapshot(claim, list(Evidence.objects.filter(uuid__in=listed)))


def changes_since(decision: Decision, snapshot: Snapshot) -> list[str]:
    """In words, what is different in `snapshot` from what `decision` stood on; empty when nothing that was signed."""
    if digest_of(snapshot) == decision.evidence_digest or decision.evidence is None:
        return []
    against = Evidence.objects.filter(claim=decision.claim).contradicting().select_related("article")
    quotes = {str(one.uuid): f"“{one.quote[:60]}” in {one.article.slug}" for one in against}
    return describe_change(decision.evidence, snapshot, quotes=quotes)


def return_proposal(proposal: Decision, *, by: User, rationale: str, stamps: Stamps = LIVE) -> Decision:
    """Send `proposal` back (an editor) or take it back (the proposer). A fact in force stays."""
    require(reasons_against_text(RATIONALE, rationale))
    with append_lock():
        case = _open_case(_claim_of(proposal), by)
        content = {"verdict": Verdict.RETURNED, "rationale": rationale}
        if done := case.done_before(proposal.seq, **content):
            return done
        case.require(Verb.RETURN)
        require(["Say why it goes back."] if is_blank(rationale) else [])
        return case.record(Decision(**content), stamps=stamps)


class Ending(TypedDict, total=False):
    """What a verb is given that may end a fact: why, for colleagues and, where one is in force, for readers."""

    by: Required[User]
    rationale: Required[str]
    correction_kind: str
    public_note: str
    stamps: Stamps


def dispute(claim: Claim, *, follows: int | None, **given: Unpack[Ending]) -> Decision:
    """Hold that `claim` is doubtful. A fact in force is withdrawn in the same act."""
    return _end(claim, Verb.DISPUTE, follows=follows, **given)


def refute(claim: Claim, *, follows: int | None, **given: Unpack[Ending]) -> Decision:
    """Hold that `claim` is false. A fact in force is withdrawn in the same act."""
    return _end(claim, Verb.REFUTE, follows=follows, **given)


def withdraw(
    claims: Sequence[Claim],
    *,
    follows: Mapping[int, int | None],
    replaced_by: Claim | None = None,
    **given: Unpack[Ending],
) -> list[Decision]:
    """Withdraw the facts of `claims` in one act: all of them or, when one is refused, none.

    `follows` gives for each claim's primary key the decision it follows.
    """
    with append_lock():
        stored = [as_stored(Claim, claim) for claim in claims]
        require([] if stored else ["Choose at least one fact to withdraw."])
        _lock(stored)
        return [
            _end(claim, Verb.WITHDRAW, follows=follows.get(claim.pk), replaced_by=replaced_by, **given)
            for claim in stored
        ]


def _end(
    claim: Claim,
    verb: Verb,
    *,
    by: User,
    rationale: str,
    follows: int | None,
    correction_kind: str = "",
    public_note: str = "",
    stamps: Stamps = LIVE,
    replaced_by: Claim | None = None,
) -> Decision:
    """Dispute, refute or withdraw: one editor, at once; ends the fact in force when there is one."""
    require([*reasons_against_text(RATIONALE, rationale), *reasons_against_text(PUBLIC_NOTE, public_note)])
    with append_lock():
        case = _open_case(as_stored(Claim, claim), by)
        replaced_by = as_stored(Claim, replaced_by) if replaced_by else None
        content = {
            "verdict": VERDICT_OF[verb],
            "rationale": rationale,
            "correction_kind": correction_kind,
            "public_note": public_note,
            "replaced_by": replaced_by,
        }
        if done := case.done_before(follows, **content):
            return done
        case.require(verb)
        reasons = ["Write the rationale: why?"] if is_blank(rationale) else []
        reasons += _against_explanation(case.fact, correction_kind, public_note, why="This takes a fact down")
        if replaced_by is not None and (replaced_by.pk == case.claim.pk or fact_in_force(replaced_by) is None):
            reasons.append("It can only be replaced by another claim's fact that is in force.")
        require(reasons)
        decision = Decision(**content)
        _require_nobody_named(case, decision, stamps=stamps)
        publish = partial(publish_withdrawal, ends=case.fact, stamps=stamps) if case.fact else None
        return case.record(decision, stamps=stamps, publish=publish)
