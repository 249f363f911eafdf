"""How a contradiction or a discrepancy is closed: once, by a person, with a reason."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from stories.choices import DisagreementState
from stories.stamps import Stamps


def close_row(row: Any, *, by: User, state: str, reason: str, otherwise: str, stamps: Stamps) -> Any:
    """Resolve or dismiss `row` with a reason: why it is resolved or, `otherwise`, why it is dismissed.

    Closing it twice alike is a success. Raises `ValidationError` for anything else, also when it was closed meanwhile.
    """
    model = type(row)
    if state not in (DisagreementState.RESOLVED, DisagreementState.DISMISSED):
        raise ValidationError(f"A {model._meta.verbose_name} is closed as resolved or as dismissed.")
    if not reason.strip():
        raise ValidationError(f"Say why it is resolved, or why {otherwise}.")
    with transaction.atomic():
        row = model.objects.select_for_update().filter(pk=row.pk).first()
        if row is None:
            raise ValidationError("It has gone meanwhile: the passages no longer disagree on this.")
        if (row.state, row.reason) == (state, reason):
            return row
        if row.state != DisagreementState.OPEN:
            raise ValidationError(f"It was {row.state} meanwhile: {row.reason}")
        row.state, row.reason, row.closed_by, row.closed_at = state, reason, by, stamps.now()
        row.save(update_fields=["state", "reason", "closed_by", "closed_at"])
        return row
