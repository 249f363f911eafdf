"""What is taken down, the chain survives (rule: suppression). One editor seals at once; two destroy or restore.

The reason stays in the private ledger; its category and a note are public. These decisions name a part of a position
of the public log, its text or its note, instead of a claim.
"""

import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from stories.chain import append_lock
from stories.choices import EDITORS, FACT_EVENTS, ON_PARTS, Because, CorrectionKind, Part, Role, Verdict
from stories.database.derived.words import PUBLISHED_WORDS
from stories.models import Claim, Decision, Publication
from stories.provenance.printed import Printed, Spot, read_document, require_nobody_named
from stories.record.decisions import (
    Publish,
    Refused,
    as_stored,
    current_user,
    is_same_act,
    record,
    require,
    require_follows,
    require_proposal,
)
from stories.record.publications import fact_in_force
from stories.record.sealing import (
    Piece,
    Whereabouts,
    destroy_sealed,
    publish_restoration,
    publish_suppression,
    read_part,
    sealed_with,
    shown_with,
    whereabouts,
    words_of,
)
from stories.roles import role_of, still_here
from stories.stamps import LIVE, Stamps
from stories.texts import PUBLIC_NOTE, RATIONALE, holds_words, is_blank, reasons_against_text
from stories.verification.verbs import newest_decision, withdraw

REASON = "Write the reason, such as the order of the court; it stays in the ledger."


class Step(StrEnum):
    """What an editor can do about a part of a publication."""

    SUPPRESS = "suppress"
    DESTROY = "destroy"
    PROPOSE = "propose to restore"
    RESTORE = "restore"
    RETURN = "return"


def decisions_on(target: Publication, part: Part) -> Any:
    """The decisions on the `part` of `target`. In format 1, which names none, it was the text."""
    parts = [part] if part == Part.NOTE else ["", part]
    return Decision.objects.filter(suppresses=target, part__in=parts)


def newest_on(target: Publication, part: Part = Part.TEXT) -> Decision | None:
    """The newest decision on the `part` of `target`; None when there was none yet."""
    newest: Decision | None = decisions_on(target, part).order_by("-seq").first()
    return newest


def sealed_by(target: Publication, part: Part) -> Decision | None:
    """The decision that sealed the `part` of `target`, while it is sealed."""
    newest: Decision | None = decisions_on(target, part).filter(verdict__in=ON_PARTS).order_by("-seq").first()
    return newest


def pieces_with(target: Publication, part: Part) -> list[Piece]:
    """The `part` of `target` and all that carries its words: what one step takes together; none once it is gone."""
    where = whereabouts(target, part)
    if where == Whereabouts.SHOWN:
        return shown_with(target, part)
    return sealed_with(target, part) if where == Whereabouts.SEALED else []


# ---- Why not ---------------------------------------------------------------------------------------------------


def reasons_by_step(target: Publication, part: Part, *, by: User) -> dict[Step, list[str]]:
    """For every step, why `by` may not take it on the `part` of `target` now; an empty list where they may."""
    role, newest, pieces = role_of(by), newest_on(target, part), pieces_with(target, part)
    return {
        Step.SUPPRESS: _against_suppressing(target, part, role=role),
        Step.DESTROY: _against_destroying(target, part, pieces, by=by, role=role),
        Step.PROPOSE: _against_proposing(target, part, newest, role=role),
        Step.RESTORE: _against_restoring(target, part, pieces, by=by, role=role),
        Step.RETURN: _against_returning(newest, by=by, role=role),
    }


def _against_role(role: Role | None, what: str) -> list[str]:
    return [] if role == Role.EDITOR else [f"Only an editor can {what}."]


def _against_suppressing(target: Publication, part: Part, *, role: Role | None) -> list[str]:
    reasons = _against_role(role, "suppress a publication")
    where = whereabouts(target, part)
    if where == Whereabouts.NOWHERE and part == Part.NOTE and target.note:
        reasons.append("This note stands in the event itself, which its hash covers for good: it is of format 1.")
    elif where == Whereabouts.NOWHERE:
        reasons.append(f"This publication has no {part.label} of its own.")
    elif where != Whereabouts.SHOWN:
        reasons.append(f"Its {part.label} has been suppressed already.")
    return reasons


def _against_unsealed(target: Publication, part: Part) -> list[str]:
    where = whereabouts(target, part)
    if where == Whereabouts.GONE:
        return [f"Its {part.label} is gone for good."]
    return [] if where == Whereabouts.SEALED else [f"Its {part.label} is not sealed."]


def _is_own(decision: Decision | None, by: User) -> bool:
    # Who took over the other's user name is not another person either: the ledger would show one name twice.
    return decision is None or decision.actor_id == by.pk or decision.actor_username == by.get_username()


def _against_open(newest: Decision | None, what: str) -> list[str]:
    if newest is None or newest.verdict != Verdict.PROPOSED:
        return []
    return [f"{newest.actor_username} proposed to restore this: {what}"]


