"""What a check says, and how it goes on past a row that cannot be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, QuerySet

UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, ObjectDoesNotExist, ValidationError)
"""What a check stumbles over when a row was damaged behind the desk's back: a dangling link, JSON of another shape."""

CHUNK = 500


@dataclass(frozen=True)
class Violation:
    """One broken rule: the model and key of the row, and what is wrong with it."""

    model: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.model} {self.key}: {self.reason}"


class Unknown(Violation):
    """What nobody can say any more of a row: it may be as it was, or forged. It breaks no rule."""

    @classmethod
    def of(cls, row: Model, reason: str) -> "Unknown":
        """That `reason` cannot be known of `row`."""
        named = violation_of(row, reason)
        return cls(named.model, named.key, named.reason)


def violation_of(row: Model, reason: str) -> Violation:
    """That `row` breaks a rule; named by its natural key where it has one."""
    natural = getattr(row, "natural_key", None)
    key = ", ".join(str(part) for part in natural()) if natural else str(row.pk)
    return Violation(row._meta.label_lower, key, reason)


def go_on(row: Model, violations: Iterator[Violation]) -> Iterator[Violation]:
    """`violations` of `row`; that it cannot be read is one, and the rows after it are checked all the same."""
    try:
        yield from violations
    except UNREADABLE as error:
        yield violation_of(row, f"it cannot be read ({type(error).__name__}: {error})")


def in_chunks(rows: "QuerySet[Any]") -> Iterator[list[Any]]:
    """`rows`, some at a time: what stands beside them is fetched in one query for all, and then forgotten."""
    stored = rows.iterator(chunk_size=CHUNK)
    while some := list(islice(stored, CHUNK)):
        yield some
