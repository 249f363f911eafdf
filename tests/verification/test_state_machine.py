"""Anybody does anything, in any order: after every step the desk is where a short model of its rules has it.

The model (tests/verification/model.py) says who may, what is published by it, and what the API then shows; where it
says no, the desk refuses and nothing changes. What is read is read from the API, as any consumer can.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from stories.chain import verify_rows
from stories.changes import writing
from stories.changes.writing import save_on_record
from stories.choices import Part
from stories.models import Article, Change, Claim, Decision, Lift, Publication, SealedText, Source, Story
from stories.policy import transitions as policy
from stories.policy.transitions import Verb
from stories.provenance import protection
from stories.provenance.protection import propose_lift, protect, return_lift, sign_lift
from stories.record.decisions import Refused, payload_of
from stories.record.publications import event_of
from stories.verification import (
    confirm,
    dispute,
    newest_decision,
    propose,
    refute,
    return_proposal,
    suppression,
    withdraw,
)
from stories.verification import verbs as verification
from stories.verification.suppression import newest_on
from tests.verification.model import (
    CHECKING,
    KINDS,
    KNOWN,
    PEOPLE,
    PUBLIC_NAME,
    REMOVED,
    STATEMENTS,
    TAKEN_DOWN,
    TITLES,
    WORDINGS,
    Events,
    Model,
)
from tests.world import NOON, World

pytestmark = [pytest.mark.prove, pytest.mark.django_db]

CLAIMS = st.sampled_from([0, 0, 1, 1, 2])
PERSON = st.sampled_from([*PEOPLE, "anna", "cleo", "dora", "cleo", "dora"])
PLACE = st.integers(0, 9)
PART = st.sampled_from(["text", "note"])
EDITOR = st.sampled_from(["cleo", "dora"])
WORDING = st.sampled_from(WORDINGS)
FIRST_PAGE = {"page_size": 200}


class Desk(RuleBasedStateMachine):
    """The real desk beside the model."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.world = World()
        groups = {"reporter": "Reporters", "editor": "Editors", None: None}
        self.people = {name: self.world.person(name, groups[role]) for name, role in PEOPLE.items()}
        self.people["root"].is_superuser, self.people["zoe"].is_active = True, False
        for name, group in (("root", None), ("zoe", "Reporters")):
            self.people[name].save()
            self.world.person(name, group)
        self.claims = [self.world.claim(words, kind) for words, kind in zip(STATEMENTS, KINDS, strict=True)]
        self.passages = [self.world.passage(claim, "courier", "wire") for claim in self.claims]
        self.wire = self.world.source("wire")
        self.client = Client()
        self.model = Model()
        self.steps = 0

    def teardown(self) -> None:
        try:
            verify_rows(Decision.objects.order_by("seq"), payload_of, name="seq")
            verify_rows(Publication.objects.order_by("position"), event_of, name="position")
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # ---- Doing ------------------------------------------------------------------------------------------------

    def attempt(
        self, expected: Events, verb: Callable[..., Any], *args: Any, refusal: Any = Refused, **kwargs: Any
    ) -> list[Publication]:
        """Do `verb`: it goes exactly when the model says so, and publishes what it says. Returns that."""
        before = counts()
        refused: Exception | None = None
        try:
            with transaction.atomic():
                verb(*args, stamps=self.world.stamps, **kwargs)
        except refusal as error:
            refused = error
        assert (refused is None) == (expected is not None), f"{verb.__name__}: expected {expected}, and {refused}"
        assert refused is None or counts() == before
        rows = list(Publication.objects.filter(position__gt=before[Publication]).order_by("position"))
        assert [row.event for row in rows] == (expected or [])
        return rows

    def decide(self, expected: Events, verb: Callable[..., Any], *args: Any, note: str = "", **kwargs: Any) -> None:
        """`attempt` a verb that puts a decision in the ledger; what it publishes carries `note`."""
        self.steps += 1
        before = Decision.objects.count()
        rows = self.attempt(expected, verb, *args, rationale=f"Step {self.steps}.", **kwargs)
        assert (Decision.objects.count() > before) == (expected is not None)
        for row in rows:
            began = row.event in ("confirmed", "reworded")
            claim = next(n for n, one in enumerate(self.claims) if one.uuid == row.fact_id) if began else None
            self.model.lay(row.position, claim, note if row.event not in ("confirmed", "restored") else "")

    def seen(self, claim: int) -> int | None:
        newest = newest_decision(self.claims[claim])
        return newest.seq if newest else None

    def explained(self, claim: int) -> dict[str, str]:
        in_force = self.model.in_force[claim] is not None
        return {"correction_kind": "update", "public_note": KNOWN} if in_force else {}

    @initialize()
    def begin_with_a_fact_and_a_withdrawn_one(self) -> None:
        for claim in (0, 1):
            self.propose_and_sign(claim, "anna", WORDINGS[0], "cleo")
        self.end(1, "dora", "withdrawn")

    @rule(claim=CLAIMS, who=PERSON, wording=WORDING)
    def propose(self, claim: int, who: str, wording: str) -> None:
        explained = self.explained(claim)
        self.decide(
            self.model.propose(claim, who, wording),
            propose,
            self.claims[claim],
            by=self.people[who],
            wording=wording,
            basis="attributed",
            passages=[self.passages[claim]],
            follows=self.seen(claim),
            **explained,
        )

    @rule(claim=CLAIMS, who=PERSON, verb=st.sampled_from(["confirm", "return"]))
    def sign_or_send_back(self, claim: int, who: str, verb: str) -> None:
        newest = newest_decision(self.claims[claim])
        if newest is not None and verb == "confirm":
            self.decide(self.model.confirm(claim, who), confirm, newest, by=self.people[who], note=KNOWN)
        elif newest is not None:
            self.decide(self.model.send_back(claim, who), return_proposal, newest, by=self.people[who])

    @rule(claim=CLAIMS, who=PERSON, wording=st.sampled_from(WORDINGS[:3]), second=PERSON)
    def propose_and_sign(self, claim: int, who: str, wording: str, second: str) -> None:
        """The way to a fact, so that many walks get there."""
        self.propose(claim, who, wording)
        self.sign_or_send_back(claim, second, "confirm")

    @rule(claim=CLAIMS, who=PERSON, verdict=st.sampled_from(["disputed", "refuted", "withdrawn"]))
    def end(self, claim: int, who: str, verdict: str) -> None:
        explained = self.explained(claim)
        row, by, seen = self.claims[claim], self.people[who], self.seen(claim)
        events = self.model.end(claim, who, verdict)
        if verdict == "withdrawn":
            why = {"correction_kind": "withheld", "public_note": CHECKING}
            self.decide(events, withdraw, [row], by=by, follows={row.pk: seen}, note=CHECKING, **why)
        else:
            verb = {"disputed": dispute, "refuted": refute}[verdict]
            self.decide(events, verb, row, by=by, follows=seen, note=KNOWN, **explained)

    @rule(claim=CLAIMS, who=EDITOR, behind=st.integers(1, 3))
    def come_late(self, claim: int, who: str, behind: int) -> None:
        """Whoever saw an older page changes nothing."""
        seen = self.seen(claim)
        if seen is not None:
            verb = dispute if self.model.state[claim] == "refuted" else refute
            explained = self.explained(claim)
            self.decide(None, verb, self.claims[claim], by=self.people[who], follows=seen - behind, **explained)

    @rule(
        number=PLACE,
        part=PART,
        who=PERSON,
        deed=st.sampled_from(["suppress", "suppress", "destroy", "propose", "propose", "restore", "return"]),
        note=st.sampled_from([TAKEN_DOWN, REMOVED]),
    )
    def take_down_or_put_back(self, number: int, part: str, who: str, deed: str, note: str) -> None:
        there = sorted(place for place, kind in self.model.beside if kind == part)
        if not there:
            return
        position = there[number % len(there)]
        lying, by = self.model.beside[position, part], self.people[who]
        target = Publication.objects.get(pk=position)
        newest = newest_on(target, Part(part))
        follows = newest.seq if newest else None
        if deed == "suppress":
            told = {"because": "safety", "public_note": note, "follows": follows}
            events = self.model.suppress(lying, who, note)
            self.decide(events, suppression.suppress, target, part=Part(part), by=by, note=note, **told)
        elif newest is not None and deed == "restore":
            self.decide(self.model.restore(lying, who), suppression.restore, newest, by=by)
        elif newest is not None and deed == "return":
            self.decide(self.model.return_restoration(lying, who), suppression.return_suppression, newest, by=by)
        elif newest is not None:
            verb = suppression.destroy if deed == "destroy" else suppression.propose_restoration
            events = (self.model.destroy if deed == "destroy" else self.model.propose_restoration)(lying, who)
            self.decide(events, verb, target, part=Part(part), by=by, follows=follows)

    @rule(
        number=st.integers(0, 9), part=PART, first=EDITOR, second=EDITOR, then=st.sampled_from(["destroy", "restore"])
    )
    def take_down_and_settle(self, number: int, part: str, first: str, second: str, then: str) -> None:
        """The way to what two editors do, so that many walks get there."""
        ways = {"destroy": [(second, "destroy")], "restore": [(second, "propose"), (first, "restore")]}
        for who, deed in ((first, "suppress"), *ways[then]):
            self.take_down_or_put_back(number, part, who, deed, TAKEN_DOWN)

    @rule(
        claim=CLAIMS,
        who=PERSON,
        what=st.sampled_from(["title", "statement", "status", "status"]),
        other=st.integers(0, 2),
        reason=st.sampled_from(["Their editor wrote.", "Their editor wrote.", ""]),
    )
    def change_on_record(self, claim: int, who: str, what: str, other: int, reason: str) -> None:
        if what == "title":
            row: Any = Story.objects.get(pk=self.world.story.pk)
            row.title = TITLES[other % len(TITLES)]
            events = self.model.change_title(who, row.title)
        elif what == "statement":
            row = Claim.objects.get(pk=self.claims[claim].pk)
            row.statement = f"{STATEMENTS[claim][: len(STATEMENTS[claim]) - other]}"
            events = self.model.change_statement(claim, who, row.statement)
        else:
            row = Article.objects.get(pk=self.passages[claim].article_id)
            row.status = ["current", "corrected", "retracted"][other]
            row.retracted_at = NOON if row.status == "retracted" else None
            events = self.model.change_status(claim, who, row.status, reason)
        refusal = (ValidationError, IntegrityError) if what == "statement" else ValidationError
        self.attempt(events, save_on_record, row, by=self.people[who], reason=reason, refusal=refusal)

    @rule(who=PERSON, deed=st.sampled_from(["protect", "propose", "sign", "return"]))
    def protect_or_lift(self, who: str, deed: str) -> None:
        by, newest = self.people[who], Lift.objects.order_by("pk").last()
        if deed == "protect":
            self.attempt(self.model.protect(who), protect, self.wire, by=by, public_name=PUBLIC_NAME)
        elif deed == "propose":
            consent = {"ground": "consent", "record": "A letter."}
            self.attempt(self.model.propose_lift(who), propose_lift, self.wire, by=by, **consent)
        elif newest is not None and deed == "sign":
            self.attempt(self.model.sign_lift(who), sign_lift, newest, by=by)
        elif newest is not None:
            self.attempt(self.model.return_lift(who), return_lift, newest, by=by)

    @rule(first=EDITOR, second=PERSON, then=st.sampled_from(["sign", "return"]))
    def protect_and_lift(self, first: str, second: str, then: str) -> None:
        """The way to a lifting, so that many walks get there."""
        for who, deed in ((first, "protect"), (first, "propose"), (second, then)):
            self.protect_or_lift(who, deed)

    # ---- Looking ----------------------------------------------------------------------------------------------

    def get(self, path: str, **parameters: Any) -> Any:
        answer = self.client.get(f"/api/v1/{path}", parameters)
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]

    @invariant()
    def what_is_on_record_is_what_the_model_has(self) -> None:
        told = Change.objects.order_by("pk").values_list("field", "became", "by_username")
        assert list(told) == self.model.changes
        newest = {one.claim_id: one.verdict for one in Decision.objects.newest()}
        assert [newest.get(claim.pk, "unverified") for claim in self.claims] == self.model.state
        rows = Claim.objects.order_by("pk").values_list("statement", "evidence__article__status")
        assert list(rows) == list(zip(self.model.statements, self.model.statuses, strict=True))
        assert Source.objects.get(slug="wire").confidential == self.model.protected
        assert [
            [lift.proposed_by.username, "signed" if lift.signed_at else "returned" if lift.returned_at else "open"]
            for lift in Lift.objects.order_by("pk").select_related("proposed_by")
        ] == self.model.lifts

    @invariant()
    def the_api_shows_the_facts_in_force_under_the_title_of_their_day(self) -> None:
        facts = {fact["id"]: (fact["statement"], fact["story"]["title"]) for fact in self.get("facts/")}
        assert facts == {
            str(self.claims[n].uuid): (fact.wording, fact.title) for n, fact in enumerate(self.model.in_force) if fact
        }
        assert replay(self.get("changes/", **FIRST_PAGE)) == {fact: wording for fact, (wording, _) in facts.items()}

    @invariant()
    def the_api_shows_what_lies_beside_the_log_and_nothing_that_was_taken_down(self) -> None:
        shown = {}
        for event in self.get("changes/", **FIRST_PAGE):
            text, note = event["text"], event["note"]
            shown |= {(event["position"], "text"): text["statement"]} if text else {}
            shown |= {(event["position"], "note"): note} if note else {}
        beside = self.model.beside.items()
        assert shown == {key: one.words[1] for key, one in beside if one.where == "shown"}
        sealed = set(SealedText.objects.values_list("publication", "part"))
        assert sealed == {key for key, one in beside if one.where == "sealed"}


