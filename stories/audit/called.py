"""How decisions called what they weighed: as rows do, or once did by the record of changes (rule: judged-as-it-was).

Of sources, cited articles and stories. Snapshots of the first format are from before that record, and not asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from stories.audit.violations import Violation, violation_of
from stories.changes.deciding import key_of, noun_of, write_value
from stories.choices import ArticleStatus
from stories.models import Article, Change, Decision, Source, Story
from stories.provenance.snapshots import Snapshot

Values = dict[str, set[str]]
"""By field, what a row says, and what it said once on record."""

FIELDS: dict[type[Any], tuple[str, ...]] = {
    Story: ("title",),
    Source: ("name", "kind", "confidential", "public_name"),
    Article: ("headline", "url", "published", "status"),
}

Said = tuple[Any, str, set[str], str]
"""A row, what of it, what that may have been, and what a snapshot says it was."""


class Called:
    """What sources and stories are called and were called, on record; and the articles that some snapshots name."""

    def __init__(self) -> None:
        self.record: dict[tuple[str, str], Values] = defaultdict(lambda: defaultdict(set))
        changes = Change.objects.filter(noun__in=[noun_of(model) for model in FIELDS])
        for noun, row, field, was, became in changes.values_list("noun", "row", "field", "was", "became"):
            self.record[noun, row][field] |= {was, became}
        self.sources = {row.slug: (row, self._values(row)) for row in Source.objects.all()}
        self.stories = {row.slug: (row, self._values(row)) for row in Story.objects.all()}
        self.articles: dict[str, tuple[Article, Values]] = {}

    def read(self, snapshots: Sequence[Any]) -> None:
        """Read the articles that the passages of `snapshots` stand in."""
        whole = [one for one in snapshots if isinstance(one, dict)]
        slugs = {passage["article"] for one in whole for passage in one.get("passages", ())}
        rows = Article.objects.filter(slug__in=slugs).select_related("outlet").defer("text")
        self.articles = {row.slug: (row, self._values(row)) for row in rows}

    def check(self, decision: Decision, snapshot: Snapshot) -> Iterator[Violation]:
        """Nothing that `snapshot` says of how things are called was changed since but on record."""
        if snapshot.get("format", 1) < 2:
            return
        for row, what, may_be, said in self._said(snapshot):
            if said not in may_be:
                told = f"its {what} is not what decision {decision.seq} weighed, and no change of it is on record"
                yield violation_of(row, f"{told}: put back what the decision says")  # not here: whom it may name

    def _values(self, row: Any) -> Values:
        once = self.record.get((noun_of(type(row)), key_of(row)), {})
        return {field: once.get(field, set()) | {write_value(row, field)} for field in FIELDS[type(row)]}

    def _said(self, snapshot: Snapshot) -> Iterable[Said]:
        story, titles = self.stories[snapshot["story"]["slug"]]
        yield story, "title", titles["title"], snapshot["story"]["title"]
        for slug, one in snapshot["sources"].items():
            source, called = self.sources[slug]
            yield source, "kind", called["kind"], one["kind"]
            yield source, "protection", called["confidential"], "true" if one["confidential"] else "false"
            yield source, "printed name", called["public_name" if one["confidential"] else "name"], one["name"]
        for passage in snapshot["passages"]:
            article, called = self.articles[passage["article"]]
            yield article, "kind", {article.kind}, passage["article_kind"]
            if not passage["retracted"] and called["status"] == {ArticleStatus.RETRACTED}:
                yield article, "status", set(), "not retracted"
        for slug, one in snapshot["articles"].items():
            yield from self._said_of_article(*self.articles[slug], one)

    def _said_of_article(self, article: Article, called: Values, one: dict[str, Any]) -> Iterable[Said]:
        yield article, "published", called["published"], one["published_at"] or ""
        names = self.sources[article.outlet.slug][1] if article.outlet else {}
        yield article, "outlet", {"", *names.get("name", ()), *names.get("public_name", ())}, one["outlet"] or ""
        withheld = {""} if "true" in names.get("confidential", ()) else set()
        for field in ("headline", "url"):
            yield article, field, called[field] | withheld, one[field] or ""
