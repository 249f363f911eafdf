"""The front page: what needs whom, in the order of a bad day."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stories.admin import front
from stories.disagreements.contradictions import close_contradiction, open_contradiction
from stories.insight.standing import weigh_facts
from stories.intake.passages import retire_evidence
from stories.models import Article, Claim, Contradiction, Discrepancy, Evidence, FactToWeigh, Source, Story, Voice
from stories.verification import dispute, newest_decision, return_proposal
from stories.versions.compose import compose_blocks
from stories.versions.cuts import cut
from stories.versions.drafts import save_draft
from tests.admin.conftest import HOSTILE, all_rows, page_of, read_of
from tests.published import Desk
from tests.world import NOON, World, anybody, on_record, retire

Login = Callable[[User], Client]

TITLES = [
    "In trouble",
    "Published in the last half hour",
    "Waiting for my signature",
    "My returned proposals",
    "Unverified",
    "Disputed",
    "Open discrepancies",
    "Sources whose own words we do not hold",
]


def counts(client: Client) -> dict[str, str]:
    """What the front page counts, by the key of the block."""
    return {block.key: block.count for block in blocks(client)}


def blocks(client: Client) -> Any:
    """The blocks of the front page."""
    return client.get("/admin/").context["desk"]["blocks"]


def disputed(world: World, claim: Claim, **fields: Any) -> None:
    """`claim`, disputed by the editor."""
    newest = newest_decision(claim)
    dispute(
        claim,
        by=world.editor,
        rationale="Doubt.",
        follows=newest.seq if newest else None,
        stamps=world.stamps,
        **fields,
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_however_much_there_is_to_do(
    world: World, login: Login, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        claim = world.fact(world.claim(f"Fact {number}."))
        retire(Evidence.objects.filter(claim=claim), at=NOON)
        proposed = world.claim(f"Proposal {number}.")
        world.proposal(proposed, world.passage(proposed, "courier", "wire"))
        disputed(world, world.claim(f"Disputed {number}."))
        returned = world.claim(f"Returned {number}.")
        proposal = world.proposal(returned, world.passage(returned, "courier", "wire"), by=world.second_editor)
        return_proposal(proposal, by=world.editor, rationale="Thin.", stamps=world.stamps)
        passage = world.passage(world.claim(f"Unverified {number}."), "courier")
        Discrepancy.objects.create(claim=passage.claim, kind="name", first=passage, found_at=NOON)
    client = login(world.second_editor)
    with django_assert_num_queries(78):
        response = client.get("/admin/")
    assert response.status_code == 200


def test_the_blocks_stand_in_the_order_of_a_bad_day_and_an_empty_desk_says_so(world: World, login: Login) -> None:
    found = blocks(login(world.editor))
    assert [block.title for block in found] == TITLES
    assert [(block.count, list(block.rows)) for block in found] == [("0", [])] * 8


def test_the_index_of_the_desk_is_the_front_page_again(world: World, login: Login) -> None:
    response = login(world.editor).get("/admin/stories/")
    assert [block.title for block in response.context["desk"]["blocks"]] == TITLES


def test_everybody_sees_what_waits_for_them(world: World, login: Login) -> None:
    first, second = world.claim("First."), world.claim("Second.")
    world.proposal(first, world.passage(first, "courier", "wire"), wording="Wire: first.")
    world.proposal(second, world.passage(second, "courier", "wire"), wording="Wire: second.", by=world.editor)
    waiting = {
        name: [row.words for block in blocks(login(getattr(world, name))) if block.key == "sign" for row in block.rows]
        for name in ("reporter", "editor", "second_editor")
    }
    assert waiting == {
        "reporter": ["Wire: second."],
        "editor": ["Wire: first."],
        "second_editor": ["Wire: first.", "Wire: second."],
    }
    assert counts(login(world.person("auditor", "Auditors")))["sign"] == "0"


def test_what_is_opened_from_the_front_page_leads_to_the_next_of_its_kind(world: World, login: Login) -> None:
    claims = [world.claim(f"{number}.") for number in (1, 2)]
    passages = [world.passage(claim, "courier", "wire", quote=claim.statement[:1]) for claim in claims]
    for claim, passage in zip(claims, passages, strict=True):
        world.proposal(claim, passage, wording=f"{claim.statement[:1]}, Wire reports.")
    client = login(world.editor)
    addresses = [row.address for block in blocks(client) if block.key == "sign" for row in block.rows]
    assert addresses == [f"/admin/stories/claim/{claim.pk}/review/?queue=work%3Dsign" for claim in claims]
    seen = {"verb": "confirm", "rationale": "Read it.", "follows": newest_decision(claims[0]).seq}
    assert client.post(addresses[0], seen, follow=True).redirect_chain[-1] == (addresses[1], 302)
    seen["follows"] = newest_decision(claims[1]).seq
    last = client.post(addresses[1], seen, follow=True).redirect_chain[-1]
    assert last == ("/admin/stories/claim/?work=sign", 302)


def test_a_returned_proposal_comes_back_to_who_made_it(world: World, login: Login) -> None:
    claim = world.claim()
    proposal = world.proposal(claim, world.passage(claim, "courier", "wire"))
    return_proposal(proposal, by=world.editor, rationale="Name the hour.", stamps=world.stamps)
    assert counts(login(world.editor))["returned"] == "0"
    block = next(block for block in blocks(login(world.reporter)) if block.key == "returned")
    assert [(row.words, row.detail) for row in block.rows] == [(proposal.wording, "editor: Name the hour.")]


def test_a_fact_in_trouble_comes_first_with_the_reason(world: World, login: Login) -> None:
    claim = world.fact()
    retire(Evidence.objects.filter(claim=claim), at=NOON)
    block = blocks(login(world.editor))[0]
    assert (block.count, block.is_urgent, [row.words for row in block.rows]) == (
        "1",
        True,
        ["The harbour is closed, Wire reports."],
    )
    assert block.rows[0].address == f"/admin/stories/claim/{claim.pk}/review/"


def test_a_fact_that_merely_lost_a_route_is_told_of_and_not_counted(world: World, login: Login) -> None:
    claim = world.claim()
    passages = [world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "minister")]
    wording = "The harbour is closed, Wire and the Minister of Harbours said."
    world.fact(claim, passages=passages, wording=wording)
    wire, minister = world.source("wire"), world.source("minister")
    Voice.objects.create(
        source=minister, same_as=wire, reason="He is quoted by Wire.", created_at=NOON, recorded_by=anybody()
    )
    for _ in range(2):
        block = blocks(login(world.editor))[0]
        assert (block.count, block.is_urgent, block.note) == (
            "0",
            False,
            "Not counted, and last: 1 that holds, and lost a route.",
        )
        assert [(row.words, row.detail, row.address) for row in block.rows] == [
            (
                wording,
                "It holds, on less: independent sources were 2 when it was confirmed, and are 1.",
                f"/admin/stories/claim/{claim.pk}/review/",
            )
        ]
        assert weigh_facts() == []


def test_a_fact_contradicted_since_it_was_confirmed_is_in_trouble(world: World, login: Login) -> None:
    claim, other = world.claim(), world.claim("The harbour is open.")
    known = {"by": world.editor, "stamps": world.stamps}
    open_contradiction(claim, other, note="Both carried on Monday.", **known)
    world.passage(claim, "courier", "wire")
    world.passage(claim, "mirror", stance="contradicts")
    world.fact(claim)

    def told() -> list[str]:
        return [row.detail for row in blocks(login(world.editor))[0].rows]

    assert told() == []  # the signers knew
    open_contradiction(claim, world.claim("The harbour never closed."), note="Which?", **known)
    assert told() == ["Open contradiction: Which?"]
    world.passage(claim, "courier", stance="contradicts")
    speaks = "A passage recorded since it was confirmed speaks against it."
    assert told() == [f"Open contradiction: Which? {speaks}"]
    for row in Contradiction.objects.filter(note="Which?"):
        close_contradiction(row, by=world.editor, state="dismissed", reason="A slip.", stamps=world.stamps)
    assert told() == [speaks]
    assert login(world.editor).get(f"/admin/stories/claim/{claim.pk}/review/").context["fact_trouble"] == [speaks]


def test_front_page_and_review_page_say_the_same_of_a_fact_that_has_nothing_left(world: World, login: Login) -> None:
    claim = world.claim()
    passages = [world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "wire")]
    world.fact(claim, passages=passages)
    retire_evidence(passages[0], by=anybody())
    on_record(Article.objects.filter(pk=passages[1].article_id), status="retracted", retracted_at=NOON)
    client = login(world.editor)
    told = client.get(f"/admin/stories/claim/{claim.pk}/review/").context["fact_trouble"]
    assert told == [
        "Nothing of what it stands on is left.",
        "The passage “The harbour is closed” in article-1 has been retired.",
        "The passage “The harbour is closed” in article-2 stands in a retracted article.",
    ]
    assert [row.detail for row in blocks(client)[0].rows] == [" ".join(told)]


def test_a_current_version_that_went_stale_is_in_trouble(world: World, login: Login) -> None:
    claim = world.fact()
    draft = save_draft(
        world.story, by=world.editor, headline="Closed", blocks=compose_blocks(world.story), stamps=world.stamps
    )
    cut(draft, by=world.second_editor, follows=draft.drafted_at, stamps=world.stamps)
    disputed(world, claim, correction_kind="withheld", public_note="We are checking.")
    block = blocks(login(world.editor))[0]
    assert [(row.words, row.detail) for row in block.rows] == [
        ("The harbour, version 1", "It prints a fact that has ended.")
    ]


@pytest.mark.parametrize(
    ("bound", "looked_at"),
    [
        ({"CUTS": 5}, (["The harbour, version 3", "The airport, version 1"], True)),
        ({"CUTS": 4}, (["The harbour, version 3", "The airport, version 1"], False)),
        ({"CUTS": 2}, (["The harbour, version 3"], False)),
        ({"COMPARED": 2}, (["The harbour, version 3", "The airport, version 1"], True)),
        ({"COMPARED": 1}, (["The harbour, version 3"], False)),
    ],
)
def test_the_current_versions_that_were_cut_last_are_held_against_the_log(
    db: None, monkeypatch: pytest.MonkeyPatch, bound: dict[str, int], looked_at: tuple[list[str], bool]
) -> None:
    for name, most in bound.items():
        monkeypatch.setattr(front, name, most)
    desk = Desk()
    harbour, airport = desk.story, Story.objects.create(slug="airport", title="The airport", created_at=NOON)
    for number, desk.story in enumerate([harbour, airport, harbour, harbour]):
        desk.confirm_fact("The harbour is closed", claim=desk.claim(f"Claim {number}."))
        desk.cut_version(f"Headline {number}")
    current, is_every = front._current_versions()
    assert ([f"{one.story}, version {one.number}" for one in current], is_every) == looked_at


def test_what_was_published_in_the_last_half_hour(world: World, login: Login) -> None:
    world.fact()
    client = login(world.editor)
    for minutes, count in ((29, "1"), (31, "0")):
        with time_machine.travel(NOON.replace(minute=minutes % 60), tick=False):
            client.force_login(world.editor)
            assert counts(client)["published"] == count


def test_unverified_disputed_and_open_discrepancies_are_counted(world: World, login: Login) -> None:
    passage = world.passage(world.claim("One."), "courier", "wire")
    Discrepancy.objects.create(claim=passage.claim, kind="name", first=passage, first_words="x", found_at=NOON)
    disputed(world, world.claim("Two."))
    found = counts(login(world.editor))
    assert (found["unverified"], found["disputed"], found["discrepancies"], found["unheld"]) == ("1", "1", "1", "1")


def test_every_block_leads_somewhere_that_opens(world: World, login: Login) -> None:
    world.fact()
    claim = world.claim("Two.")
    world.proposal(claim, world.passage(claim, "courier", "wire"))
    open_contradiction(claim, world.claim("Three."), by=world.editor, note="Not both.", stamps=world.stamps)
    client = login(world.editor)
    found = blocks(client)
    addresses = [block.address for block in found if block.address]
    addresses += [row.address for block in found for row in block.rows]
    assert {client.get(address).status_code for address in addresses} == {200}


def test_a_newcomer_is_told_what_to_do_first(world: World, login: Login) -> None:
    assert "Your first claim" in page_of(login(world.editor).get("/admin/"))
    world.fact()
    assert "Your first claim" not in page_of(login(world.editor).get("/admin/"))


def test_looking_writes_nothing_and_strangers_see_no_work(world: World, login: Login) -> None:
    world.fact(world.claim("A secret statement."))
    before = all_rows()
    page = page_of(login(world.person("visitor")).get("/admin/"))
    login(world.editor).get("/admin/")
    assert ("A secret statement." in page, "In trouble" in page) == (False, False)
    assert all_rows() == before


def test_hostile_words_arrive_as_text(world: World, login: Login) -> None:
    claim = world.claim(HOSTILE)
    passage = world.passage(claim, "courier", "wire", quote=HOSTILE)
    Discrepancy.objects.create(claim=claim, kind="name", first=passage, first_words=HOSTILE, found_at=NOON)
    page = page_of(login(world.editor).get("/admin/"))
    assert ("<script>alert" in page, "<img src=x" in page, "1414" in page) == (False, False, False)


def test_where_a_change_touched_more_facts_than_are_weighed_the_page_says_so(
    world: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        world.fact(world.claim(f"Fact {number}."))
    on_record(Source.objects.filter(slug="wire"), name="Wire")
    monkeypatch.setattr("stories.admin.front.WEIGHED", 1)
    client = login(world.editor)
    assert blocks(client)[0].note == ""
    on_record(Source.objects.filter(slug="wire"), separate_because="Met.")
    block = blocks(client)[0]
    assert (block.count, block.empty, block.note) == (
        "0",
        "None of those is in trouble.",
        "Changes may have touched more than 1 facts, of which the newest 1 were weighed here. "
        "Whoever runs the desk weighs all: manage.py weigh_facts.",
    )
    assert "manage.py weigh_facts" in page_of(client.get("/admin/"))


def test_saving_a_source_says_what_it_troubles_and_forgets_what_it_does_not(world: World, login: Login) -> None:
    world.fact()
    world.fact(world.claim("The quay is shut."), wording="The Courier says that it is shut.")
    fields = {"slug": "wire", "kind": "agency", "institution": "", "public_name": "", "notes": "", "_save": ""}
    inlines = {f"{prefix}-{name}": "0" for prefix in ("aliases", "voices") for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    address = f"/admin/stories/source/{world.source('wire').pk}/change/"
    client = login(world.editor)
    sent = {**fields, **inlines, **read_of(client, address), "name": "Fil"}
    response = client.post(address, sent, follow=True)
    assert next(str(message) for message in response.context["messages"]) == (
        "In trouble: 1 fact(s) in force. The front page of the desk lists them."
    )
    assert FactToWeigh.objects.count() == 1


def test_the_discrepancies_that_block_come_first_and_the_oldest_of_them(world: World, login: Login) -> None:
    passage = world.passage(world.claim("One."), "courier")
    kinds = ["name", "figure", "date", "quotation", "figure", "strength", "name"]
    for number, kind in enumerate(kinds):
        words = {"first_words": str(number), "found_at": NOON - timedelta(minutes=number)}
        Discrepancy.objects.create(claim=passage.claim, kind=kind, first=passage, **words)
    block = next(block for block in blocks(login(world.editor)) if block.key == "discrepancies")
    assert [row.words.split("“")[1] for row in block.rows] == ["5”", "4”", "3”", "1”", "6”"]
