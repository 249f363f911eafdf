"""What was published after a source was protected and names it breaks a rule; what was there before is to be mended."""

from io import StringIO

import pytest
from django.core.management import call_command

from stories.audit import find_violations, mend_printed
from stories.insight.namings import look_through
from stories.models import FormerName, LookedThrough, Publication, Source
from stories.provenance.protection import protect
from tests.world import World

pytestmark = pytest.mark.django_db

NAMED = "The harbour is closed, Wire reports, citing Jane Roe."
TO_MEND = (
    "1 publication(s) name a source that was protected since: those on its reader list, or where nobody is on it all "
    "editors, see which on the front page, and take them down"
)


def desk(*, looks: bool) -> World:
    """A desk that printed the name of a source that was protected since."""
    world = World()
    world.source("clerk", "Jane Roe", "person")
    world.fact(wording=NAMED)
    protect(Source.objects.get(slug="clerk"), by=world.editor, public_name="a port clerk", stamps=world.stamps)
    if looks:
        look_through()
    return world


@pytest.mark.parametrize("looks", [True, False])
def test_what_was_printed_before_is_to_be_mended_and_it_is_not_said_where(looks: bool) -> None:
    desk(looks=looks)
    assert list(find_violations()) == []
    assert list(mend_printed()) == [TO_MEND]
    out = StringIO()
    call_command("check_desk", stdout=out)
    assert out.getvalue() == f"To mend: {TO_MEND}.\nThe desk is in order.\n"


def test_what_was_published_since_past_the_check_breaks_a_rule() -> None:
    world = desk(looks=True)
    since = Publication.objects.latest("position").pk
    world.fact(world.claim("It is shut."), wording="It is shut, Wire reports, citing Joan Doe.")
    begin_with(Source.objects.get(slug="clerk"), since=since, name="Joan Doe")
    assert [str(one) for one in find_violations()] == [
        f"stories.publication {since + 1}: its wording may not name whom we protect: take it down"
    ]
    assert list(mend_printed()) == [TO_MEND]


def begin_with(clerk: Source, *, since: int, name: str) -> None:
    """Protect another name, as if it had been looked for since that position."""
    FormerName.objects.create(source=clerk, text=name)
    look_through()
    LookedThrough.objects.update(since=since)


def test_a_desk_that_protects_nobody_has_nothing_to_mend() -> None:
    World().fact(wording=NAMED)
    assert (list(find_violations()), list(mend_printed())) == ([], [])
