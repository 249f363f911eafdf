"""Chains of attribution as they are recorded: what may stand in one, copies and their originals, held documents."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from stories.choices import ArticleKind, ArticleStatus, SourceKind
from stories.models import Article, Source, Voice
from stories.texts import is_blank


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
        problems.append(f"Own reporting has no outlet, and {article.slug} comes from {article.outlet}.")
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


def copied_from(article: Article) -> Article:
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
    outlet = copied_from(article).outlet
    further = [source for source in chain if source.pk != article.outlet_id]
    return [*([outlet] if outlet else []), *(source for source in further if source != outlet)]


def voices_of(sources: Iterable[Source], *, at: datetime | None = None) -> dict[str, list[str]]:
    """For each source the voices it may be: itself, whoever it may be, its institution when unnamed (rule: voices)."""
    may_be: dict[str, set[str]] = defaultdict(set)
    for source, same_as in Voice.objects.current(at=at).values_list("source__slug", "same_as__slug"):
        may_be[source].add(same_as)
    unnamed = Source.objects.filter(kind=SourceKind.ANONYMOUS, institution__isnull=False)
    for slug, institution, because in unnamed.values_list("slug", "institution__slug", "separate_because"):
        if is_blank(because):
            may_be[slug].add(institution)
    voices = {}
    for slug in sorted({source.slug for source in sources}):  # a set would order the snapshot by chance
        reached, waiting = {slug}, [slug]
        while waiting:
            further = may_be[waiting.pop()]
            waiting.extend(further - reached)
            reached |= further
        voices[slug] = sorted(reached)
    return voices


def join_copied_texts(articles: Sequence[Article]) -> None:
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
    join_copied_texts(documents)
    return {one.outlet_id for one in documents if one.outlet_id and is_held(one, at=at)}
