"""Who else has a claim open: a courtesy, kept in one small table and nowhere else."""

from datetime import timedelta

import pytest
import time_machine

from stories.admin.claim.presence import LATELY, describe_others, note_open, others_with
from stories.models import Presence
from stories.stamps import LIVE
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


def test_others_are_named_and_oneself_is_not() -> None:
    world = World()
    claim, other = world.claim(), world.claim("Another.")
    world.second_editor.first_name, world.second_editor.last_name = "Second", "Editor"
    world.second_editor.save()
    for person in (world.editor, world.second_editor, world.reporter):
        note_open(claim, by=person)
    assert others_with(claim, but=world.editor) == ["Second Editor", "reporter"]
    assert others_with(other, but=world.editor) == []


def test_a_page_that_says_nothing_any_more_is_forgotten_and_the_table_stays_small() -> None:
    world = World()
    claim = world.claim()
    with time_machine.travel(NOON, tick=False) as clock:
        note_open(claim, by=world.editor)
        note_open(claim, by=world.editor)
        assert Presence.objects.count() == 1
        clock.shift(LATELY)
        assert others_with(claim, but=world.reporter) == ["editor"]
        clock.shift(timedelta(milliseconds=1))
        assert others_with(claim, but=world.reporter) == []
        note_open(claim, by=world.reporter)
        assert list(Presence.objects.values_list("person__username", "seen_at")) == [("reporter", LIVE.now())]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["editor"], "editor has this open, too."),
        (["a", "b", "c"], "a, b and c have this open, too."),
    ],
)
def test_it_is_said_in_words(names: list[str], words: str) -> None:
    assert describe_others(names) == words
