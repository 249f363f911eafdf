"""How each server is asked for the same thing: a list, a deep page, one fact, an export."""

import urllib.request
from collections.abc import Callable
from urllib.parse import quote

from bench.measure import Asks
from bench.sample import Sample
from bench.servers import HOST, Server

ROOT = "/api/v1/facts/"

Asked = Callable[[Sample], Asks]
"""How one server is asked for one thing."""


def write_deep_cursor(sample: Sample) -> str:
    """The cursor that the page before the deep one gives as `next`."""
    from stories.api.http.cursors import Cursor, write_cursor  # it reads the settings, which `use_databases` makes

    return write_cursor(Cursor(sample.head, sample.deep), scope=f"{ROOT}?")


def plain(paths: list[str]) -> Asks:
    """`paths`, asked for without further ado."""
    return [(path, {}) for path in paths]


def desk_list(sample: Sample) -> Asks:
    return plain([f"{ROOT}?story={story}" for story in sample.stories])


def desk_deep(sample: Sample) -> Asks:
    return plain([f"{ROOT}?cursor={write_deep_cursor(sample)}"])


def desk_fact(sample: Sample) -> Asks:
    return plain([f"{ROOT}{uuid}/" for uuid, _ in sample.facts])


def desk_as_of(sample: Sample) -> Asks:
    return plain([f"{ROOT}?story={story}&as_of={quote(sample.halfway)}" for story in sample.stories])


def desk_export(sample: Sample) -> Asks:
    since = f"?published_after={quote(sample.export_since)}"
    return [(f"{ROOT}{since}", {"Accept": "application/x-ndjson"})]


def desk_export_csv(sample: Sample) -> Asks:
    return [(path, {"Accept": "text/csv"}) for path, _ in desk_export(sample)]


def desk_unchanged(sample: Sample, server: Server) -> Asks:
    """The lists, each with the ETag that the server has just given for it."""
    asks = []
    for path, _ in desk_list(sample):
        with urllib.request.urlopen(f"http://{HOST}:{server.port}{path}", timeout=30) as answer:
            asks.append((path, {"If-None-Match": answer.headers["ETag"]}))
    return asks


def bare_list(sample: Sample) -> Asks:
    return plain([f"/list?story={story}" for story in sample.stories])


def bare_fact(sample: Sample) -> Asks:
    return plain([f"/fact?id={uuid.hex}" for uuid, _ in sample.facts])


def bare_export(sample: Sample) -> Asks:
    return plain([f"/export?after={sample.export_after}"])


def peer_list(sample: Sample) -> Asks:
    """Of DRF and django-ninja alike."""
    return plain([f"/facts/?story={story}" for story in sample.stories])


def peer_deep(sample: Sample) -> Asks:
    return plain([f"/facts/?page={sample.depth // 50 + 1}"])


def peer_fact(sample: Sample) -> Asks:
    return plain([f"/facts/{uuid}/" for uuid, _ in sample.facts])


def datasette(database: str, *, tuned: bool) -> dict[str, Asked]:
    """Datasette's own addresses. Its lists are rows of the log without the texts, which is in its favour."""
    extra = "&_nocount=1&_nofacet=1&_nosuggest=1" if tuned else ""
    log, texts = f"/{database}/stories_publication.json", f"/{database}/stories_publicationtext"
    newest = "?event__in=confirmed,reworded&_sort_desc=position&_size=50&_shape=objects"
    return {
        "list": lambda sample: plain([f"{log}{newest}&story__exact={story}{extra}" for story in sample.stories]),
        "deep page": lambda sample: plain([f"{log}{newest}&_next={sample.deep}%2C{sample.deep}{extra}"]),
        "one fact": lambda sample: plain([f"{texts}/{position}.json" for _, position in sample.facts]),
        "export": lambda sample: plain([f"{texts}.csv?_stream=1&_size=max&position__gt={sample.export_after}{extra}"]),
    }
