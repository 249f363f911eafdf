"""The record of changes is whole: numbered, each line from what the one before left, and the row as the newest says."""

from collections.abc import Callable

import pytest
from django.db import connection

from stories.audit import find_violations
from stories.changes.writing import save_on_record
from stories.database import drop_guards
from stories.models import Article, Change
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    """An article whose headline was changed three times."""
    world = World()
    made = world.article("courier", "The harbour is closed.", slug="shut", headline="One")
    for headline in ("Two", "Three", "Four"):
        made.headline = headline
        save_on_record(made, by=world.reporter, stamps=world.stamps)
    return made


def found() -> list[str]:
    return [str(one) for one in find_violations()]


def change(number: int) -> "Change":
    return Change.objects.get(number=number)


def line(number: int, reason: str) -> str:
    return f"stories.change article, shut, headline, {number}: {reason}"


ROW = "stories.article shut: its headline is not what the newest change on record says"


def test_a_record_as_the_desk_writes_it_is_silent(article: Article) -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (lambda: Article.objects.update(headline="Five"), [ROW]),
        (lambda: change(3).delete(), [ROW]),
        (lambda: change(2).delete(), [line(3, "the change before it, number 2, is gone")]),
        (
            lambda: Change.objects.filter(number=2).update(became="Other"),
            [line(3, "it changes “Three”, and the change before it left “Other”")],
        ),
        (
            lambda: Change.objects.filter(number=3).update(at=NOON),
            [line(3, "its time lies before that of the change before it")],
        ),
        (lambda: Change.objects.filter(number=2).update(by_username=""), [line(2, "it names nobody who made it")]),
        (
            lambda: Change.objects.filter(number=3).update(field="text", number=1),
            [
                ROW,
                ROW.replace("headline", "text"),
                "stories.change article, shut, text, 1: text of article is nothing that decides what may be printed",
            ],
        ),
        (
            lambda: Change.objects.filter(number=1).update(row="gone"),
            [
                "stories.change article, gone, headline, 1: there is no such row",
                line(2, "the change before it, number 1, is gone"),
            ],
        ),
    ],
)
def test_what_an_owner_forges_is_found(article: Article, forge: Callable[[], object], said: list[str]) -> None:
    drop_guards(connection)
    forge()
    assert sorted(found()) == sorted(said)
