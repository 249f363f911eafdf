"""Two who record or close the same contradiction at the same moment: one of them hears of the other."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from stories.disagreements.contradictions import close_contradiction, open_contradiction
from stories.models import Contradiction
from stories.stamps import LiveStamps
from tests.world import World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="on SQLite one writes at a time"),
]


TIME_TO_GET_IN_BETWEEN = 0.3


class SlowStamps(LiveStamps):
    """A clock that tells the time only when somebody else has begun and had time to get in between."""

    def __init__(self) -> None:
        self.is_asked = threading.Event()
        self.is_joined = threading.Event()

    def now(self) -> datetime:
        self.is_asked.set()
        self.is_joined.wait(10)
        time.sleep(TIME_TO_GET_IN_BETWEEN)
        return super().now()


def do_both(slower: Callable[[LiveStamps], object], faster: Callable[[], object]) -> list[object]:
    """What comes of `slower`, which has read and not yet written when `faster` begins, and of `faster`."""
    stamps = SlowStamps()

    def outcome(act: Callable[[], object]) -> object:
        try:
            return act()
        except ValidationError as error:
            return error.messages
        finally:
            connection.close()

    def join() -> object:
        stamps.is_asked.wait(10)
        stamps.is_joined.set()
        return faster()

    with ThreadPoolExecutor(2) as threads:
        begun = [threads.submit(outcome, act) for act in (lambda: slower(stamps), join)]
        return [one.result(20) for one in begun]


def test_one_closes_and_the_other_hears_of_it() -> None:
    world = World()
    row = open_contradiction(world.claim("Open."), world.claim("Closed."), by=world.editor, note="Which?")
    kept, refused = do_both(
        lambda stamps: close_contradiction(row, by=world.editor, state="resolved", reason="It is open.", stamps=stamps),
        lambda: close_contradiction(row, by=world.second_editor, state="dismissed", reason="Two harbours."),
    )
    assert refused == ["It was resolved meanwhile: It is open."]
    assert [kept] == list(Contradiction.objects.filter(reason="It is open.", closed_by=world.editor))


def test_both_record_one_and_it_is_the_same() -> None:
    world = World()
    first, second = world.claim("Open."), world.claim("Closed.")
    kept, again = do_both(
        lambda stamps: open_contradiction(first, second, by=world.editor, note="Which?", stamps=stamps),
        lambda: open_contradiction(second, first, by=world.second_editor, note="What?"),
    )
    assert kept == again == Contradiction.objects.get()
