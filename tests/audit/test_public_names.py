"""A public name that hides nobody is refused; one from before that rule is named, as something to mend."""

from io import StringIO

import pytest
from django.core.management import call_command

from stories.audit import find_violations, mend_public_names
from stories.models import Decision
from tests.world import World

pytestmark = pytest.mark.django_db

LINE = (
    "stories.source clerk: its public name hides nobody: who reads its name gives it another one, on its form in the "
    "admin"
)


def desk(public_name: str) -> World:
    """A desk with a fact, and a protected source of that public name."""
    world = World()
    world.fact()
    world.protected("clerk", "Jane Roe", public_name)
    return world


def test_a_public_name_that_hides_nobody_breaks_a_rule() -> None:
    desk("clerk Roe")
    assert [str(one) for one in find_violations()] == [LINE]
    assert list(mend_public_names()) == []


def test_one_that_hides_breaks_none() -> None:
    desk("a clerk")
    assert list(find_violations()) == []


def test_on_a_desk_from_before_the_rule_it_is_something_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stories.provenance.snapshots.RULES", 1)
    desk("clerk Roe")
    assert "rules" in Decision.objects.get(seq=1).evidence
    assert list(find_violations()) == []
    out = StringIO()
    call_command("check_desk", stdout=out)
    assert out.getvalue() == f"To mend, from before the rule: {LINE}\nThe desk is in order.\n"