def _against_destroying(
    target: Publication, part: Part, pieces: Sequence[Piece], *, by: User, role: Role | None
) -> list[str]:
    reasons = _against_role(role, "destroy what is sealed") + _against_unsealed(target, part)
    if not reasons:
        for one, kind in pieces:
            reasons += _against_open(newest_on(one, kind), "sign it, or return it first.")
            if _is_own(sealed_by(one, kind), by):
                reasons.append(f"You sealed the {kind.label} of position {one.pk} yourself: another editor signs.")
    return reasons


def _against_proposing(target: Publication, part: Part, newest: Decision | None, *, role: Role | None) -> list[str]:
    reasons = _against_role(role, "propose to restore what is sealed") + _against_unsealed(target, part)
    return reasons + _against_open(newest, "sign it, or return it first.")


def _against_restoring(
    target: Publication, part: Part, pieces: Sequence[Piece], *, by: User, role: Role | None
) -> list[str]:
    reasons = _against_role(role, "restore what is sealed") + _against_unsealed(target, part)
    if not reasons:
        for one, kind in pieces:
            newest = newest_on(one, kind)
            if newest is None or newest.verdict != Verdict.PROPOSED:
                reasons.append(f"There is no open proposal to restore the {kind.label} of position {one.pk}.")
            elif _is_own(newest, by):
                reasons.append(f"You proposed to restore position {one.pk} yourself: another editor signs.")
            elif not still_here([newest.actor_id], groups=[EDITORS]):
                who = f"{newest.actor_username}, who proposed to restore position {one.pk},"
                reasons.append(f"{who} is no editor any more. Return it, and propose it anew.")
    return reasons


def _against_returning(newest: Decision | None, *, by: User, role: Role | None) -> list[str]:
    if newest is None or newest.verdict != Verdict.PROPOSED:
        return ["There is no open proposal to return."]
    return [] if role == Role.EDITOR or newest.actor_id == by.pk else ["Only an editor can return this."]


def _against_blank(rationale: str, reason: str = REASON) -> list[str]:
    return [reason] if is_blank(rationale) else []


def _against_note(public_note: str, words: str) -> list[str]:
    """Why readers cannot be told `public_note` in place of `words`."""
    if is_blank(public_note):
        return ["Write the public note that readers will see in its place."]
    if words and (words == public_note or holds_words(public_note, words.rstrip(".!?"))):
        return ["The public note repeats what it takes down."]
    return []


def _printed_again(pieces: Sequence[Piece]) -> list[Printed]:
    """Every text that readers would read again if `pieces` were restored."""
    texts = []
    for one, kind in pieces:
        text = read_part(one, kind) or ""
        if kind == Part.NOTE:
            texts.append(Printed(Spot.PUBLIC_NOTE, text))
        else:
            texts += read_document("fact" if one.event in FACT_EVENTS else "version", json.loads(text))
    return texts


# ---- The verbs -------------------------------------------------------------------------------------------------


def suppress(
    target: Publication,
    *,
    part: Part,
    because: str,
    by: User,
    rationale: str,
    public_note: str,
    follows: int | None = None,
    stamps: Stamps = LIVE,
) -> list[Decision]:
    """Take the `part` of `target` down at once, with all of its story that carries the same words, and seal it.

    A fact still in force is withdrawn in the same act. `public_note` is what readers are told, and what stands in the
    place of a note that goes. `follows` is the newest decision on that part that the caller saw; None when there was
    none. Returns the decisions on the parts, the one on `target` first.
    """
    require([*reasons_against_text(RATIONALE, rationale), *reasons_against_text(PUBLIC_NOTE, public_note)])
    require([] if because in Because.values else [f"Choose why: {', '.join(Because.values)}."])
    said = {"verdict": Verdict.SUPPRESSED, "because": because, "rationale": rationale, "public_note": public_note}
    with append_lock():
        target, by = as_stored(Publication, target), current_user(by)
        newest, role = newest_on(target, part), role_of(by)
        if newest and is_same_act(newest, by=by, follows=follows, **said):
            return [newest]
        require_follows(newest, follows)
        reasons = _against_suppressing(target, part, role=role) + _against_blank(rationale)
        require(reasons + _against_note(public_note, words_of(target, part)))
        require_nobody_named([Printed(Spot.PUBLIC_NOTE, public_note)], by=by, story=target.story, stamps=stamps)
        pieces = shown_with(target, part)
        _withdraw_facts(pieces, by=by, rationale=rationale, public_note=public_note, stamps=stamps)
        publish = partial(publish_suppression, stamps=stamps)
        decisions = _record(pieces, said, by=by, role=role, stamps=stamps, publish=publish)
        PUBLISHED_WORDS.forget(connection)
        return decisions


def _withdraw_facts(pieces: Sequence[Piece], *, by: User, rationale: str, public_note: str, stamps: Stamps) -> None:
    """Withdraw the facts that are in force in the words of `pieces`: what is sealed is not stated any more."""
    for publication, part in pieces:
        if part == Part.TEXT and publication.event in FACT_EVENTS:
            claim = Claim.objects.get(uuid=publication.fact_id)
            if fact_in_force(claim) == publication:
                newest = newest_decision(claim)
                withdraw(
                    [claim],
                    by=by,
                    follows={claim.pk: newest.seq if newest else None},
                    rationale=rationale,
                    correction_kind=CorrectionKind.WITHHELD,
                    public_note=public_note,
                    stamps=stamps,
                )


