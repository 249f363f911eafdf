"""A desk full of made-up facts, to measure by: in the product's own format, in bulk, through the database's guards.

The verbs judge one decision at a time; a million would take them hours. So the rows are made here, of the functions
that the verbs make theirs of (digest, payload, text, hash), and go in many at a time. The guards see every row;
what only the verbs would have asked, `check_desk` asks of a load like of any other desk.
"""

from collections.abc import Iterator

from django.contrib.auth.models import Group, User
from django.db import connection, transaction

from bench.load.batch import ACCOUNTS, Batch, Mix
from bench.load.invention import PREFIX, START, Invention, list_sources, story_slug
from stories.chain import append_lock
from stories.models import Claim, Decision, Source, Story

__all__ = ["Invention", "Mix", "NotOurs", "generate"]

BATCH = 2_000
"""Facts in one transaction."""


class NotOurs(Exception):
    """The database holds something that the load did not make, or made otherwise; the message says what."""


def count_made(invention: Invention) -> int:
    """How many facts of `invention` the database holds. `NotOurs` when it holds anything else."""
    foreign = Story.objects.exclude(slug__startswith=PREFIX).values_list("slug", flat=True).first()
    if foreign is not None:
        raise NotOurs(f"This database holds the story “{foreign}”: load goes into an empty database or its own.")
    others = Decision.objects.exclude(actor__username__in=ACCOUNTS)
    decided = others.values_list("actor__username", flat=True).first()
    if decided is not None:
        raise NotOurs(f"{decided} has decided in this database: load goes into an empty database or its own.")
    made, stories = Claim.objects.count(), Story.objects.count()
    if stories not in (0, len(invention.weights)):
        raise NotOurs(f"The load in this database has {stories:,} stories: go on with --stories {stories}.")
    if made and not Claim.objects.filter(uuid=invention.fact(made - 1).uuid).exists():
        raise NotOurs("The load in this database was made with another --seed, or somebody added claims to it.")
    return made


def prepare(invention: Invention) -> None:
    """Create what every fact needs and the database has not yet: accounts, sources, stories."""
    with transaction.atomic():
        for username, group in ACCOUNTS.items():
            person, _ = User.objects.get_or_create(username=username, defaults={"password": "!", "date_joined": START})
            person.groups.add(Group.objects.get(name=group))
        if Story.objects.exists():
            return
        Source.objects.bulk_create(Source(slug=one.slug, name=one.name, kind=one.kind) for one in list_sources())
        Story.objects.bulk_create(
            Story(slug=story_slug(number), title=f"Load story {number}", created_at=START)
            for number in range(len(invention.weights))
        )


def generate(invention: Invention, *, facts: int, mix: Mix) -> Iterator[tuple[int, int]]:
    """Bring the database up to `facts` facts; yields (facts, rows written so far) after every batch it has committed.

    Goes on from where the database stands, and then gives the same rows as one uninterrupted run. `NotOurs` when
    the database holds anything but a load of this `invention`.
    """
    made, rows = count_made(invention), 0
    prepare(invention)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -262144")  # a quarter of a gigabyte, so that no batch spills
    while made < facts:
        with append_lock():
            batch = Batch(invention, mix=mix, first=made)
            made = min(facts, made + BATCH)
            for number in range(batch.first, made):
                batch.make(invention.fact(number))
            rows += batch.write()
        yield made, rows
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what is written in bulk is read at once, before autovacuum has looked at it
