"""Both hash chains, and the texts that the log's covers."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now

from stories.audit.violations import Violation, go_on, in_chunks, violation_of
from stories.chain import AHEAD, BrokenChain, ChainHead, digest, format_time, head_ahead, verify_rows
from stories.choices import FACT_EVENTS
from stories.models import Decision, Publication, PublicationSource
from stories.record.decisions import payload_of
from stories.record.publications import event_of

Progress = Callable[[int], None]


def verify_ledger(*, expect: dict[int, str] | None = None, progress: Progress = lambda _: None) -> ChainHead:
    """Re-compute the ledger's chain and return its head; `BrokenChain` names the first bad row."""
    rows = Decision.objects.order_by("seq").in_columns().iterator(chunk_size=2000)
    head = verify_rows(rows, payload_of, name="decision", expect=expect, progress=progress)
    _refuse_ahead(Decision.objects.all(), name="decision")
    return head


def verify_publications(*, expect: dict[int, str] | None = None, progress: Progress = lambda _: None) -> ChainHead:
    """Re-compute the log's chain, without its texts, and return its head; `BrokenChain` names the first bad row."""
    rows = Publication.objects.order_by("position").iterator(chunk_size=2000)
    head = verify_rows(rows, event_of, name="publication", expect=expect, progress=progress)
    _refuse_ahead(Publication.objects.all(), name="publication")
    return head


def _refuse_ahead(rows: QuerySet[Any], *, name: str) -> None:
    """`BrokenChain` names the first of `rows` whose time lies in the future, since all after it carry that time."""
    if head_ahead(rows) is not None:
        first = rows.filter(at__gt=Now() + AHEAD).order_by("pk")[0]
        raise BrokenChain(
            f"{name} {first.pk}: its time, {format_time(first.at)}, lies in the future, and time stands still after it:"
            " restore a backup from before it",
            place=first.pk,
        )


def verify_log(*, expect: dict[int, str] | None = None, progress: Progress = lambda _: None) -> ChainHead:
    """Re-compute the log's chain and its texts, and return its head; `BrokenChain` names the first bad row."""
    head = verify_publications(expect=expect, progress=progress)
    for violation in check_texts():
        raise BrokenChain(str(violation), place=int(violation.key))
    return head


FILTERS = ("kind", "basis", "language", "independent_sources")


def check_texts() -> Iterator[Violation]:
    """Every published text is the one that its hash covers, and the API's filter columns say what it says.

    Only suppressed texts are gone.
    """
    without = Publication.objects.exclude(event__in=FACT_EVENTS)
    for row in without.exclude(kind="", basis="", language="", independent_sources=None):
        yield violation_of(row, "it begins no fact, and its filter columns are not empty")
    suppressed = set(Publication.objects.filter(suppresses__isnull=False).values_list("suppresses", flat=True))
    rows = Publication.objects.exclude(text_sha256="").select_related("body").order_by("position")
    for some in in_chunks(rows):
        sources: dict[int, set[str]] = defaultdict(set)
        beside = PublicationSource.objects.filter(publication__gte=some[0].pk, publication__lte=some[-1].pk)
        for position, slug in beside.values_list("publication", "slug"):
            sources[position].add(slug)
        for row in some:
            yield from _check_text(row, sources[row.pk], is_suppressed=row.pk in suppressed)


def _check_text(row: Publication, sources: set[str], *, is_suppressed: bool) -> Iterator[Violation]:
    body = getattr(row, "body", None)
    if body is None and not is_suppressed:
        yield violation_of(row, "its text is gone, and no publication suppresses it")
    elif body is not None and is_suppressed:
        yield violation_of(row, "it is suppressed, and its text is still there")
    elif body is not None and digest(body.salt + body.text) != row.text_sha256:
        yield violation_of(row, "its text is not the one that was published")
    elif body is not None:
        yield from go_on(row, _check_filters(row, body.text, sources))


def _check_filters(row: Publication, body: str, sources: set[str]) -> Iterator[Violation]:
    """What `facts/` filters by: these columns stand in no hash, so they must be what the hashed text says."""
    text = json.loads(body)
    if row.event in FACT_EVENTS:
        shown = [text.get(name) for name in ("id", "revision", *FILTERS)]
        if shown != [str(row.fact_id), row.position, row.kind, row.basis, row.language, row.independent_sources]:
            yield violation_of(row, "its filter columns are not what its text says")
    slugs = {source["slug"] for route in text.get("routes", []) for source in route if source["slug"]}
    if slugs != sources:
        yield violation_of(row, "the sources beside it are not those on its routes")


def check_chains() -> Iterator[Violation]:
    """Both hash chains hold; what is wrong after the first bad row nobody can say."""
    for model, verify in ((Decision, verify_ledger), (Publication, verify_publications)):
        try:
            verify()
        except BrokenChain as broken:
            yield Violation(model._meta.label_lower, str(broken.place), str(broken))
