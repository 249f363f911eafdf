"""The ledger: every decision was allowed when it was made, judged by its own snapshot.

So later evidence is no violation; but what a decision listed must still be there, as it was.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from stories.audit.violations import UNREADABLE, Violation, go_on, in_chunks, violation_of
from stories.choices import ENDINGS, ON_PARTS, UNVERIFIED, Part, Role, Verdict
from stories.models import Decision, Evidence
from stories.policy.bases import reasons_against, reasons_against_named
from stories.policy.transitions import VERDICT_OF, Proposer, State, reasons_not_to
from stories.provenance.snapshots import AS_RECORDED, digest_of

VERB_OF = {verdict: verb for verb, verdict in VERDICT_OF.items()}


def check_decisions() -> Iterator[Violation]:
    """Every decision was allowed when it was made: transition, people, snapshot, basis (rule: judged-as-it-was)."""
    newest: dict[Any, int] = {}
    in_force: set[int] = set()
    acts: dict[Any, Decision] = {}
    rows = Decision.objects.select_related("claim", "previous").order_by("seq")
    rows = rows.defer("payload", "previous__payload", "previous__evidence")
    for some in in_chunks(rows):
        passages = _passages_of(some)
        for decision in some:
            # Format 1 names no part: it was the text.
            target = decision.claim_id or (decision.suppresses_id, decision.part or Part.TEXT)
            previous = _previous(decision, newest.get(target))
            if decision.previous_id != (previous.seq if previous else None):
                yield violation_of(decision, f"it does not follow the newest decision before it ({previous})")
            newest[target] = decision.seq
            if decision.claim_id is None:
                yield from go_on(decision, _check_part(decision, previous, acts.get(target)))
                if decision.verdict in ON_PARTS:
                    acts[target] = decision
                continue
            is_in_force = decision.claim_id in in_force
            state = State(previous.verdict if previous else UNVERIFIED, is_in_force)
            yield from go_on(decision, _check_transition(decision, previous, state))
            yield from go_on(decision, _check_snapshot(decision, previous, passages))
            if decision.leaves_a_fact:
                in_force.add(decision.claim_id)
            elif decision.leaves_a_fact is not None:
                in_force.discard(decision.claim_id)
            elif is_in_force and decision.verdict in ENDINGS:
                yield violation_of(decision, "a fact was in force, and it did not withdraw it")


def _previous(decision: Decision, seq: int | None) -> Decision | None:
    """The decision at `seq`, the newest before `decision` on the same claim or publication."""
    if decision.previous_id == seq:
        return decision.previous
    return Decision.objects.filter(pk=seq).first() if seq is not None else None


def _listed(decision: Decision) -> dict[str, dict[str, Any]]:
    """The passages that `decision` stands on, as they were, by UUID."""
    return {passage["uuid"]: passage for passage in (decision.evidence or {"passages": []})["passages"]}


def _passages_of(decisions: Iterable[Decision]) -> dict[str, Evidence]:
    """The passages that `decisions` list, as they are now, by UUID."""
    listed: set[UUID] = set()
    for decision in decisions:
        with suppress(*UNREADABLE):
            listed.update(UUID(uuid) for uuid in _listed(decision))
    rows = Evidence.objects.filter(uuid__in=listed).select_related("claim", "article__outlet")
    return {str(row.uuid): row for row in rows.prefetch_related("chain_links__source")}


def _check_transition(decision: Decision, previous: Decision | None, state: State) -> Iterator[Violation]:
    verb = VERB_OF.get(Verdict(decision.verdict))
    if verb is None:
        yield violation_of(decision, f"“{decision.verdict}” is no verdict on a claim")
        return
    proposer = None
    if previous is not None and previous.verdict == Verdict.PROPOSED:
        proposer = Proposer(is_actor=previous.actor_id == decision.actor_id, role=previous.actor_role)
    for reason in reasons_not_to(verb, state=state, role=Role(decision.actor_role), proposer=proposer):
        yield violation_of(decision, reason)


def _check_snapshot(
    decision: Decision, previous: Decision | None, passages: Mapping[str, Evidence]
) -> Iterator[Violation]:
    if decision.verdict not in (Verdict.PROPOSED, Verdict.CONFIRMED):
        return
    snapshot = decision.evidence or {}
    if digest_of(snapshot) != decision.evidence_digest:
        yield violation_of(decision, "its evidence is not what its digest says")
        return
    if decision.claim and snapshot["claim"]["uuid"] != str(decision.claim.uuid):
        yield violation_of(decision, "its evidence is about another claim")
    reasons = reasons_against(
        decision.basis, snapshot, wording=decision.wording, accepts_inferred=decision.accepts_inferred
    )
    for reason in [*reasons, *reasons_against_named(snapshot, decision.wording)]:
        yield violation_of(decision, f"the basis {decision.basis} did not hold: {reason}")
    if decision.verdict == Verdict.CONFIRMED and previous is not None:
        for name in ("wording", "basis", "correction_kind", "public_note", "accepts_inferred", "evidence_digest"):
            if getattr(decision, name) != getattr(previous, name):
                yield violation_of(decision, f"its {name} is not the one proposed")
    for uuid, passage in _listed(decision).items():
        row = passages.get(uuid)
        if row is None:
            yield violation_of(decision, f"it stands on the passage {uuid}, which is gone")
        elif not _is_as_listed(row, passage):
            yield violation_of(decision, f"the passage {uuid} is not what it was when it was listed")


def _is_as_listed(row: Evidence, passage: dict[str, Any]) -> bool:
    now = {name: getattr(row, name) for name in AS_RECORDED}
    now |= {"claim": str(row.claim.uuid), "article": row.article.slug}
    if now != {name: passage[name] for name in now}:
        return False
    # The listed chain begins with the outlet of the original, which may have become known only since.
    links, chain = [link.source.slug for link in row.chain_links.all()], passage["chain"]
    outlets = {row.article.outlet.slug if row.article.outlet else None, *chain[:1]}
    further = [[slug for slug in slugs if slug not in outlets] for slugs in (links, chain)]
    return bool(links) == bool(chain) and further[0] == further[1]


def _check_part(decision: Decision, previous: Decision | None, last: Decision | None) -> Iterator[Violation]:
    """A decision on a part of a publication; `last` took it down, destroyed or restored it before."""
    is_signed = (
        previous is not None
        and previous.verdict == Verdict.PROPOSED
        and previous.actor_id != decision.actor_id
        and previous.actor_role == Role.EDITOR
    )
    if decision.verdict in ON_PARTS and decision.actor_role != Role.EDITOR:
        yield violation_of(decision, "only an editor takes down, destroys or restores")
    if decision.verdict == Verdict.SUPPRESSED:
        if last is not None and last.verdict != Verdict.RESTORED:
            yield violation_of(decision, "it was taken down already")
        if decision.format == 1 and not is_signed:
            yield violation_of(decision, "it signs no proposal by another editor")
    elif decision.verdict in (Verdict.DESTROYED, Verdict.RESTORED):
        if last is None or last.verdict != Verdict.SUPPRESSED:
            yield violation_of(decision, "there is nothing sealed")
        elif decision.verdict == Verdict.DESTROYED and last.actor_id == decision.actor_id:
            yield violation_of(decision, "who sealed it also destroyed it")
        elif decision.verdict == Verdict.RESTORED and not is_signed:
            yield violation_of(decision, "it signs no proposal by another editor")
    elif decision.verdict not in (Verdict.PROPOSED, Verdict.RETURNED):
        yield violation_of(decision, f"“{decision.verdict}” is no verdict on a part of a publication")
