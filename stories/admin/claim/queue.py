"""The queue: what the list of claims shows about each, read for a whole page at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from stories.choices import FACT_EVENTS, UNVERIFIED, Event, Role, Verdict
from stories.models import Claim, Contradiction, Decision, Discrepancy, Evidence, Publication, Source
from stories.provenance.chains import effective_chain, is_retracted, voices_of
from stories.provenance.routes import DESK, DESK_NAME, count_sources, rests_on
from stories.provenance.snapshots import Snapshot


def with_state(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """`claims`, each with `newest_verdict` (null: unverified), `newest_at` and `last_event`.

    A fact is in force when `last_event` began one.
    """
    newest = Decision.objects.filter(claim=OuterRef("pk")).order_by("-seq")
    events = Publication.objects.filter(fact_id=OuterRef("uuid")).exclude(event=Event.SUPPRESSED).order_by("-position")
    return claims.annotate(
        newest_verdict=Subquery(newest.values("verdict")[:1]),
        newest_at=Subquery(newest.values("at")[:1]),
        last_event=Subquery(events.values("event")[:1]),
    )


def suppressions_to_sign(*, person: int | None, role: Role | None) -> QuerySet[Decision]:
    """The open proposals to suppress a publication that `person`, in `role`, may be the second to sign."""
    waiting = Decision.objects.awaiting_second_signature().on_publications()
    return waiting.exclude(actor=person) if role == Role.EDITOR else waiting.none()


def returned_suppressions(*, person: int | None) -> QuerySet[Decision]:
    """The newest decisions by which somebody else sent back what `person` proposed to suppress."""
    returned = Decision.objects.newest().on_publications().filter(verdict=Verdict.RETURNED).exclude(actor=person)
    # Not a join: that would begin with all that the person ever decided.
    return returned.filter(Exists(Decision.objects.filter(pk=OuterRef("previous"), actor=person).order_by()))


@dataclass(frozen=True)
class Standing:
    """How one claim stands: independent sources, what it rests on (names), and what of it is open."""

    sources: int
    rests_on: tuple[str, ...]
    open_discrepancies: int
    open_contradictions: int


def standings_of(claims: Iterable[Claim]) -> dict[int, Standing]:
    """The standing of each of `claims` by primary key, over all its current passages; a fixed number of queries."""
    claims = list(claims)
    keys = [claim.pk for claim in claims]
    passages: dict[int, list[Evidence]] = {key: [] for key in keys}
    rows = Evidence.objects.filter(claim__in=keys).supporting().current()
    rows = rows.select_related("article__outlet", "article__copy_of__outlet")
    for row in rows.defer("article__text", "article__copy_of__text").prefetch_related("chain_links__source"):
        passages[row.claim_id].append(row)
    chains = {
        row.pk: effective_chain(row.article, [link.source for link in row.chain_links.all()])
        for listed in passages.values()
        for row in listed
    }
    sources = {source.slug: source for chain in chains.values() for source in chain}
    voices = voices_of(sources.values()) if sources else {}
    # A voice may be a source on no chain here: the institution of an unnamed person, say.
    heard = {voice for reached in voices.values() for voice in reached}
    names_of = {DESK: DESK_NAME}
    names_of |= dict(Source.objects.filter(slug__in=heard).values_list("slug", "name")) if heard else {}
    discrepancies = _count_open(Discrepancy.objects.open().filter(claim__in=keys).values_list("claim"))
    contradictions = Contradiction.objects.open().filter(Q(first__in=keys) | Q(second__in=keys))
    named = [key for pair in contradictions.values_list("first", "second") for key in pair]
    standings = {}
    for claim in claims:
        snapshot = _routes_only(claim, passages[claim.pk], chains, voices)
        names = sorted(names_of.get(slug, slug) for slug in rests_on(snapshot))
        standings[claim.pk] = Standing(
            sources=count_sources(snapshot, accepts_inferred=True),
            rests_on=tuple(names),
            open_discrepancies=discrepancies.get(claim.pk, 0),
            open_contradictions=named.count(claim.pk),
        )
    return standings


def _count_open(rows: QuerySet) -> dict[int, int]:
    return dict(rows.order_by().annotate(total=Count("pk")).values_list("claim", "total"))


def _routes_only(claim: Claim, passages: Sequence[Evidence], chains: dict, voices: dict[str, list[str]]) -> Snapshot:
    """As much of a snapshot as routes are computed from."""
    return {
        "claim": {"says": claim.says.slug if claim.says else None},
        "voices": voices,
        "passages": [
            {
                "uuid": str(row.uuid),
                "article_kind": row.article.kind,
                "chain": [source.slug for source in chains[row.pk]],
                "stance": row.stance,
                "inferred": row.inferred,
                "own_reporting": row.own_reporting,
                "retired": False,
                "retracted": is_retracted(row.article),
            }
            for row in passages
        ],
    }


def state_of(claim: Claim) -> str:
    """The newest verdict on `claim` (from `with_state`), or unverified."""
    return getattr(claim, "newest_verdict", None) or UNVERIFIED


def is_in_force(claim: Claim) -> bool:
    """Whether a fact of `claim` (from `with_state`) is in force."""
    return getattr(claim, "last_event", None) in FACT_EVENTS
