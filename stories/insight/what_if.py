"""What if: suppose that a source is wrong, or that an article is retracted. What is left, and what is not?

Nothing here writes. A fact is judged by the decision that made it: its listed passages, wording and basis, weighed
again without what falls. Other claims are judged by all their passages.

A source that is wrong takes with it every route through it, and every route through a source that *may be* it: the
same sharing of a voice that keeps two routes from being independent. So the answer is never too small. Only a speaker
is excepted: that somebody was wrong does not undo that they said it. Such claims are listed apart.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from stories.choices import ArticleKind, SourceKind
from stories.insight.standing import Standing, read_standings
from stories.models import Article, Claim, Evidence, Source, Story, StoryVersion
from stories.provenance.chains import is_held, voices_of
from stories.provenance.names import named_sources
from stories.provenance.routes import routes_of
from stories.provenance.snapshots import Snapshot
from stories.versions.compose import facts_of


@dataclass(frozen=True)
class Supposition:
    """What is supposed, in words (`says`) and for `suppose`.

    `source` is the one that is wrong ("" for a retraction) and `voices` those that it may be; `articles` are retracted
    (slugs); `unheld` are the documents (slugs) that we would no longer hold. `may_be` are the other sources that may be
    the wrong one.
    """

    says: str
    source: str = ""
    voices: frozenset[str] = frozenset()
    may_be: tuple[str, ...] = ()
    articles: frozenset[str] = frozenset()
    unheld: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Effect:
    """What a supposition does to one claim: independent sources before and after, and the routes that fall.

    `reasons` say why it would have no basis; without any it would. `had_none` when its basis does not hold even now.
    """

    standing: Standing
    before: int
    after: int
    lost_routes: tuple[tuple[str, ...], ...]
    reasons: tuple[str, ...]
    had_none: bool

    @property
    def claim(self) -> Claim:
        """The claim it is about."""
        return self.standing.claim

    @property
    def is_fact(self) -> bool:
        """Whether a fact of it is in force."""
        return self.standing.decision is not None

    @property
    def wording(self) -> str:
        """What we print, or the desk's own statement while nothing is printed."""
        return self.standing.decision.shown_wording if self.standing.decision else str(self.claim)


@dataclass(frozen=True)
class VersionEffect:
    """A published story version that prints facts (ids) which would lose their basis, as they are worded now."""

    version: StoryVersion
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """Everything that a supposition touches."""

    supposition: Supposition
    effects: tuple[Effect, ...]
    versions: tuple[VersionEffect, ...]

    @cached_property
    def losing_basis(self) -> list[Effect]:
        """Facts that would have no basis, then claims that nothing would support; each in order of its claim."""
        return [one for one in self.effects if one.reasons]

    @cached_property
    def losing_route(self) -> list[Effect]:
        """Facts and claims that stand on fewer routes, and still stand."""
        return [one for one in self.effects if one.lost_routes and not one.reasons]

    @cached_property
    def reporting(self) -> list[Effect]:
        """Facts and claims that report the words of the source: still said, whether right or wrong."""
        return [one for one in self.effects if not one.lost_routes and not one.reasons]


def suppose(snapshot: Snapshot, supposition: Supposition) -> Snapshot:
    """`snapshot` as it would be if `supposition` held: without the passages that fall. It is not changed itself."""
    speaker = snapshot["claim"]["says"]
    left = []
    for passage in snapshot["passages"]:
        voices = {voice for source in passage["chain"] if source != speaker for voice in snapshot["voices"][source]}
        if passage["article"] not in supposition.articles and voices.isdisjoint(supposition.voices):
            left.append(passage | ({"held": False} if supposition.unheld & set(passage["chain"][:1]) else {}))
    sources = {
        slug: source | ({"held": False} if slug in supposition.unheld else {})
        for slug, source in snapshot["sources"].items()
    }
    return snapshot | {"passages": left, "sources": sources}


def suppose_wrong(source: Source, *, story: Story | None = None) -> Outcome:
    """What would follow if `source` were wrong, in `story` or everywhere."""
    voices = voices_of(Source.objects.all())
    own = frozenset(voices[source.slug])
    may_be = tuple(slug for slug, theirs in voices.items() if slug != source.slug and not own.isdisjoint(theirs))
    supposition = Supposition(
        says=f"{source} is wrong",
        source=source.slug,
        voices=own,
        may_be=may_be,
        unheld=frozenset({source.slug} if source.kind == SourceKind.DOCUMENT else ()),
    )
    touched = [source.slug, *may_be]
    articles = _with_copies(Article.objects.filter(outlet__slug__in=touched).values_list("pk", flat=True))
    passages = Evidence.objects.filter(Q(chain_links__source__slug__in=touched) | Q(article__in=articles))
    claims = Claim.objects.filter(Q(pk__in=passages.values("claim")) | Q(says=source))
    return _weigh(supposition, claims if story is None else claims.filter(story=story))


