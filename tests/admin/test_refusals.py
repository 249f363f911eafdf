"""What the desk answers to who may not, and where there is nothing: the reason, and what to do."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.admin.conftest import page_of
from tests.world import World

Login = Callable[[User], Client]


def test_who_may_not_reads_why_and_where_to_go(world: World, login: Login) -> None:
    passage = world.passage(world.claim(), "courier")
    address = f"/admin/stories/article/{passage.article_id}/passages/{passage.pk}/retire/"
    response = login(world.person("auditor", "Auditors")).post(address)
    page = page_of(response)
    assert response.status_code == 403
    assert "Only members of the groups Reporters and Editors record passages. Nothing was written." in page
    assert 'href="/admin/"' in page


@pytest.mark.parametrize("address", ["/admin/stories/claim/999999/review/", "/admin/nowhere/", "/nowhere/"])
def test_where_there_is_nothing_the_way_back_is_shown(world: World, login: Login, address: str) -> None:
    response = login(world.editor).get(address)
    assert (response.status_code, "There is nothing here" in page_of(response)) == (404, True)


def test_strangers_are_told_no_more(client: Client, db: None) -> None:
    response = client.get("/nowhere/")
    assert (response.status_code, "There is nothing here" in page_of(response)) == (404, True)
    assert client.get("/api/v1/nowhere/")["Content-Type"] == "application/problem+json"
