"""The snapshot: what one decision weighed, as plain JSON, kept in the ledger, enough to judge it by for good."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from stories.chain import canonical, digest
from stories.choices import BLOCKING_DISCREPANCIES
from stories.models import ChainLink, Claim, Contradiction, Discrepancy, Evidence, Source
from stories.provenance.chains import (
    copied_from,
    effective_chain,
    held_sources,
    is_held,
    is_retracted,
    join_copied_texts,
    voices_of,
)

Snapshot = dict[str, Any]

AS_RECORDED = ("start", "end", "quote", "stance", "attribution", "inferred", "own_reporting")
"""What a snapshot holds of a passage just as its row does."""


def _describe_source(source: Source, *, held: set[int]) -> dict[str, Any]:
    names = {source.name, *(alias.text for alias in source.aliases.all() if alias.printable)}
    return {
        "slug": source.slug,
        "name": source.printed_name,
        "kind": source.kind,
        "confidential": source.confidential,
        "held": source.pk in held,
        "names": sorted(names),
    }


def take_snapshot(claim: Claim, passages: Iterable[Evidence], *, at: datetime | None = None) -> Snapshot:
    """Everything that a decision on `claim` weighs when it stands on `passages`, as it stood at `at` (now when None).

    Returns plain JSON with the keys claim, passages, voices, contradictions, contradicted_by, discrepancies (open
    blocking ones among the passages) and sources (how they are called and whether we hold them).
    """
    return take_snapshots([(claim, [passage.pk for passage in passages])], at=at)[0]


def take_snapshots(listed: Sequence[tuple[Claim, Collection[int]]], *, at: datetime | None = None) -> list[Snapshot]:
    """The snapshot of each claim in `listed` with its passages (primary keys), in that order.

    However many claims, the number of queries is fixed but for one more a level of copies of copies.
    """
    rows = list(
        Evidence.objects.filter(pk__in={key for _, keys in listed for key in keys})
        .select_related("claim", "article__outlet")
        .defer("article__text")
        .order_by("uuid")
    )
    join_copied_texts([row.article for row in rows])
    recorded = _read_chains(rows)
    outlets = {outlet.pk for row in rows if (outlet := copied_from(row.article).outlet)}
    speakers = {claim.says_id for claim, _ in listed if claim.says_id}
    sources = Source.objects.prefetch_related("aliases").in_bulk(outlets.union(speakers, *recorded.values()))
    links = {row.pk: [sources[key] for key in recorded.get(row.pk, ())] for row in rows}
    # An outlet that came with its article has its spellings yet to be asked for; the one in `sources` has them.
    chains = {row.pk: [sources[one.pk] for one in effective_chain(row.article, links[row.pk])] for row in rows}
    described = {row.pk: _describe_passage(row, chains[row.pk], at=at) for row in rows}
    held = held_sources(sources, at=at)
    voices = voices_of(sources.values(), at=at)
    contradictions = _open_contradictions([claim for claim, _ in listed], at=at)
    contradicted_by = _contradicting_passages([claim for claim, _ in listed], at=at)
    discrepancies = _open_discrepancies(list(described), at=at)
    place = {key: number for number, key in enumerate(described)}
    snapshots = []
    for claim, keys in listed:
        own = sorted(place.keys() & set(keys), key=place.__getitem__)
        named = {source.slug: source for key in own for source in chains[key]}
        speaker = sources[claim.says_id] if claim.says_id else None
        if speaker:
            named[speaker.slug] = speaker
        snapshots.append(
            {
                "claim": {
                    "uuid": str(claim.uuid),
                    "statement": claim.statement,
                    "kind": claim.kind,
                    "says": speaker.slug if speaker else None,
                },
                "passages": [described[key] for key in own],
                "voices": {slug: voices[slug] for slug in sorted(named)},
                "contradictions": contradictions.get(claim.pk, []),
                "contradicted_by": contradicted_by.get(claim.pk, []),
                "discrepancies": _among(own, discrepancies),
                "sources": {slug: _describe_source(source, held=held) for slug, source in sorted(named.items())},
            }
        )
    return snapshots


def snapshots_of_all(claims: Sequence[Claim], *, at: datetime | None = None) -> list[Snapshot]:
    """The snapshot of each of `claims` with all the passages that spoke for it at `at` (now when None), in order."""
    rows = Evidence.objects.filter(claim__in=claims).supporting().current(at=at)
    keys: dict[int, list[int]] = defaultdict(list)
    for claim, key in rows.values_list("claim", "pk"):
        keys[claim].append(key)
    return take_snapshots([(claim, keys[claim.pk]) for claim in claims], at=at)


def _read_chains(rows: Sequence[Evidence]) -> dict[int, list[int]]:
    """The chain of each of `rows` as it was recorded, outlet first; all by primary key."""
    links = ChainLink.objects.filter(evidence__in=[row.pk for row in rows]).order_by("evidence_id", "place")
    chains = defaultdict(list)
    for passage, source in links.values_list("evidence_id", "source_id"):
        chains[passage].append(source)
    return chains


def _describe_passage(row: Evidence, chain: Sequence[Source], *, at: datetime | None) -> dict[str, Any]:
    return {
        "uuid": str(row.uuid),
        "claim": str(row.claim.uuid),
        "article": row.article.slug,
        "article_kind": row.article.kind,
        **{name: getattr(row, name) for name in AS_RECORDED},
        "chain": [source.slug for source in chain],
        "retired": row.retired_at is not None and (at is None or row.retired_at <= at),
        "retracted": is_retracted(row.article, at=at),
        "held": is_held(row.article, at=at),
    }


def _open_contradictions(claims: Sequence[Claim], *, at: datetime | None) -> dict[int, list[dict[str, str]]]:
    """The open contradictions of each of `claims`, by primary key."""
    rows = Contradiction.objects.filter(Q(first__in=claims) | Q(second__in=claims)).select_related("first", "second")
    found: dict[int, list[dict[str, str]]] = {}
    for row in sorted(rows.open(at=at), key=lambda one: str(one.uuid)):
        for claim, other in ((row.first, row.second), (row.second, row.first)):
            one = {"uuid": str(row.uuid), "claim": str(other.uuid), "note": row.note}
            found.setdefault(claim.pk, []).append(one)
    return found


def _contradicting_passages(claims: Sequence[Claim], *, at: datetime | None) -> dict[int, list[str]]:
    """The passages that speak against each of `claims`, by primary key."""
    rows = Evidence.objects.filter(claim__in=claims).contradicting().current(at=at)
    found: dict[int, list[str]] = {}
    for claim, uuid in rows.values_list("claim", "uuid"):
        found.setdefault(claim, []).append(str(uuid))
    return {claim: sorted(uuids) for claim, uuids in found.items()}


def _open_discrepancies(passages: Sequence[int], *, at: datetime | None) -> dict[int, list[Discrepancy]]:
    """The open discrepancies that block, by the primary key of the first of their passages."""
    rows = Discrepancy.objects.filter(kind__in=BLOCKING_DISCREPANCIES, first__in=passages)
    found: dict[int, list[Discrepancy]] = {}
    for row in rows.open(at=at):
        found.setdefault(row.first_id, []).append(row)
    return found


def _among(passages: Sequence[int], discrepancies: Mapping[int, Sequence[Discrepancy]]) -> list[dict[str, str]]:
    """Those of `discrepancies` of which every passage is one of `passages`."""
    return sorted(
        (
            {"kind": row.kind, "first_words": row.first_words, "second_words": row.second_words}
            for key in passages
            for row in discrepancies.get(key, ())
            if row.second_id is None or row.second_id in passages
        ),
        key=canonical,
    )


def digest_of(snapshot: Snapshot) -> str:
    """What the two signatures share: hex SHA-256 of all but how the sources are called (rule: listed-passages)."""
    return digest(canonical({key: value for key, value in snapshot.items() if key != "sources"}))
