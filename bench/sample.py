"""What is asked for: stories, facts, times and places in a list, taken from a database that `generate_load` filled."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import dj_database_url
from django.conf import settings
from django.db import connections

from bench.servers import ROOT, SECRET_KEY

STORIES = 8
FACTS = 100
DEPTH = 0.8
"""How far down the whole list the deep page lies."""
EXPORTED = 100_000
IN_FORCE = (
    "p.event IN ('confirmed', 'reworded') AND "
    "NOT EXISTS (SELECT 1 FROM stories_publication e WHERE e.ends_id = p.position)"
)


@dataclass(frozen=True)
class Sample:
    """What is asked of one database."""

    stories: list[str]
    facts: list[tuple[UUID, int]]
    """Ids of facts in force, with their positions."""
    head: int
    halfway: str
    """A time at which half of the log was there."""
    deep: int
    """The last position of the page before the deep page."""
    depth: int
    """How many facts come before the deep page."""
    export_after: int
    """Beyond this position lie the facts to export …"""
    export_since: str
    """… and those published after this time are the same."""
    exported: int


def fill(url: str, facts: int) -> None:
    """Bring the database at `url` up to `facts` made-up facts; what is there already stays."""
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_DEBUG": "1"}
    for command in (("migrate", "--verbosity", "0"), ("generate_load", "--facts", str(facts))):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


def use_databases(urls: dict[str, str]) -> None:
    """Let Django read the databases at `urls`, and sign cursors as the servers do."""
    databases = {name: dj_database_url.parse(url) for name, url in urls.items()}
    settings.configure(SECRET_KEY=SECRET_KEY, DATABASES={"default": {}, **databases}, USE_TZ=True)


def take_sample(database: str) -> Sample:
    """What to ask of `database`."""
    with connections[database].cursor() as cursor:

        def ask(sql: str, *values: object) -> list[tuple[object, ...]]:
            cursor.execute(sql, values)
            rows: list[tuple[object, ...]] = cursor.fetchall()
            return rows

        def moment(position: int) -> str:
            payload = str(ask("SELECT payload FROM stories_publication WHERE position = %s", position)[0][0])
            return payload.split('"at":"')[1].split('"')[0]

        ((head,),) = ask("SELECT max(position) FROM stories_publication")
        assert isinstance(head, int)
        ((facts,),) = ask(f"SELECT count(*) FROM stories_publication p WHERE {IN_FORCE}")
        assert isinstance(facts, int)
        depth = int(facts * DEPTH) // 50 * 50
        newest_first = f"SELECT p.position FROM stories_publication p WHERE {IN_FORCE} ORDER BY p.position DESC"
        ((deep,),) = ask(f"{newest_first} LIMIT 1 OFFSET {depth - 1}")
        assert isinstance(deep, int)
        exported = min(EXPORTED, facts - 1)
        ((before,),) = ask(f"{newest_first} LIMIT 1 OFFSET {exported}")
        assert isinstance(before, int)
        step = head // FACTS
        found = [
            ask(
                f"SELECT p.fact_id, p.position FROM stories_publication p WHERE p.position >= %s AND {IN_FORCE} "
                "ORDER BY p.position LIMIT 1",
                place * step,
            )[0]
            for place in range(FACTS)
        ]
        return Sample(
            stories=[f"load-story-{number}" for number in range(STORIES)],
            facts=[(UUID(str(uuid)), int(str(position))) for uuid, position in found],
            head=head,
            halfway=moment(head // 2),
            deep=deep,
            depth=depth,
            export_after=before,
            export_since=moment(before),
            exported=exported,
        )


def sqlite_url(path: Path) -> str:
    """DATABASE_URL of the SQLite file `path`."""
    return f"sqlite:///{path}"