def counts() -> dict[Any, int]:
    """How many rows there are of all that a verb could write."""
    return {model: model.objects.count() for model in (Decision, Publication, Change, Lift, SealedText)}


def replay(events: list[dict[str, Any]]) -> dict[str, str]:
    """The facts in force, from nothing but the events and texts of the log, in order, as a consumer would."""
    facts: dict[int, tuple[str, str]] = {}
    for event in events:
        if event["ends"]:
            facts.pop(event["ends"], None)  # of a text that was taken down since there is nothing to forget
        if event["text"] is not None:
            facts[event["position"]] = (event["fact_id"], event["text"]["statement"])
    assert len({fact for fact, _ in facts.values()}) == len(facts), "a fact is in force twice"
    return dict(facts.values())


PARTS = 6
WALKS = settings(
    max_examples=30,
    stateful_step_count=30,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@pytest.mark.sampled
@pytest.mark.parametrize("part", range(PARTS))
def test_any_walk_of_verbs_keeps_to_the_model(part: int) -> None:
    walks = settings(WALKS, max_examples=-(-WALKS.max_examples // PARTS), derandomize=False)
    run_state_machine_as_test(seed(part)(lambda: Desk()), settings=walks)


# ---- The proof can fail ---------------------------------------------------------------------------------------


def _anybody_disputes(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(policy.TRANSITIONS, Verb.DISPUTE, policy.Transition(policy.ANY_STATE, False, policy.ANYBODY))


def _one_signature(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(verification, "_proposer", lambda *_, **__: None)


def _late_is_fine(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(verification, "require_follows", lambda newest, follows: None)


def _nothing_ends(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(verification, "fact_in_force", lambda claim: None)


def _any_wording(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(verification, "reasons_against", lambda *_, **__: [])


def _lifted_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(protection, "reasons_not_to_sign_lift", lambda lift, *, by: [])


def _the_same_note(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(suppression, "_against_note", lambda public_note, words: [])


def _without_a_reason(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(writing, "GRAVE", set())


WEAKER = [
    _anybody_disputes,
    _one_signature,
    _late_is_fine,
    _nothing_ends,
    _any_wording,
    _lifted_alone,
    _the_same_note,
    _without_a_reason,
]


@pytest.mark.sampled
@pytest.mark.parametrize("weaken", WEAKER)
def test_a_weaker_guard_is_found(weaken: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    weaken(monkeypatch)
    # What the verbs let through is found by the model, unless the database stops it first.
    with pytest.raises((AssertionError, IntegrityError)):
        run_state_machine_as_test(Desk, settings=settings(WALKS, max_examples=100))  # until it is found
