"""CPU time of provenance at its size: one claim with 1,000 passages over 200 sources, one story with 1,000 claims.

    python bench/provenance.py

Prints, in CPU milliseconds, the median and the worst of `RUNS`: counting the sources of the claim from its snapshot
(routes, independent sources, what it rests on, the routes as printed), taking that snapshot from the database, and
"what if" for the story, with the number of queries. Exit 1 when the median of the counting passes `LIMIT_MS`. The
database is a SQLite file of its own, made and thrown away.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.load.invention import START
from stories.chain import digest
from stories.insight.what_if import suppose_wrong
from stories.models import Article, ChainLink, Claim, Evidence, Source, Story
from stories.provenance.routes import count_sources, printed_routes, rests_on
from stories.provenance.snapshots import Snapshot, take_snapshot
from stories.sample.temporary_desk import temporary_desk

PASSAGES, CLAIMS, RUNS, LIMIT_MS = 1_000, 1_000, 11, 50.0
KINDS = {"outlet": 150, "agency": 10, "person": 40}
TEXT = "The harbour is closed. "


def make_desk() -> tuple[Claim, Source]:
    """A claim with `PASSAGES` passages and an agency, in a story of `CLAIMS` whose other claims have three each."""
    chance = random.Random(20251121)
    reporter = User.objects.create(username="reporter", password="!")
    story = Story.objects.create(slug="harbour", title="The harbour", created_at=START)
    outlets, agencies, people = (
        Source.objects.bulk_create(Source(slug=f"{kind}-{n}", name=f"The {kind} {n}", kind=kind) for n in range(count))
        for kind, count in KINDS.items()
    )
    text = TEXT * PASSAGES
    body = {"text": text, "sha256": digest(text), "body_start": 0, "body_end": len(text), "received_at": START}
    articles = Article.objects.bulk_create(
        Article(slug=f"article-{number}", story=story, outlet=outlet, **body) for number, outlet in enumerate(outlets)
    )
    claims = Claim.objects.bulk_create(
        Claim(story=story, statement=f"Berth {number} is closed.", kind="fact", created_at=START)
        for number in range(CLAIMS)
    )
    links = []
    for claim in claims:
        for place in range(PASSAGES if claim is claims[0] else 3):
            start = place * len(TEXT)
            span = {"start": start, "end": start + len(TEXT) - 1, "quote": TEXT[:-1], "created_at": START}
            span |= {"recorded_by": reporter}
            passage = Evidence(claim=claim, article=chance.choice(articles), **span)
            agency = [chance.choice(agencies)] if chance.random() < 0.9 else []
            chain = [passage.article.outlet, *agency, chance.choice(people)]
            links += [ChainLink(evidence=passage, place=step, source=source) for step, source in enumerate(chain)]
    Evidence.objects.bulk_create((link.evidence for link in links if link.place == 0), batch_size=500)
    ChainLink.objects.bulk_create(links, batch_size=500)
    return claims[0], agencies[0]


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
    with temporary_desk():
        claim, agency = make_desk()
        listed = claim.evidence.supporting().current()
        snapshot = take_snapshot(claim, listed)
        size = f"{PASSAGES} passages, {sum(KINDS.values())} sources"
        counting = measure(f"counting from a snapshot ({size})", lambda: count(snapshot))
        measure(f"taking that snapshot     ({size})", lambda: take_snapshot(claim, listed.all()))
        with CaptureQueriesContext(connection) as queries:
            outcome = suppose_wrong(agency)
        touched = f"{CLAIMS} claims, {len(outcome.effects)} touched, {len(queries)} queries"
        measure(f"what if an agency is wrong ({touched})", lambda: suppose_wrong(agency))
    print(f"counting: {counting:.2f} ms of at most {LIMIT_MS:.0f} ms")
    return int(counting > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
