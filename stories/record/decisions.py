"""The private ledger: how one decision is written, and how a verb is refused. The verbs are in `verification`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db.models import Model

from stories.chain import AHEAD, FORMAT, Overtaken, Place, Refused, format_time, head_ahead, next_place, seal
from stories.choices import Role
from stories.models import Decision, Publication
from stories.policy.transitions import NOT_A_MEMBER
from stories.record.publications import next_position
from stories.stamps import Stamps

SAID = ("verdict", "wording", "basis", "rationale", "correction_kind", "public_note")
"""The columns of a decision that its payload takes as they are."""

Stored = TypeVar("Stored", bound=Model)


class DecidedMeanwhile(Overtaken):
    """Somebody decided after the page was opened; `decision` is the newest (None when there is none at all)."""

    def __init__(self, decision: Decision | None) -> None:
        self.decision = decision
        if decision is None:
            text = "Nothing has been decided on this yet: reload the page."
        else:
            name = decision.actor_name or decision.actor_username
            text = f"Decided meanwhile: {decision.verdict} by {name} at {format_time(decision.at)}."
        super().__init__([text])


def payload_of(decision: Decision) -> dict[str, Any]:
    """What the hash covers (rule: hash-chain), of a decision or a row with its columns; links by natural key."""
    on_part = {"part": decision.part, "because": decision.because} if decision.format > 1 else {}
    return {
        **on_part,
        "format": decision.format,
        "seq": decision.seq,
        "claim": str(decision.claim_uuid) if decision.claim_uuid else None,
        "suppresses": decision.suppresses_id,
        "previous": decision.previous_id,
        **{column: getattr(decision, column) for column in SAID},
        "replaced_by": str(decision.replaced_by_uuid) if decision.replaced_by_uuid else None,
        "accepts_inferred": decision.accepts_inferred,
        "evidence": decision.evidence,
        "evidence_digest": decision.evidence_digest,
        "actor": {part: getattr(decision, f"actor_{part}") for part in ("username", "name", "role")},
        "at": format_time(decision.at),
        "publication": decision.publication_id,
    }


Publish = Callable[[Decision, Place], object]


def record(
    decision: Decision, *, by: User, role: Role | None, stamps: Stamps, publish: Publish | None = None
) -> Decision:
    """Append `decision`, and what it publishes, at their next places. Runs inside the append lock."""
    if role is None:
        raise Refused([NOT_A_MEMBER])
    now = stamps.now()
    place = next_place(Decision.objects.all(), now=now)
    position = next_position(now=now)
    # Ledger and log share one clock: a decision and what it published carry the same time. A time that somebody forged
    # far ahead in one of them does not stop the other.
    shared = max(place.at, position.at)
    is_forged = shared > now + AHEAD and any(head_ahead(model.objects.all()) for model in (Decision, Publication))
    if publish and not is_forged:
        place, position = replace(place, at=shared), replace(position, at=shared)
    decision.format, decision.seq, decision.at = FORMAT, place.number, place.at
    decision.actor, decision.actor_username, decision.actor_role = by, by.get_username(), role
    decision.actor_name = by.get_full_name()
    if publish:
        decision.publication_id = position.number
    seal(decision, payload_of(decision), place)
    decision.save(force_insert=True)
    if publish:
        publish(decision, position)
    return decision


def is_same_act(newest: Decision | None, *, by: User, follows: int | None, **fields: Any) -> bool:
    """Whether `newest` is this very submission, sent before: same person, same words, after the same decision."""
    if newest is None or newest.actor_id != by.pk or newest.previous_id != follows:
        return False
    return all(getattr(newest, name) == value for name, value in fields.items())


def require_follows(newest: Decision | None, follows: int | None) -> None:
    """Refuse with `DecidedMeanwhile` unless `newest` is what the caller saw, by its seq (rule: decided-meanwhile)."""
    if (newest.seq if newest else None) != follows:
        raise DecidedMeanwhile(newest)


def require_proposal(newest: Decision | None, follows: int) -> Decision:
    """The newest decision as the database has it, when its seq is `follows`; else refuse with `DecidedMeanwhile`."""
    require_follows(newest, follows)
    if newest is None:
        raise DecidedMeanwhile(None)
    return newest


def require(reasons: Sequence[str]) -> None:
    """Refuse for `reasons`, each said once, when there are any."""
    if reasons:
        raise Refused(list(dict.fromkeys(reasons)))


def as_stored(model: type[Stored], row: object) -> Stored:
    """`row` as the database has it now: what a caller changed in memory, or saw long ago, counts for nothing."""
    kept = None
    if isinstance(row, model) and row.pk is not None:
        kept = model._default_manager.filter(pk=row.pk).first()
    if kept is None:
        raise Refused([f"There is no such {model._meta.verbose_name} in the database: reload the page."])
    return kept


def all_stored(model: type[Stored], rows: Iterable[object]) -> list[Stored]:
    """`rows` as the database has them now, each once, in one query; refused when one of them is not there."""
    listed = list(rows)
    known = model._default_manager.in_bulk([row.pk for row in listed if isinstance(row, model)])
    if any(not isinstance(row, model) or row.pk not in known for row in listed):
        raise Refused([f"A listed {model._meta.verbose_name} row is not in the database: reload and choose again."])
    return list(known.values())


def current_user(by: User) -> User:
    """`by` as the database has them now: a renamed or demoted person decides under today's name and role."""
    user = User.objects.filter(pk=by.pk).first() if by.pk is not None else None
    if user is None:
        raise Refused([NOT_A_MEMBER])
    return user
