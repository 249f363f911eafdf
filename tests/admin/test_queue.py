"""The queue: what is to be done for this person, and the way through it."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from stories.models import Claim, Discrepancy, Story, Voice
from stories.verification import newest_decision, return_proposal
from tests.world import NOON, World, anybody

Login = Callable[[User], Client]
LIST = "/admin/stories/claim/"


def listed(client: Client, **asked: str) -> list[str]:
    """The statements on the list, in order."""
    return [claim.statement for claim in client.get(LIST, asked).context["cl"].result_list]


@pytest.fixture
def desk(world: World) -> World:
    """A claim in every state that the queue tells apart; each named by its state."""
    world.fact(world.claim("fact"))
    world.claim("unverified")
    for statement, by in (("proposed by reporter", world.reporter), ("proposed by editor", world.editor)):
        claim = world.claim(statement)
        world.proposal(claim, world.passage(claim, "courier", "wire"), by=by)
    claim = world.claim("returned to reporter")
    proposal = world.proposal(claim, world.passage(claim, "courier", "wire"))
    return_proposal(proposal, by=world.editor, rationale="Thin.", stamps=world.stamps)
    return world


def test_it_opens_on_what_is_to_be_done_for_this_person(desk: World, login: Login) -> None:
    assert {name: sorted(listed(login(getattr(desk, name)))) for name in ("reporter", "editor", "second_editor")} == {
        "reporter": ["proposed by editor", "returned to reporter", "unverified"],
        "editor": ["proposed by reporter", "unverified"],
        "second_editor": ["proposed by editor", "proposed by reporter", "unverified"],
    }


@pytest.mark.parametrize(
    ("work", "statements"),
    [
        ("sign", ["proposed by reporter"]),
        ("returned", []),
        ("unverified", ["unverified"]),
        ("fact", ["fact"]),
        ("confirmed", ["fact"]),
        ("proposed", ["proposed by editor", "proposed by reporter"]),
        ("contradicted", []),
        ("disputed", []),
        ("all", ["fact", "proposed by editor", "proposed by reporter", "returned to reporter", "unverified"]),
    ],
)
def test_every_view_has_an_address_of_its_own(desk: World, login: Login, work: str, statements: list[str]) -> None:
    assert sorted(listed(login(desk.editor), work=work)) == statements


def test_the_columns_say_how_a_claim_stands(world: World, login: Login) -> None:
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    world.passage(claim, "mirror", "official")
    Voice.objects.create(
        source=world.source("official"),
        same_as=world.source("wire"),
        reason="Maybe.",
        created_at=NOON,
        recorded_by=anybody(),
    )
    Discrepancy.objects.create(claim=claim, kind="name", first=passage, first_words="x", found_at=NOON)
    row = login(world.editor).get(LIST).context["cl"].result_list[0]
    assert (row.standing.sources, row.standing.rests_on, row.standing.open_discrepancies) == (1, ("Wire",), 1)


def test_a_claim_can_be_left_undecided_for_the_next_of_the_queue(world: World, login: Login) -> None:
    first, second = world.claim("One."), world.claim("Two.")
    client = login(world.editor)
    asked, queue = "work=unverified", "queue=work%3Dunverified"
    assert f'href="{LIST}{first.pk}/next/?{asked}"' in client.get(f"{LIST}{first.pk}/review/?{queue}").content.decode()
    leads = [client.get(f"{LIST}{claim.pk}/next/?{asked}")["Location"] for claim in (first, second)]
    assert leads == [f"{LIST}{second.pk}/review/?{queue}", f"{LIST}?{asked}"]
    assert "/next/" not in client.get(f"{LIST}{first.pk}/review/").content.decode()
    assert client.post(f"{LIST}{first.pk}/next/?{asked}").status_code == 405
    assert client.get(f"{LIST}{first.pk}/next/?e=1&story__id__exact=x").status_code == 302


def test_after_a_decision_comes_the_next_claim_of_the_same_queue(world: World, login: Login) -> None:
    for number in range(3):
        world.passage(world.claim(f"Claim {number}."), "courier", "wire")
    client = login(world.editor)
    first, second, third = client.get(LIST, {"work": "unverified"}).context["cl"].result_list
    here = f"{LIST}{first.pk}/review/?queue=work%3Dunverified"
    assert here in client.get(LIST, {"work": "unverified"}).content.decode()
    response = client.post(here, {"verb": "dispute", "rationale": "Doubt."}, follow=True)
    assert response.redirect_chain == [
        (f"{LIST}{first.pk}/next/?work=unverified", 302),
        (f"{LIST}{second.pk}/review/?queue=work%3Dunverified", 302),
    ]
    assert f'Decision 1: disputed. <a href="{LIST}{first.pk}/review/">' in response.content.decode()
    for claim in (second, third):
        response = client.post(
            f"{LIST}{claim.pk}/review/?queue=work%3Dunverified", {"verb": "dispute", "rationale": "Doubt."}, follow=True
        )
    assert response.redirect_chain[-1] == (f"{LIST}?work=unverified", 302)


@pytest.mark.parametrize("queue", ["", "work=nonsense", "claim__pk__regex=(", "p=999", "o=x"])
def test_a_crafted_queue_breaks_nothing(world: World, login: Login, queue: str) -> None:
    claim = world.claim()
    response = login(world.editor).post(
        f"{LIST}{claim.pk}/review/?{urlencode({'queue': queue})}",
        {"verb": "dispute", "rationale": "Doubt."},
        follow=True,
    )
    newest = newest_decision(Claim.objects.get())
    assert (response.status_code, newest is not None) == (200, True)


def test_the_views_say_how_many_there_are_within_the_chosen_story_and_kind(desk: World, login: Login) -> None:
    def counts(**asked: str) -> dict[str, str]:
        changelist = login(desk.editor).get(LIST, asked).context["cl"]
        return {view: changelist.count_view(view) for view in ("all", "sign", "returned", "unverified", "fact")}

    assert counts() == {"all": "5", "sign": "1", "returned": "0", "unverified": "1", "fact": "1"}
    assert counts(kind__exact="date", work="all")["all"] == "0"
    assert "Waiting for my signature (1)" in login(desk.editor).get(LIST).content.decode()


def test_a_long_list_holds_the_newest_and_says_that_there_are_more(
    world: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stories.admin.claim.changelist.MOST_LISTED", 3)
    for number in range(5):
        world.claim(f"Ship {number} waits.")
    client = login(world.editor)
    shown = client.get(LIST)
    assert sorted(listed(client)) == ["Ship 2 waits.", "Ship 3 waits.", "Ship 4 waits."]
    assert (shown.context["cl"].is_capped, shown.context["cl"].count_in_words) == (True, "3+")
    assert "the newest 1,000" in shown.content.decode()
    assert sorted(listed(client, q="ship")) == ["Ship 2 waits.", "Ship 3 waits.", "Ship 4 waits."]
    assert listed(client, q="1 ship") == ["Ship 1 waits."]


def test_a_list_of_pages_keeps_the_order_asked_for(world: World, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stories.admin.claim.admin.ClaimAdmin.list_per_page", 2)
    for statement in "CAEBD":
        world.claim(statement)
    client = login(world.editor)
    pages = [[listed(client, p=page, **asked) for page in "123"] for asked in ({}, {"o": "1"}, {"o": "-1"})]
    assert pages == [
        [["C", "A"], ["E", "B"], ["D"]],
        [["A", "B"], ["C", "D"], ["E"]],
        [["E", "D"], ["C", "B"], ["A"]],
    ]
    assert listed(client, all="") == ["C", "A", "E", "B", "D"]
    assert client.get(LIST, {"p": "4"}).status_code == 302


def test_the_search_takes_whole_words_within_the_chosen_story(desk: World, login: Login) -> None:
    other = Story.objects.create(slug="other", title="Other", created_at=NOON)
    Claim.objects.create(story=other, statement="Unverified elsewhere", kind="fact", created_at=NOON)
    client = login(desk.editor)
    assert sorted(listed(client, q="UNVERIFIED")) == ["Unverified elsewhere", "unverified"]
    assert listed(client, q="unverified", story__id__exact=str(other.pk)) == ["Unverified elsewhere"]
    assert (listed(client, q="verified"), listed(client, q='"(')) == ([], [])


@pytest.mark.parametrize("asked", ["story__id__exact=x", "kind__exact=%00", "says__id__exact=x", "created_at__gte=x"])
def test_a_crafted_filter_is_answered(world: World, login: Login, asked: str) -> None:
    assert login(world.editor).get(f"{LIST}?{asked}").status_code in (200, 302)


def test_an_empty_queue_says_what_to_do_next(world: World, login: Login) -> None:
    assert "read an article and take a claim from it" in login(world.editor).get(LIST).content.decode()


def test_our_own_reporting_is_one_source_in_the_queue(world: World, login: Login) -> None:
    claim = world.claim("We saw it.")
    world.passage(claim, own_reporting=True)
    (row,) = login(world.editor).get(LIST).context["cl"].result_list
    assert (row.standing.sources, row.standing.rests_on) == (1, ("our own reporting",))
