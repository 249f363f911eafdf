"""How each server is asked for the same things: the row of the report → the paths, which are asked for in turn."""

import urllib.request
from collections.abc import Iterable
from urllib.parse import quote

from bench.measure import Asks
from bench.sample import Sample
from bench.servers import HOST, Server

ROOT = "/api/v1/facts/"


def ask_desk(sample: Sample) -> dict[str, Asks]:
    """The product."""
    from stories.api.http.cursors import Cursor, write_cursor  # it reads the settings, which `use_databases` makes

    cursor = write_cursor(Cursor(sample.head, sample.deep), scope=f"{ROOT}?")  # as the page before gives it
    return {
        "list": plain(f"{ROOT}?story={story}" for story in sample.stories),
        "deep page": plain([f"{ROOT}?cursor={cursor}"]),
        "one fact": plain(f"{ROOT}{uuid}/" for uuid, _ in sample.facts),
        "as of": plain(f"{ROOT}?story={story}&as_of={quote(sample.halfway)}" for story in sample.stories),
    }


def ask_export(sample: Sample, media_type: str) -> Asks:
    """The product, for what was published last, as `media_type`."""
    return [(f"{ROOT}?published_after={quote(sample.export_since)}", {"Accept": media_type})]


def ask_unchanged(asks: Asks, server: Server) -> Asks:
    """`asks`, each with the ETag that the server has just given for it."""
    again = []
    for path, _ in asks:
        with urllib.request.urlopen(f"http://{HOST}:{server.port}{path}", timeout=30) as answer:
            again.append((path, {"If-None-Match": answer.headers["ETag"]}))
    return again


def ask_bare(sample: Sample) -> dict[str, Asks]:
    """Bare WSGI."""
    return {
        "list": plain(f"/list?story={story}" for story in sample.stories),
        "one fact": plain(f"/fact?id={uuid.hex}" for uuid, _ in sample.facts),
    }


def ask_peer(sample: Sample) -> dict[str, Asks]:
    """DRF and django-ninja alike."""
    return {
        "list": plain(f"/facts/?story={story}" for story in sample.stories),
        "deep page": plain([f"/facts/?page={sample.depth // 50 + 1}"]),
        "one fact": plain(f"/facts/{uuid}/" for uuid, _ in sample.facts),
    }


def ask_datasette(sample: Sample, database: str, *, tuned: bool) -> dict[str, Asks]:
    """Datasette's own addresses. Its lists are rows of the log without the texts, which is in its favour."""
    extra = "&_nocount=1&_nofacet=1&_nosuggest=1" if tuned else ""
    log, texts = f"/{database}/stories_publication.json", f"/{database}/stories_publicationtext"
    newest = f"{log}?event__in=confirmed,reworded&_sort_desc=position&_size=50&_shape=objects"
    return {
        "list": plain(f"{newest}&story__exact={story}{extra}" for story in sample.stories),
        "deep page": plain([f"{newest}&_next={sample.deep}%2C{sample.deep}{extra}"]),
        "one fact": plain(f"{texts}/{position}.json" for _, position in sample.facts),
        "export": plain([f"{texts}.csv?_stream=1&_size=max&position__gt={sample.export_after}{extra}"]),
    }


def plain(paths: Iterable[str]) -> Asks:
    """`paths`, asked for without further ado."""
    return [(path, {}) for path in paths]
