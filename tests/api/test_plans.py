"""How the databases run the API's hot paths: by an index, in the order of the page, reading no table to its end.

The statements are those that requests make. SQLite plans by the schema alone, so that its plans here are those at a
million rows, and each is held line by line. PostgreSQL plans by what the tables hold; denied scans and sorts, it shows
whether there is another way.
"""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stories.models import Publication
from stories.search import POSTGRES_VECTOR
from tests.published import Desk

TEXT = "SEARCH t USING INDEX sqlite_autoindex_stories_publicationtext_1 (position=?) LEFT-JOIN"
ENDED = "SEARCH e USING INDEX sqlite_autoindex_stories_publication_2 (ends_id=?)"
# Whether a part is down: what took it down, and what put it back.
SUPPRESSED = [
    "SEARCH s USING INDEX publication_suppresses (suppresses_id=?)",
    "SEARCH r USING INDEX publication_restores (restores_id=?)",
]
# The note, or the one in its place: what took it down, what took that down, …
NOTE = [
    "SEARCH n USING INDEX sqlite_autoindex_stories_publicationnote_1 (position=?)",
    *("CO-ROUTINE d", "SETUP", "SCAN CONSTANT ROW", "RECURSIVE STEP", "SCAN d"),
    *SUPPRESSED,
    "SEARCH d",
]
ROW = "SEARCH p USING INDEX sqlite_autoindex_stories_publication_1 (position=?)"
BY_TIME = "SEARCH p USING COVERING INDEX publication_time (at<?)"
SOURCES = "SEARCH r USING COVERING INDEX sqlite_autoindex_stories_publicationsource_1 (slug=? AND position{})"
# Now: the list of facts in force, while the head is where it was; where nothing is found, is it?
SAME_HEAD = "SEARCH h USING COVERING INDEX sqlite_autoindex_stories_publication_1"
OF_ALL = ["SEARCH p USING COVERING INDEX fact_in_force_newest (position<?)", SAME_HEAD, TEXT]
A_STORY = "SEARCH p USING COVERING INDEX fact_in_force_story (story=? AND position<?)"
OF_A_STORY = [A_STORY, SAME_HEAD, TEXT]
STANDS = "SEARCH p USING INDEX sqlite_autoindex_stories_factinforce_1 (position=?)"
FOUND = ["SCAN x VIRTUAL TABLE", SAME_HEAD, STANDS, TEXT]
HEAD = ["SCAN p USING INDEX sqlite_autoindex_stories_publication_1"]
# Then: the log, less what had ended.
OF_ALL_THEN = ["SEARCH p USING COVERING INDEX publication_newest (position<?)", ENDED, TEXT, *SUPPRESSED]
A_STORY_THEN = "SEARCH p USING COVERING INDEX publication_story_newest (story=? AND position<?)"
FACT = ["SEARCH p USING INDEX publication_fact_newest (fact_id=? AND position<?)", TEXT, *NOTE, *SUPPRESSED]
VERSIONS = ["SEARCH p USING INDEX publication_version_once (story=? AND version>?)", TEXT, *NOTE, *SUPPRESSED]
CORRECTIONS = [
    "SEARCH p USING INDEX publication_corrections (story=? AND position<?)",
    TEXT,
    "SEARCH o USING INDEX sqlite_autoindex_stories_publication_1 (position=?) LEFT-JOIN",
    "SEARCH v USING INDEX publication_version_once (story=? AND version=?)",
    "SEARCH u USING INDEX sqlite_autoindex_stories_publicationtext_1 (position=?) LEFT-JOIN",
    *NOTE,
    *SUPPRESSED,
    *SUPPRESSED,
]


def stories(bound: str) -> list[str]:
    """The plan that finds stories with a version, by `bound`, and their titles."""
    return [
        "CO-ROUTINE v",
        f"SEARCH p USING INDEX publication_version_once (story{bound})",
        "SCAN v",  # of one page
        "SEARCH p USING COVERING INDEX publication_story_newest (story=? AND position<?)",
        *SUPPRESSED,
        "SEARCH t USING INDEX sqlite_autoindex_stories_publicationtext_1 (position=?)",
        "USE TEMP B-TREE FOR ORDER BY",  # of one page
    ]


COUNTS = [
    "SEARCH p USING COVERING INDEX publication_story_newest (story=? AND position<?)",
    "SEARCH c USING INDEX publication_corrections (story=? AND position<?)",
]


def changes(index: str) -> list[str]:
    """The plan that reads the feed by `index`."""
    note = "SEARCH n USING INDEX sqlite_autoindex_stories_publicationnote_1 (position=?) LEFT-JOIN"
    return [f"SEARCH p USING INDEX {index} AND position<?)", TEXT, note, *SUPPRESSED, *SUPPRESSED]


