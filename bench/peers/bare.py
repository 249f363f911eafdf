"""Bare WSGI and sqlite3 over the same texts: about what Python can do at all.

/hello        nothing but a word
/list         fifty facts in force of one story
/fact         one fact
/export       every fact in force after a position, one a line
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import parse_qsl

IN_FORCE = "NOT EXISTS (SELECT 1 FROM stories_publication e WHERE e.ends_id = p.position)"
LIST = f"""
SELECT t.text FROM stories_publication p JOIN stories_publicationtext t ON t.position = p.position
WHERE p.story = ? AND p.event IN ('confirmed', 'reworded') AND {IN_FORCE} ORDER BY p.position DESC LIMIT 50
"""
FACT = f"""
SELECT t.text FROM stories_publication p JOIN stories_publicationtext t ON t.position = p.position
WHERE p.fact_id = ? AND {IN_FORCE} ORDER BY p.position DESC LIMIT 1
"""
EXPORT = f"""
SELECT t.text FROM stories_publication p JOIN stories_publicationtext t ON t.position = p.position
WHERE p.position > ? AND p.event IN ('confirmed', 'reworded') AND {IN_FORCE} ORDER BY p.position DESC
"""
STRETCH = 500

Respond = Callable[[str, list[tuple[str, str]]], object]

connection: sqlite3.Connection | None = None


def connect() -> sqlite3.Connection:
    """This worker's connection, opened when it is first asked for: after the fork."""
    global connection
    if connection is None:
        connection = sqlite3.connect(f"file:{os.environ['BENCH_DATABASE']}?mode=ro", uri=True)
    return connection


def stream(position: int) -> Iterator[bytes]:
    """Every fact in force after `position`, one a line."""
    cursor = connect().execute(EXPORT, [position])
    while rows := cursor.fetchmany(STRETCH):
        yield "".join([f"{text}\n" for (text,) in rows]).encode()


def application(environ: dict[str, str], respond: Respond) -> Iterable[bytes]:
    """The WSGI application."""
    path = environ["PATH_INFO"]
    if path == "/hello":
        respond("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
        return [b"hello\n"]
    asked = dict(parse_qsl(environ["QUERY_STRING"]))
    if path == "/export":
        respond("200 OK", [("Content-Type", "application/x-ndjson")])
        return stream(int(asked["after"]))
    if path == "/list":
        rows = connect().execute(LIST, [asked["story"]]).fetchall()
        body = ('{"results":[' + ",".join([text for (text,) in rows]) + "]}").encode()
    else:
        body = connect().execute(FACT, [asked["id"]]).fetchone()[0].encode()
    respond("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
