"""Every published fact is what its decision, the snapshot of that and the log make it (rule: public-texts)."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db.models import Min

from stories.audit.violations import UNREADABLE, Unknown, Violation, go_on, in_chunks, violation_of
from stories.chain import canonical
from stories.choices import ArticleKind
from stories.models import Article, Decision, Publication
from stories.provenance.snapshots import Snapshot, describe_article
from stories.record.fact_text import compose_fact_text

CALLED = ("outlet", "headline", "url", "published_at")
"""How a cited article was called when a fact was published: snapshots of the first format do not say."""

ADDRESS = re.compile(r"(https?|ftps?)://\S+", re.IGNORECASE)
"""What an article's address ever was: the form takes no other."""


def check_fact_texts() -> Iterator[Violation]:
    """Compose every fact's text anew and compare; of the first snapshots with rows for what they do not hold."""
    rows = Publication.objects.facts().select_related("body", "decision__claim__story")
    for some in in_chunks(rows.defer("payload", "decision__payload").order_by("position")):
        begun = Publication.objects.filter(fact_id__in={row.fact_id for row in some}).order_by()
        first = dict(begun.values("fact_id").annotate(first=Min("at")).values_list("fact_id", "first"))
        made = [(row, row.decision) for row in some if hasattr(row, "decision")]  # without one check_log speaks up
        articles = _articles_of(decision for _, decision in made)
        for row, decision in made:
            if hasattr(row, "body"):
                yield from go_on(row, _check_text(row, decision, first[row.fact_id], articles))


def _articles_of(decisions: Iterable[Decision]) -> dict[str, Article]:
    """The articles that `decisions` with a snapshot of the first format may cite, as they are now, by slug."""
    slugs: set[str] = set()
    for decision in decisions:
        with suppress(*UNREADABLE):
            if "articles" not in (decision.evidence or {}):
                slugs.update(passage["article"] for passage in (decision.evidence or {})["passages"])
    rows = Article.objects.filter(slug__in=slugs, kind=ArticleKind.PUBLISHED).select_related("outlet").defer("text")
    return {row.slug: row for row in rows}


def _check_text(
    row: Publication, decision: Decision, first: datetime, articles: Mapping[str, Article]
) -> Iterator[Violation]:
    snapshot, printed = decision.evidence or {}, row.body.text
    is_whole = "articles" in snapshot
    if not is_whole:
        snapshot = _complete(snapshot, row, decision, articles)
    due = compose_fact_text(decision, snapshot, position=row.position, at=row.at, first_published_at=first)
    if canonical(due) == printed:
        return
    said = json.loads(printed)
    wrong = [name for name in sorted(due.keys() | said.keys()) if due.get(name) != said.get(name)]
    if not is_whole:
        unknown = [name for name in wrong if name in due and _is_unknowable(name, due[name], said.get(name))]
        wrong = [name for name in wrong if name not in unknown]
        if unknown:
            yield Unknown.of(row, f"its {', '.join(unknown)} may have been so when it was decided")
    if wrong:
        yield violation_of(
            row,
            f"its text is not what decision {decision.seq} and the log make it ({', '.join(wrong)}):"
            " withdraw and suppress it, or restore a backup",
        )


def _complete(snapshot: Snapshot, row: Publication, decision: Decision, articles: Mapping[str, Article]) -> Snapshot:
    """`snapshot`, of the first format, with what rows say now of all that it lacks."""
    if decision.claim is None:
        raise ValueError("a decision on no claim publishes no fact")
    story, slugs = decision.claim.story, {passage["article"] for passage in snapshot["passages"]}
    return snapshot | {
        "story": {"slug": story.slug, "title": story.title},
        "language": row.language,
        "articles": {slug: describe_article(articles[slug]) for slug in sorted(slugs & articles.keys())},
    }


def _is_unknowable(name: str, due: Any, said: Any) -> bool:
    """Whether `name` differs only in how a story or an article is called, which may have changed since."""
    if name == "story":
        return isinstance(said, dict) and said.keys() == due.keys() and said["slug"] == due["slug"]
    if name != "citations" or not isinstance(said, list) or len(said) != len(due):
        return False
    return all(
        cited.keys() == {*CALLED, "quote"}
        and cited["quote"] == other["quote"]
        and (cited["url"] is None or ADDRESS.fullmatch(cited["url"]) is not None)
        for cited, other in zip(said, due, strict=True)
    )
