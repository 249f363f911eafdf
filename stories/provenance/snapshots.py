"""The snapshot: what one decision weighed, as plain JSON, kept in the ledger, enough to judge it by for good.

Format 2 also holds all that a fact prints, and names the rules of policy that it is judged by. The first format names
neither its format nor its rules.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, prefetch_related_objects

from stories.chain import canonical, digest, format_time
from stories.choices import BLOCKING_DISCREPANCIES, ArticleKind, DisagreementState
from stories.models import Article, ChainLink, Claim, Contradiction, Discrepancy, Evidence, Source
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

FORMAT = 2
"""Which keys a snapshot has; 1 where it does not say."""

RULES = 2
"""The rules of policy that are in force today (rule: rules-by-number)."""

SIGNED = ("claim", "passages", "voices", "contradictions", "contradicted_by", "discrepancies")
"""What two people sign; the rest is how things are called, what was settled, and by which rules it was judged."""

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

    Returns plain JSON with the keys format, rules, claim, passages, voices, contradictions, contradicted_by,
    discrepancies (open blocking ones among the passages), settled (what was closed, with the reason), sources (how
    they are called and whether we hold them) and, for print, story, language and articles (those that are cited).
    How things are called, and what was cited, are as of now whatever `at` is.
    """
    return take_snapshots([(claim, [passage.pk for passage in passages])], at=at)[0]


