"""The list of claims: found by an index, so that it opens alike on a thousand and a million, and how each stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import build_q_object_from_lookup_parameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldError, ValidationError
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from stories.admin.base import read_number
from stories.choices import UNVERIFIED, Role, Verdict
from stories.database.derived.words import find_words
from stories.models import Claim, Contradiction, Discrepancy, QueueItem, Source, Story
from stories.models.queue import QueueItemQuerySet
from stories.models.withheld import now_withheld
from stories.provenance.routes import DESK, DESK_NAME, count_sources, rests_on
from stories.provenance.snapshots import snapshots_of_all
from stories.roles import role_of

MOST_LISTED = 1_000
"""The newest so many of what is asked for are listed, and counted as “1,000+” when there are more: nobody works
through them, and a list that opens at once is worth more than its far end."""

STATES: tuple[str, ...] = (
    UNVERIFIED,
    *(one.value for one in Verdict if one not in (Verdict.RETURNED, Verdict.SUPPRESSED)),
)
VIEWS = {
    "all": "All claims",
    "sign": "Waiting for my signature",
    "returned": "Returned to me",
    "fact": "Fact in force",
    "contradicted": "Contradicted",
    **{state: state.capitalize() for state in STATES},
    "returned-to-anybody": "Returned",
}
"""Every saved view: its name in the address, and in words."""


MOST_STORIES = 20
"""So many stories are offered to choose from."""


def say_count(count: int) -> str:
    """`count` as people are told it: capped."""
    return f"{MOST_LISTED:,}+" if count > MOST_LISTED else f"{count:,}"


TO_DO = ("sign", "returned", UNVERIFIED)
"""The views that make up what is to be done by the person who looks."""


def items_in(view: str, items: QueueItemQuerySet, *, person: int | None, role: Role | None) -> QueueItemQuerySet:
    """What of `items` belongs to `view`, for `person` in `role`."""
    if view == "sign":
        return items.to_sign(person=person, role=role)
    if view == "returned":
        return items.returned_to(person=person)
    if view == "returned-to-anybody":
        return items.in_state(Verdict.RETURNED)
    if view == "fact":
        return items.with_fact()
    if view == "contradicted":
        pairs = Contradiction.objects.open().order_by("-pk").values_list("first", "second")[:MOST_LISTED]
        return items.filter(claim__in={key for pair in pairs for key in pair})
    return items if view == "all" else items.in_state(view)


class WorkFilter(admin.SimpleListFilter):
    """What is to be done; without a choice, what waits for the person who looks. `QueueList` reads it."""

    title = "work"
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The saved views."""
        return list(VIEWS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """All of it: the list finds the claims of the view by itself."""
        return queryset

    def choices(self, changelist: ChangeList) -> Any:
        """Django's, with “to do” in the place of “all”, and how many there are of each."""
        listed = cast(QueueList, changelist)
        choices = super().choices(changelist)
        to_do = f"To do: mine to sign, returned to me, unverified ({listed.count_view(None)})"
        yield {**next(choices), "display": to_do}
        for (view, label), choice in zip(VIEWS.items(), choices, strict=True):
            yield {**choice, "display": f"{label} ({listed.count_view(view)})"}


class StoryFilter(admin.SimpleListFilter):
    """One story: the newest are offered, any can be asked for."""

    title = "story"
    parameter_name = "story__id__exact"

    @property
    def chosen(self) -> int | None:
        """The story asked for."""
        return read_number(self.value() or "")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The newest stories, and the one that is chosen."""
        asked = read_number(request.GET.get(self.parameter_name, ""))
        chosen = Story.objects.filter(pk=asked) if asked is not None else Story.objects.none()
        offered = {story.pk: story.title for story in [*Story.objects.all()[:MOST_STORIES], *chosen]}
        return [(str(key), title) for key, title in offered.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen story."""
        if self.value() is None:
            return queryset
        if self.chosen is None:
            raise ValueError("a story is asked for by its number")
        return queryset.filter(story=self.chosen)


class QueueList(ChangeList):
    """The list of claims, found by work items."""

    is_capped = False
    """Whether there are more claims than are listed."""
    within: QueueItemQuerySet
    """The work items of the chosen story and kind."""
    person: int | None
    role: Role | None

    def count_view(self, view: str | None) -> str:
        """How many claims a view (None: to do) holds within the chosen story and kind."""
        return say_count(sum(self._count(one) for one in ([view] if view else TO_DO)))

    def _count(self, view: str) -> int:
        if view not in self.counts:
            items = items_in(view, self.within, person=self.person, role=self.role)
            self.counts[view] = items.order_by()[: MOST_LISTED + 1].count()
        return self.counts[view]

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Claim]:
        """The newest claims of what is asked for."""
        parts = [part.order_by("-claim") for part in self.find_items(request, exclude_parameters)]
        found = {key for part in parts for key in part.values_list("claim", flat=True)[: MOST_LISTED + 1]}
        self.is_capped = self.is_capped or len(found) > MOST_LISTED
        keys = sorted(found, reverse=True)[:MOST_LISTED]
        rows = self.apply_select_related(self.root_queryset.filter(pk__in=keys))
        return rows.order_by(*self.get_ordering(request, rows))

    def get_results(self, request: HttpRequest) -> None:
        """Django's, paged by keys: the rows of other pages are neither counted nor read."""
        keys = list(self.queryset.values_list("pk", flat=True))
        pages = Paginator(keys, self.list_per_page)
        self.paginator, self.result_count = pages, pages.count
        self.show_full_result_count, self.full_result_count, self.show_admin_actions = False, None, True
        self.can_show_all = pages.count <= self.list_max_show_all
        self.multi_page = pages.count > self.list_per_page
        if self.multi_page and not (self.show_all and self.can_show_all):
            try:
                keys = list(pages.page(self.page_num))
            except InvalidPage as error:
                raise IncorrectLookupParameters from error
        rows = self.apply_select_related(self.root_queryset).in_bulk(keys)
        self.result_list = [rows[key] for key in keys]

    def find_items(self, request: HttpRequest, exclude_parameters: Any = None) -> list[QueueItemQuerySet]:
        """All that is asked for, however much, in parts."""
        specs, self.has_filters, left, _, self.has_active_filters = self.get_filters(request)
        self.filter_specs = specs
        self.person, self.role = request.user.pk, role_of(request.user)
        self.counts: dict[str, int] = {}
        items: Any = QueueItem.objects.all()
        view = None
        try:
            for spec in specs:
                if isinstance(spec, WorkFilter):
                    view = spec.value()
                else:
                    items = spec.queryset(request, items)
            self.within = items
            if any("\x00" in value for values in request.GET.lists() for value in values[1]):
                raise ValueError("no claim holds a NUL")  # PostgreSQL would not even be asked
            asked: dict[str, Any] = {f"claim__{lookup}": values for lookup, values in left.items()}
            items = items.filter(build_q_object_from_lookup_parameters(asked))
        except (FieldError, ValidationError, ValueError, TypeError) as error:
            raise IncorrectLookupParameters(error) from error
        self.clear_all_filters_qs = self.get_query_string(new_params=left, remove=self.get_filters_params())
        if self.query:
            items = self._with_words(items, specs)
        return [items_in(one, items, person=self.person, role=self.role) for one in ([view] if view else TO_DO)]

    def _with_words(self, items: QueueItemQuerySet, specs: Sequence[Any]) -> QueueItemQuerySet:
        """Those of `items` whose statement holds the words sought: looked for among the newest matches."""
        story = next((spec.chosen for spec in specs if isinstance(spec, StoryFilter)), None)
        found = find_words(self.query, story=story, most=MOST_LISTED + 1)
        self.is_capped = len(found) > MOST_LISTED
        return items.filter(claim__in=found[:MOST_LISTED]).exclude(claim__in=now_withheld().claims)

    @property
    def count_in_words(self) -> str:
        """How many claims there are of what is asked for."""
        return say_count(MOST_LISTED + 1 if self.is_capped else self.result_count)


def with_state(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """`claims`, each with its queue item, which says in what state it is, and with the newest decision on it."""
    long = ("queue_item__newest__evidence", "queue_item__newest__payload")
    return claims.select_related("queue_item__newest").defer(*long)


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
    names = {DESK: DESK_NAME, **{source.slug: str(source) for source in heard}}
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
