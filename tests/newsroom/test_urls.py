"""Whoever comes to the front door is led to the desk; an address of the API that it does not have is a problem."""

import pytest
from django.test import Client


def test_the_root_leads_to_the_desk(client: Client) -> None:
    response = client.get("/", secure=True)
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


@pytest.mark.parametrize(
    ("path", "host", "status", "media_type"),
    [
        ("/api/v1/facts/", "elsewhere.example", 400, "application/problem+json"),
        ("//api/v1/facts/", "localhost", 404, "application/problem+json"),
        ("//api/v1/facts", "localhost", 404, "application/problem+json"),
        ("/api", "localhost", 404, "application/problem+json"),
        ("/admin/", "elsewhere.example", 400, "text/html; charset=utf-8"),
        ("/apiary/", "localhost", 404, "text/html; charset=utf-8"),
    ],
)
def test_what_the_desk_does_not_have(client: Client, path: str, host: str, status: int, media_type: str) -> None:
    response = client.get("/", secure=True, headers={"host": host}, PATH_INFO=path)
    assert (response.status_code, response.headers["Content-Type"]) == (status, media_type)
