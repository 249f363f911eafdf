"""Small helpers that several models share: constraints for choices, offsets and natural keys."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q


def check_choices(field: str, choices: type[models.TextChoices], *, model: str, blank: bool = False) -> Any:
    """A CHECK constraint: `field` of the table of `model` holds one of `choices` (or "", when `blank`)."""
    values = [*choices.values, *([""] if blank else [])]
    return models.CheckConstraint(
        name=f"{model}_{field}_is_known",
        condition=Q(**{f"{field}__in": values}),
        violation_error_message=f"{field} must be one of: {', '.join(choices.values)}.",
    )


def current_rows(rows: Any, begun: str, ended: str, *, at: datetime | None) -> Any:
    """Those of `rows` that had begun (a column) and not ended (another) at `at`; now when None."""
    if at is None:
        return rows.filter(**{f"{ended}__isnull": True})
    return rows.filter(**{f"{begun}__lte": at}).exclude(**{f"{ended}__lte": at})


class NaturalKeyManager(models.Manager[Any]):
    """Finds a row by the fields its model names in `natural_key_fields` (paths over relations allowed)."""

    def get_by_natural_key(self, *values: Any) -> Any:
        """The row whose natural key is `values`; `DoesNotExist` when there is none."""
        return self.get(**dict(zip(self.model.natural_key_fields, values, strict=True)))


class NaturalKeyModel(models.Model):
    """A model that fixtures name by its natural key."""

    natural_key_fields: tuple[str, ...] = ()

    objects: Any = NaturalKeyManager()

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[Any, ...]:
        """The values that name this row in a fixture: UUIDs as text, so that JSON holds them."""
        values: list[Any] = []
        for path in self.natural_key_fields:
            value: Any = self
            for name in path.split("__"):
                value = getattr(value, name, None)
            values.append(str(value) if isinstance(value, uuid.UUID) else value)
        return tuple(values)
