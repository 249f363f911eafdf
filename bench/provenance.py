"""CPU time of provenance at its size: one claim with 1,000 passages over 200 sources, one story with 1,000 claims.

    python bench/provenance.py

Prints, in CPU milliseconds, the median and the worst of `RUNS`: counting the sources of the claim from its snapshot
(routes, independent sources, what it rests on, the routes as printed), taking that snapshot from the database, and
"what if" for the story, with the number of queries. Exit 1 when the median of the counting passes `LIMIT_MS`. The
database is a SQLite file of its own, made and thrown away.
"""

import hashlib
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.insight.what_if import suppose_wrong
from stories.models import Article, ChainLink, Claim, Evidence, Source, Story
from stories.provenance.routes import count_sources, printed_routes, rests_on
from stories.provenance.snapshots import Snapshot, take_snapshot
from stories.sample.temporary_desk import temporary_desk

PASSAGES = 1_000
SOURCES = 200
CLAIMS = 1_000
RUNS = 11
LIMIT_MS = 50.0
NOW = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)
TEXT = "The harbour is closed. "


def make_sources(story: Story) -> tuple[list[Source], list[Article]]:
    """150 outlets with an article each, ten agencies, forty origins."""
    kinds = ["outlet"] * 150 + ["agency"] * 10 + ["person"] * 40
    sources = Source.objects.bulk_create(
        Source(slug=f"{kind}-{number}", name=f"The {kind} {number}", kind=kind) for number, kind in enumerate(kinds)
    )
    text = TEXT * PASSAGES
    digest = hashlib.sha256(text.encode()).hexdigest()
    articles = Article.objects.bulk_create(
        Article(
            slug=f"article-{number}",
            story=story,
            outlet=source,
            received_at=NOW,
            text=text,
            sha256=digest,
            body_start=0,
            body_end=len(text),
        )
        for number, source in enumerate(sources[:150])
    )
    return sources, articles


def add_passages(
    claims: list[Claim], number: int, sources: list[Source], articles: list[Article], rng: random.Random
) -> None:
    """`number` passages for each of `claims`: outlet → agency (nine in ten) → origin."""
    quote = TEXT.strip()
    rows, chains = [], []
    for claim in claims:
        for place in range(number):
            article = rng.choice(articles)
            start = place * len(TEXT)
            row = Evidence(
                claim=claim, article=article, quote=quote, start=start, end=start + len(quote), created_at=NOW
            )
            rows.append(row)
            agency = [rng.choice(sources[150:160])] if rng.random() < 0.9 else []
            chains.append([article.outlet, *agency, rng.choice(sources[160:])])
    Evidence.objects.bulk_create(rows, batch_size=500)
    links = [
        ChainLink(evidence=row, place=place, source=source)
        for row, chain in zip(rows, chains, strict=True)
        for place, source in enumerate(chain)
    ]
    ChainLink.objects.bulk_create(links, batch_size=500)


def count(snapshot: Snapshot) -> None:
    """All that the desk shows of one claim's provenance."""
    count_sources(snapshot, accepts_inferred=True)
    rests_on(snapshot)
    printed_routes(snapshot)


def measure(what: str, run: Callable[[], object]) -> float:
    """Print and return the median CPU milliseconds of `RUNS` runs."""
    spent = []
    for _ in range(RUNS):
        begin = time.process_time()
        run()
        spent.append((time.process_time() - begin) * 1000)
    median = statistics.median(spent)
    print(f"{what}: {median:8.2f} ms median, {max(spent):8.2f} ms worst")
    return median


def main() -> int:
    """Fill a desk, measure, print; return the exit code."""
    rng = random.Random(20251121)
    with temporary_desk():
        story = Story.objects.create(slug="harbour", title="The harbour", created_at=NOW)
        sources, articles = make_sources(story)
        large = Claim.objects.create(story=story, statement="The harbour is closed.", kind="fact", created_at=NOW)
        add_passages([large], PASSAGES, sources, articles, rng)
        others = Claim.objects.bulk_create(
            Claim(story=story, statement=f"Berth {number} is closed.", kind="fact", created_at=NOW)
            for number in range(CLAIMS - 1)
        )
        add_passages(others, 3, sources, articles, rng)
        snapshot = take_snapshot(large, large.evidence.supporting().current())
        size = f"{PASSAGES} passages, {SOURCES} sources"
        counting = measure(f"counting from a snapshot ({size})", lambda: count(snapshot))
        measure(
            f"taking that snapshot     ({size})", lambda: take_snapshot(large, large.evidence.supporting().current())
        )
        agency = sources[150]
        with CaptureQueriesContext(connection) as queries:
            outcome = suppose_wrong(agency)
        touched = f"{CLAIMS} claims, {len(outcome.effects)} touched, {len(queries)} queries"
        measure(f"what if an agency is wrong ({touched})", lambda: suppose_wrong(agency))
    print(f"counting: {counting:.2f} ms of at most {LIMIT_MS:.0f} ms")
    return int(counting > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
