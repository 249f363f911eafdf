"""Every printed place is reached by each who looks: at writing, in trouble, in the audit; and none prints elsewhere.

What is about to be printed is refused, what was printed before the source was protected is found, and what came past
both the audit reports: each, in each place of `PRINTED`, by the same matching (rule: everything-printed).
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from stories import choices
from stories.audit import find_violations
from stories.chain import Refused
from stories.insight.named import namings_shown_to
from stories.insight.namings import look_through, published_texts
from stories.models import LookedThrough, Publication, Source
from stories.provenance.printed import PRINTED, Spot, way_out
from stories.provenance.protection import protect
from stories.verification import newest_decision, withdraw
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.asking import make_asks, words_of_log
from tests.drafts import block
from tests.provenance.test_printed import EXPLAINED, PLACES, proposal
from tests.published import Desk
from tests.world import World

pytestmark = pytest.mark.django_db

Act = Callable[[World], object]


def printing(spot: Spot) -> Act:
    """Publishes a fact that holds the name in `spot`."""
    return lambda world: world.sign(proposal(world, world.second_editor, **PLACES[spot]))


def drafting(**typed: Any) -> Act:
    """Cuts a version with the name in what is `typed`."""

    def act(world: World) -> None:
        given = {"headline": "Closed", "by": world.second_editor, "stamps": world.stamps, **typed}
        blocks = [*given.pop("blocks", []), block(world.fact())]
        draft = save_draft(world.story, blocks=blocks, **given)
        cut(draft, by=world.editor, follows=draft.drafted_at, stamps=world.stamps)

    return act


def noting(world: World) -> None:
    """Withdraws a fact with the name in the public note."""
    claim = world.fact()
    newest = newest_decision(claim)
    assert newest is not None
    explained = {**EXPLAINED, "public_note": "Jane Roe was wrong.", "rationale": "She called."}
    withdraw([claim], by=world.second_editor, follows={claim.pk: newest.seq}, stamps=world.stamps, **explained)


NAMED = {"text": "By Jane Roe.", "facts": []}
EVERYWHERE: dict[Spot, Act] = {
    **{spot: printing(spot) for spot in PLACES},
    Spot.PUBLIC_NOTE: noting,
    Spot.HEADLINE: drafting(headline="Jane Roe closed it"),
    Spot.STANDFIRST: drafting(standfirst="By Jane Roe."),
    Spot.BLOCK: drafting(blocks=[NAMED]),
    Spot.CHANGE_NOTE: drafting(change_kind="clarification", change_note="By Jane Roe."),
}
"""What prints the name in each place that a document has."""

BESIDE = {Spot.CHANGE_NOTE: Spot.PUBLIC_NOTE}
"""What a place is called once it is published: the note of a version lies beside it, as any note."""


def test_there_is_an_act_for_every_place() -> None:
    printed = {spot for kind, members in PRINTED.items() if kind != "source" for spot in members.values() if spot}
    assert EVERYWHERE.keys() == printed


def protected(world: World) -> Source:
    source = Source.objects.get(slug="clerk")
    protect(source, by=world.second_editor, public_name="a clerk", stamps=world.stamps)
    look_through()
    return source


@pytest.fixture
def world() -> World:
    made = World()
    made.source("clerk", "Jane Roe", "person")
    return made


@pytest.mark.parametrize("spot", EVERYWHERE)
def test_at_writing_it_is_refused(spot: Spot, world: World) -> None:
    protected(world)
    with pytest.raises(Refused) as refusal:
        EVERYWHERE[spot](world)
    assert f"The {spot} names a confidential source. {way_out(spot, 'a clerk')}" in refusal.value.reasons


@pytest.mark.parametrize("spot", EVERYWHERE)
def test_what_was_printed_before_is_found(spot: Spot, world: World) -> None:
    EVERYWHERE[spot](world)
    protected(world)
    found, _ = namings_shown_to(world.second_editor, most=10, fresh=0)
    assert BESIDE.get(spot, spot) in {place for one in found for place in one.naming.places.split(", ")}


@pytest.mark.parametrize("spot", EVERYWHERE)
def test_what_came_past_both_the_audit_reports(spot: Spot, world: World) -> None:
    EVERYWHERE[spot](world)
    protected(world)
    LookedThrough.objects.update(since=0)  # as if the names had been looked for before
    place = BESIDE.get(spot, spot)
    said = [str(one) for one in find_violations()]
    assert [line for line in said if re.search(rf"its [^:]*\b{place}\b[^:]* may not name whom we protect", line)]


# ---- The API prints nothing that is not looked through --------------------------------------------------------

NO_WORDS = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,64}|\d{4}-\d\d-\d\d(T[\d:.]+Z?)?|/api/v1/\S*|https?://\S+|"
)
"""Ids, hashes, times, paths."""

VOCABULARY = {
    value
    for one in vars(choices).values()
    if isinstance(one, type) and issubclass(one, choices.TextChoices) and one is not choices.TextChoices
    for value in one.values
} | {"en", "desk", "own reporting", "same", "changed", "removed", "added", "suppressed", "now"}


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for member in value.values():
            yield from strings_in(member)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)
    elif isinstance(value, str):
        yield value


def test_every_word_that_the_api_answers_is_looked_through() -> None:
    desk = Desk()
    tide, quay = (desk.confirm_fact(words) for words in ("The tide is high", "The quay is shut"))
    desk.cut_version("Shut")
    desk.reword(tide, "The tide is very high")
    desk.cut_version("Open", kind="correction", note="The quay is open.")
    desk.withdraw_fact(quay)
    desk.suppress(quay)
    head = Publication.objects.count()
    looked_through = {
        one.text for _, _, parts in published_texts(range(1, head + 1)) for texts in parts.values() for one in texts
    } | set(Publication.objects.values_list("story", flat=True))
    client, asked, unknown = Client(), 0, set[str]()
    for ask in make_asks(words_of_log(), seed=3, times=2):
        if ask.method != "GET" or ask.path.startswith(("/api/schema", "/api/docs")):
            continue
        response: Any = client.get(ask.path)
        if response.status_code in (200, 410) and response["Content-Type"].endswith("json"):
            asked += 1
            said = json.loads(response.content)
            if response.status_code == 410:
                said = {name: value for name, value in said.items() if name not in ("type", "title", "detail")}
            unknown |= {
                text
                for text in strings_in(said)
                if text not in VOCABULARY | looked_through and not NO_WORDS.fullmatch(text)
            }
    assert asked > 50
    assert sorted(unknown) == []
