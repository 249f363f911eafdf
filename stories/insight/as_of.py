"""What did we know at that time: claims, evidence, routes and counts as they stood at a moment or at a decision."""

from dataclasses import dataclass
from datetime import datetime

from stories.choices import UNVERIFIED
from stories.models import Article, Claim, Decision, Story, StoryVersion
from stories.provenance.routes import Route, count_sources, rests_on, routes_of
from stories.provenance.snapshots import Snapshot, snapshots_of_all


@dataclass(frozen=True)
class ClaimAsOf:
    """A claim as it stood: its newest verdict, the decision that made the fact then in force, and all its passages."""

    claim: Claim
    verdict: str
    fact: Decision | None
    snapshot: Snapshot

    @property
    def routes(self) -> list[Route]:
        """The routes that its supporting passages gave then."""
        return routes_of(self.snapshot)

    @property
    def independent_sources(self) -> int:
        """How many there were, inferred attributions included."""
        return count_sources(self.snapshot, accepts_inferred=True)

    @property
    def rests_on(self) -> frozenset[str]:
        """The voices that every route ran through."""
        return rests_on(self.snapshot)


@dataclass(frozen=True)
class StoryAsOf:
    """What the desk knew of a story: `at` a time, after the decision `seq` (0: before the first one)."""

    story: Story
    at: datetime
    seq: int
    articles: tuple[Article, ...]
    claims: tuple[ClaimAsOf, ...]
    version: StoryVersion | None


def read_story_as_of(story: Story, *, at: datetime | None = None, seq: int | None = None) -> StoryAsOf:
    """What we knew of `story` at the time `at`, or right after the decision `seq`. Exactly one of them is given.

    `Decision.DoesNotExist` when there is no such decision.

    The statements, the kinds of sources and the chains of retired passages are those of today, since they are never
    edited. A fixed number of queries, however many claims.
    """
    if (at is None) == (seq is None):
        raise ValueError("Give a time or the number of a decision, one of them.")
    if seq is not None:
        at = Decision.objects.values_list("at", flat=True).get(pk=seq)
    assert at is not None  # noqa: S101 - either given or read from the decision
    decided = Decision.objects.filter(claim__story=story).order_by("seq")
    decisions = list(decided.filter(at__lte=at) if seq is None else decided.filter(seq__lte=seq))
    claims = list(story.claims.filter(created_at__lte=at).order_by("pk"))
    snapshots = snapshots_of_all(claims, at=at)
    verdicts, facts = _states_after(decisions)
    last = Decision.objects.filter(at__lte=at).order_by("-seq").values_list("seq", flat=True).first()
    versions = StoryVersion.objects.cut().filter(story=story, cut_at__lte=at).order_by("-number")
    return StoryAsOf(
        story,
        at,
        seq if seq is not None else last or 0,
        articles=tuple(
            Article.objects.filter(story=story, received_at__lte=at)
            .select_related("outlet")
            .defer("text")
            .order_by("received_at", "slug")
        ),
        claims=tuple(
            ClaimAsOf(claim, verdicts.get(claim.pk, UNVERIFIED), facts.get(claim.pk), snapshot)
            for claim, snapshot in zip(claims, snapshots, strict=True)
        ),
        version=versions.first(),
    )


def _states_after(decisions: list[Decision]) -> tuple[dict[int, str], dict[int, Decision]]:
    """The newest verdict on each claim after `decisions` (in order), and the decision of each fact in force."""
    verdicts: dict[int, str] = {}
    facts: dict[int, Decision] = {}
    for one in decisions:
        if one.claim_id is None:
            continue
        verdicts[one.claim_id] = one.verdict
        if one.leaves_a_fact:
            facts[one.claim_id] = one
        elif one.leaves_a_fact is not None:
            facts.pop(one.claim_id, None)
    return verdicts, facts
