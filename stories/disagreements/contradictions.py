"""Contradictions between claims: recorded and closed by people. While one is open, neither claim is corroborated."""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from stories.disagreements.closing import close_row
from stories.models import Claim, Contradiction
from stories.roles import require_role
from stories.stamps import LIVE, Stamps


def open_contradiction(first: Claim, second: Claim, *, by: User, note: str, stamps: Stamps = LIVE) -> Contradiction:
    """Record that `first` and `second` cannot both be true; `note` says in what. Returns the open one if there is one.

    Raises `ValidationError` when `by` has no role, the note is empty or both are the same claim.
    """
    require_role(by, "record and close contradictions")
    if first.pk == second.pk:
        raise ValidationError("A claim cannot contradict itself: choose another claim.")
    if not note.strip():
        raise ValidationError("Say in what the two claims contradict each other.")
    first, second = sorted((first, second), key=lambda claim: claim.pk)
    with transaction.atomic():
        list(Claim.objects.select_for_update().filter(pk__in=[first.pk, second.pk]).order_by("pk"))
        existing = Contradiction.objects.open().filter(first=first, second=second).first()
        return existing or Contradiction.objects.create(
            uuid=stamps.uuid(f"contradiction/{first.uuid}/{second.uuid}"),
            first=first,
            second=second,
            note=note,
            opened_at=stamps.now(),
            opened_by=by,
        )


def close_contradiction(
    contradiction: Contradiction, *, by: User, state: str, reason: str, stamps: Stamps = LIVE
) -> Contradiction:
    """Resolve or dismiss `contradiction` with a reason. Closing it twice alike is a success, otherwise an error."""
    require_role(by, "record and close contradictions")
    return close_row(
        contradiction, by=by, state=state, reason=reason, otherwise="it is no contradiction", stamps=stamps
    )


def openings_of(contradiction: Contradiction) -> QuerySet[Contradiction]:
    """All the times that its two claims were said to contradict each other, oldest first."""
    rows: QuerySet[Contradiction] = Contradiction.objects.filter(
        first=contradiction.first_id, second=contradiction.second_id
    )
    return rows.select_related("opened_by", "closed_by").order_by("opened_at", "pk")
