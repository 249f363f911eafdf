"""Articles, passages, voices and versions: what each row says, held against the rows beside it."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count, Q

from stories.audit.violations import CHUNK, Violation, go_on, violation_of
from stories.chain import digest
from stories.disagreements.discrepancies import unrecorded_discrepancies
from stories.intake.passages import CONTEXT
from stories.models import Article, Claim, Evidence, StoryVersion, Voice
from stories.provenance.chains import chain_problems
from stories.reading.times import is_time_as_given


def check_articles() -> Iterator[Violation]:
    """Texts are as received (their hash), bodies lie within them, and no text is a copy of itself in a circle."""
    copies = dict(Article.objects.filter(copy_of__isnull=False).values_list("pk", "copy_of"))
    for article in Article.objects.iterator(chunk_size=CHUNK):
        if digest(article.text) != article.sha256:
            yield violation_of(article, "its text does not match its SHA-256")
        if article.published and not is_time_as_given(article.published):
            yield violation_of(article, f"it was published at “{article.published}”, which is no time that exists")
        if article.body_end > len(article.text):
            yield violation_of(article, f"its body ends at {article.body_end}, its text at {len(article.text)}")
        seen, one = {article.pk}, copies.get(article.pk)
        while one is not None and one not in seen:
            seen.add(one)
            one = copies.get(one)
        if one is not None:
            yield violation_of(article, "it is syndicated copy of itself, in a circle")


def check_evidence() -> Iterator[Violation]:
    """Every passage stands at its offsets (rule: exact-evidence), and its chain begins with the outlet."""
    rows = Evidence.objects.select_related("article__outlet").prefetch_related("chain_links__source")
    for evidence in rows.iterator(chunk_size=CHUNK):
        yield from go_on(evidence, _check_passage(evidence))


def _check_passage(evidence: Evidence) -> Iterator[Violation]:
    text, start, end = evidence.article.text, evidence.start, evidence.end
    if text[start:end] != evidence.quote:
        yield violation_of(
            evidence, f"“{evidence.quote[:60]}” is not what {evidence.article.slug} says at {start}–{end}"
        )
    elif text[max(0, start - CONTEXT) : start] != evidence.prefix or text[end : end + CONTEXT] != evidence.suffix:
        yield violation_of(evidence, "its prefix or suffix is not what stands around the quote")
    links = list(evidence.chain_links.all())
    if [link.place for link in links] != list(range(len(links))):
        yield violation_of(evidence, "the places of its chain are not 0, 1, 2, …")
    sources = [link.source for link in links]
    for problem in chain_problems(evidence.article, sources, own_reporting=evidence.own_reporting):
        yield violation_of(evidence, problem)


def check_discrepancies() -> Iterator[Violation]:
    """What the passages of a claim disagree on is on record, so that it blocks until somebody closes it."""
    several = Claim.objects.annotate(passages=Count("evidence", filter=Q(evidence__retired_at__isnull=True)))
    for claim, reason in unrecorded_discrepancies(several.filter(passages__gte=2).order_by("pk")):
        yield violation_of(claim, reason)


def check_voices() -> Iterator[Violation]:
    """Nobody may be somebody who may be them: voices run in no circle."""
    current = defaultdict(set)
    for source, same_as in Voice.objects.current().values_list("source", "same_as"):
        current[source].add(same_as)
    for voice in Voice.objects.current().select_related("source"):
        reached: set[int] = set()
        waiting = [voice.same_as_id]
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting.extend(current[one])
        if voice.source_id in reached:
            yield violation_of(voice, f"the voices of {voice.source.slug} run in a circle")


def check_versions() -> Iterator[Violation]:
    """Versions of a story are numbered from 1 without gaps."""
    numbers: dict[int, int] = defaultdict(int)
    for version in StoryVersion.objects.order_by("story", "number").select_related("story"):
        numbers[version.story_id] += 1
        if version.number != numbers[version.story_id]:
            yield violation_of(version, f"its number should be {numbers[version.story_id]}")
