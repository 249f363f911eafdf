"""Several claims on one page: each in full, each through its own door, and what was refused says why."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.disagreements.contradictions import open_contradiction
from stories.models import Claim, Decision, Discrepancy, Publication
from stories.verification import confirm, newest_decision
from tests.admin.conftest import HOSTILE, all_rows, page_of
from tests.world import NOON, World

Login = Callable[[User], Client]
LIST = "/admin/stories/claim/"
CLOSED = "The harbour is closed, Wire reports."


def page(*claims: Claim) -> str:
    return f"{LIST}bulk/?claims={','.join(str(claim.pk) for claim in claims)}&queue=work%3Dsign"


def typed(response: Any, verb: str, **fields: Any) -> dict[str, Any]:
    """What a browser posts when the button `verb` is pressed on the page `response`."""
    values: dict[str, Any] = {"verb": verb, "rationale": "Read it.", "chosen": []}
    for item in response.context["items"]:
        key = item.open.claim.pk
        values["chosen"].append(key)
        values |= {
            f"{key}-follows": "" if item.follows is None else item.follows,
            f"{key}-wording": item.form["wording"].value(),
            f"{key}-basis": item.form["basis"].value(),
            f"{key}-passages": [row.evidence.pk for row, is_ticked in item.passages if is_ticked],
        }
    return values | fields


def outcomes(response: Any) -> dict[str, Any]:
    """What came of each claim: the verdict, or why it was refused."""
    done = {item.open.claim.statement: item.decision.verdict for item in response.context["done"]}
    return done | {item.open.claim.statement: list(item.reasons) for item in response.context["refused"]}


def proposed(world: World, statement: str, **fields: Any) -> Claim:
    claim = world.claim(statement)
    world.proposal(claim, world.passage(claim, "courier", "wire"), **fields)
    return claim


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_however_many_claims(
    world: World, login: Login, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    claims = []
    for number in range(rows):
        claim = world.fact(world.claim(f"Fact {number}."))
        world.proposal(
            claim, *claim.evidence.all(), wording="Wire: closed.", correction_kind="update", public_note="Shorter."
        )
        claims.append(claim)
    client = login(world.editor)
    with django_assert_num_queries(24):
        response = client.get(page(*claims))
    assert (response.status_code, len(response.context["items"])) == (200, rows)


def test_the_queue_opens_it_with_the_selected_claims_and_decides_nothing(world: World, login: Login) -> None:
    claims = [proposed(world, f"Claim {number}.") for number in range(3)]
    before, client = all_rows(), login(world.editor)
    selected = {"action": "decide_together", "_selected_action": [claims[0].pk, claims[2].pk]}
    response = client.post(f"{LIST}?work=sign", selected)
    address = urlsplit(response.headers["Location"])
    assert (address.path, parse_qs(address.query)["queue"]) == (f"{LIST}bulk/", ["work=sign"])
    shown = client.get(response.headers["Location"])
    assert sorted(item.open.claim.statement for item in shown.context["items"]) == ["Claim 0.", "Claim 2."]
    assert f'{LIST}?work=sign"' in page_of(shown)
    assert all_rows() == before


def test_each_claim_is_shown_in_full(world: World, login: Login) -> None:
    claim = proposed(world, "The pier is shut.", rationale="Both carry it.")
    html = page_of(login(world.editor).get(page(claim)))
    for words in (
        "The pier is shut.",
        CLOSED,
        "<mark>The harbour is closed</mark>",
        "The Courier → Wire",
        "Both carry it.",
    ):
        assert words in html
    assert "attributed: the wording names its source" in html


def test_what_is_open_about_a_claim_is_said(world: World, login: Login) -> None:
    claim = world.claim("The pier is shut.")
    first, second = world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "wire")
    world.passage(claim, "courier", stance="contradicts")
    words = {"first_words": "two piers", "second_words": "three"}
    Discrepancy.objects.create(claim=claim, kind="figure", first=first, second=second, found_at=NOON, **words)
    open_contradiction(claim, world.claim("The pier is open."), by=world.editor, note="Not both.", stamps=world.stamps)
    (item,) = login(world.editor).get(page(claim)).context["items"]
    assert item.weighed.questions == [
        "Figure: “two piers” / “three”.",
        "Contradicted: Not both.",
        "1 passage speaks against it.",
    ]


def test_a_passage_stands_between_whole_words(world: World, login: Login) -> None:
    text = "Yesterday evening the ministry said so. The harbour is closed until further notice, they wrote to us."
    claim = world.claim()
    world.passage(claim, "courier", "wire", article=world.article("courier", text))
    html = page_of(login(world.editor).get(page(claim)))
    assert "… evening the ministry said so. <mark>The harbour is closed</mark> until further notice, they …" in html


def test_several_are_signed_and_what_is_refused_says_why(world: World, login: Login) -> None:
    mine = proposed(world, "Mine.", by=world.editor)
    theirs, others = proposed(world, "Theirs."), proposed(world, "Others.")
    client = login(world.editor)
    shown = client.get(page(mine, theirs, others))
    response = client.post(page(mine, theirs, others), typed(shown, "confirm"))
    assert response.status_code == 200
    assert outcomes(response) == {
        "Theirs.": "confirmed",
        "Others.": "confirmed",
        "Mine.": ["You proposed this yourself: somebody else has to sign."],
    }
    assert [item.open.claim for item in response.context["items"]] == [mine]
    assert Publication.objects.count() == 2


def test_several_are_proposed_each_in_its_own_words_on_its_own_passages(world: World, login: Login) -> None:
    first, second = world.claim("First."), world.claim("Second.")
    for claim in (first, second):
        world.passage(claim, "courier", "wire")
        world.passage(claim, "mirror", "minister")
    client = login(world.reporter)
    form = typed(client.get(page(first, second)), "propose")
    form |= {f"{first.pk}-wording": CLOSED, f"{first.pk}-passages": [first.evidence.first().pk]}
    form |= {f"{second.pk}-wording": "Nobody says it.", f"{second.pk}-follows": ""}
    response = client.post(page(first, second), form)
    assert outcomes(response)["First."] == "proposed"
    assert len(outcomes(response)["Second."]) > 0
    decision = Decision.objects.get()
    assert (decision.wording, len(decision.evidence["passages"])) == (CLOSED, 1)
    assert "Nobody says it." in page_of(response)


def test_several_are_withdrawn_with_one_note_and_only_what_is_in_force(world: World, login: Login) -> None:
    facts = [world.fact(world.claim(f"Fact {number}.")) for number in range(2)]
    idea = world.claim("Idea.")
    client = login(world.editor)
    note = {"correction_kind": "retraction", "public_note": "Wire took it back."}
    response = client.post(page(*facts, idea), typed(client.get(page(*facts, idea)), "withdraw", **note))
    assert outcomes(response) == {
        "Fact 0.": "withdrawn",
        "Fact 1.": "withdrawn",
        "Idea.": ["No fact of this claim is in force, so there is nothing to withdraw."],
    }
    ends = Publication.objects.filter(event="withdrawn").values_list("correction_kind", "note_beside__text")
    assert list(ends) == [("retraction", "Wire took it back.")] * 2


def test_several_are_returned_with_one_reason(world: World, login: Login) -> None:
    claims = [proposed(world, f"Claim {number}.") for number in range(2)]
    client = login(world.editor)
    client.post(page(*claims), typed(client.get(page(*claims)), "return", rationale="Name the hour."))
    assert [newest_decision(claim).rationale for claim in claims] == ["Name the hour."] * 2  # type: ignore[union-attr]


def test_only_the_ticked_are_decided(world: World, login: Login) -> None:
    claims = [proposed(world, f"Claim {number}.") for number in range(2)]
    client = login(world.editor)
    response = client.post(page(*claims), typed(client.get(page(*claims)), "confirm", chosen=[claims[1].pk]))
    assert outcomes(response) == {"Claim 1.": "confirmed"}
    assert newest_decision(claims[0]).verdict == "proposed"  # type: ignore[union-attr]


def test_who_was_slower_on_one_is_told_and_the_others_go_through(world: World, login: Login) -> None:
    taken, free = proposed(world, "Taken."), proposed(world, "Free.")
    client = login(world.editor)
    form = typed(client.get(page(taken, free)), "confirm")
    newest = newest_decision(taken)
    assert newest is not None
    made = confirm(newest, by=world.second_editor, stamps=world.stamps)
    response = client.post(page(taken, free), form)
    assert (response.status_code, outcomes(response)["Free."]) == (200, "confirmed")
    (left,) = response.context["items"]
    assert (left.meanwhile, left.follows) == (made, made.seq)
    alone = client.post(page(taken), form | {"chosen": [taken.pk]})
    assert (alone.status_code, Decision.objects.filter(claim=taken).count()) == (409, 2)


def test_the_same_submission_twice_is_one(world: World, login: Login) -> None:
    claims = [proposed(world, f"Claim {number}.") for number in range(2)]
    client = login(world.editor)
    form = typed(client.get(page(*claims)), "confirm")
    assert [outcomes(client.post(page(*claims), form)) for _ in range(2)] == [
        {"Claim 0.": "confirmed", "Claim 1.": "confirmed"}
    ] * 2
    assert Decision.objects.filter(verdict="confirmed").count() == 2


CHOOSE = ["Choose at least one claim and press one of the verbs."]


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({"verb": "dispute"}, CHOOSE),
        ({"verb": ""}, CHOOSE),
        ({"chosen": []}, CHOOSE),
        ({"public_note": "x" * 2001}, []),
    ],
)
def test_nothing_chosen_and_no_verb_of_this_page_do_nothing(
    world: World, login: Login, change: dict[str, Any], reasons: list[str]
) -> None:
    claim = proposed(world, "Claim.")
    before, client = all_rows(), login(world.editor)
    response = client.post(page(claim), typed(client.get(page(claim)), "confirm") | change)
    assert (response.status_code, response.context["reasons"]) == (422, reasons)
    assert "Not done, and nothing was written" in page_of(response)
    assert all_rows() == before


@pytest.mark.parametrize("asked", ["", "?claims=", "?claims=x,-1,99999999999999999999", "?claims=999"])
def test_a_crafted_address_shows_an_empty_page(world: World, login: Login, asked: str) -> None:
    response = login(world.editor).get(f"{LIST}bulk/{asked}")
    assert (response.status_code, response.context["items"]) == (200, [])


def test_a_crafted_passage_or_basis_is_refused(world: World, login: Login) -> None:
    claim, other = world.claim("Claim."), world.claim("Other.")
    passage = world.passage(other, "courier", "wire")
    client = login(world.reporter)
    form = typed(client.get(page(claim)), "propose", **{f"{claim.pk}-passages": [passage.pk], f"{claim.pk}-basis": "x"})
    before = all_rows()
    response = client.post(page(claim), form)
    assert (response.status_code, all_rows()) == (422, before)


def test_an_auditor_reads_and_decides_nothing_and_a_visitor_does_neither(world: World, login: Login) -> None:
    claim = proposed(world, "Claim.")
    before = all_rows()
    auditor = login(world.person("auditor", "Auditors"))
    assert auditor.post(page(claim), typed(auditor.get(page(claim)), "confirm")).status_code == 422
    assert login(world.person("visitor")).get(page(claim)).status_code == 403
    assert all_rows() == before


def test_hostile_words_arrive_as_text(world: World, login: Login) -> None:
    claim = world.claim(HOSTILE)
    passage = world.passage(claim, "courier", "wire", quote=HOSTILE)
    world.proposal(claim, passage, rationale=HOSTILE)
    client = login(world.editor)
    shown = client.get(page(claim))
    hostile = {"rationale": HOSTILE, "public_note": HOSTILE, f"{claim.pk}-wording": HOSTILE}
    refused = client.post(page(claim), typed(shown, "propose", **hostile))
    done = client.post(page(claim), typed(shown, "return", rationale=HOSTILE))
    for response in (shown, refused, done):
        html = page_of(response)
        assert ("<script>alert" in html, "<img src=x" in html, "1414" in html) == (False, False, False)
