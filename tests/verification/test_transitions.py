"""The transition table of the policy, whole: every state × verb × role, written out, with what comes of it.

A cell holds the state that follows (a star: with a fact in force) or the letters of the refusals, and then nothing
is written. `reasons_after`, which disables the buttons, says the very same.
"""

from collections.abc import Callable, Iterable

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction

from stories.choices import AUDITORS, EDITORS, REPORTERS, Role
from stories.models import Claim, Decision, Publication
from stories.policy import transitions as policy
from stories.policy.transitions import Verb
from stories.record.decisions import Refused
from stories.verification import verbs as verification
from stories.verification.verbs import (
    confirm,
    dispute,
    newest_decision,
    propose,
    refute,
    return_proposal,
    withdraw,
)
from tests.states import reasons_by_verb, state_of
from tests.world import World

pytestmark = pytest.mark.django_db

REFUSALS = {
    "M": "Only members of the groups Reporters and Editors decide; being a superuser is not enough.",
    "E": "Only an editor can {verb} a claim.",
    "N": "There is no open proposal to {verb}: the claim is {state}.",
    "S": "The claim is {state} already.",
    "F": "No fact of this claim is in force, so there is nothing to withdraw.",
    "Y": "You proposed this yourself: somebody else has to sign.",
    "R": "One of the two who sign must be an editor; the proposer is a reporter.",
    "B": "Only an editor, or the proposer taking it back, can return a proposal.",
}

# state               verb       reporter    editor      proposer    anybody else
TABLE = """
unverified            propose    proposed    proposed    -           M
unverified            confirm    N           N           -           M
unverified            return     N           N           -           M
unverified            dispute    E           disputed    -           M
unverified            refute     E           refuted     -           M
unverified            withdraw   EF          F           -           M

proposed by reporter  propose    proposed    proposed    proposed    M
proposed by reporter  confirm    R           confirmed*  Y           M
proposed by reporter  return     B           returned    returned    M
proposed by reporter  dispute    E           disputed    E           M
proposed by reporter  refute     E           refuted     E           M
proposed by reporter  withdraw   EF          F           EF          M

proposed by editor    propose    proposed    proposed    proposed    M
proposed by editor    confirm    confirmed*  confirmed*  Y           M
proposed by editor    return     B           returned    returned    M
proposed by editor    dispute    E           disputed    disputed    M
proposed by editor    refute     E           refuted     refuted     M
proposed by editor    withdraw   EF          F           F           M

proposed* by reporter propose    proposed*   proposed*   proposed*   M
proposed* by reporter confirm    R           confirmed*  Y           M
proposed* by reporter return     B           returned*   returned*   M
proposed* by reporter dispute    E           disputed    E           M
proposed* by reporter refute     E           refuted     E           M
proposed* by reporter withdraw   E           withdrawn   E           M

proposed* by editor   propose    proposed*   proposed*   proposed*   M
proposed* by editor   confirm    confirmed*  confirmed*  Y           M
proposed* by editor   return     B           returned*   returned*   M
proposed* by editor   dispute    E           disputed    disputed    M
proposed* by editor   refute     E           refuted     refuted     M
proposed* by editor   withdraw   E           withdrawn   withdrawn   M

confirmed*            propose    proposed*   proposed*   -           M
confirmed*            confirm    N           N           -           M
confirmed*            return     N           N           -           M
confirmed*            dispute    E           disputed    -           M
confirmed*            refute     E           refuted     -           M
confirmed*            withdraw   E           withdrawn   -           M

returned              propose    proposed    proposed    -           M
returned              confirm    N           N           -           M
returned              return     N           N           -           M
returned              dispute    E           disputed    -           M
returned              refute     E           refuted     -           M
returned              withdraw   EF          F           -           M

returned*             propose    proposed*   proposed*   -           M
returned*             confirm    N           N           -           M
returned*             return     N           N           -           M
returned*             dispute    E           disputed    -           M
returned*             refute     E           refuted     -           M
returned*             withdraw   E           withdrawn   -           M

disputed              propose    proposed    proposed    -           M
disputed              confirm    N           N           -           M
disputed              return     N           N           -           M
disputed              dispute    ES          S           -           M
disputed              refute     E           refuted     -           M
disputed              withdraw   EF          F           -           M

refuted               propose    proposed    proposed    -           M
refuted               confirm    N           N           -           M
refuted               return     N           N           -           M
refuted               dispute    E           disputed    -           M
refuted               refute     ES          S           -           M
refuted               withdraw   EF          F           -           M

withdrawn             propose    proposed    proposed    -           M
withdrawn             confirm    N           N           -           M
withdrawn             return     N           N           -           M
withdrawn             dispute    E           disputed    -           M
withdrawn             refute     E           refuted     -           M
withdrawn             withdraw   EF          F           -           M

revived by reporter   propose    proposed    proposed    proposed    M
revived by reporter   confirm    R           confirmed*  Y           M
revived by reporter   return     B           returned    returned    M
revived by reporter   dispute    E           disputed    E           M
revived by reporter   refute     E           refuted     E           M
revived by reporter   withdraw   EF          F           EF          M
"""