def take_snapshots(listed: Sequence[tuple[Claim, Collection[int]]], *, at: datetime | None = None) -> list[Snapshot]:
    """The snapshot of each claim in `listed` with its passages (primary keys), in that order.

    However many claims, the number of queries is fixed but for one more a level of copies of copies.
    """
    prefetch_related_objects([claim for claim, _ in listed], "story")
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
    contradictions = _read_contradictions([claim for claim, _ in listed], at=at)
    contradicted_by = _contradicting_passages([claim for claim, _ in listed], at=at)
    discrepancies = _read_discrepancies(list(described), at=at)
    cited = {row.article.slug: row.article for row in rows if row.article.kind == ArticleKind.PUBLISHED}
    uuids = {key: passage["uuid"] for key, passage in described.items()}
    place = {key: number for number, key in enumerate(described)}
    snapshots = []
    for claim, keys in listed:
        own = sorted(place.keys() & set(keys), key=place.__getitem__)
        named = {source.slug: source for key in own for source in chains[key]}
        speaker = sources[claim.says_id] if claim.says_id else None
        if speaker:
            named[speaker.slug] = speaker
        among = [one for key in own for one in discrepancies[key] if one.second_id is None or one.second_id in own]
        slugs = {described[key]["article"] for key in own} & cited.keys()
        snapshots.append(
            {
                "format": FORMAT,
                "rules": RULES,
                "claim": {
                    "uuid": str(claim.uuid),
                    "statement": claim.statement,
                    "kind": claim.kind,
                    "says": speaker.slug if speaker else None,
                },
                "passages": [described[key] for key in own],
                "voices": {slug: voices[slug] for slug in sorted(named)},
                "contradictions": [
                    {"uuid": str(row.uuid), "claim": str(other.uuid), "note": row.note}
                    for row, other in contradictions[claim.pk]
                    if _is_open(row, at=at)
                ],
                "contradicted_by": contradicted_by.get(claim.pk, []),
                "discrepancies": _describe_discrepancies(
                    row for row in among if row.kind in BLOCKING_DISCREPANCIES and _is_open(row, at=at)
                ),
                "settled": {
                    "contradictions": [
                        {"uuid": str(row.uuid), "state": row.state, "reason": row.reason}
                        for row, _ in contradictions[claim.pk]
                        if not _is_open(row, at=at)
                    ],
                    "discrepancies": sorted(
                        (describe_settled(row, uuids) for row in among if not _is_open(row, at=at)), key=canonical
                    ),
                },
                "sources": {slug: _describe_source(source, held=held) for slug, source in sorted(named.items())},
                "story": {"slug": claim.story.slug, "title": claim.story.title},
                "language": claim.language,
                "articles": {slug: describe_article(cited[slug]) for slug in sorted(slugs)},
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


def describe_article(article: Article) -> dict[str, str | None]:
    """How an article is cited: what of it is printed, and when it came, which orders the citations.

    What a confidential outlet put out is cited without its headline and address, which would name it
    (rule: everything-printed).
    """
    is_withheld = article.outlet is not None and article.outlet.confidential
    return {
        "outlet": article.outlet.printed_name if article.outlet else None,
        "headline": None if is_withheld else article.headline or None,
        "url": None if is_withheld else article.url or None,
        "published_at": article.published or None,
        "received_at": format_time(article.received_at),
    }


def _is_open(row: Contradiction | Discrepancy, *, at: datetime | None) -> bool:
    """Whether nobody had closed `row`, which was there at `at` (now when None)."""
    closed = row.state != DisagreementState.OPEN
    return not closed or (at is not None and row.closed_at is not None and row.closed_at > at)


def _read_contradictions(
    claims: Sequence[Claim], *, at: datetime | None
) -> dict[int, list[tuple[Contradiction, Claim]]]:
    """The contradictions of each of `claims` (by primary key), each with the other claim."""
    rows = Contradiction.objects.filter(Q(first__in=claims) | Q(second__in=claims)).select_related("first", "second")
    rows = rows if at is None else rows.filter(opened_at__lte=at)
    found = defaultdict(list)
    for row in sorted(rows, key=lambda one: str(one.uuid)):
        found[row.first_id].append((row, row.second))
        found[row.second_id].append((row, row.first))
    return found


def _contradicting_passages(claims: Sequence[Claim], *, at: datetime | None) -> dict[int, list[str]]:
    """The passages that speak against each of `claims`, by primary key."""
    rows = Evidence.objects.filter(claim__in=claims).contradicting().current(at=at)
    found: dict[int, list[str]] = {}
    for claim, uuid in rows.values_list("claim", "uuid"):
        found.setdefault(claim, []).append(str(uuid))
    return {claim: sorted(uuids) for claim, uuids in found.items()}


def _read_discrepancies(passages: Sequence[int], *, at: datetime | None) -> dict[int, list[Discrepancy]]:
    """The discrepancies by the primary key of the first of their passages."""
    rows = Discrepancy.objects.filter(first__in=passages)
    found = defaultdict(list)
    for row in rows if at is None else rows.filter(found_at__lte=at):
        found[row.first_id].append(row)
    return found


def _describe_discrepancies(rows: Iterable[Discrepancy]) -> list[dict[str, str]]:
    described = ({name: getattr(row, name) for name in ("kind", "first_words", "second_words")} for row in rows)
    return sorted(described, key=canonical)


def describe_settled(row: Discrepancy, uuids: Mapping[int, str]) -> dict[str, str | None]:
    """A closed discrepancy: between which passages (`uuids` by primary key) and words, and how it was closed."""
    said = {name: getattr(row, name) for name in ("kind", "first_words", "second_words", "state", "reason")}
    return said | {"first": uuids[row.first_id], "second": uuids[row.second_id] if row.second_id else None}


def rules_of(snapshot: Snapshot) -> int:
    """The rules of policy that `snapshot` is judged by: those of the day when it was taken (rule: rules-by-number)."""
    return int(snapshot.get("rules", 1))


def says_the_same(older: Snapshot, newer: Snapshot) -> bool:
    """Whether `newer` holds all that `older` does; whatever their formats, rules, and what was settled since."""
    compared = older.keys() - {"format", "rules", "settled"}
    return all(older[name] == newer[name] for name in compared)


def digest_of(snapshot: Snapshot) -> str:
    """What the two signatures share: hex SHA-256 of what is `SIGNED` in it (rule: listed-passages)."""
    return digest(canonical({key: snapshot[key] for key in SIGNED}))