def _record(
    pieces: Sequence[Piece],
    said: dict[str, Any],
    *,
    by: User,
    role: Role | None,
    stamps: Stamps,
    publish: Publish | None = None,
) -> list[Decision]:
    """One decision on each of `pieces`, all saying the same."""
    return [
        record(
            Decision(suppresses=one, part=kind, previous=newest_on(one, kind), **said),
            by=by,
            role=role,
            stamps=stamps,
            publish=publish,
        )
        for one, kind in pieces
    ]


def destroy(
    target: Publication, *, part: Part, by: User, rationale: str, follows: int | None, stamps: Stamps = LIVE
) -> list[Decision]:
    """Destroy for good what another editor sealed: the `part` of `target` and all that carries its words.

    `follows` is the newest decision on it that the caller saw. The same act a second time returns the first decision.
    """
    return _act(target, part, Verdict.DESTROYED, by=by, rationale=rationale, follows=follows, stamps=stamps)


def propose_restoration(
    target: Publication, *, part: Part, by: User, rationale: str, follows: int | None, stamps: Stamps = LIVE
) -> list[Decision]:
    """Propose to put back what is sealed: the `part` of `target` and all that carries its words."""
    return _act(target, part, Verdict.PROPOSED, by=by, rationale=rationale, follows=follows, stamps=stamps)


def restore(proposal: Decision, *, by: User, rationale: str, stamps: Stamps = LIVE) -> list[Decision]:
    """Sign `proposal` as the second editor: what is sealed is shown again, the same text under the same hash.

    A fact stays withdrawn; whoever wants it in force confirms it anew.
    """
    target, part = _target_of(proposal)
    return _act(target, part, Verdict.RESTORED, by=by, rationale=rationale, follows=proposal.seq, stamps=stamps)


def _act(
    target: Publication,
    part: Part,
    verdict: Verdict,
    *,
    by: User,
    rationale: str,
    follows: int | None,
    stamps: Stamps,
) -> list[Decision]:
    """Decide on what is sealed: one decision on each part that carries the words."""
    require(reasons_against_text(RATIONALE, rationale))
    said = {"verdict": verdict, "rationale": rationale}
    with append_lock():
        target, by = as_stored(Publication, target), current_user(by)
        newest, role = newest_on(target, part), role_of(by)
        if newest and is_same_act(newest, by=by, follows=follows, **said):
            return [newest]
        require_follows(newest, follows)
        pieces = pieces_with(target, part)
        against: dict[Verdict, Callable[[], list[str]]] = {
            Verdict.DESTROYED: lambda: _against_destroying(target, part, pieces, by=by, role=role),
            Verdict.PROPOSED: lambda: _against_proposing(target, part, newest, role=role),
            Verdict.RESTORED: lambda: _against_restoring(target, part, pieces, by=by, role=role),
        }
        require(against[verdict]() + _against_blank(rationale))
        if verdict == Verdict.RESTORED:
            require_nobody_named(_printed_again(pieces), by=by, story=target.story, stamps=stamps)
        if verdict == Verdict.PROPOSED:  # those that are open already wait as they are
            pieces = [piece for piece in pieces if not _against_open(newest_on(*piece), "")]
        publish = partial(publish_restoration, stamps=stamps) if verdict == Verdict.RESTORED else None
        decisions = _record(pieces, said, by=by, role=role, stamps=stamps, publish=publish)
        if verdict == Verdict.DESTROYED:
            for decision in decisions:
                destroy_sealed(decision)
        return decisions


def return_suppression(proposal: Decision, *, by: User, rationale: str, stamps: Stamps = LIVE) -> Decision:
    """Send a proposal on a part of a publication back, or take it back. What is sealed stays sealed."""
    require(reasons_against_text(RATIONALE, rationale))
    target, part = _target_of(proposal)
    with append_lock():
        by = current_user(by)
        newest, role = newest_on(target, part), role_of(by)
        if newest and is_same_act(newest, by=by, follows=proposal.seq, verdict=Verdict.RETURNED, rationale=rationale):
            return newest
        proposal = require_proposal(newest, proposal.seq)
        require(_against_returning(proposal, by=by, role=role) + _against_blank(rationale, "Say why it goes back."))
        said = {"verdict": Verdict.RETURNED, "rationale": rationale}
        return _record([(target, part)], said, by=by, role=role, stamps=stamps)[0]


def _target_of(proposal: Decision) -> Piece:
    """What `proposal` is about, as the database has it."""
    stored = as_stored(Decision, proposal)
    if stored.suppresses is None:
        raise Refused(["This decision is about a claim, not about a part of a publication."])
    return stored.suppresses, Part(stored.part or Part.TEXT)
