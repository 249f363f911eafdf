"""The page on which two editors take a published text down for good."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.models import Decision, Publication, PublicationText
from stories.verification.suppression import newest_on, propose_suppression, return_suppression
from tests.admin.conftest import HOSTILE, all_rows, page_of
from tests.published import Desk

Login = Callable[[User], Client]
LOG = "/admin/stories/publication/"
ORDER = "Order 12 O 34/25 of the district court."


@pytest.fixture
def desk(db: None) -> Desk:
    """Position 1 a fact, 2 a version that prints it, 3 its end."""
    desk = Desk()
    fact = desk.confirm_fact("The pier is shut")
    desk.cut_version("Shut")
    desk.withdraw_fact(fact)
    return desk


def page(position: int = 1) -> str:
    return f"{LOG}{position}/suppression/"


def typed(step: str, position: int = 1, **fields: Any) -> dict[str, Any]:
    """What a browser posts when the button `step` is pressed on the page as it is now."""
    newest = newest_on(Publication.objects.get(pk=position))
    return {"step": step, "follows": newest.seq if newest else "", "rationale": ORDER} | fields


def buttons(response: Any) -> dict[str, list[str]]:
    """Why each step is disabled."""
    return {str(step): reasons for step, reasons in response.context["buttons"]}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_however_often_it_was_proposed(
    desk: Desk, login: Login, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    target = Publication.objects.get(pk=3 - 1)
    for _ in range(rows):
        newest = newest_on(target)
        seen = newest.seq if newest else None
        (proposal,) = propose_suppression(target, by=desk.editor, rationale=ORDER, follows=seen, stamps=desk.stamps)
        return_suppression(proposal, by=desk.second_editor, rationale="No.", stamps=desk.stamps)
    client = login(desk.editor)
    with django_assert_num_queries(16):
        response = client.get(page(2))
    assert response.status_code == 200


def test_it_shows_every_text_that_would_go_and_the_log_leads_to_it(desk: Desk, login: Login) -> None:
    client = login(desk.editor)
    assert page(1) in page_of(client.get(f"{LOG}1/change/"))
    assert page(3) not in page_of(client.get(f"{LOG}3/change/"))  # a withdrawal has no text
    shown = client.get(page(1))
    assert [(one.publication.pk, one.words[0]) for one in shown.context["texts"]] == [
        (1, "The pier is shut, Wire reports."),
        (2, "Shut"),
    ]


def test_one_editor_proposes_and_another_signs(desk: Desk, login: Login) -> None:
    editor, second = login(desk.editor), login(desk.second_editor)
    assert editor.post(page(), typed("propose")).status_code == 302
    own = editor.post(page(), typed("sign"))
    assert (own.status_code, own.context["reasons"]) == (
        422,
        [f"You proposed suppressing publication {place} yourself: another editor signs." for place in (1, 2)],
    )
    assert buttons(editor.get(page()))["sign"] == own.context["reasons"]
    assert buttons(second.get(page())) == {
        "propose": ["editor proposed this already: sign it, or return it first."],
        "sign": [],
        "return": [],
    }
    assert second.post(page(), typed("sign")).status_code == 302
    assert list(PublicationText.objects.values_list("pk", flat=True)) == []
    gone = second.get(page())
    assert (gone.status_code, gone.context["texts"]) == (200, [])
    assert "The pier is shut" not in page_of(gone)


def test_it_waits_on_the_front_page_for_every_other_editor_and_a_return_comes_back(desk: Desk, login: Login) -> None:
    def rows(person: User, key: str) -> list[tuple[str, str]]:
        blocks = login(person).get("/admin/").context["desk"]["blocks"]
        return [(row.words, row.address) for block in blocks if block.key == key for row in block.rows]

    login(desk.editor).post(page(2), typed("propose", 2))
    waiting = ("Suppress the text of position 2", page(2))
    assert [rows(person, "sign") for person in (desk.editor, desk.second_editor, desk.reporter)] == [[], [waiting], []]
    login(desk.second_editor).post(page(2), typed("return", 2, rationale="The order names another text."))
    assert [rows(person, "returned") for person in (desk.editor, desk.second_editor)] == [[waiting], []]


def test_who_was_slower_is_told_and_keeps_what_was_typed(desk: Desk, login: Login) -> None:
    stale = typed("propose", rationale="My own reason.")
    propose_suppression(Publication.objects.get(pk=1), by=desk.second_editor, rationale=ORDER, stamps=desk.stamps)
    before = all_rows()
    for step in ("propose", "sign", "return"):
        response = login(desk.editor).post(page(), stale | {"step": step})
        assert (response.status_code, response.context["meanwhile"].actor_username) == (409, "second-editor")
        assert "My own reason." in page_of(response)
        assert response.context["follows"] == newest_on(Publication.objects.get(pk=1)).seq  # type: ignore[union-attr]
    assert all_rows() == before


def test_a_fact_in_force_a_blank_reason_and_an_unknown_step_are_refused(desk: Desk, login: Login) -> None:
    desk.confirm_fact("Fog lies")  # position 4
    before, client = all_rows(), login(desk.editor)
    refusals = {
        4: (typed("propose", 4), ["This fact is in force: withdraw it first."]),
        1: (typed("propose", rationale=" "), ["Write the legal reason; it stays in the ledger."]),
        2: (typed("burn", 2), ["“burn” is no step. Choose one of: propose, sign, return."]),
    }
    for position, (form, reasons) in refusals.items():
        response = client.post(page(position), form)
        assert (response.status_code, response.context["reasons"]) == (422, reasons)
    assert all_rows() == before


def test_a_reporter_and_an_auditor_read_and_a_visitor_does_not(desk: Desk, login: Login) -> None:
    before = all_rows()
    for person in (desk.reporter, desk.person("auditor", "Auditors")):
        client = login(person)
        assert "Only an editor can suppress a publication." in buttons(client.get(page()))["propose"]
        assert client.post(page(), typed("propose")).status_code == 422
    visitor = login(desk.person("visitor"))
    assert (visitor.get(page()).status_code, visitor.post(page(), typed("propose")).status_code) == (403, 403)
    assert all_rows() == before


def test_the_same_signature_twice_is_one(desk: Desk, login: Login) -> None:
    login(desk.editor).post(page(), typed("propose"))
    form, client = typed("sign"), login(desk.second_editor)
    assert [client.post(page(), form).status_code for _ in range(2)] == [302, 302]
    assert Decision.objects.filter(verdict="suppressed").count() == 2


def test_hostile_words_arrive_as_text(desk: Desk, login: Login) -> None:
    desk.confirm_fact("Fog lies")
    desk.cut_version(HOSTILE, kind="update", note="More.")  # position 5
    client = login(desk.editor)
    client.post(page(5), typed("propose", 5, rationale=HOSTILE))
    for response in (client.get(page(5)), client.post(page(5), typed("sign", 5, rationale=HOSTILE))):
        html = page_of(response)
        assert ("<script>alert" in html, "<img src=x" in html, "1414" in html) == (False, False, False)
