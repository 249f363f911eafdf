"""ETag and 304: one query and no text for a client that has the answer already."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.published import Desk


@pytest.fixture
def paths(desk: Desk) -> list[str]:
    fact = desk.confirm_fact("One")
    desk.cut_version("First")
    return [
        "/api/v1/facts/",
        "/api/v1/facts/?at=1",
        f"/api/v1/facts/{fact.fact_id}/",
        f"/api/v1/facts/{fact.fact_id}/history/",
        "/api/v1/stories/",
        "/api/v1/stories/harbour/",
        "/api/v1/stories/harbour/versions/",
        "/api/v1/stories/harbour/versions/1/",
        "/api/v1/stories/harbour/corrections/",
        "/api/v1/changes/",
        "/api/v1/head/",
    ]


def test_every_path_has_a_tag_of_its_own_and_honours_it(
    paths: list[str], client: Client, django_assert_num_queries: Any
) -> None:
    tags = {}
    for path in paths:
        response = client.get(path)
        assert response.headers["Cache-Control"] == "max-age=0, must-revalidate"
        assert response.headers["Vary"] == "Accept"
        tags[path] = response.headers["ETag"]
        for known in (tags[path], f"W/{tags[path]}", f'"other", {tags[path]}'):
            with django_assert_num_queries(1):
                again = client.get(path, headers={"if-none-match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["ETag"] == tags[path]
            assert again.headers["Cache-Control"] == "max-age=0, must-revalidate"
            assert again.headers["Vary"] == "Accept"
        assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    assert len(set(tags.values())) == len(paths)


def test_nginx_may_keep_an_answer_that_has_a_tag_and_nothing_else(desk: Desk, client: Client) -> None:
    """Out of date since the year 1970: it asks about it every time."""
    first = client.get("/api/v1/head/")
    again = client.get("/api/v1/head/", headers={"if-none-match": first.headers["ETag"]})
    assert [(answer.status_code, answer.headers["X-Accel-Expires"]) for answer in (first, again)] == [
        (200, "@1"),
        (304, "@1"),
    ]
    assert "X-Accel-Expires" not in client.get("/api/v1/facts/?no=1").headers


def test_a_publication_changes_every_tag(desk: Desk, client: Client) -> None:
    before = client.get("/api/v1/facts/?at=0").headers["ETag"]
    desk.confirm_fact("One")
    response = client.get("/api/v1/facts/?at=0", headers={"if-none-match": before})
    assert response.status_code == 200


def test_another_log_of_the_same_length_has_other_tags(desk: Desk, client: Client) -> None:
    """After a failover, what a reader or a cache kept of a lost publication must not pass for its successor."""
    tags = []
    for words in ("One", "Two"):
        lost = transaction.savepoint()
        desk.confirm_fact(words)
        tags.append(client.get("/api/v1/facts/").headers["ETag"])
        transaction.savepoint_rollback(lost)
    assert len(set(tags)) == 2


def test_a_release_changes_every_tag(client: Client, db: None, settings: Any) -> None:
    from stories.api.http.views import name_release

    tags = set()
    for release in ("1", "2", ""):
        settings.RELEASE = release
        name_release.cache_clear()
        tags.add(client.get("/api/v1/head/").headers["ETag"])
    assert len(tags) == 3


def test_any_tag_means_304_only_where_there_is_a_200(desk: Desk, client: Client) -> None:
    fact = desk.confirm_fact("One")
    path = f"/api/v1/facts/{fact.fact_id}/"
    assert client.get(path, headers={"if-none-match": "*"}).status_code == 304
    desk.withdraw_fact(fact)
    assert client.get(path, headers={"if-none-match": "*"}).status_code == 410
    assert client.get("/api/v1/facts/?at=9", headers={"if-none-match": "*"}).status_code == 400


def test_head_has_the_headers_of_get(paths: list[str], client: Client) -> None:
    for path in paths:
        got, headed = client.get(path), client.head(path)
        assert (headed.status_code, headed.content) == (200, b"")
        assert dict(headed.headers) == dict(got.headers)
        assert headed.headers["Content-Length"] == str(len(got.content))
    assert client.head("/api/v1/facts/?no=1").status_code == 400
