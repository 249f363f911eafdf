"""Who takes a text or note down is shown where the same words stand otherwise, each with its page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.insight import elsewhere
from stories.models import Publication, Story
from tests.admin.conftest import page_of
from tests.published import Desk
from tests.world import NOON

Login = Callable[[User], Client]
WORDS = "The pier is shut"
LOG = "/admin/stories/publication/"
BOX = re.compile(r'<section aria-labelledby="elsewhere-heading">.*?</section>', re.DOTALL)


@pytest.fixture
def desk(db: None) -> Desk:
    """A fact (1), a version that prints it (2), its end (3); the same words in a story of their own and once more."""
    desk = Desk()
    harbour = desk.story
    fact = desk.confirm_fact(WORDS)
    desk.cut_version("Shut")
    desk.withdraw_fact(fact)
    desk.story = Story.objects.create(slug="canal", title="The canal", created_at=NOON)
    desk.confirm_fact("THE  pier is SHUT")  # 4
    desk.cut_version("Closed")  # 5, prints 4
    past = desk.confirm_fact(WORDS)  # 6
    desk.withdraw_fact(past, note=f"Nobody knows that “{WORDS}, Wire reports”.")  # 7
    desk.confirm_fact("Wire reports: the shut is pier")  # 8, the same words in another order
    desk.story = harbour
    desk.confirm_fact(WORDS)  # 9, of another claim
    return desk


def rows(response: Any) -> list[tuple[int, str, bool]]:
    """What the page says stands elsewhere: position, part, whether in force."""
    return [(one.publication.pk, str(one.part), one.is_in_force) for one in response.context["elsewhere"]]


def test_facts_in_force_and_past_versions_and_notes_lead_to_where_each_is_taken_down(desk: Desk, login: Login) -> None:
    client = login(desk.editor)
    response = client.get(f"{LOG}1/suppression/")
    assert [one.publication.pk for one in response.context["texts"]] == [1, 2]
    assert rows(response) == [
        (9, "text", True),
        (4, "text", True),
        (7, "note", False),
        (6, "text", False),
        (5, "text", False),
    ]
    (box,) = BOX.findall(page_of(response))
    assert re.findall(r'href="([^"]+)">([^<]+)</a>: ([^<\n]+)', box) == [
        (f"{LOG}9/suppression/", "The text of position 9", "a fact in force, story harbour"),
        (f"{LOG}4/suppression/", "The text of position 4", "a fact in force, story canal"),
        (f"{LOG}7/suppression/note/", "The public note of position 7", "withdrawn, story canal"),
        (f"{LOG}6/suppression/", "The text of position 6", "a fact that has ended, story canal"),
        (f"{LOG}5/suppression/", "The text of position 5", "version 1, story canal"),
    ]


def test_what_was_taken_down_stands_nowhere_and_the_rest_is_told_until_it_is(desk: Desk, login: Login) -> None:
    client = login(desk.editor)
    for position, left in ((1, [9, 4, 7, 6, 5]), (4, [9, 6]), (6, [9]), (9, [])):
        desk.suppress(Publication.objects.get(pk=position))  # 5 and 7, of its story, go with 4
        assert [place for place, _, _ in rows(client.get(f"{LOG}1/suppression/"))] == left
    assert BOX.findall(page_of(client.get(f"{LOG}1/suppression/"))) == []


def test_where_a_note_is_repeated_is_told_too(desk: Desk, login: Login) -> None:
    again = desk.confirm_fact("The lock is open")
    desk.withdraw_fact(again, note="This was WRONG.")  # of the same story, so it goes with it
    desk.story = Story.objects.get(slug="canal")
    desk.withdraw_fact(desk.confirm_fact("The lock is full"), note="This was wrong.")
    response = login(desk.editor).get(f"{LOG}3/suppression/note/")
    assert [one.publication.pk for one in response.context["texts"]] == [3, 11]
    assert rows(response) == [(13, "note", False)]


def test_of_what_is_sealed_editors_alone_are_told(desk: Desk, login: Login) -> None:
    desk.suppress(Publication.objects.get(pk=1))
    readers = (desk.editor, desk.reporter, desk.person("auditor", "Auditors"), desk.person("root", is_superuser=True))
    told = [len(rows(login(person).get(f"{LOG}1/suppression/"))) for person in readers]
    assert told == [5, 0, 0, 0]


def test_only_some_are_listed_and_the_others_counted(desk: Desk, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "MOST_LISTED", 2)
    response = login(desk.editor).get(f"{LOG}1/suppression/")
    assert [place for place, _, _ in rows(response)] == [9, 4]
    assert "And 3 more." in page_of(response)


@pytest.mark.parametrize("more", [0, 3])
def test_the_page_takes_the_same_queries_however_often_the_words_stand_elsewhere(
    desk: Desk, login: Login, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.story = Story.objects.get(slug="canal")
    for _ in range(more):
        desk.withdraw_fact(desk.confirm_fact(WORDS), note=f"Not so: {WORDS}, Wire reports.")
    client = login(desk.editor)
    with django_assert_num_queries(QUERIES):
        assert client.get(f"{LOG}1/suppression/").status_code == 200


QUERIES = 40
