"""A story in time: what we knew at a moment, and what changed between two versions or between one and now."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from stories.models import Story
from tests.admin.conftest import all_rows, page_of
from tests.loaded import loaded_once, seeds

__all__ = ["loaded_once", "seeds"]

pytestmark = pytest.mark.usefixtures("seeds")


@pytest.fixture
def desk(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="auditor"))
    return client


def story_address(page: str) -> str:
    return f"/admin/stories/story/{Story.objects.get().pk}/{page}/"


def test_at_noon_nothing_was_known(desk: Client) -> None:
    page = page_of(desk.get(story_address("as-of"), {"at": "2025-11-21T12:00:00"}, secure=True))
    assert "Nothing was claimed yet." in page
    assert "No version was out." in page


def test_with_the_first_article_alone_everything_rests_on_one_outlet(desk: Client) -> None:
    page = page_of(desk.get(story_address("as-of"), {"at": "2025-11-21T14:10:00"}, secure=True))
    assert "1 article: Deutsche Welle (2025-11-21 12:21)." in page
    assert "Version 1 was out" in page
    assert "In force: “There is a 28-point peace plan for Ukraine, according to AFP and Axios.” (attributed)" in page


def test_right_after_a_decision(desk: Client) -> None:
    page = page_of(desk.get(story_address("as-of"), {"seq": "1"}, secure=True))
    assert "after decision 1" in page
    assert page.count(">proposed</span>") == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"seq": "9999"}, "There is no decision 9999; the ledger ends at 76."),
        ({"at": "noon"}, '<a href="#id_at">Time (UTC)</a>: Enter a valid date/time.'),
    ],
)
def test_a_moment_that_is_none_is_said_so(desk: Client, asked: dict[str, str], said: str) -> None:
    assert said in page_of(desk.get(story_address("as-of"), asked, secure=True))


def test_the_correction_shows_word_by_word(desk: Client) -> None:
    page = page_of(desk.get(story_address("diff"), {"from": "2", "to": "3"}, secure=True))
    assert page.count(">reworded</span>") == 1
    assert "<del>" in page
    assert "correction: We said that the document will bear five signatures." in page


def test_a_withdrawn_fact_shows_with_its_note(desk: Client) -> None:
    page = page_of(desk.get(story_address("diff"), {"from": "1", "to": "now"}, secure=True))
    assert page.count(">withdrawn</span>") == 1
    assert "withheld: Taken down while we check" in page


def test_a_version_that_there_is_not_falls_back_to_the_newest_change(desk: Client) -> None:
    page = page_of(desk.get(story_address("diff"), {"from": "99", "to": "x"}, secure=True))
    assert "from version 2 to now" in page


@pytest.mark.parametrize("page", ["as-of", "diff"])
def test_looking_writes_nothing(desk: Client, page: str) -> None:
    before = all_rows()
    desk.get(story_address(page), secure=True)
    assert all_rows() == before


@pytest.mark.parametrize("page", ["as-of", "diff"])
def test_the_number_of_queries_does_not_grow_with_the_claims(
    desk: Client, page: str, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries({"as-of": 24, "diff": 13}[page]):  # type: ignore[operator]
        assert desk.get(story_address(page), secure=True).status_code == 200
