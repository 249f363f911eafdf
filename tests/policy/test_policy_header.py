"""Every answer carries a Content-Security-Policy: a page that of the settings, the API's documents their own."""

import pytest
from django.test import Client

NOTHING = "default-src 'none'; frame-ancestors 'none'"

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1/facts/", "/api/v1/head/", "/api/v1/facts/?page_size=0", "/api/v1/none/"])
def test_nothing_in_an_answer_of_the_api_is_to_be_run(client: Client, path: str) -> None:
    assert client.get(path).headers["Content-Security-Policy"] == NOTHING


def test_a_page_runs_what_comes_from_here(client: Client) -> None:
    policy = client.get("/admin/login/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy.split("; ")


def test_the_page_that_describes_the_api_runs_what_comes_from_here(client: Client) -> None:
    page = client.get("/api/docs/")
    unchanged = client.get("/api/docs/", headers={"if-none-match": page.headers["ETag"]})
    others = (client.get("/api/docs/?no=1"), client.options("/api/docs/"), client.post("/api/docs/"))
    answers = (page, unchanged, *others)
    assert [answer.status_code for answer in answers] == [200, 304, 400, 204, 405]
    runs = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
    policies = [answer.headers["Content-Security-Policy"] for answer in answers]
    assert policies == [runs, runs, NOTHING, NOTHING, NOTHING]
