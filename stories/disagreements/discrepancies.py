"""What the passages of one claim disagree on, as rows: found by `comparison`, closed by people with a reason."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, QuerySet

from stories.choices import BLOCKING_DISCREPANCIES, DisagreementState
from stories.disagreements.closing import close_row
from stories.disagreements.comparison import Passage, compare_passages
from stories.models import Alias, Claim, Discrepancy, Evidence, Source
from stories.roles import require_role
from stories.stamps import LIVE, Stamps

AT_ONCE = 500
"""So many claims are read at a time, with their passages, when all are looked at."""

SAID = ("kind", "first_id", "second_id", "first_words", "second_words")
"""The columns that make two rows openings of one discrepancy."""

_Identity = tuple[str, str, str | None, str, str]
_Likeness = tuple[str, frozenset[tuple[tuple[int, int, int] | None, str]]]
"""Kind, and the words at either place: what remains of a discrepancy when a passage is retired and recorded anew."""


def refresh_discrepancies(claim: Claim, *, stamps: Stamps = LIVE) -> list[Discrepancy]:
    """Compare the current supporting passages of `claim`, store what is new, drop open findings that are gone.

    What a person resolved or dismissed stays as it is, and stays closed when its passages were retired and recorded
    anew with the same words; what a person opened again stays until a person closes it. Without a change nothing is
    written. Returns the discrepancies of the claim.
    """
    with transaction.atomic():
        Claim.objects.select_for_update().get(pk=claim.pk)
        evidence = {str(one.uuid): one for one in _compared_passages().filter(claim=claim)}
        findings = _compare(evidence.values(), spellings=_spellings())
        rows = list(claim.discrepancies.select_related("first", "second").order_by("found_at", "pk"))
        known = {_identity(row) for row in rows}
        closed = {_identity(row) for row in rows if row.state != DisagreementState.OPEN}
        for row in rows:
            if row.state == DisagreementState.OPEN and _identity(row) not in findings | closed:
                row.delete()
        newest = {_likeness(row): row for row in rows if row.pk is not None}
        for kind, first, second, first_words, second_words in sorted(findings - known, key=str):
            row = Discrepancy(claim=claim, kind=kind, first_words=first_words, second_words=second_words)
            row.first, row.second = evidence[first], evidence[second] if second else None
            row.found_at = stamps.now()
            # Closed by nobody is closed by nobody who answers for it: what an older desk left so is found open.
            if (before := newest.get(_likeness(row))) and before.closed_by_id:
                row.state, row.reason = before.state, before.reason
                row.closed_by, row.closed_at = before.closed_by, before.closed_at
            row.save(force_insert=True)
        return list(claim.discrepancies.all())


def unrecorded_discrepancies(claims: QuerySet[Claim]) -> Iterator[tuple[Claim, str]]:
    """For each of `claims` the blocking disagreements of its passages that no row tells of, in words.

    There are none while passages come and go through `intake` alone.
    """
    recorded = Discrepancy.objects.select_related("first", "second")
    read = claims.prefetch_related(Prefetch("evidence", _compared_passages()), Prefetch("discrepancies", recorded))
    for claim in read.iterator(AT_ONCE):
        known = {_identity(row) for row in claim.discrepancies.all()}
        # Nothing that blocks hangs on how a source is spelt.
        for finding in sorted(_compare(claim.evidence.all(), spellings={}) - known, key=str):
            kind, _, _, first_words, second_words = finding
            if kind in BLOCKING_DISCREPANCIES:
                yield claim, f"its passages disagree in {kind} (“{first_words}” / “{second_words}”), unrecorded"


def _compare(evidence: Iterable[Evidence], *, spellings: Mapping[str, Sequence[str]]) -> set[_Identity]:
    findings: Iterable[_Identity] = compare_passages([_passage(one) for one in evidence], sources=spellings)
    return set(findings)


def _compared_passages() -> QuerySet[Evidence]:
    """The passages that are held against each other, in the order in which they are."""
    rows: QuerySet[Evidence] = Evidence.objects.current().supporting().select_related("article")
    return rows.prefetch_related("chain_links__source").order_by(
        "article__received_at", "article__slug", "start", "uuid"
    )


def _identity(row: Discrepancy) -> _Identity:
    """The five values that make a finding the same one; equal to those of a `Finding`."""
    second = str(row.second.uuid) if row.second else None
    return row.kind, str(row.first.uuid), second, row.first_words, row.second_words


def _likeness(row: Discrepancy) -> _Likeness:
    second = _place(row.second) if row.second else None
    return row.kind, frozenset([(_place(row.first), row.first_words), (second, row.second_words)])


def _place(evidence: Evidence) -> tuple[int, int, int]:
    return evidence.article_id, evidence.start, evidence.end


def _passage(evidence: Evidence) -> Passage:
    return Passage(
        key=str(evidence.uuid),
        quote=evidence.quote,
        text=evidence.article.text,
        start=evidence.start,
        article_date=_day(evidence.article.published),
        chain=tuple(link.source.slug for link in evidence.chain_links.all()),
        language=evidence.article.language,
    )


def _day(published: str) -> date | None:
    """The day of an article's time as given; None when it is not given to the day, or there is no such day."""
    try:
        return date.fromisoformat(published[:10])
    except ValueError:
        return None


def _spellings() -> dict[str, list[str]]:
    spellings = {slug: [name] for slug, name in Source.objects.values_list("slug", "name")}
    for slug, text in Alias.objects.filter(printable=True).values_list("source__slug", "text"):
        spellings[slug].append(text)
    return spellings


def close_discrepancy(
    discrepancy: Discrepancy, *, by: User, state: str, reason: str, stamps: Stamps = LIVE
) -> Discrepancy:
    """Resolve or dismiss `discrepancy` with a reason. Closing it twice alike is a success, otherwise an error."""
    require_role(by, "close discrepancies")
    return close_row(discrepancy, by=by, state=state, reason=reason, otherwise="it does not matter", stamps=stamps)


def reopen_discrepancy(discrepancy: Discrepancy, *, by: User, stamps: Stamps = LIVE) -> Discrepancy:
    """Open again what was resolved or dismissed, as a new row; how it was closed stays on record.

    Returns the one that is open already, if there is one. Raises `ValidationError` when `by` has no role, or when a
    passage has been retired since: nothing stands on it any more.
    """
    require_role(by, "open discrepancies again")
    with transaction.atomic():
        Claim.objects.select_for_update().get(pk=discrepancy.claim_id)
        if any(one.retired_at for one in (discrepancy.first, discrepancy.second) if one):
            raise ValidationError(
                "A passage of it has been retired since: the desk finds anew what others disagree on."
            )
        existing = openings_of(discrepancy).filter(state=DisagreementState.OPEN).first()
        said = {name: getattr(discrepancy, name) for name in ("claim_id", *SAID)}
        return existing or Discrepancy.objects.create(**said, found_at=stamps.now(), opened_by=by)


def openings_of(discrepancy: Discrepancy) -> QuerySet[Discrepancy]:
    """All the times that `discrepancy` was open, itself included, oldest first."""
    rows: QuerySet[Discrepancy] = Discrepancy.objects.filter(**{name: getattr(discrepancy, name) for name in SAID})
    return rows.select_related("opened_by", "closed_by").order_by("found_at", "pk")
