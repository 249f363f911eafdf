"""What a decision on a claim needs to be seen, read for any number of claims at once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F
from django.db.models.functions import Greatest, Substr

from stories.admin.article.evidence import describe_chain
from stories.admin.article.marking import Excerpt, excerpt
from stories.admin.base import words_of
from stories.choices import UNVERIFIED, Basis, DiscrepancyKind, Role, Stance, Verdict
from stories.models import Claim, Decision, Evidence, Publication
from stories.policy.bases import reasons_against
from stories.policy.transitions import Verb
from stories.provenance.routes import count_sources
from stories.provenance.snapshots import Snapshot, take_snapshots
from stories.record.publications import head_position
from stories.roles import role_of
from stories.verification.verbs import changes_since, reasons_after, still_proposing


@dataclass(frozen=True)
class Passage:
    """A passage of a claim, in its surroundings, with its chain in words."""

    evidence: Evidence
    excerpt: Excerpt
    chain: str

    @property
    def is_usable(self) -> bool:
        """Whether one can stand on it at all."""
        return self.evidence.retired_at is None and self.evidence.stance == Stance.SUPPORTS


@dataclass(frozen=True)
class ClaimUnderReview:
    """A claim with its decisions, oldest first, its fact in force and all its passages, as `by` in `role` sees it.

    `here` holds who made the open proposal, if they still decide.
    """

    claim: Claim
    decisions: Sequence[Decision]
    fact: Publication | None
    passages: Sequence[Passage]
    by: User
    role: Role | None
    here: Collection[int]

    @property
    def newest(self) -> Decision | None:
        """The newest decision."""
        return self.decisions[-1] if self.decisions else None

    @property
    def state(self) -> str:
        """The newest verdict, or unverified."""
        return self.newest.verdict if self.newest else UNVERIFIED

    @property
    def proposal(self) -> Decision | None:
        """The open proposal, if there is one."""
        return self.newest if self.state == Verdict.PROPOSED else None

    @property
    def reasons(self) -> dict[Verb, list[str]]:
        """For every verb, why this person may not use it now."""
        return reasons_after(self.newest, in_force=self.fact is not None, by=self.by, role=self.role, here=self.here)

    @property
    def fact_wording(self) -> str:
        """What the fact in force prints."""
        return words_of(self.fact) or "(taken down)" if self.fact else ""

    @property
    def last_said(self) -> dict[str, Any]:
        """What a form on it starts with: the last wording and what it stood on; all passages, without any wording."""
        last = next((one for one in reversed(self.decisions) if one.wording), None)
        stood_on = _listed_by(last) if last and last.evidence else None
        return {
            "follows": self.newest.seq if self.newest else None,
            "wording": "" if self.claim.is_withheld else last.wording if last else self.claim.statement,
            "basis": last.basis if last else Basis.ATTRIBUTED,
            "accepts_inferred": last.accepts_inferred if last else False,
            "passages": [
                one.evidence.pk
                for one in self.passages
                if one.is_usable and (stood_on is None or str(one.evidence.uuid) in stood_on)
            ],
        }


@dataclass(frozen=True)
class Weighed:
    """A claim as it stands on the ticked passages, and on those of its open proposal as they are now."""

    claim: ClaimUnderReview
    ticked: Snapshot
    proposed: Snapshot

    @property
    def sources(self) -> int:
        """The independent sources among the ticked passages, inferred attributions included."""
        return count_sources(self.ticked, accepts_inferred=True)

    @property
    def changes(self) -> list[str]:
        """In words, what is different from what the open proposal stands on."""
        return changes_since(self.claim.proposal, self.proposed) if self.claim.proposal else []

    @property
    def against(self) -> list[str]:
        """Why the basis of the open proposal does not hold."""
        one = self.claim.proposal
        if one is None or self.claim.claim.is_withheld:  # a reason may quote it
            return []
        return reasons_against(one.basis, self.proposed, wording=one.wording, accepts_inferred=one.accepts_inferred)

    @property
    def questions(self) -> list[str]:
        """What is open: discrepancies that block, contradictions, passages that speak against the claim."""
        said = [
            f"{DiscrepancyKind(one['kind']).label.capitalize()}: “{one['first_words']}”"
            + (f" / “{one['second_words']}”." if one["second_words"] else ".")
            for one in self.ticked["discrepancies"]
        ]
        said += [f"Contradicted: {one['note']}" for one in self.ticked["contradictions"]]
        against = len(self.ticked["contradicted_by"])
        said += [f"{against} passage{' speaks' if against == 1 else 's speak'} against it."] * (against > 0)
        return said


def read_claims(claims: Sequence[Claim], *, by: User, context: int) -> list[ClaimUnderReview]:
    """`claims` as `by` sees them, in that order; passages with `context` code points of text on either side.

    The number of queries is fixed.
    """
    decisions: dict[int | None, list[Decision]] = defaultdict(list)
    rows = Decision.objects.filter(claim__in=claims).select_related("claim", "publication", "replaced_by")
    for one in rows.defer("payload").order_by("seq"):
        decisions[one.claim_id].append(one)
    in_force = Publication.objects.in_force(at=head_position()).filter(fact_id__in=[claim.uuid for claim in claims])
    facts = {one.fact_id: one for one in in_force.select_related("body")}
    passages = _read_passages(claims, context=context)
    role, here = role_of(by), still_proposing(one[-1] for one in decisions.values())
    return [
        ClaimUnderReview(claim, decisions[claim.pk], facts.get(claim.uuid), passages[claim.pk], by, role, here)
        for claim in claims
    ]


def weigh_claims(ticked: Sequence[tuple[ClaimUnderReview, Collection[int]]]) -> list[Weighed]:
    """Each claim on its ticked passages (primary keys); a fixed number of queries."""
    chosen = [(one.claim, keys) for one, keys in ticked]
    proposed = [(one.claim, _keys_listed(one)) for one, _ in ticked]
    snapshots = take_snapshots([*chosen, *proposed])
    pairs = zip(snapshots[: len(ticked)], snapshots[len(ticked) :], strict=True)
    return [Weighed(one, now, then) for (one, _), (now, then) in zip(ticked, pairs, strict=True)]


def _keys_listed(one: ClaimUnderReview) -> list[int]:
    listed = _listed_by(one.proposal) if one.proposal else set()
    return [row.evidence.pk for row in one.passages if str(row.evidence.uuid) in listed]


def _listed_by(decision: Decision) -> set[str]:
    return {passage["uuid"] for passage in (decision.evidence or {"passages": []})["passages"]}


def _read_passages(claims: Sequence[Claim], *, context: int) -> dict[int, list[Passage]]:
    """All passages of each of `claims`, the retired ones last; of the texts no more is read than is shown."""
    rows = (
        Evidence.objects.filter(claim__in=claims)
        .select_related("article__outlet", "recorded_by", "retired_by")
        .defer("article__text")
    )
    # One more on either side tells whether a word is cut in two.
    near = Substr("article__text", Greatest(F("start") - context, 1), F("end") - F("start") + 2 * context + 2)
    rows = rows.annotate(near=near).prefetch_related("chain_links__source")
    found: dict[int, list[Passage]] = defaultdict(list)
    for row in rows.order_by(F("retired_at").asc(nulls_first=True), "article__received_at", "start"):
        start = min(row.start, context + 1)
        shown = excerpt(row.near, start, start + row.end - row.start, context=context)
        found[row.claim_id].append(Passage(row, shown, describe_chain(row)))
    return found
