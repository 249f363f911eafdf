"""The page on which an editor takes a text or note down at once, and on which another destroys or two restore it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.choices import Part
from stories.models import Decision, Publication, PublicationText, SealedText
from stories.verification.suppression import newest_on, propose_restoration, return_suppression
from tests.admin.conftest import HOSTILE, all_rows, page_of
from tests.published import Desk

Login = Callable[[User], Client]
LOG = "/admin/stories/publication/"
ORDER = "Order 12 O 34/25 of the district court."
TOLD = "Taken down by order of a court."


@pytest.fixture
def desk(db: None) -> Desk:
    """Position 1 a fact, 2 a version that prints it, 3 its end."""
    desk = Desk()
    fact = desk.confirm_fact("The pier is shut")
    desk.cut_version("Shut")
    desk.withdraw_fact(fact)
    return desk


def page(position: int = 1, part: str = "") -> str:
    return f"{LOG}{position}/suppression/{part}"


def typed(step: str, position: int = 1, part: Part = Part.TEXT, **fields: Any) -> dict[str, Any]:
    """What a browser posts when the button `step` is pressed on the page as it is now."""
    newest = newest_on(Publication.objects.get(pk=position), part)
    said = {"rationale": ORDER, "because": "court", "public_note": TOLD}
    return {"step": step, "follows": newest.seq if newest else ""} | said | fields


def buttons(response: Any) -> dict[str, list[str]]:
    """Why each step is disabled."""
    return {str(step): reasons for step, reasons in response.context["buttons"]}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_however_often_it_was_decided(
    desk: Desk, login: Login, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.suppress(target := Publication.objects.get(pk=2))
    for _ in range(rows):
        newest = newest_on(target)
        assert newest is not None
        said = {"rationale": ORDER, "stamps": desk.stamps}
        proposals = propose_restoration(target, part=Part.TEXT, by=desk.editor, follows=newest.seq, **said)
        return_suppression(proposals[0], by=desk.second_editor, **said)
    client = login(desk.editor)
    with django_assert_num_queries(QUERIES):
        response = client.get(page(2))
    assert response.status_code == 200


QUERIES = 40


def test_it_shows_all_that_would_go_and_the_log_leads_to_it(desk: Desk, login: Login) -> None:
    client = login(desk.editor)
    assert page(1) in page_of(client.get(f"{LOG}1/change/"))
    third = page_of(client.get(f"{LOG}3/change/"))  # a withdrawal has no text, and a note
    assert (f'"{page(3)}"' in third, page(3, "note/") in third) == (False, True)
    shown = client.get(page(1))
    assert [(one.publication.pk, one.words[0]) for one in shown.context["texts"]] == [
        (1, "The pier is shut, Wire reports."),
        (2, "Shut"),
    ]


def test_one_editor_seals_and_another_destroys(desk: Desk, login: Login) -> None:
    editor, second = login(desk.editor), login(desk.second_editor)
    assert editor.post(page(), typed("suppress")).status_code == 302
    assert list(PublicationText.objects.values_list("pk", flat=True)) == []
    own = editor.post(page(), typed("destroy"))
    assert (own.status_code, own.context["reasons"]) == (
        422,
        [f"You sealed the text of position {place} yourself: another editor signs." for place in (1, 2)],
    )
    assert buttons(editor.get(page()))["destroy"] == own.context["reasons"]
    assert [name for name, reasons in buttons(second.get(page())).items() if not reasons] == [
        "destroy",
        "propose to restore",
    ]
    assert second.post(page(), typed("destroy")).status_code == 302
    gone = second.get(page())
    assert (gone.status_code, gone.context["texts"], SealedText.objects.count()) == (200, [], 0)
    assert "The pier is shut" not in page_of(gone)


def test_what_is_sealed_is_read_by_editors_alone(desk: Desk, login: Login) -> None:
    login(desk.editor).post(page(), typed("suppress"))
    readers = (desk.editor, desk.reporter, desk.person("auditor", "Auditors"), desk.person("root", is_superuser=True))
    assert ["The pier is shut, Wire" in page_of(login(person).get(page())) for person in readers] == [
        True,
        False,
        False,
        False,
    ]


def test_two_restore_it(desk: Desk, login: Login) -> None:
    before = list(PublicationText.objects.order_by("pk").values())
    editor, second = login(desk.editor), login(desk.second_editor)
    for person, step in ((editor, "suppress"), (second, "propose to restore"), (editor, "restore")):
        assert person.post(page(), typed(step)).status_code == 302
    assert list(PublicationText.objects.order_by("pk").values()) == before


def test_a_note_has_a_page_of_its_own(desk: Desk, login: Login) -> None:
    client = login(desk.editor)
    assert client.post(page(3, "note/"), typed("suppress", 3, Part.NOTE)).status_code == 302
    assert (SealedText.objects.get().part, Publication.objects.latest("position").part) == ("note", "note")
    assert TOLD in page_of(client.get(f"{LOG}3/change/"))


def test_a_proposal_waits_on_the_front_page_for_every_other_editor_and_a_return_comes_back(
    desk: Desk, login: Login
) -> None:
    def rows(person: User, key: str) -> list[tuple[str, str]]:
        blocks = login(person).get("/admin/").context["desk"]["blocks"]
        return [(row.words, row.address) for block in blocks if block.key == key for row in block.rows]

    login(desk.editor).post(page(2), typed("suppress", 2))
    login(desk.editor).post(page(2), typed("propose to restore", 2))
    waiting = ("Restore the text of position 2", page(2))
    assert [rows(person, "sign") for person in (desk.editor, desk.second_editor, desk.reporter)] == [[], [waiting], []]
    login(desk.second_editor).post(page(2), typed("return", 2, rationale="The order stands."))
    assert [rows(person, "returned") for person in (desk.editor, desk.second_editor)] == [[waiting], []]


def test_a_seal_waits_on_the_front_page_for_every_other_editor_until_it_is_destroyed_or_is_to_be_put_back(
    desk: Desk, login: Login
) -> None:
    def rows(person: User) -> list[tuple[str, str, str]]:
        blocks = login(person).get("/admin/").context["desk"]["blocks"]
        return [(row.words, row.address, row.detail) for one in blocks if one.key == "sealed" for row in one.rows]

    people = (desk.second_editor, desk.editor, desk.reporter, desk.person("auditor", "Auditors"))
    assert [rows(person) for person in people] == [[], [], [], []]
    login(desk.editor).post(page(), typed("suppress"))
    login(desk.editor).post(page(3, "note/"), typed("suppress", 3, Part.NOTE))
    detail = "sealed by editor, because of court: destroy it, or put it back"
    texts = [(f"The text of position {place}", page(place), detail) for place in (1, 2)]
    note = ("The public note of position 3", page(3, "note/"), detail)
    assert [rows(person) for person in people] == [[*texts, note], [], [], []]
    login(desk.second_editor).post(page(), typed("propose to restore"))
    assert rows(desk.second_editor) == [note]
    login(desk.editor).post(page(), typed("return", rationale="The order stands."))
    assert rows(desk.second_editor) == [texts[0], note]
    login(desk.second_editor).post(page(3, "note/"), typed("destroy", 3, Part.NOTE))
    assert rows(desk.second_editor) == [texts[0]]


def test_who_was_slower_is_told_and_keeps_what_was_typed(desk: Desk, login: Login) -> None:
    stale = typed("suppress", rationale="My own reason.")
    login(desk.second_editor).post(page(), typed("suppress"))
    before = all_rows()
    for step in ("suppress", "destroy", "propose to restore", "restore", "return"):
        response = login(desk.editor).post(page(), stale | {"step": step})
        assert (response.status_code, response.context["meanwhile"].actor_username) == (409, "second-editor")
        assert "My own reason." in page_of(response)
        assert response.context["follows"] == newest_on(Publication.objects.get(pk=1)).seq  # type: ignore[union-attr]
    assert all_rows() == before


def test_what_is_blank_or_unknown_is_refused(desk: Desk, login: Login) -> None:
    before, client = all_rows(), login(desk.editor)
    refusals = [
        (typed("suppress", rationale=" "), "Write the reason, such as the order of the court; it stays in the ledger."),
        (typed("suppress", public_note=" "), "Write the public note that readers will see in its place."),
        (typed("suppress", because=""), "Choose why: court, safety, privacy."),
        (
            typed("burn"),
            "“burn” is no step. Choose one of: suppress, destroy, propose to restore, restore, return.",
        ),
    ]
    for form, reason in refusals:
        response = client.post(page(), form)
        assert (response.status_code, response.context["reasons"]) == (422, [reason])
    assert all_rows() == before


def test_a_reporter_and_an_auditor_read_and_a_visitor_does_not(desk: Desk, login: Login) -> None:
    before = all_rows()
    for person in (desk.reporter, desk.person("auditor", "Auditors")):
        client = login(person)
        assert "Only an editor can suppress a publication." in buttons(client.get(page()))["suppress"]
        assert client.post(page(), typed("suppress")).status_code == 422
    visitor = login(desk.person("visitor"))
    assert (visitor.get(page()).status_code, visitor.post(page(), typed("suppress")).status_code) == (403, 403)
    assert all_rows() == before


def test_the_same_act_twice_is_one(desk: Desk, login: Login) -> None:
    form, client = typed("suppress"), login(desk.editor)
    assert [client.post(page(), form).status_code for _ in range(2)] == [302, 302]
    assert Decision.objects.filter(verdict="suppressed").count() == 2


def test_hostile_words_arrive_as_text(desk: Desk, login: Login) -> None:
    desk.confirm_fact("Fog lies")
    desk.cut_version(HOSTILE, kind="update", note="More.")  # position 5
    client = login(desk.editor)
    client.post(page(5), typed("suppress", 5, rationale=HOSTILE, public_note=HOSTILE))
    for response in (client.get(page(5)), client.post(page(5), typed("destroy", 5, rationale=HOSTILE))):
        html = page_of(response)
        assert ("<script>alert" in html, "<img src=x" in html, "1414" in html) == (False, False, False)
