"""Provenance: chains → routes, independent sources, rests-on. All of it is computed from a snapshot.

A snapshot is what one decision weighed: plain JSON, kept in the ledger, enough to judge that decision for good.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from stories.chain import canonical, digest
from stories.choices import (
    BLOCKING_DISCREPANCIES,
    ArticleKind,
    ArticleStatus,
    SourceKind,
    Stance,
)
from stories.independence import count_independent, shared_voices
from stories.models import Alias, Article, ChainLink, Claim, Contradiction, Discrepancy, Evidence, Source, Voice
from stories.texts import fold, holds_words, is_blank

DESK = "(desk)"
"""The voice of our own reporting. No slug can look like this."""
DESK_NAME = "our own reporting"
"""What it is called on the desk."""

Snapshot = dict[str, Any]


@dataclass(frozen=True)
class Route:
    """One chain from us to an origin: the passage, its sources (outlet first), and the voices they may be."""

    passage: str
    sources: tuple[str, ...]
    voices: frozenset[str]
    inferred: bool


def supporting_passages(claim: Claim, *, at: datetime | None = None) -> list[Evidence]:
    """The passages that speak for `claim`, as they stood at `at` (now when None)."""
    evidence = Evidence.objects.filter(claim=claim).supporting()
    if at is None:
        return list(evidence.current())
    return list(evidence.filter(created_at__lte=at).filter(Q(retired_at__isnull=True) | Q(retired_at__gt=at)))


def chain_problems(article: Article, chain: Sequence[Source], *, own_reporting: bool) -> list[str]:
    """What is wrong with `chain` (outlet first, origin last) for a passage of `article`; empty when nothing is.

    An empty chain without own reporting is no problem: it is unknown, and gives no route.
    """
    problems = []
    slugs = [source.slug for source in chain]
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if twice:
        problems.append(f"The chain names {', '.join(twice)} more than once.")
    if article.outlet is not None and own_reporting:
        problems.append(f"Own reporting has no outlet, and {article.slug} comes from {article.outlet.name}.")
    elif article.outlet is not None and slugs and slugs[0] != article.outlet.slug:
        problems.append(
            f"The chain must begin with the outlet of {article.slug}, {article.outlet.slug}: not {slugs[0]}."
        )
    return problems


def copied_texts(article: Article) -> list[Article]:
    """`article`, the text it is syndicated copy of, and so on back to the original, which stands last."""
    texts = [article]
    while texts[-1].copy_of is not None and texts[-1].copy_of not in texts:
        texts.append(texts[-1].copy_of)
    return texts


def original_of(article: Article) -> Article:
    """The text that `article` is syndicated copy of, through any number of copies; itself when it is none."""
    return copied_texts(article)[-1]


def is_retracted(article: Article, *, at: datetime | None = None) -> bool:
    """Whether `article` or any text that it copies stood retracted at `at` (now when None)."""
    return any(
        text.status == ArticleStatus.RETRACTED and (at is None or (text.retracted_at and text.retracted_at <= at))
        for text in copied_texts(article)
    )


def is_held(article: Article, *, at: datetime | None = None) -> bool:
    """Whether `article` is a document in our hands, with a note on how it was authenticated."""
    genuine = article.kind == ArticleKind.DOCUMENT and not is_blank(article.authentication)
    return genuine and (at is None or article.received_at <= at) and not is_retracted(article, at=at)


def effective_chain(article: Article, chain: Sequence[Source]) -> list[Source]:
    """`chain` as it counts: it begins with the article's outlet, and with that of the original for syndicated copy.

    An empty chain stays empty: nobody recorded it, or it is our own reporting.
    """
    if not chain:
        return []
    outlet = original_of(article).outlet
    further = [source for source in chain if source.pk != article.outlet_id]
    return [*([outlet] if outlet else []), *(source for source in further if source != outlet)]


def voices_of(sources: Iterable[Source], *, at: datetime | None = None) -> dict[str, list[str]]:
    """For each source the voices it may be: itself, whoever it may be, and its institution when it is unnamed."""
    recorded: dict[str, set[str]] = {}
    dated = (
        Voice.objects.current() if at is None else Voice.objects.filter(created_at__lte=at).exclude(retired_at__lte=at)
    )
    for source, same_as in dated.values_list("source__slug", "same_as__slug"):
        recorded.setdefault(source, set()).add(same_as)
    unnamed = Source.objects.filter(kind=SourceKind.ANONYMOUS, institution__isnull=False)
    institutions = {
        slug: institution
        for slug, institution, because in unnamed.values_list("slug", "institution__slug", "separate_because")
        if is_blank(because)
    }
    voices = {}
    for slug in sorted({source.slug for source in sources}):  # a set would order the snapshot by chance
        reached, waiting = {slug}, [slug]
        while waiting:
            one = waiting.pop()
            further = recorded.get(one, set()) | ({institutions[one]} if one in institutions else set())
            waiting.extend(further - reached)
            reached |= further
        voices[slug] = sorted(reached)
    return voices


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


def take_snapshot(claim: Claim, passages: Sequence[Evidence], *, at: datetime | None = None) -> Snapshot:
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
    _join_originals([row.article for row in rows])
    recorded = _read_chains(rows)
    outlets = {outlet.pk for row in rows if (outlet := original_of(row.article).outlet)}
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


def _join_originals(articles: Sequence[Article]) -> None:
    """Give `articles` the texts that they copy, level by level, so that the way to an original asks nothing more."""
    known: dict[int, Article] = {}
    waiting = list(articles)
    while waiting:
        missing = {one.copy_of_id for one in waiting if one.copy_of_id} - known.keys()
        found = Article.objects.select_related("outlet").defer("text").in_bulk(missing) if missing else {}
        known |= found
        for one in waiting:
            if one.copy_of_id:
                one.copy_of = known[one.copy_of_id]
        waiting = list(found.values())


def _read_chains(rows: Sequence[Evidence]) -> dict[int, list[int]]:
    """The chain of each of `rows` as it was recorded, outlet first; all by primary key."""
    links = ChainLink.objects.filter(evidence__in=[row.pk for row in rows]).order_by("evidence_id", "place")
    chains: dict[int, list[int]] = {}
    for passage, source in links.values_list("evidence_id", "source_id"):
        chains.setdefault(passage, []).append(source)
    return chains


def held_sources(
    sources: Iterable[int | None], *, among: QuerySet[Article] | None = None, at: datetime | None = None
) -> set[int]:
    """Those of `sources` (primary keys) that are documents in our hands, authenticated, as it stood at `at`.

    With `among` only those texts are looked at. One text that holds is enough: so one is read of each source, however
    many there are, and all only of those where that one is of no use.
    """
    documents = (Article.objects.all() if among is None else among).filter(kind=ArticleKind.DOCUMENT)
    documents = documents.exclude(authentication="").defer("text").order_by()
    if at is None:
        documents = documents.exclude(status=ArticleStatus.RETRACTED)
    one_each = Source.objects.filter(pk__in=sources).annotate(
        one=Subquery(documents.filter(outlet=OuterRef("pk")).values("pk")[:1])
    )
    read = list(documents.filter(pk__in=one_each.values("one")))
    held = _held_among(read, at=at)
    if others := {one.outlet_id for one in read} - held:
        held |= _held_among(list(documents.filter(outlet__in=others)), at=at)
    return held


def _held_among(documents: Sequence[Article], *, at: datetime | None) -> set[int]:
    """The outlets (primary keys) of which one of `documents` is held."""
    _join_originals(documents)
    return {one.outlet_id for one in documents if one.outlet_id and is_held(one, at=at)}


def _describe_passage(row: Evidence, chain: Sequence[Source], *, at: datetime | None) -> dict[str, Any]:
    return {
        "uuid": str(row.uuid),
        "claim": str(row.claim.uuid),
        "article": row.article.slug,
        "article_kind": row.article.kind,
        "start": row.start,
        "end": row.end,
        "quote": row.quote,
        "stance": row.stance,
        "attribution": row.attribution,
        "inferred": row.inferred,
        "own_reporting": row.own_reporting,
        "chain": [source.slug for source in chain],
        "retired": row.retired_at is not None and (at is None or row.retired_at <= at),
        "retracted": is_retracted(row.article, at=at),
        "held": is_held(row.article, at=at),
    }


def _open_contradictions(claims: Sequence[Claim], *, at: datetime | None) -> dict[int, list[dict[str, str]]]:
    """The open contradictions of each of `claims`, by primary key."""
    rows = Contradiction.objects.filter(Q(first__in=claims) | Q(second__in=claims)).select_related("first", "second")
    rows = rows.open() if at is None else rows.filter(opened_at__lte=at).exclude(closed_at__lte=at)
    found: dict[int, list[dict[str, str]]] = {}
    for row in sorted(rows, key=lambda one: str(one.uuid)):
        for claim, other in ((row.first, row.second), (row.second, row.first)):
            one = {"uuid": str(row.uuid), "claim": str(other.uuid), "note": row.note}
            found.setdefault(claim.pk, []).append(one)
    return found


def _contradicting_passages(claims: Sequence[Claim], *, at: datetime | None) -> dict[int, list[str]]:
    """The passages that speak against each of `claims`, by primary key."""
    rows = Evidence.objects.filter(claim__in=claims).contradicting()
    rows = rows.current() if at is None else rows.filter(created_at__lte=at).exclude(retired_at__lte=at)
    found: dict[int, list[str]] = {}
    for claim, uuid in rows.values_list("claim", "uuid"):
        found.setdefault(claim, []).append(str(uuid))
    return {claim: sorted(uuids) for claim, uuids in found.items()}


def _open_discrepancies(passages: Sequence[int], *, at: datetime | None) -> dict[int, list[Discrepancy]]:
    """The open discrepancies that block, by the primary key of the first of their passages."""
    rows = Discrepancy.objects.filter(kind__in=BLOCKING_DISCREPANCIES, first__in=passages)
    rows = rows.open() if at is None else rows.filter(found_at__lte=at).exclude(closed_at__lte=at)
    found: dict[int, list[Discrepancy]] = {}
    for row in rows:
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


def confidential_names() -> dict[str, list[str]]:
    """For every confidential source, by the name that may leave the desk, the names that may not.

    Aliases without a capital letter ("he", "the official") name nobody and are left out.
    """
    sources = Source.objects.filter(confidential=True).order_by("slug")
    aliases: dict[int, list[str]] = {}
    for source, text in Alias.objects.filter(source__confidential=True).values_list("source", "text"):
        aliases.setdefault(source, []).append(text)
    names: dict[str, list[str]] = {}
    for one in sources:
        spelt = [text for text in aliases.get(one.pk, []) if text != text.lower()]
        secret = [text for text in spelt if not holds_words(one.public_name, text)]
        own_name = [] if fold(one.name) == fold(one.public_name) else [one.name]
        names.setdefault(one.public_name, []).extend([*own_name, *secret])
    return names


def digest_of(snapshot: Snapshot) -> str:
    """What the two signatures share: hex SHA-256 of all but how the sources are called (policy: confirm)."""
    return digest(canonical({key: value for key, value in snapshot.items() if key != "sources"}))


def routes_of(snapshot: Snapshot) -> list[Route]:
    """The routes that the listed passages give: supporting, not retired, not retracted, with a chain on record.

    For a claim that says somebody's words the speaker is no shared voice; what is then left empty, like our own
    reporting, is the desk's voice.
    """
    speaker = snapshot["claim"]["says"]
    routes = []
    for passage in snapshot["passages"]:
        chain = passage["chain"]
        # Only a note of our own has nobody in front: an outlet's text without a chain is one that nobody recorded.
        unknown = not chain and not (passage["own_reporting"] and passage["article_kind"] == ArticleKind.OWN_NOTE)
        if passage["stance"] != Stance.SUPPORTS or passage["retired"] or passage["retracted"] or unknown:
            continue
        voices = {voice for source in chain if source != speaker for voice in snapshot["voices"][source]}
        routes.append(Route(passage["uuid"], tuple(chain), frozenset(voices or {DESK}), inferred=passage["inferred"]))
    return routes


def count_sources(snapshot: Snapshot, *, accepts_inferred: bool) -> int:
    """Independent sources among the listed passages. An inferred attribution counts only when it is accepted."""
    routes = routes_of(snapshot)
    express = [route.voices for route in routes if accepts_inferred or not route.inferred]
    return count_independent(express) or min(1, len(routes))


def rests_on(snapshot: Snapshot) -> frozenset[str]:
    """The voices that every route runs through: if they are wrong, nothing is left. For the desk only."""
    return shared_voices([route.voices for route in routes_of(snapshot)])


def printed_routes(snapshot: Snapshot) -> list[tuple[str, ...]]:
    """The routes as the public sees them: sources, outlet first, each route once, in a stable order."""
    return sorted({route.sources for route in routes_of(snapshot)})


def printed_rests_on(snapshot: Snapshot) -> list[str]:
    """The sources that stand on every printed route themselves, in the order of the first; never a voice."""
    routes = printed_routes(snapshot)
    speaker = snapshot["claim"]["says"]
    if not routes:
        return []
    shared = set.intersection(*(set(route) for route in routes)) - {speaker}
    return [source for source in routes[0] if source in shared]
