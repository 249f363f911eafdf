"""Whoever comes to the front door is led to the desk."""

from django.test import Client


def test_the_root_leads_to_the_desk(client: Client) -> None:
    response = client.get("/", secure=True)
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")
