"""Both hash chains, and the texts that the log's covers."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now

from stories.audit.violations import Violation, go_on, in_chunks, violation_of
from stories.chain import AHEAD, BrokenChain, ChainHead, canonical, digest, format_time, head_ahead, verify_rows
from stories.choices import FACT_EVENTS, Part, Verdict
from stories.models import Decision, Publication, PublicationSource, SealedText
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
    """What lies beside the log is what its hashes cover, and the API's filter columns say what the texts say.

    Only what was taken down is not shown; it is sealed until two editors have signed that it goes for good.
    """
    without = Publication.objects.exclude(event__in=FACT_EVENTS)
    for row in without.exclude(kind="", basis="", language="", independent_sources=None):
        yield violation_of(row, "it begins no fact, and its filter columns are not empty")
    downs = Publication.objects.down()
    down = {(place, part or Part.TEXT): form for place, part, form in downs.values_list("suppresses", "part", "format")}
    acts = Decision.objects.filter(verdict=Verdict.DESTROYED)
    gone = {(place, part) for place, part in acts.values_list("suppresses", "part")}
    # In format 1 a text that was taken down was gone.
    gone |= {piece for piece, form in down.items() if form == 1}
    rows = Publication.objects.exclude(text_sha256="", note_sha256="").select_related("body", "note_beside")
    for some in in_chunks(rows.order_by("position")):
        span = {"publication__gte": some[0].pk, "publication__lte": some[-1].pk}
        sources: dict[int, set[str]] = defaultdict(set)
        for position, slug in PublicationSource.objects.filter(**span).values_list("publication", "slug"):
            sources[position].add(slug)
        sealed = {(one.publication_id, one.part): one for one in SealedText.objects.filter(**span)}
        for row in some:
            for part in Part:
                piece = (row.pk, part)
                yield from _check_part(
                    row, part, sealed.get(piece), is_down=piece in down, is_gone=piece in down and piece in gone
                )
            body = getattr(row, "body", None)
            if body is not None and (row.pk, Part.TEXT) not in down:
                yield from go_on(row, _check_filters(row, body.text, sources[row.pk]))


def _check_part(
    row: Publication, part: Part, sealed: SealedText | None, *, is_down: bool, is_gone: bool
) -> Iterator[Violation]:
    """Whether the `part` of `row` lies where it should, as it was published."""
    is_text, noun = part == Part.TEXT, "text" if part == Part.TEXT else "note"
    hashed = row.text_sha256 if is_text else row.note_sha256
    shown = getattr(row, "body" if is_text else "note_beside", None)
    for one in (shown, sealed):
        if one is not None and digest(one.salt + (one.text if is_text else canonical(one.text))) != hashed:
            yield violation_of(row, f"its {noun} is not the one that was published")
    if not hashed:
        return
    if shown is None and not is_down:
        yield violation_of(row, f"its {noun} is gone, and no publication suppresses it")
    if shown is not None and is_down:
        yield violation_of(row, f"its {noun} is suppressed, and still there")
    if sealed is None and is_down and not is_gone:
        yield violation_of(row, f"its {noun} is suppressed and gone, and nobody signed that it goes for good")
    if sealed is not None and (is_gone or not is_down):
        yield violation_of(row, f"its {noun} is sealed, and it was {'destroyed' if is_gone else 'not taken down'}")


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