# Each hot path, and how SQLite runs the statements that it makes beyond the one for the head.
SQLITE = {
    "facts/": [OF_ALL],
    "facts/?basis=documented&kind=quote&min_sources=7": [OF_ALL, HEAD],
    "facts/?published_before=2030-01-01": [[BY_TIME], OF_ALL],
    "facts/?at=1": [OF_ALL_THEN],
    "facts/?story=harbour": [OF_A_STORY],
    "facts/?story=harbour&basis=documented&kind=quote&min_sources=7": [OF_A_STORY, HEAD],
    "facts/?story=harbour&at=1": [[A_STORY_THEN, ENDED, TEXT, *SUPPRESSED]],
    "facts/?story=harbour&as_of=2030-01-01": [[BY_TIME], OF_A_STORY],
    "facts/?story=harbour&source=wire": [[A_STORY, SAME_HEAD, SOURCES.format("=?"), TEXT]],
    "facts/?source=wire": [[SOURCES.format("<?"), SAME_HEAD, STANDS, TEXT]],
    "facts/?source=wire&at=1": [
        [
            SOURCES.format("<?"),
            *SUPPRESSED,
            ENDED,
            "SEARCH p USING COVERING INDEX publication_newest (position=? AND event=?)",
            TEXT,
            *SUPPRESSED,
        ]
    ],
    "facts/?q=wire": [FOUND],
    "facts/?q=wire&story=harbour&kind=quote&basis=documented&min_sources=2&source=wire": [FOUND, HEAD],
    "facts/?q=wire&at=1": [["SCAN x VIRTUAL TABLE", *SUPPRESSED, ENDED, ROW, TEXT, *SUPPRESSED]],
    "facts/{id}/": [FACT],
    "facts/{id}/?at=1": [FACT, [ENDED, *NOTE]],
    "facts/{id}/history/": [
        [
            "SEARCH p USING INDEX publication_fact_newest (fact_id=? AND position>? AND position<?)",
            TEXT,
            f"{ENDED} LEFT-JOIN",
            *NOTE,
            *SUPPRESSED,
            *NOTE,
        ]
    ],
    "stories/": [stories(">?"), COUNTS],
    "stories/harbour/": [stories("=? AND version>?"), COUNTS],
    "stories/harbour/versions/1/": [
        VERSIONS,
        [
            "SEARCH p USING COVERING INDEX publication_fact_newest (fact_id=?)",
            ENDED,
            *NOTE,
            "USE TEMP B-TREE FOR ORDER BY",  # of what ended among the facts of one version
        ],
    ],
    "stories/harbour/corrections/": [stories("=? AND version>?"), CORRECTIONS],
    "changes/?after=5": [changes("sqlite_autoindex_stories_publication_1 (position>?")],
    "changes/?after=5&story=harbour": [changes("publication_story_newest (story=? AND position>?")],
    "head/": [[ROW]],
}


@pytest.fixture
def fact(desk: Desk) -> Publication:
    first = desk.confirm_fact("One")
    desk.cut_version("Headline")
    return first


def statements(client: Client, path: str) -> list[str]:
    """The SQL that a request for `path` makes after that for the head, which is the same for all."""
    with CaptureQueriesContext(connection) as made:
        assert client.get(f"/api/v1/{path}").status_code == 200
    head, *others = [query["sql"] for query in made.captured_queries]
    assert head == "SELECT p.position, p.hash FROM stories_publication p ORDER BY p.position DESC LIMIT 1"
    return others


def explain(statement: str) -> list[str]:
    """The database's plan of `statement`, a line a step."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN {statement}")
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        steps = [row[3] for row in cursor.fetchall()]
    return [re.sub(r" INDEX \d+:.*", "", step) for step in steps if not step.startswith(("CORRELATED", "SCALAR"))]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own words")
@pytest.mark.parametrize("path", SQLITE)
def test_sqlite_reads_by_these_indexes(fact: Publication, client: Client, path: str) -> None:
    made = statements(client, path.format(id=fact.fact_id))
    assert [explain(statement) for statement in made] == SQLITE[path]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own words")
def test_the_head_is_the_end_of_an_index(fact: Publication) -> None:
    assert explain("SELECT p.position, p.hash FROM stories_publication p ORDER BY p.position DESC LIMIT 1") == HEAD


@pytest.fixture
def unwilling(fact: Publication) -> Publication:
    """PostgreSQL reads a table to its end, or sorts, only where it has no other way."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off")
        cursor.execute("SET LOCAL enable_mergejoin = off")
    return fact


SORTS = {"stories/harbour/versions/1/", "stories/", "stories/harbour/", "stories/harbour/corrections/"}
"""A page or less of rows that another statement, or an index, has found."""


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own words")
@pytest.mark.parametrize("path", SQLITE)
def test_postgresql_has_an_index_for_all(unwilling: Publication, client: Client, path: str) -> None:
    for statement in statements(client, path.format(id=unwilling.fact_id)):
        plan = "\n".join(explain(statement))
        assert "Seq Scan" not in plan, plan
        assert path in SORTS or "Sort" not in plan, plan


@pytest.mark.parametrize("path", SQLITE)
def test_no_page_gathers_the_suppressions_of_the_whole_log(fact: Publication, client: Client, path: str) -> None:
    """PostgreSQL does, on a large log, for an EXISTS among the columns: 90 ms instead of 1 at a hundred thousand."""
    for statement in statements(client, path.format(id=fact.fact_id)):
        assert "CASE WHEN EXISTS" not in statement


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own words")
def test_postgresql_finds_words_in_their_index(unwilling: Publication) -> None:
    condition = f"{POSTGRES_VECTOR.format(row='t')} @@ plainto_tsquery('simple', 'wire')"
    plan = explain(f"SELECT t.position FROM stories_publicationtext t WHERE {condition}")
    assert "Bitmap Index Scan on stories_search" in "\n".join(plan)
