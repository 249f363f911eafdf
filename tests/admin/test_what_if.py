"""“What if?” on the desk: what hangs on a source or an article, and withdrawing the chosen facts in one act."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from stories.admin.source import what_if
from stories.models import Claim, Decision, Publication, Source
from stories.record.publications import fact_in_force
from stories.verification import newest_decision, withdraw
from tests.admin.conftest import HOSTILE, all_rows, page_of
from tests.world import World

Login = Callable[[User], Client]


def address(row: Any) -> str:
    return reverse(f"admin:stories_{row._meta.model_name}_what_if", args=[row.pk])


def box(claim: Claim) -> str:
    newest = newest_decision(claim)
    assert newest is not None
    return f"{claim.pk}-{newest.seq}"


def typed(*claims: Claim, **fields: Any) -> dict[str, Any]:
    values = {
        "facts": [box(claim) for claim in claims],
        "correction_kind": "withheld",
        "public_note": "We are checking what Wire reported.",
        "rationale": "Wire has withdrawn its report.",
    }
    return values | fields


def facts(world: World, number: int) -> list[Claim]:
    return [world.fact(world.claim(f"Berth {n} is closed.")) for n in range(number)]


def wire(world: World) -> Source:
    return world.source("wire")


# Looking.


def test_the_page_says_what_would_lose_its_basis_and_what_a_route(world: World, login: Login) -> None:
    (fact,) = facts(world, 1)
    claim = world.claim("Ships are waiting.")
    world.passage(claim, "courier", "wire", quote="Ships are waiting")
    world.passage(claim, "mirror", "minister", quote="Ships are waiting")
    response = login(world.editor).get(address(wire(world)))
    assert [(name, [one.effect.claim for one in rows]) for name, _, rows in response.context["groups"]] == [
        ("facts", [fact]),
        ("routes", [claim]),
    ]
    page = page_of(response)
    assert "What if Wire is wrong?" in page
    assert "Falls: courier → wire" in page
    assert "2 → 1 independent source" in page


def test_the_same_for_an_article(world: World, login: Login) -> None:
    (fact,) = facts(world, 1)
    passage = fact.evidence.get()
    response = login(world.editor).get(address(passage.article))
    assert [one.effect.claim for _, _, rows in response.context["groups"] for one in rows] == [fact]
    assert "What if “article-1” is retracted?" in page_of(response)


def test_the_forms_of_source_and_article_lead_there(world: World, login: Login) -> None:
    article = world.article("courier", "The harbour is closed.")
    client = login(world.editor)
    for row in (wire(world), article):
        form = page_of(client.get(reverse(f"admin:stories_{row._meta.model_name}_change", args=[row.pk])))
        assert f'href="{address(row)}"' in form


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_the_same_queries_however_many_facts(
    world: World, login: Login, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    facts(world, number)
    client, page = login(world.editor), address(wire(world))
    with django_assert_num_queries(28):
        assert client.get(page).status_code == 200


def test_looking_writes_nothing_and_nothing_is_ticked_unasked(world: World, login: Login) -> None:
    facts(world, 2)
    before = all_rows()
    client = login(world.editor)
    ticked = [
        [one.is_chosen for _, _, rows in client.get(address(wire(world)), query).context["groups"] for one in rows]
        for query in ({}, {"choose": "losing"})
    ]
    assert ticked == [[False, False], [True, True]]
    assert all_rows() == before


def test_nothing_stands_on_it(world: World, login: Login) -> None:
    page = page_of(login(world.editor).get(address(wire(world))))
    assert "Nothing stands on it." in page
    assert "Withdraw the ticked facts" not in page


def test_hostile_words_arrive_as_text(world: World, login: Login) -> None:
    source = world.source("hostile", name=HOSTILE)
    world.passage(world.claim(HOSTILE), "courier", "hostile")
    page = page_of(login(world.editor).get(address(source)))
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


# Withdrawing.


def test_the_ticked_facts_are_withdrawn_in_one_act_with_one_note(world: World, login: Login) -> None:
    first, second, third = facts(world, 3)
    client = login(world.editor)
    response = client.post(address(wire(world)), typed(first, third), follow=True)
    assert [fact_in_force(claim) is not None for claim in (first, second, third)] == [False, True, False]
    ended = Publication.objects.filter(event="withdrawn")
    assert [(one.correction_kind, one.note_beside.text) for one in ended] == [
        ("withheld", "We are checking what Wire reported.")
    ] * 2
    assert {one.rationale for one in Decision.objects.filter(verdict="withdrawn")} == {"Wire has withdrawn its report."}
    assert "2 facts withdrawn in one act: decisions 7 to 8." in page_of(response)


def test_a_double_click_withdraws_once(world: World, login: Login) -> None:
    claims = facts(world, 2)
    form, client = typed(*claims), login(world.editor)
    assert [client.post(address(wire(world)), form).status_code for _ in range(2)] == [302, 302]
    assert Decision.objects.filter(verdict="withdrawn").count() == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"facts": []}, "Choose at least one fact to withdraw."),
        ({"facts": ["7"]}, "“7” is no fact of this page: reload it and choose again."),
        ({"facts": ["1-99999999999999999999"]}, "“1-99999999999999999999” is no fact of this page"),
        ({"facts": ["999999-1"]}, "Choose at least one fact to withdraw."),
        ({"public_note": " "}, "write the public note that readers will see."),
        ({"correction_kind": ""}, "choose a correction kind"),
        ({"correction_kind": "joke"}, "Select a valid choice."),
        ({"rationale": ""}, "Write the rationale: why?"),
    ],
)
def test_a_refusal_says_why_withdraws_nothing_and_keeps_what_was_typed(
    world: World, login: Login, change: dict[str, Any], reason: str
) -> None:
    claims = facts(world, 2)
    before = all_rows()
    response = login(world.editor).post(address(wire(world)), typed(*claims) | change)
    page = page_of(response)
    assert response.status_code == 422
    assert reason in page
    kept = typed() | change
    assert kept["public_note"] in page
    assert kept["rationale"] in page
    assert all_rows() == before


def test_who_decided_meanwhile_is_named_and_nothing_is_withdrawn(world: World, login: Login) -> None:
    first, second = facts(world, 2)
    form = typed(first, second)
    world.proposal(
        second,
        *second.evidence.all(),
        wording="The harbour is shut, Wire reports.",
        correction_kind="update",
        public_note="We say it more clearly.",
        rationale="Clearer.",
    )
    before = all_rows()
    client = login(world.editor)
    response = client.post(address(wire(world)), form)
    page = page_of(response)
    assert response.status_code == 409
    assert "Proposed by reporter (reporter)" in page
    assert second.statement in page
    assert "We are checking what Wire reported." in page
    assert "Wire has withdrawn its report." in page
    assert "a proposal waits, and would be over" in page
    assert [one.is_chosen for _, _, rows in response.context["groups"] for one in rows] == [True, True]
    assert all_rows() == before
    boxes = [one.box for _, _, rows in response.context["groups"] for one in rows]
    assert client.post(address(wire(world)), form | {"facts": boxes}).status_code == 302
    assert Publication.objects.filter(event="withdrawn").count() == 2


def test_a_fact_that_somebody_else_took_down_keeps_the_others_up(world: World, login: Login) -> None:
    first, second = facts(world, 2)
    form = typed(first, second)
    newest = newest_decision(second)
    assert newest is not None
    withdraw(
        [second],
        by=world.second_editor,
        rationale="Doubts.",
        correction_kind="withheld",
        public_note="We are checking.",
        follows={second.pk: newest.seq},
    )
    response = login(world.editor).post(address(wire(world)), form)
    assert (response.status_code, fact_in_force(first) is not None) == (409, True)
    assert "Withdrawn by second-editor (editor)" in page_of(response)


def test_a_reporter_looks_and_withdraws_nothing(world: World, login: Login) -> None:
    (claim,) = facts(world, 1)
    client = login(world.reporter)
    assert "An editor withdraws facts from here, in one act." in page_of(client.get(address(wire(world))))
    before = all_rows()
    response = client.post(address(wire(world)), typed(claim))
    assert (response.status_code, response.context["reasons"]) == (422, ["Only an editor can withdraw a claim."])
    assert all_rows() == before


def test_who_may_not_see_a_source_sees_nothing_of_it(world: World, login: Login) -> None:
    stranger = User.objects.create_user("stranger", is_staff=True)
    assert login(stranger).get(address(wire(world))).status_code == 403
    assert login(world.editor).get(reverse("admin:stories_source_what_if", args=[999])).status_code == 404


def test_more_facts_than_one_act_takes_get_a_box_later(
    world: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = facts(world, 3)
    monkeypatch.setattr(what_if, "MOST_AT_ONCE", 2)
    client = login(world.editor)
    response = client.get(address(wire(world)))
    assert [bool(one.box) for _, _, rows in response.context["groups"] for one in rows] == [True, True, False]
    assert "1 more fact gets a box once these are withdrawn" in page_of(response)
    response = client.post(address(wire(world)), typed(*claims))
    assert response.context["reasons"] == ["At most 2 facts are withdrawn in one act; these are 3."]
