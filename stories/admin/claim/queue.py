"""The queue: what the list of claims shows about each, read for a whole page at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from stories.choices import Role, Verdict
from stories.models import Claim, Decision, Discrepancy, Source
from stories.provenance.routes import DESK, DESK_NAME, count_sources, rests_on
from stories.provenance.snapshots import snapshots_of_all


def with_state(claims: QuerySet[Claim]) -> "QuerySet[Any]":
    """`claims`, each with `state` (its newest verdict, or unverified), `is_in_force`, `newest_at` (null: undecided)."""
    return claims.annotate(
        state=F("queue_item__state"),
        is_in_force=F("queue_item__in_force"),
        newest_at=F("queue_item__newest__at"),
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
class InQueue:
    """How one claim stands: independent sources, what it rests on (names), and what of it is open."""

    sources: int
    rests_on: tuple[str, ...]
    open_discrepancies: int
    open_contradictions: int


def read_queue(claims: Iterable[Claim]) -> dict[int, InQueue]:
    """How each of `claims` stands, by primary key, over all its current passages; a fixed number of queries."""
    claims = list(claims)
    snapshots = {claim.pk: one for claim, one in zip(claims, snapshots_of_all(claims), strict=True)}
    resting = {key: rests_on(one) for key, one in snapshots.items()}
    # A voice may be a source on no chain here: the institution of an unnamed person, say.
    heard = Source.objects.filter(slug__in={voice for voices in resting.values() for voice in voices})
    names = {DESK: DESK_NAME, **dict(heard.values_list("slug", "name"))}
    open_ones = Discrepancy.objects.open().filter(claim__in=snapshots).order_by().values_list("claim")
    discrepancies = dict(open_ones.annotate(total=Count("pk")))
    return {
        key: InQueue(
            sources=count_sources(one, accepts_inferred=True),
            rests_on=tuple(sorted(names.get(slug, slug) for slug in resting[key])),
            open_discrepancies=discrepancies.get(key, 0),
            open_contradictions=len(one["contradictions"]),
        )
        for key, one in snapshots.items()
    }
