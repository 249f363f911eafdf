"""What the bulk page shows of each claim, read for all of them at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from stories.choices import DiscrepancyKind, Verdict
from stories.models import Claim, Decision, Evidence, Publication
from stories.policy.bases import reasons_against
from stories.policy.transitions import Verb
from stories.provenance.routes import count_sources
from stories.provenance.snapshots import Snapshot, take_snapshots
from stories.record.publications import head_position
from stories.roles import role_of
from stories.verification.verbs import changes_since, reasons_after

MOST_AT_ONCE = 50
"""So many claims are shown in full on one page; nobody reads more at once."""


@dataclass(frozen=True)
class OpenClaim:
    """A claim with all that a decision on it needs to be seen.

    `passages` are those it can stand on, `suggested` those its last wording stood on (all, without any wording);
    `questions` are what is open about it and the suggested passages; `changes` say what is different from what the open
    proposal stands on, `against` why its basis does not hold.
    """

    claim: Claim
    newest: Decision | None
    last_wording: Decision | None
    fact: Publication | None
    passages: Sequence[Evidence]
    suggested: Sequence[Evidence]
    sources: int
    questions: Sequence[str]
    changes: Sequence[str]
    against: Sequence[str]
    reasons: dict[Verb, list[str]]

    @property
    def proposal(self) -> Decision | None:
        """The open proposal, if there is one."""
        return self.newest if self.newest and self.newest.verdict == Verdict.PROPOSED else None


def read_open_claims(keys: Sequence[int], *, by: User) -> list[OpenClaim]:
    """The claims `keys` as `by` sees them, in that order, those that exist; a fixed number of queries."""
    rows = {row.pk: row for row in Claim.objects.filter(pk__in=keys).select_related("story", "says")}
    claims = [rows[key] for key in keys if key in rows]
    on_claims = Decision.objects.filter(claim__in=claims).select_related("claim").defer("payload").order_by("seq")
    newest = {one.claim_id: one for one in on_claims.newest()}
    worded = {one.claim_id: one for one in on_claims.exclude(wording="")}
    facts = {one.fact_id: one for one in _facts_of(claims)}
    passages = _passages_of(claims)
    suggested = {claim.pk: _suggest(passages[claim.pk], worded.get(claim.pk)) for claim in claims}
    listed = {claim.pk: _listed_by(newest.get(claim.pk)) for claim in claims}
    keys_of = _keys_of(uuid for uuids in listed.values() for uuid in uuids)
    chosen = take_snapshots([(claim, [row.pk for row in suggested[claim.pk]]) for claim in claims])
    signed = take_snapshots([(claim, [keys_of[uuid] for uuid in listed[claim.pk]]) for claim in claims])
    role = role_of(by)
    return [
        OpenClaim(
            claim,
            newest=(last := newest.get(claim.pk)),
            last_wording=worded.get(claim.pk),
            fact=(fact := facts.get(claim.uuid)),
            passages=passages[claim.pk],
            suggested=suggested[claim.pk],
            sources=count_sources(now, accepts_inferred=True),
            questions=_questions(now),
            changes=_changes(last, then),
            against=_against(last, then),
            reasons=reasons_after(last, in_force=fact is not None, by=by, role=role),
        )
        for claim, now, then in zip(claims, chosen, signed, strict=True)
    ]


def _facts_of(claims: Sequence[Claim]) -> Iterable[Publication]:
    in_force = Publication.objects.in_force(at=head_position())
    return in_force.filter(fact_id__in=[claim.uuid for claim in claims]).select_related("body")


def _passages_of(claims: Sequence[Claim]) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = {claim.pk: [] for claim in claims}
    rows = Evidence.objects.filter(claim__in=claims).supporting().current().select_related("article__outlet")
    rows = rows.defer("article__text").prefetch_related("chain_links__source")
    for row in rows.order_by("article__received_at", "start"):
        found[row.claim_id].append(row)
    return found


def _listed_by(decision: Decision | None) -> list[str]:
    """The passages that an open proposal stands on; none for any other decision."""
    if decision is None or decision.verdict != Verdict.PROPOSED or decision.evidence is None:
        return []
    return [passage["uuid"] for passage in decision.evidence["passages"]]


def _keys_of(uuids: Iterable[str]) -> dict[str, int]:
    """Primary key of every passage in `uuids`, the retired ones among them."""
    return {str(uuid): key for uuid, key in Evidence.objects.filter(uuid__in=set(uuids)).values_list("uuid", "pk")}


def _suggest(passages: Sequence[Evidence], last: Decision | None) -> list[Evidence]:
    if last is None or not last.evidence:
        return list(passages)
    stood_on = {passage["uuid"] for passage in last.evidence["passages"]}
    return [row for row in passages if str(row.uuid) in stood_on]


def _questions(snapshot: Snapshot) -> list[str]:
    """What is open in `snapshot`: discrepancies that block, contradictions, passages that speak against it."""
    differing = [
        f"{DiscrepancyKind(one['kind']).label.capitalize()}: “{one['first_words']}”"
        + (f" / “{one['second_words']}”." if one["second_words"] else ".")
        for one in snapshot["discrepancies"]
    ]
    contradicted = [f"Contradicted: {one['note']}" for one in snapshot["contradictions"]]
    if against := len(snapshot["contradicted_by"]):
        contradicted.append("1 passage speaks against it." if against == 1 else f"{against} passages speak against it.")
    return [*differing, *contradicted]


def _changes(newest: Decision | None, snapshot: Snapshot) -> list[str]:
    if newest is None or newest.verdict != Verdict.PROPOSED:
        return []
    return changes_since(newest, snapshot)


def _against(newest: Decision | None, snapshot: Snapshot) -> list[str]:
    if newest is None or newest.verdict != Verdict.PROPOSED:
        return []
    return reasons_against(newest.basis, snapshot, wording=newest.wording, accepts_inferred=newest.accepts_inferred)
