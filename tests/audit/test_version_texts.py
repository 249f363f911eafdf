"""A published version is composed anew from the cut and the log, so that whatever of it was made up is found.

The owner takes the guards down, changes the text, makes the chain anew, and puts them up again.
"""

import pytest

from stories.audit import Unknown, Violation, examine_desk
from stories.models import Publication, Story
from tests.audit.test_behind_the_desk import as_owner, forge_text
from tests.published import Desk
from tests.world import on_record


@pytest.fixture
def version(db: None) -> Publication:
    """A version, after a fact."""
    desk = Desk()
    desk.confirm_fact("The pier is shut")
    return desk.cut_version("Shut")


def reason(*names: str) -> str:
    """What is said of a version in which `names` are made up."""
    made = f"its text is not what the version that was cut and the log make it ({', '.join(names)})"
    return f"stories.publication 2: {made}: suppress it, or restore a backup"


FORGED: dict[str, object] = {
    "aside": "A key too many.",
    "blocks": [],
    "change_kind": "correction",
    "headline": "Open",
    "number": 2,
    "published_at": "1999-01-01T00:00:00.000Z",
    "standfirst": "More.",
    "story": {"slug": "harbour", "title": "Another title"},
    "url": "https://elsewhere.example/",
}


def test_every_member_of_a_version_is_forged_below(version: Publication) -> None:
    whole = version.body.text
    assert [name for name in FORGED if f'"{name}":' not in whole] == ["aside"]


@pytest.mark.parametrize("name", FORGED)
def test_a_version_whose_text_was_made_up(version: Publication, name: str) -> None:
    assert list(examine_desk()) == []
    as_owner(lambda: forge_text(version.pk, **{name: FORGED[name]}))
    assert [str(one) for one in examine_desk()] == [reason(name)]


def test_another_slug_or_a_key_too_many_in_the_story(version: Publication) -> None:
    for story in ({"slug": "canal", "title": "The harbour"}, {"slug": "harbour", "title": "The harbour", "id": 1}):
        as_owner(lambda story=story: forge_text(version.pk, story=story))
        assert [str(one) for one in examine_desk()] == [reason("story")]


def test_a_title_that_was_changed_on_record_since_is_in_order(version: Publication) -> None:
    on_record(Story.objects.all(), title="The harbour and the canal")
    assert list(examine_desk()) == []


def test_a_title_that_was_changed_on_no_record_is_found(version: Publication) -> None:
    as_owner(lambda: Story.objects.update(title="The canal"))
    found = [str(one) for one in examine_desk()]
    assert [line for line in found if line.startswith("stories.publication")] == [reason("story")]


def test_of_the_first_format_nobody_can_say_what_the_story_was_called(version: Publication) -> None:
    def age() -> None:
        Publication.objects.update(format=1)
        forge_text(version.pk, change_note=None, story={"slug": "harbour", "title": "The old harbour"})

    as_owner(age)
    found = [one for one in examine_desk() if one.key == "2"]
    assert [type(one) for one in found] == [Unknown]
    told = Violation("stories.publication", "2", "its story may have been called so when it was cut")
    assert str(found[0]) == str(told)
