"""Anybody does anything, in any order: after every step the facts in force are those of a short model of the policy.

The model knows no queryset and no snapshot. It is the table (rule: transitions) said once more in a few lines; where it
says no, the verb refuses and nothing changes, and where it says yes, the verb goes. Replaying the public log, as any
consumer can, gives the same facts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from stories.chain import verify_rows
from stories.choices import Part
from stories.models import Decision, Publication
from stories.policy import transitions as policy
from stories.policy.transitions import Verb
from stories.record.decisions import Refused, payload_of
from stories.record.publications import event_of, text_of
from stories.record.sealing import whereabouts
from stories.verification import (
    confirm,
    dispute,
    newest_decision,
    propose,
    refute,
    return_proposal,
    withdraw,
)
from stories.verification import verbs as verification
from stories.verification.suppression import destroy, newest_on, propose_restoration, restore, suppress
from tests.world import World

pytestmark = [pytest.mark.prove, pytest.mark.django_db]

PEOPLE = {"anna": "reporter", "ben": "reporter", "cleo": "editor", "dora": "editor", "root": None}
KINDS = ["fact", "fact", "prediction"]
WORDINGS = ["Wire reports that it is shut.", "It is shut, Wire says.", "Nobody is named here."]

CLAIMS = st.integers(0, len(KINDS) - 1)
PERSON = st.sampled_from(sorted(PEOPLE))
WORDING = st.sampled_from(WORDINGS)


@dataclass
class Text:
    """A published wording of a claim: whether it is shown, sealed or gone, by whom, and who proposes to restore it."""

    claim: int
    wording: str
    where: str = "shown"
    sealer: str = ""
    proposer: str = ""


@dataclass
class Model:
    """The table in short: for each claim its state, who proposed what, and the wording in force; and the texts."""

    state: list[str] = field(default_factory=lambda: ["unverified" for _ in KINDS])
    proposed: list[tuple[str, str]] = field(default_factory=lambda: [("", "") for _ in KINDS])
    in_force: list[str | None] = field(default_factory=lambda: [None for _ in KINDS])
    texts: dict[int, Text] = field(default_factory=dict)

    def propose(self, claim: int, who: str, wording: str) -> bool:
        printable = KINDS[claim] != "prediction" and "Wire" in wording
        allowed = PEOPLE[who] is not None and printable and wording != self.in_force[claim]
        if allowed:
            self.state[claim], self.proposed[claim] = "proposed", (who, wording)
        return allowed

    def confirm(self, claim: int, who: str) -> bool:
        proposer, wording = self.proposed[claim]
        allowed = (
            self.state[claim] == "proposed"
            and PEOPLE[who] is not None
            and who != proposer
            and "editor" in (PEOPLE[who], PEOPLE[proposer])
        )
        if allowed:
            self.state[claim], self.in_force[claim] = "confirmed", wording
        return allowed

    def send_back(self, claim: int, who: str) -> bool:
        allowed = self.state[claim] == "proposed" and (PEOPLE[who] == "editor" or who == self.proposed[claim][0])
        if allowed:
            self.state[claim] = "returned"
        return allowed

    def end(self, claim: int, who: str, verdict: str) -> bool:
        possible = self.in_force[claim] is not None if verdict == "withdrawn" else self.state[claim] != verdict
        allowed = PEOPLE[who] == "editor" and possible
        if allowed:
            self.state[claim], self.in_force[claim] = verdict, None
        return allowed

    def same_as(self, text: Text, where: str) -> list[Text]:
        """The texts of the same words that are where `text` should be; none when it is elsewhere."""
        same = [one for one in self.texts.values() if (one.claim, one.wording) == (text.claim, text.wording)]
        return [one for one in same if one.where == where] if text.where == where else []

    def suppress(self, text: Text, who: str) -> bool:
        taken = self.same_as(text, "shown") if PEOPLE[who] == "editor" else []
        for one in taken:
            one.where, one.sealer, one.proposer = "sealed", who, ""
        if taken and self.in_force[text.claim] == text.wording:
            self.state[text.claim], self.in_force[text.claim] = "withdrawn", None
        return bool(taken)

    def destroy(self, text: Text, who: str) -> bool:
        sealed = self.same_as(text, "sealed")
        allowed = PEOPLE[who] == "editor" and bool(sealed)
        allowed = allowed and all(one.sealer != who and not one.proposer for one in sealed)
        for one in sealed if allowed else []:
            one.where = "gone"
        return allowed

    def propose_restoration(self, text: Text, who: str) -> bool:
        sealed = self.same_as(text, "sealed")
        allowed = PEOPLE[who] == "editor" and bool(sealed) and not text.proposer
        for one in sealed if allowed else []:
            one.proposer = one.proposer or who
        return allowed

    def restore(self, text: Text, who: str) -> bool:
        sealed = self.same_as(text, "sealed")
        allowed = PEOPLE[who] == "editor" and bool(sealed)
        allowed = allowed and all(one.proposer not in ("", who) for one in sealed)
        for one in sealed if allowed else []:
            one.where, one.sealer, one.proposer = "shown", "", ""
        return allowed


class Desk(RuleBasedStateMachine):
    """The real verbs beside the model."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.world = World()
        groups = {"reporter": "Reporters", "editor": "Editors", None: None}
        self.people = {
            name: self.world.person(name, groups[role], is_superuser=name == "root") for name, role in PEOPLE.items()
        }
        self.claims = [self.world.claim(f"The harbour is shut, part {n}.", kind) for n, kind in enumerate(KINDS)]
        self.passages = [self.world.passage(claim, "courier", "wire") for claim in self.claims]
        self.model = Model()
        self.steps = 0

    def teardown(self) -> None:
        try:
            verify_rows(Decision.objects.order_by("seq"), payload_of, name="seq")
            verify_rows(Publication.objects.order_by("position"), event_of, name="position")
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def attempt(self, allowed: bool, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Do `verb`: it goes exactly when the model says so."""
        self.steps += 1
        before = Decision.objects.count(), Publication.objects.count()
        refusal: Refused | None = None
        try:
            verb(*args, rationale=f"Step {self.steps}.", stamps=self.world.stamps, **kwargs)
        except Refused as refused:
            refusal = refused
        assert (refusal is None) == allowed, f"{verb.__name__}: the model says {allowed}, the verb {refusal}"
        after = Decision.objects.count(), Publication.objects.count()
        assert after[0] > before[0] if allowed else after == before
        for row in Publication.objects.filter(position__gt=before[1]).facts():
            claim = next(n for n, one in enumerate(self.claims) if one.uuid == row.fact_id)
            self.model.texts[row.position] = Text(claim, self.model.in_force[claim] or "")

    def seen(self, claim: int) -> int | None:
        newest = newest_decision(self.claims[claim])
        return newest.seq if newest else None

    def explained(self, claim: int) -> dict[str, str]:
        in_force = self.model.in_force[claim] is not None
        return {"correction_kind": "update", "public_note": "We know more."} if in_force else {}

    @rule(claim=CLAIMS, who=PERSON, wording=WORDING)
    def propose(self, claim: int, who: str, wording: str) -> None:
        explained = self.explained(claim)
        self.attempt(
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
        if newest is not None:
            allowed = (self.model.confirm if verb == "confirm" else self.model.send_back)(claim, who)
            self.attempt(allowed, confirm if verb == "confirm" else return_proposal, newest, by=self.people[who])

    @rule(claim=CLAIMS, who=PERSON, wording=st.sampled_from(WORDINGS[:2]), second=PERSON)
    def propose_and_sign(self, claim: int, who: str, wording: str, second: str) -> None:
        """The way to a fact, so that many walks get there."""
        self.propose(claim, who, wording)
        self.sign_or_send_back(claim, second, "confirm")

    @rule(claim=CLAIMS, who=PERSON, verdict=st.sampled_from(["disputed", "refuted", "withdrawn"]))
    def end(self, claim: int, who: str, verdict: str) -> None:
        explained = self.explained(claim)
        row, by, seen = self.claims[claim], self.people[who], self.seen(claim)
        allowed = self.model.end(claim, who, verdict)
        if verdict == "withdrawn":
            why = {"correction_kind": "withheld", "public_note": "We are checking."}
            self.attempt(allowed, withdraw, [row], by=by, follows={row.pk: seen}, **why)
        else:
            verb = {"disputed": dispute, "refuted": refute}[verdict]
            self.attempt(allowed, verb, row, by=by, follows=seen, **explained)

    @rule(
        number=st.integers(0, 9),
        who=PERSON,
        deed=st.sampled_from(["suppress", "destroy", "propose", "propose", "restore"]),
    )
    def take_down_or_put_back(self, number: int, who: str, deed: str) -> None:
        if not self.model.texts:
            return
        position, text = sorted(self.model.texts.items())[number % len(self.model.texts)]
        target, by = Publication.objects.get(pk=position), self.people[who]
        newest = newest_on(target)
        if deed == "suppress":
            told = {"because": "safety", "public_note": "Taken down.", "follows": newest.seq if newest else None}
            self.attempt(self.model.suppress(text, who), suppress, target, part=Part.TEXT, by=by, **told)
        elif newest is not None and deed == "restore":
            self.attempt(self.model.restore(text, who), restore, newest, by=by)
        elif newest is not None:
            verb = destroy if deed == "destroy" else propose_restoration
            allowed = (self.model.destroy if deed == "destroy" else self.model.propose_restoration)(text, who)
            self.attempt(allowed, verb, target, part=Part.TEXT, by=by, follows=newest.seq)

    @invariant()
    def every_text_is_where_the_model_has_it(self) -> None:
        assert {row.position: whereabouts(row, Part.TEXT) for row in Publication.objects.facts()} == {
            position: text.where for position, text in self.model.texts.items()
        }

    @rule(claim=CLAIMS, who=st.sampled_from(["cleo", "dora"]), behind=st.integers(1, 3))
    def come_late(self, claim: int, who: str, behind: int) -> None:
        """Whoever saw an older page changes nothing."""
        seen = self.seen(claim)
        if seen is not None:
            verb = dispute if self.model.state[claim] == "refuted" else refute
            explained = self.explained(claim)
            self.attempt(False, verb, self.claims[claim], by=self.people[who], follows=seen - behind, **explained)

    @invariant()
    def the_facts_in_force_are_those_of_the_model(self) -> None:
        expected = {str(self.claims[n].uuid): words for n, words in enumerate(self.model.in_force) if words}
        head = Publication.objects.count()
        assert {
            text["id"]: text["statement"] for text in map(text_of, Publication.objects.in_force(at=head))
        } == expected
        assert replay() == expected
        newest = {one.claim_id: one.verdict for one in Decision.objects.newest()}
        assert [newest.get(claim.pk, "unverified") for claim in self.claims] == self.model.state


def replay() -> dict[str, str]:
    """The facts in force, from nothing but the events and texts of the log, in order, as a consumer would."""
    facts: dict[int, tuple[str, str]] = {}
    for row in Publication.objects.order_by("position"):
        event = event_of(row)
        if event["ends"]:
            facts.pop(event["ends"], None)  # of a text that was taken down since there is nothing to forget
        text = text_of(row)
        if text is not None:
            facts[event["position"]] = (event["fact_id"], text["statement"])
    assert len({fact for fact, _ in facts.values()}) == len(facts), "a fact is in force twice"
    return dict(facts.values())


PARTS = 6
WALKS = settings(
    max_examples=20,
    stateful_step_count=20,
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


@pytest.mark.parametrize("weaken", [_anybody_disputes, _one_signature, _late_is_fine, _nothing_ends, _any_wording])
def test_a_weaker_guard_is_found(weaken: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    weaken(monkeypatch)
    # What the verbs let through is found by the model, unless the database stops it first.
    with pytest.raises((AssertionError, IntegrityError)):
        run_state_machine_as_test(Desk, settings=WALKS)
