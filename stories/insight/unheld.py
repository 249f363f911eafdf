"""Sources that our claims stand on and whose own words we do not hold."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from stories.choices import ArticleKind, ArticleStatus
from stories.insight.standing import read_standings
from stories.models import Article, Claim, Source, Story
from stories.provenance.chains import held_sources
from stories.provenance.routes import printed_routes


@dataclass(frozen=True)
class UnheldSource:
    """A source on routes of a story whose own article or document we do not hold.

    `claims` and `facts` rest on it: it stands on every route of theirs. `claims_on_a_route` also counts those that
    have another way round. Facts in force are counted by the passages they were decided on.
    """

    source: Source
    claims: int
    facts: int
    claims_on_a_route: int


def sources_not_held(story: Story, *, among: Collection[int] | None = None) -> list[UnheldSource]:
    """Where everything of `story` hangs: whose words to get hold of, those that most claims rest on first.

    With `among` only those claims of it (primary keys) are looked at. What rests on a source is counted by the
    chains themselves, the speaker included: a document whose words a claim reports is one as well. Who may
    be whom is left out.
    """
    resting: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    claims = Claim.objects.filter(story=story)
    for standing in read_standings(claims if among is None else claims.filter(pk__in=among)):
        routes = [set(route) for route in printed_routes(standing.snapshot)]
        if not routes:
            continue
        on_all = set.intersection(*routes)
        passed.update(set.union(*routes))
        resting.update(on_all)
        if standing.decision is not None:
            facts.update(on_all)
    sources = Source.objects.filter(slug__in=passed)
    held = _held_in(story, [one.pk for one in sources])
    missing = [one for one in sources if one.pk not in held]
    found = [UnheldSource(one, resting[one.slug], facts[one.slug], passed[one.slug]) for one in missing]
    return sorted(found, key=lambda one: (-one.claims, -one.claims_on_a_route, one.source.slug))


def _held_in(story: Story, sources: Collection[int]) -> set[int]:
    """Those of `sources` of which `story` has a text of their own: not retracted; documents authenticated."""
    own = Article.objects.filter(story=story, copy_of__isnull=True)
    published = own.exclude(status=ArticleStatus.RETRACTED).exclude(kind=ArticleKind.DOCUMENT)
    credited = Source.objects.filter(Exists(published.filter(outlet=OuterRef("pk"))), pk__in=sources)
    return {*credited.values_list("pk", flat=True), *held_sources(sources, among=own)}
