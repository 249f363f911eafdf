"""The API-only process under gunicorn, with its own settings: what it serves, what it refuses, what it logs."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from stories.database import drop_guards, install_triggers
from stories.models import Publication
from tests.api.test_reader import ONLY_POSTGRES, locate, role  # noqa: F401 (a fixture)
from tests.published import Desk
from tests.serving import Answer, Served, copy_database, serve

pytest.importorskip("gunicorn", reason="a production requirement")
pytest.importorskip("whitenoise", reason="a production requirement")

FACTS = "/api/v1/facts/"


@pytest.fixture
def desk(transactional_db: None) -> Publication:
    """A desk with one fact."""
    return Desk().confirm_fact("The quay is closed")


@pytest.fixture
def database(desk: Publication, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if connection.vendor == "sqlite":
        return copy_database(tmp_path / "desk.sqlite3")
    return locate(request.getfixturevalue("role"))


@pytest.fixture
def served(database: str, tmp_path: Path) -> Iterator[Served]:
    collected = tmp_path / "static"  # nothing is: the process finds its files where they are
    collected.mkdir()
    with serve("newsroom.wsgi_api", database=database, folder=tmp_path, STATIC_ROOT=str(collected)) as process:
        yield process


def problem(answer: Answer) -> tuple[int, str]:
    """(status, detail) of a problem document."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = json.loads(answer.body)
    assert document["status"] == answer.status
    return answer.status, document["detail"]


NOT_FOUND = (404, "Nothing published has this address.")


def test_what_it_does_not_have_is_a_problem_document_and_no_query_is_logged(served: Served) -> None:
    for path in (
        "/",
        "/robots.txt",
        "/api",
        f"/{FACTS}",
        "/admin/",
        "/api/v1/stories/%D0%A3/",
        "/api/v1/nowhere/",
        "/%FF",
    ):
        assert problem(served.ask(f"{path}?q=secret")) == NOT_FOUND
    refused = served.ask(f"{FACTS}?q=secret", Host="elsewhere.example")
    assert problem(refused) == (400, "This is no request that can be answered here.")
    assert problem(served.ask(f"{FACTS}?secret=1"))[0] == 400
    assert served.ask(f"{FACTS}?q=secret").status == 200
    statuses, complaints = read_log(served)
    assert statuses == [*["404"] * 8, "400", "400", "200"]
    assert complaints == ["django.security.DisallowedHost"]
    assert "secret" not in served.log.read_text()


def read_log(served: Served) -> tuple[list[str], list[str]]:
    """(status of every request, logger of every other line that is a warning or worse), once the process has ended."""
    served.process.terminate()
    served.process.wait(30)
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    statuses = [line["status"] for line in lines if line["logger"] == "gunicorn.access"]
    return statuses, [line["logger"] for line in lines if line["level"] != "info"]


def test_an_answer_that_was_planned_is_one_line_of_the_log(database: str, tmp_path: Path) -> None:
    with serve(
        "newsroom.wsgi_api", database=database, folder=tmp_path, LEASE="15", STATIC_ROOT=str(tmp_path)
    ) as served:
        late = served.ask(FACTS)
        assert problem(late) == (
            503,
            "This copy of the log is not complete yet. It answers again once it has caught up.",
        )
        assert [served.ask(path).status for path in (f"{FACTS}?no=1", "/readyz", "/api/v1/no/")] == [400, 503, 404]
        assert served.ask(FACTS, "POST").status == 405
        assert read_log(served) == (["503", "400", "503", "404", "405"], [])


def ready(served: Served) -> tuple[int, list[str]]:
    """(status, problems) of /readyz."""
    answer = served.ask("/readyz")
    return answer.status, json.loads(answer.body)["problems"]


def test_a_head_in_the_future_is_said_and_the_process_starts_and_answers_all_the_same(
    desk: Publication, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    drop_guards(connection)
    Publication.objects.update(at=datetime(9999, 12, 31, tzinfo=UTC))
    install_triggers(connection)
    database = request.getfixturevalue("database")
    with serve("newsroom.wsgi_api", database=database, folder=tmp_path, STATIC_ROOT=str(tmp_path)) as served:
        said = "The newest publication (1) lies in the future (9999-12-31T00:00:00.000Z): time stands still."
        assert ready(served) == (503, [said])
        assert served.ask(FACTS).status == 200


@ONLY_POSTGRES
def test_a_connection_that_broke_is_no_fault_and_a_database_that_is_away_is_one(served: Served) -> None:
    def end_connections() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename LIKE 'facts_api_%'"
            )
            return cursor.fetchone()[0]

    assert (ready(served), end_connections()) == ((200, []), 1)
    assert (ready(served), end_connections()) == ((200, []), 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'facts_api_%'")
        cursor.execute(f"ALTER ROLE {cursor.fetchone()[0]} NOLOGIN")
    assert ready(served) == (503, ["The database does not answer."])


def test_the_page_of_the_schema_comes_with_every_file_it_names(served: Served) -> None:
    page = served.ask("/api/docs/")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    files = re.findall(r'(?:src|href)="(/[^"]+)"', page.body.decode())
    assert len(files) == 5
    assert {path: served.ask(path).status for path in files} == dict.fromkeys(files, 200)


def test_a_page_elsewhere_may_forget_the_slash(served: Served) -> None:
    asked = served.ask("/api/v1/facts", "OPTIONS", Origin="https://paper.example")
    assert (asked.status, asked.headers["Access-Control-Allow-Origin"]) == (204, "*")
    allowed = "Accept, Content-Type, If-None-Match, X-Requested-With"
    assert asked.headers["Access-Control-Allow-Headers"] == allowed
    sent_on = served.ask("/api/v1/facts?kind=fact", Origin="https://paper.example")
    assert (sent_on.status, sent_on.headers["Location"]) == (301, "/api/v1/facts/?kind=fact")
    assert sent_on.headers["Access-Control-Allow-Origin"] == "*"


def test_what_has_no_content_says_no_length(served: Served) -> None:
    etag = served.ask(FACTS).headers["ETag"]
    unchanged = served.ask(FACTS, If_None_Match=etag)
    assert (unchanged.status, unchanged.headers.get("Content-Length")) == (304, None)
    for accept in ("text/csv", "application/x-ndjson"):
        headed = served.ask(FACTS, "HEAD", Accept=accept)
        assert (headed.status, headed.headers.get("Content-Length"), headed.body) == (200, None, b"")
    preflights = [served.ask(path, "OPTIONS") for path in (FACTS, FACTS[:-1])]
    for answer in (unchanged, *preflights):
        assert answer.headers.keys() & {"Content-Type", "Content-Length"} == set()
    assert [answer.status for answer in preflights] == [204, 204]


def test_the_answer_to_head_has_the_length_of_the_other_and_no_content(served: Served) -> None:
    paths = (FACTS, f"{FACTS}?no=1", f"{FACTS}no-id/", FACTS[:-1], "/nowhere", "/api/docs/", "/healthz", "/readyz")
    for path in paths:
        assert measure(served, path) == measure(served, path, "HEAD"), path
    elsewhere = "elsewhere.example"
    assert measure(served, FACTS, Host=elsewhere) == measure(served, FACTS, "HEAD", Host=elsewhere)
    assert "body bytes" not in served.log.read_text()  # as gunicorn says of content that it has to throw away


def measure(served: Served, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    """(status, Content-Length) of the answer for `path`, which has as much content as it should."""
    answer = served.ask(path, method, **headers)
    length = answer.headers["Content-Length"]
    assert len(answer.body) == (0 if method == "HEAD" else int(length))
    return answer.status, length
