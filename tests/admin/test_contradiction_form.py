"""Recording a contradiction: claims are chosen by what they say, and what is closed is recorded anew."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.disagreements.contradictions import close_contradiction, open_contradiction
from stories.models import Claim, Contradiction, Story
from tests.admin.conftest import HOSTILE, all_rows, page_of
from tests.world import NOON, World

Login = Callable[[User], Client]
ADD = "/admin/stories/contradiction/add/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_takes_the_same_queries_however_many_claims(
    world: World, login: Login, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    claims = [world.claim(f"Claim {number}.") for number in range(rows)]
    client = login(world.editor)
    with django_assert_num_queries(6):
        client.get(ADD, {"first": claims[0].pk})


def test_it_offers_the_claims_of_the_same_story_by_what_they_say(world: World, login: Login) -> None:
    claim, same = world.claim("Open."), world.claim("Closed.")
    elsewhere = Story.objects.create(slug="other", title="Other", created_at=NOON)
    Claim.objects.create(story=elsewhere, statement="Elsewhere.", kind="fact", created_at=NOON)
    response = login(world.reporter).get(ADD, {"first": claim.pk})
    assert sorted(response.context["offered"]) == [f"{claim.pk}: Open.", f"{same.pk}: Closed."]
    assert response.context["form"]["first"].value() == f"{claim.pk}: Open."
    assert len(login(world.reporter).get(ADD).context["offered"]) == 3


@pytest.mark.parametrize("typed", ["{pk}: Closed.", "{pk}", " {pk} : anything", "Closed."])
def test_a_claim_is_named_by_its_number_or_its_statement(world: World, login: Login, typed: str) -> None:
    first, second = world.claim("Open."), world.claim("Closed.")
    form = {"first": f"{first.pk}: Open.", "second": typed.format(pk=second.pk), "note": "Not both."}
    assert login(world.reporter).post(ADD, form).status_code == 302
    row = Contradiction.objects.get()
    assert {row.first, row.second} == {first, second}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Nobody says this.", "There is no such claim: choose one."),
        ("999: Gone.", "There is no such claim: choose one."),
        ("Twice.", "Several claims say this: choose one by its number."),
        (HOSTILE, "There is no such claim: choose one."),
    ],
)
def test_an_unknown_claim_is_refused_and_what_was_typed_stays(
    world: World, login: Login, typed: str, said: str
) -> None:
    first = world.claim("Twice.")
    world.claim("Twice.")
    before = all_rows()
    response = login(world.reporter).post(ADD, {"first": first.pk, "second": typed, "note": "Not both."})
    assert (response.status_code, response.context["form"].errors) == (422, {"second": [said]})
    assert response.context["form"]["second"].value() == typed
    assert "<script>alert" not in page_of(response)
    assert all_rows() == before


def test_a_contradiction_closed_too_soon_is_recorded_anew(world: World, login: Login) -> None:
    first, second = world.claim("Open."), world.claim("Closed.")
    row = open_contradiction(first, second, by=world.editor, note="Not both.", stamps=world.stamps)
    close_contradiction(row, by=world.editor, state="dismissed", reason="Other days.", stamps=world.stamps)
    client = login(world.reporter)
    again = f"{ADD}?first={first.pk}&amp;second={second.pk}"
    assert again in page_of(client.get(f"/admin/stories/contradiction/{row.pk}/change/"))
    client.post(ADD, {"first": first.pk, "second": second.pk, "note": "The same day after all."})
    assert list(Contradiction.objects.order_by("pk").values_list("state", "reason")) == [
        ("dismissed", "Other days."),
        ("open", ""),
    ]


@pytest.mark.parametrize("asked", ["first=x", "first=-1", "first=99999999999999999999", "first=999"])
def test_a_crafted_address_opens_the_form(world: World, login: Login, asked: str) -> None:
    assert login(world.reporter).get(f"{ADD}?{asked}").status_code == 200
