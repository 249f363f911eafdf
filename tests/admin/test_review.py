"""The review page of a claim: passages in context, what holds and why, and the verbs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.choices import EDITORS
from stories.disagreements.contradictions import open_contradiction
from stories.models import Claim, Decision, Discrepancy, Publication, Source, Voice
from stories.policy.transitions import HAS_LEFT, Verb
from stories.verification.verbs import newest_decision
from tests.admin.conftest import HOSTILE, all_rows, page_of
from tests.states import reasons_by_verb
from tests.world import NOON, World, anybody, retire

Login = Callable[[User], Client]


def address(claim: Claim) -> str:
    """Where the review page of `claim` is."""
    return f"/admin/stories/claim/{claim.pk}/review/"


def typed(claim: Claim, verb: str, **fields: Any) -> dict[str, Any]:
    """What a browser posts when the button `verb` is pressed on the page of `claim` as it is now."""
    newest = newest_decision(claim)
    values = {
        "verb": verb,
        "follows": newest.seq if newest else "",
        "wording": "The harbour is closed, Wire reports.",
        "basis": "attributed",
        "passages": [row.pk for row in claim.evidence.all()],
        "rationale": "Both carry it from Wire.",
        "correction_kind": "",
        "public_note": "",
    }
    return values | fields


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_however_many_passages_and_decisions(
    world: World, login: Login, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    claim = world.claim()
    for number in range(rows):
        passage = world.passage(claim, "courier", "wire")
        other = world.claim(f"Not so ({number}).")
        open_contradiction(claim, other, by=world.editor, note="Open or not.", stamps=world.stamps)
        Discrepancy.objects.create(claim=claim, kind="name", first=passage, first_words=str(number), found_at=NOON)
        world.proposal(claim, passage, rationale=f"Attempt {number}.")
    client = login(world.editor)
    with django_assert_num_queries(29):
        response = client.get(address(claim))
    assert response.status_code == 200


def test_the_proposal_of_somebody_who_left_says_so_and_can_be_returned(world: World, login: Login) -> None:
    claim = world.claim()
    world.proposal(claim, world.passage(claim, "courier", "wire"))
    world.reporter.groups.clear()
    page = page_of(login(world.editor).get(address(claim)))
    assert f'<span class="desk-quiet" id="why-confirm">{HAS_LEFT}</span>' in page
    assert '<button name="verb" value="return" class="desk-verb-return" data-verb="return">Return</button>' in page


def test_a_passage_is_marked_in_the_text_around_it(world: World, login: Login) -> None:
    claim = world.claim()
    article = world.article("courier", "Gulls cry. The harbour is closed, Wire reports.", published="2025-11-21T12:21")
    world.passage(claim, "courier", "wire", article=article, inferred=True)
    page = page_of(login(world.editor).get(address(claim)))
    assert "Gulls cry. <mark>The harbour is closed</mark>, Wire reports." in page
    assert "2025-11-21 12:21" in page
    assert "Chain: The Courier → Wire" in page
    assert "inferred: the credit stands elsewhere" in page


def test_the_page_says_which_bases_hold_and_why_others_do_not(world: World, login: Login) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "wire")
    world.passage(claim, "mirror", "wire")
    response = login(world.editor).post(address(claim), typed(claim, "check"))
    bases = {basis.value: reasons for basis, reasons in response.context["bases"]}
    assert bases == {
        "corroborated": ["Only 1 independent source among the listed passages; everything rests on Wire."],
        "documented": ["The claim does not report the words of a document."],
        "attributed": [],
    }
    assert (response.context["sources"], response.context["rests_on"]) == (1, ["Wire"])


OFFERS = [
    ([("courier", "wire")], [", Wire reported.", ", The Courier reported."]),
    ([("courier", "wire"), ("mirror", "wire")], [", Wire reported."]),
    ([("courier", "official"), ("mirror", "wire")], [", The Courier and Wire reported."]),
    ([("courier", "official"), ("courier", "report")], [", The Courier reported."]),
    ([("courier", "wire"), ("official",)], []),
    ([], []),
]
"""Chains of the passages → how the wordings end that are offered."""


@pytest.mark.parametrize(("chains", "endings"), OFFERS)
def test_the_statement_is_offered_as_somebody_on_every_route_reported_it(
    world: World, login: Login, chains: list[tuple[str, ...]], endings: list[str]
) -> None:
    claim = world.claim()
    for chain in chains:
        world.passage(claim, *chain)
    response = login(world.editor).get(address(claim))
    offers = [offer.wording for offer in response.context["attributed"]]
    assert offers == [f"The harbour is closed{ending}" for ending in endings]
    page = page_of(response)
    assert [f'data-words="{offer}"' in page for offer in offers] == [True] * len(offers)
    checked = [
        login(world.editor).post(address(claim), typed(claim, "check", wording=offer, accepts_inferred="on"))
        for offer in offers
    ]
    bases = [reasons for one in checked for basis, reasons in one.context["bases"] if basis == "attributed"]
    assert bases == [[]] * len(offers)


def test_an_open_discrepancy_shows_both_passages_word_by_word(world: World, login: Login) -> None:
    claim = world.claim()
    first, second = (
        world.passage(claim, "courier", quote="It is shut"),
        world.passage(claim, "mirror", quote="It was shut"),
    )
    row = Discrepancy.objects.create(
        claim=claim, kind="strength", first=first, second=second, first_words="is", second_words="was", found_at=NOON
    )
    for path in (address(claim), f"/admin/stories/discrepancy/{row.pk}/change/"):
        page = " ".join(page_of(login(world.editor).get(path)).split())
        assert "<blockquote>It <del>is </del> shut </blockquote>" in page
        assert "<blockquote>It <ins>was </ins> shut </blockquote>" in page


def test_check_weighs_only_the_ticked_passages_and_writes_nothing(world: World, login: Login) -> None:
    claim = world.claim()
    ticked = world.passage(claim, "courier", "wire")
    world.passage(claim, "mirror")
    before = all_rows()
    response = login(world.editor).post(address(claim), typed(claim, "check", passages=[ticked.pk]))
    assert (response.status_code, response.context["sources"]) == (200, 1)
    assert [is_ticked for _, is_ticked in response.context["passages"]] == [True, False]
    assert all_rows() == before


@pytest.mark.parametrize("person", ["reporter", "editor", "auditor"])
def test_looking_writes_nothing(world: World, login: Login, person: str) -> None:
    claim = world.fact()
    world.proposal(world.claim("Another."), world.passage(Claim.objects.get(statement="Another."), "courier", "wire"))
    user = world.person("auditor") if person == "auditor" else getattr(world, person)
    user.user_permissions.add(*view_claims())
    before = all_rows()
    client = login(user)
    assert [client.get(address(one)).status_code for one in (claim, Claim.objects.get(statement="Another."))] == [
        200,
        200,
    ]
    assert all_rows() == before


def view_claims() -> Any:
    """The permission to look at claims."""
    return Permission.objects.filter(codename="view_claim")


def test_who_may_not_see_claims_sees_no_review_page(world: World, login: Login) -> None:
    claim = world.claim()
    visitor = login(world.person("visitor"))
    assert [visitor.get(address(claim)).status_code, visitor.post(address(claim)).status_code] == [403, 403]
    assert Client().get(address(claim)).status_code == 302


def test_propose_then_confirm_by_somebody_else_publishes(world: World, login: Login) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "wire")
    proposed = login(world.reporter).post(address(claim), typed(claim, "propose"))
    page = page_of(login(world.editor).get(address(claim)))
    confirmed = login(world.editor).post(
        address(claim), typed(claim, "confirm", wording="Something else.", rationale="")
    )
    assert (proposed.status_code, confirmed.status_code) == (302, 302)
    assert "The harbour is closed, Wire reports." in page
    assert list(Decision.objects.values_list("verdict", "wording", "actor__username")) == [
        ("proposed", "The harbour is closed, Wire reports.", "reporter"),
        ("confirmed", "The harbour is closed, Wire reports.", "editor"),
    ]
    assert Publication.objects.get().fact_id == claim.uuid


@pytest.mark.parametrize(
    ("verb", "verdict"),
    [("dispute", "disputed"), ("refute", "refuted"), ("withdraw", "withdrawn"), ("return", "returned")],
)
def test_every_other_verb_decides_with_a_reason(world: World, login: Login, verb: str, verdict: str) -> None:
    claim = world.fact()
    if verb == "return":
        world.proposal(claim, claim.evidence.get(), wording="Wire: the harbour is closed.", **CORRECTION)
    response = login(world.editor).post(
        address(claim), typed(claim, verb, rationale="Wire called back.", **(CORRECTION if verb != "return" else {}))
    )
    newest = newest_decision(claim)
    assert newest is not None
    assert (response.status_code, newest.verdict, newest.rationale) == (302, verdict, "Wire called back.")


CORRECTION = {"correction_kind": "clarification", "public_note": "We say it more clearly."}


def test_a_refusal_shows_the_reasons_of_the_verb_and_keeps_what_was_typed(world: World, login: Login) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "wire")
    before = all_rows()
    response = login(world.reporter).post(
        address(claim), typed(claim, "propose", wording="The harbour is shut.", rationale="Heard it said.")
    )
    assert response.status_code == 422
    assert response.context["reasons"] == [
        "The wording names nobody on the route The Courier → Wire: name The Courier or Wire."
    ]
    page = page_of(response)
    assert "The harbour is shut." in page
    assert "Heard it said." in page
    assert all_rows() == before


@pytest.mark.parametrize("verb", list(Verb))
def test_who_decided_meanwhile_is_named_and_nothing_is_written(world: World, login: Login, verb: str) -> None:
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    world.proposal(claim, passage)
    stale = typed(claim, verb, rationale="My long considered reason.")
    world.proposal(claim, passage, by=world.second_editor, rationale="Faster.")
    before = all_rows()
    response = login(world.editor).post(address(claim), stale)
    page = page_of(response)
    assert response.status_code == 409
    assert "Proposed by second-editor (editor)" in page
    assert "Reason: Faster." in page
    assert 'datetime="2025-11-21T12:00:02+00:00"' in page
    assert "My long considered reason." in page
    assert all_rows() == before
    again = login(world.editor).post(address(claim), stale | {"follows": response.context["follows"]})
    assert again.status_code == (422 if verb == "withdraw" else 302)


@pytest.mark.parametrize("follows", ["", "999", "-1", "x"])
def test_a_form_that_follows_no_decision_of_this_claim_is_refused(world: World, login: Login, follows: str) -> None:
    claim = world.claim()
    world.proposal(claim, world.passage(claim, "courier", "wire"))
    before = all_rows()
    response = login(world.editor).post(address(claim), typed(claim, "confirm", follows=follows))
    assert response.status_code == (422 if follows == "x" else 409)
    assert all_rows() == before


def test_a_proposal_on_another_claim_is_not_signed_here(world: World, login: Login) -> None:
    claim, other = world.claim(), world.claim("Another.")
    world.proposal(claim, world.passage(claim, "courier", "wire"))
    theirs = world.proposal(other, world.passage(other, "courier", "wire"))
    response = login(world.editor).post(address(claim), typed(claim, "confirm", follows=theirs.seq))
    assert (response.status_code, Publication.objects.count()) == (409, 0)


@pytest.mark.parametrize("verb", ["propose", "confirm", "return", "dispute", "refute"])
def test_a_double_click_makes_one_decision(world: World, login: Login, verb: str) -> None:
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    if verb in ("confirm", "return"):
        world.proposal(claim, passage)
    form, client, before = typed(claim, verb), login(world.editor), Decision.objects.count()
    assert [client.post(address(claim), form).status_code for _ in range(2)] == [302, 302]
    assert Decision.objects.count() == before + 1


def test_a_disabled_verb_says_why(world: World, login: Login) -> None:
    claim = world.claim()
    response = login(world.reporter).get(address(claim))
    assert dict(response.context["buttons"]) == reasons_by_verb(claim, by=world.reporter)
    page = page_of(response)
    assert 'data-verb="refute" disabled aria-describedby="why-refute"' in page
    assert "Only an editor can refute a claim." in page


def test_a_superuser_outside_the_groups_decides_nothing(world: World, login: Login) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "wire")
    response = login(User.objects.create_superuser("root")).post(address(claim), typed(claim, "propose"))
    assert (response.status_code, Decision.objects.count()) == (422, 0)


def test_a_demotion_in_mid_session_counts_at_once(world: World, login: Login) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "wire")
    client = login(world.editor)
    assert client.get(address(claim)).status_code == 200
    world.editor.groups.remove(*world.editor.groups.filter(name=EDITORS))
    world.editor.user_permissions.add(*view_claims())
    assert client.post(address(claim), typed(claim, "propose")).status_code == 422
    assert Decision.objects.count() == 0


def test_what_changed_since_the_proposal_is_said_in_words(world: World, login: Login) -> None:
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    world.proposal(claim, passage)
    open_contradiction(claim, world.claim("Not so."), by=world.editor, note="Open or closed?", stamps=world.stamps)
    client = login(world.editor)
    changes = client.get(address(claim)).context["proposal_changes"]
    response = client.post(address(claim), typed(claim, "confirm"))
    assert response.status_code == 422
    assert response.context["reasons"] == ["What the proposal stands on has changed since.", *changes]
    assert ["Open or closed?" in change for change in changes] == [True]


def test_a_fact_whose_basis_is_gone_is_flagged_and_stays(world: World, login: Login) -> None:
    claim = world.fact()
    world.passage(claim, "mirror", "wire")
    assert login(world.editor).get(address(claim)).context["fact_trouble"] == []
    passage = claim.evidence.order_by("pk")[0]
    retire(type(passage).objects.filter(pk=passage.pk), at=NOON)
    assert login(world.editor).get(address(claim)).context["fact_trouble"] == [
        "Nothing of what it stands on is left.",
        "The passage “The harbour is closed” in article-1 has been retired.",
    ]
    assert Publication.objects.count() == 1


def test_an_unknown_verb_is_refused(world: World, login: Login) -> None:
    claim = world.claim()
    response = login(world.editor).post(address(claim), typed(claim, "delete"))
    assert (response.status_code, Decision.objects.count()) == (422, 0)


def test_a_post_needs_its_token(world: World) -> None:
    claim = world.claim()
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.editor)
    assert client.post(address(claim), typed(claim, "dispute")).status_code == 403
    assert Decision.objects.count() == 0


def test_hostile_words_arrive_as_text(world: World, login: Login) -> None:
    claim = world.claim(HOSTILE)
    world.source("evil", HOSTILE, "person")
    passage = world.passage(claim, "courier", "evil", quote=HOSTILE, attribution=HOSTILE)
    Discrepancy.objects.create(claim=claim, kind="name", first=passage, first_words=HOSTILE, found_at=NOON)
    open_contradiction(claim, world.claim("Not so."), by=world.editor, note=HOSTILE, stamps=world.stamps)
    wording = f"The Courier reports {HOSTILE.replace(chr(34), '')}"
    world.proposal(claim, passage, wording=wording, rationale=HOSTILE)
    client = login(world.editor)
    for page in (
        page_of(client.get(address(claim))),
        page_of(client.post(address(claim), typed(claim, HOSTILE, wording=HOSTILE, rationale=HOSTILE))),
        page_of(client.post(address(claim), typed(claim, "return", rationale=HOSTILE), follow=True)),
    ):
        assert ("<script>alert" in page, "<img src=x" in page, "1414" in page) == (False, False, False)


def test_nothing_is_inline_so_a_strict_policy_holds(world: World, login: Login) -> None:
    claim = world.claim()
    world.passage(claim, "courier", "wire")
    response = login(world.editor).get(address(claim))
    page = page_of(response)
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert (" style=" in page, "<style" in page, " onclick=" in page) == (False, False, False)


def test_what_may_replace_a_fact_is_the_newest_of_its_story(
    world: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stories.admin.claim.forms.MOST_REPLACEMENTS", 2)
    facts = [world.fact(world.claim(f"Fact {number}.")) for number in range(4)]
    world.claim("No fact.")
    form = login(world.editor).get(f"/admin/stories/claim/{facts[3].pk}/review/").context["form"]
    assert set(form.fields["replaced_by"].queryset) == {facts[1], facts[2]}


def test_a_fact_that_merely_lost_a_route_says_so(world: World, login: Login) -> None:
    claim = world.claim()
    passages = [world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "minister")]
    world.fact(claim, passages=passages, wording="The harbour is closed, Wire and the Minister of Harbours said.")
    client = login(world.editor)
    assert "Its basis" not in page_of(client.get(address(claim)))
    wire, minister = Source.objects.get(slug="wire"), Source.objects.get(slug="minister")
    Voice.objects.create(
        source=minister, same_as=wire, reason="He is quoted by Wire.", created_at=NOON, recorded_by=anybody()
    )
    said = "Its basis holds, on less than when it was confirmed: 2 independent sources then, 1 now."
    assert said in page_of(client.get(address(claim)))