Row = tuple[str, str]
EXPECTED: dict[str, dict[Row, str]] = {}
for line in filter(None, TABLE.splitlines()):
    name, (verb, *cells) = line[:21].strip(), line[22:].split()
    for column, cell in zip(("reporter", "editor", "proposer", "anybody else"), cells, strict=True):
        if cell != "-":
            EXPECTED.setdefault(name, {})[verb, column] = cell


# ---- How the states come about --------------------------------------------------------------------------------


def correction(claim: Claim) -> dict[str, str]:
    in_force = state_of(claim).in_force
    return {"correction_kind": "update", "public_note": "We know more."} if in_force else {}


def proposed(world: World, claim: Claim, by: User) -> Decision:
    passage = claim.evidence.first() or world.passage(claim, "courier", "wire")
    return world.proposal(
        claim, passage, by=by, wording="Wire reports that the harbour is closed.", **correction(claim)
    )


def ended(world: World, verb: Callable[..., Decision], claim: Claim) -> None:
    newest = newest_decision(claim)
    verb(claim, by=world.editor, rationale="Doubts.", follows=newest and newest.seq, stamps=world.stamps)


def withdrawn(world: World, claim: Claim) -> None:
    world.fact(claim)
    withdraw(
        [claim],
        by=world.editor,
        rationale="Wire called.",
        correction_kind="withheld",
        public_note="We are checking.",
        follows={claim.pk: newest_decision(claim).seq},
        stamps=world.stamps,
    )


def returned(world: World, claim: Claim) -> None:
    return_proposal(proposed(world, claim, world.reporter), by=world.editor, rationale="Not yet.", stamps=world.stamps)


def after_fact(then: Callable[[World, Claim], object]) -> Callable[[World, Claim], None]:
    def build(world: World, claim: Claim) -> None:
        world.fact(claim)
        then(world, claim)

    return build


def revived(world: World, claim: Claim) -> None:
    withdrawn(world, claim)
    proposed(world, claim, world.reporter)


BUILD: dict[str, Callable[[World, Claim], object]] = {
    "unverified": lambda world, claim: None,
    "proposed by reporter": lambda world, claim: proposed(world, claim, world.reporter),
    "proposed by editor": lambda world, claim: proposed(world, claim, world.editor),
    "proposed* by reporter": after_fact(lambda world, claim: proposed(world, claim, world.reporter)),
    "proposed* by editor": after_fact(lambda world, claim: proposed(world, claim, world.editor)),
    "confirmed*": lambda world, claim: world.fact(claim),
    "returned": returned,
    "returned*": after_fact(returned),
    "disputed": lambda world, claim: ended(world, dispute, claim),
    "refuted": lambda world, claim: ended(world, refute, claim),
    "withdrawn": withdrawn,
    "revived by reporter": revived,
}


# ---- Who acts -------------------------------------------------------------------------------------------------


def someone(world: World, name: str, *groups: str, then: Callable[[User], object] | None = None) -> User:
    """A person whose session began as a member of `groups`; then `then` happened to them."""
    user = world.person(name)
    user.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    held_by_the_session = User.objects.prefetch_related("groups").get(pk=user.pk)
    list(held_by_the_session.groups.all())
    if then:
        then(user)
    return held_by_the_session


def renamed(user: User) -> None:
    User.objects.filter(pk=user.pk).update(username="married-name")


def demoted(user: User) -> None:
    user.groups.set([Group.objects.get_or_create(name=REPORTERS)[0]])


ACTORS: dict[str, tuple[str, Callable[[World], User]]] = {
    "a reporter": ("reporter", lambda world: someone(world, "r2", REPORTERS)),
    "an editor demoted to reporter since": ("reporter", lambda world: someone(world, "d1", EDITORS, then=demoted)),
    "an editor": ("editor", lambda world: someone(world, "e2", EDITORS)),
    "an editor renamed since": ("editor", lambda world: someone(world, "e3", EDITORS, then=renamed)),
    "somebody in both groups": ("editor", lambda world: someone(world, "b1", EDITORS, REPORTERS)),
    "nobody's member": ("anybody else", lambda world: someone(world, "n1")),
    "a superuser": ("anybody else", lambda world: world.person("s1", is_superuser=True)),
    "an auditor": ("anybody else", lambda world: someone(world, "a1", AUDITORS)),
    "an inactive editor": ("anybody else", lambda world: world.person("i1", EDITORS, is_active=False)),
    "an editor put out since": (
        "anybody else",
        lambda world: someone(world, "d2", EDITORS, then=lambda user: user.groups.clear()),
    ),
    "an editor deactivated since": (
        "anybody else",
        lambda world: someone(
            world, "d3", EDITORS, then=lambda user: User.objects.filter(pk=user.pk).update(is_active=False)
        ),
    ),
}