def suppose_retracted(article: Article, *, story: Story | None = None) -> Outcome:
    """What would follow if `article` were retracted, and with it every syndicated copy of it."""
    keys = _with_copies([article.pk])
    slugs = Article.objects.filter(pk__in=keys).values_list("slug", flat=True)
    unheld = _held_only_by(keys)
    supposition = Supposition(f"“{article}” is retracted", articles=frozenset(slugs), unheld=unheld)
    passages = Evidence.objects.filter(Q(article__in=keys) | Q(chain_links__source__slug__in=unheld))
    claims = Claim.objects.filter(pk__in=passages.values("claim"))
    return _weigh(supposition, claims if story is None else claims.filter(story=story))


def _with_copies(articles: Collection[int] | QuerySet) -> set[int]:
    """`articles` (primary keys) and all that is syndicated copy of them, also of copies; a query a level."""
    reached: set[int] = set()
    waiting = set(articles)
    while waiting:
        reached |= waiting
        waiting = set(Article.objects.filter(copy_of__in=waiting).values_list("pk", flat=True)) - reached
    return reached


def _held_only_by(articles: Collection[int]) -> frozenset[str]:
    """The documents (slugs) that we hold through `articles` alone."""
    outlets = Article.objects.filter(pk__in=articles, kind=ArticleKind.DOCUMENT).values("outlet")
    documents = Article.objects.filter(kind=ArticleKind.DOCUMENT, outlet__in=outlets).defer("text")
    holding = [one for one in documents.select_related("outlet", "copy_of") if one.outlet and is_held(one)]
    kept = {one.outlet_id for one in holding if one.pk not in articles}
    return frozenset(one.outlet.slug for one in holding if one.outlet and one.outlet_id not in kept)


def _weigh(supposition: Supposition, claims: QuerySet[Claim]) -> Outcome:
    touched = filter(None, (_effect_on(standing, supposition) for standing in read_standings(claims)))
    effects = sorted(touched, key=lambda one: (not one.is_fact, one.claim.pk))
    lost = [one for one in effects if one.is_fact and one.reasons]
    return Outcome(supposition, tuple(effects), tuple(_versions_printing(lost)))


def _effect_on(standing: Standing, supposition: Supposition) -> Effect | None:
    before = standing.snapshot
    after = suppose(before, supposition)
    left = {route.passage for route in routes_of(after)}
    lost = [route.sources for route in routes_of(before) if route.passage not in left]
    reasons, present = standing.reasons_in(after), standing.reasons_in(before)
    is_changed = bool(lost) or reasons != present
    if not is_changed and (not supposition.source or before["claim"]["says"] != supposition.source):
        return None
    return Effect(
        standing,
        before=standing.independent_sources,
        after=standing.count_in(after),
        lost_routes=tuple(sorted(set(lost))),
        reasons=tuple(reasons) if is_changed else (),
        had_none=bool(present),
    )


def still_names(effect: Effect, supposition: Supposition) -> bool:
    """Whether the wording of the fact attributes it to the very source that is supposed wrong."""
    return effect.is_fact and supposition.source in named_sources(effect.standing.snapshot, effect.wording)


def _versions_printing(lost: Sequence[Effect]) -> list[VersionEffect]:
    """The published versions that print one of the `lost` facts, newest first; one query.

    A version cut before a fact got its present wording is stale for it already and not counted.
    """
    begun = {str(one.claim.uuid): one.standing.decision.publication_id for one in lost if one.standing.decision}
    versions = StoryVersion.objects.cut().filter(story__in={one.claim.story_id for one in lost})
    found = []
    for version in versions.filter(publication__body__isnull=False).select_related("story").order_by("-publication"):
        facts = [fact for fact in facts_of(version.blocks) if fact in begun]
        printed = tuple(fact for fact in facts if (begun[fact] or 0) < (version.publication_id or 0))
        if printed:
            found.append(VersionEffect(version, printed))
    return found
