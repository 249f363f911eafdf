"""What every claim stands on now: a fact in force by the decision that made it, any other claim by all its passages.

Read for many claims at once, for the pages that show a whole story.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet

from stories.choices import Stance, Verdict
from stories.models import Claim, Decision, Evidence, FactToWeigh, Publication
from stories.policy.bases import reasons_against, reasons_against_passages
from stories.policy.changes import contradicted_since
from stories.provenance.routes import count_sources, routes_of
from stories.provenance.snapshots import Snapshot, take_snapshots

BATCH = 1_000
"""So many claims are read with one fixed number of queries."""

REMEMBERED = 50
"""So many facts that merely lost a route, the newest, stay listed: the front page tells of them. Few beside what it
weighs, so that they never crowd out a fact in trouble."""

NOTHING_LEFT = "Nothing of what it stands on is left."


@dataclass(frozen=True)
class Trouble:
    """A fact in force, weighed anew: independent sources when it was made and now.

    `reasons` say why its basis no longer holds, and what contradicts it since; without any at most a route is lost.
    """

    claim: Claim
    decision: Decision
    before: int
    now: int
    reasons: tuple[str, ...]

    @property
    def has_lost_a_route(self) -> bool:
        """Whether it merely stands on less than it did."""
        return not self.reasons and self.now < self.before


@dataclass(frozen=True)
class Standing:
    """A claim and what it stands on; `decision` made its fact in force, and is None when there is none."""

    claim: Claim
    decision: Decision | None
    snapshot: Snapshot

    @property
    def independent_sources(self) -> int:
        """How many there are; inferred attributions count when the signers took them, or when nobody signed yet."""
        return self.count_in(self.snapshot)

    def count_in(self, snapshot: Snapshot) -> int:
        """The independent sources that `snapshot`, a changed one of the same claim, would give it."""
        return count_sources(snapshot, accepts_inferred=self.decision is None or self.decision.accepts_inferred)

    def reasons_in(self, snapshot: Snapshot) -> list[str]:
        """Why it would have no basis with `snapshot`; empty when it would. A claim without a fact needs one route."""
        if not routes_of(snapshot):
            return [NOTHING_LEFT]
        if self.decision is None:
            return []
        made_by = self.decision
        return reasons_against(
            made_by.basis, snapshot, wording=made_by.wording, accepts_inferred=made_by.accepts_inferred
        )

    def weigh(self) -> Trouble | None:
        """What has become of its fact; None without one. Nothing is withdrawn (rule: nothing-by-itself)."""
        if self.decision is None or self.decision.verdict != Verdict.CONFIRMED:
            return None
        then = self.decision.evidence or {}
        # What has become of a passage, and a contradiction that forbids the basis, are reasons twice.
        lost, contradicted = reasons_against_passages(self.snapshot), contradicted_since(then, self.snapshot)
        reasons = dict.fromkeys([*self.reasons_in(self.snapshot), *lost, *contradicted])
        before, now = self.count_in(then), self.independent_sources
        return Trouble(self.claim, self.decision, before, now=now, reasons=tuple(reasons))


def read_standings(claims: QuerySet[Claim]) -> Iterator[Standing]:
    """The standing of each of `claims`, in order of their keys; a fixed number of queries for every `BATCH` of them."""
    keys = iter(claims.order_by("pk").values_list("pk", flat=True).distinct())
    while batch := list(islice(keys, BATCH)):
        yield from _read_batch(batch)


def _read_batch(keys: list[int]) -> list[Standing]:
    claims = list(Claim.objects.filter(pk__in=keys).select_related("story").order_by("pk"))
    in_force = Publication.objects.in_force(at=None).filter(fact_id__in=[claim.uuid for claim in claims])
    made_by = {one.claim_id: one for one in Decision.objects.filter(claim__in=keys, publication__in=in_force)}
    listed = {
        claim: {passage["uuid"] for passage in (decision.evidence or {})["passages"]}
        for claim, decision in made_by.items()
    }
    passages: dict[int | None, list[int]] = defaultdict(list)
    for key, uuid, claim, stance, retired_at in Evidence.objects.filter(claim__in=keys).values_list(
        "pk", "uuid", "claim", "stance", "retired_at"
    ):
        counts = str(uuid) in listed[claim] if claim in listed else stance == Stance.SUPPORTS and retired_at is None
        if counts:
            passages[claim].append(key)
    snapshots = take_snapshots([(claim, passages[claim.pk]) for claim in claims])
    return [Standing(claim, made_by.get(claim.pk), one) for claim, one in zip(claims, snapshots, strict=True)]


def weakened_facts(*, among: QuerySet[Claim] | None = None) -> list[Trouble]:
    """The facts in force that do not stand as they did: those in trouble, and those that merely lost a route.

    With `among` only the facts of those claims are weighed.
    """
    # By the queue: asking the log which of a few claims have a fact in force reads every fact there is.
    claims = (Claim.objects.all() if among is None else among).filter(queue_item__in_force=True)
    weighed = (standing.weigh() for standing in read_standings(claims))
    return [one for one in weighed if one is not None and (one.reasons or one.has_lost_a_route)]


def facts_in_trouble() -> list[Trouble]:
    """The facts in force whose basis no longer holds, or that are contradicted since."""
    return [one for one in weakened_facts() if one.reasons]


def facts_to_weigh(*, most: int | None) -> list[int]:
    """The claims (primary keys) whose fact in force is to be weighed anew, the newest `most` of them (None: all)."""
    # From the list to the facts: few are listed, however many facts stand.
    listed = FactToWeigh.objects.filter(claim__queue_item__in_force=True).order_by("-claim")
    return list(listed.values_list("claim", flat=True).distinct()[:most])


def weigh_facts(*, most: int | None = BATCH) -> list[Trouble]:
    """Weigh up to `most` listed facts (None: all), and take those that stand off the list; returns those in trouble.

    Call it after a change that may trouble facts. Facts that have ended go off as well; what an open proposal may
    make a fact stays, and so do the newest `REMEMBERED` facts that merely lost a route.
    """
    ended = FactToWeigh.objects.filter(claim__queue_item__in_force=False)
    _take_off(list(ended.exclude(claim__queue_item__state=Verdict.PROPOSED).values_list("pk", flat=True)))
    waiting = facts_to_weigh(most=most)
    weakened: list[Trouble] = []
    for place in range(0, len(waiting), BATCH):
        # Read before weighing: what is changed while we weigh is listed once more, and stays.
        batch = FactToWeigh.objects.filter(claim__in=waiting[place : place + BATCH])
        listed = list(batch.values_list("pk", "claim"))
        weakened += weakened_facts(among=Claim.objects.filter(pk__in=waiting[place : place + BATCH]))
        lessened = sorted((one.claim.pk for one in weakened if one.has_lost_a_route), reverse=True)
        staying = {one.claim.pk for one in weakened if one.reasons} | set(lessened[:REMEMBERED])
        _take_off([pk for pk, claim in listed if claim not in staying])
    return sorted((one for one in weakened if one.reasons), key=lambda one: one.claim.pk)


def _take_off(listed: list[int]) -> None:
    for place in range(0, len(listed), BATCH):
        FactToWeigh.objects.filter(pk__in=listed[place : place + BATCH]).delete()