class Scene:
    """A claim in one state, on which everybody tries every verb; whatever comes of it is undone."""

    def __init__(self, state: str) -> None:
        self.world = World()
        self.claim = self.world.claim()
        BUILD[state](self.world, self.claim)
        self.before = state_of(self.claim)
        self.newest = newest_decision(self.claim)
        self.passage = self.claim.evidence.first() or self.world.passage(self.claim, "courier", "wire")
        self.rows = self.count_rows()

    def count_rows(self) -> tuple[int, int]:
        return Decision.objects.count(), Publication.objects.count()

    def act(self, verb: str, by: User) -> None:
        """`verb` with everything that it needs, following the newest decision."""
        follows = self.newest.seq if self.newest else None
        common = {"by": by, "stamps": self.world.stamps}
        why = {"correction_kind": "withheld", "public_note": "We are checking."}
        explained = why if self.before.in_force else {}
        if verb == "propose":
            propose(
                self.claim,
                wording="As Wire reports, the harbour is closed.",
                basis="attributed",
                rationale="Wire.",
                passages=[self.passage],
                follows=follows,
                **explained,
                **common,
            )
        elif verb == "withdraw":
            withdraw([self.claim], rationale="Doubts.", follows={self.claim.pk: follows}, **why, **common)
        elif verb in ("dispute", "refute"):
            end = {"dispute": dispute, "refute": refute}[verb]
            end(self.claim, rationale="Doubts.", follows=follows, **explained, **common)
        else:
            {"confirm": confirm, "return": return_proposal}[verb](self.newest, rationale="Read.", **common)

    def outcome(self, verb: str, by: User) -> str:
        """What comes of `verb`: the state that follows, or the letters of the refusals."""
        sentences = {text.format(verb=verb, state=self.before.newest): letter for letter, text in REFUSALS.items()}
        announced = reasons_by_verb(self.claim, by=by)[Verb(verb)]
        if self.newest is None and verb in ("confirm", "return"):
            return "".join(sentences[reason] for reason in announced)  # there is no decision to hand over
        refused: list[str] = []
        after = self.before
        try:
            with transaction.atomic():
                self.act(verb, by)
                after = state_of(self.claim)
                transaction.set_rollback(True)
        except Refused as refusal:
            refused = refusal.reasons
        except IntegrityError:
            return "stopped by the database"
        if refused != announced or self.count_rows() != self.rows:
            return f"announced {announced}, refused {refused}, wrote {self.count_rows()} after {self.rows}"
        return "".join(sentences[reason] for reason in refused) or after.newest + "*" * after.in_force


def outcomes(state: str, verbs: Iterable[Verb] = Verb) -> dict[tuple[Row, str], str]:
    """What comes of `verbs` in `state`, by everybody."""
    scene = Scene(state)
    people = [(who, column, make(scene.world)) for who, (column, make) in ACTORS.items()]
    if scene.newest is not None and scene.newest.verdict == "proposed":
        people.append(("the proposer", "proposer", scene.newest.actor))
    return {((verb, column), who): scene.outcome(verb, person) for verb in verbs for who, column, person in people}


@pytest.mark.parametrize("state", BUILD)
def test_every_verb_by_everybody(state: str) -> None:
    found = outcomes(state)
    assert found == {(row, who): EXPECTED[state][row] for row, who in found}
    assert {row for row, _ in found} == set(EXPECTED[state])


def test_the_table_leaves_nothing_out() -> None:
    assert set(BUILD) == set(EXPECTED)
    assert {verb for cells in EXPECTED.values() for verb, _ in cells} == set(Verb)


# ---- The matrix can fail --------------------------------------------------------------------------------------


def _anybody_may(patch: pytest.MonkeyPatch, verb: Verb) -> None:
    free = policy.Transition(policy.ANY_STATE, needs_fact=False, roles=policy.ANYBODY)
    patch.setitem(policy.TRANSITIONS, verb, free)


def _superusers_decide(patch: pytest.MonkeyPatch, verb: Verb) -> None:
    role_of = verification.role_of
    patch.setattr(verification, "role_of", lambda user: Role.EDITOR if user.is_superuser else role_of(user))


def _session_is_believed(patch: pytest.MonkeyPatch, verb: Verb) -> None:
    role_of = verification.role_of
    patch.setattr(verification, "role_of", lambda user: Role.EDITOR if user.username == "d2" else role_of(user))


def _one_signature_is_enough(patch: pytest.MonkeyPatch, verb: Verb) -> None:
    patch.setattr(verification, "_proposer", lambda *_, **__: None)


@pytest.mark.parametrize(
    ("state", "verb", "weaken"),
    [
        ("unverified", "dispute", _anybody_may),
        ("disputed", "dispute", _anybody_may),
        ("refuted", "refute", _anybody_may),
        ("confirmed*", "confirm", _anybody_may),
        ("returned", "return", _anybody_may),
        ("withdrawn", "withdraw", _anybody_may),
        ("confirmed*", "withdraw", _superusers_decide),
        ("unverified", "refute", _session_is_believed),
        ("proposed by reporter", "confirm", _one_signature_is_enough),
    ],
)
def test_a_weaker_guard_is_noticed(
    state: str, verb: str, weaken: Callable[[pytest.MonkeyPatch, Verb], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    weaken(monkeypatch, Verb(verb))
    found = outcomes(state, [Verb(verb)])
    assert found != {(row, who): EXPECTED[state][row] for row, who in found}
