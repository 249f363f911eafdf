"""Which of the desk's own words are withheld from who reads a page now (rule: suppression).

What was taken down is read by editors alone, wherever else the desk keeps the words: as a claim's statement, in the
ledger, in versions. Where nobody reads a page, as in a command, nothing is withheld.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from uuid import UUID

WITHHELD = "(taken down: editors read it)"


@dataclass(frozen=True, slots=True)
class Withheld:
    """The claims (primary keys), their fact ids, and the positions whose text or public note is withheld."""

    claims: frozenset[int] = frozenset()
    facts: frozenset[UUID] = frozenset()
    texts: frozenset[int] = frozenset()
    notes: frozenset[int] = frozenset()


NOTHING = Withheld()

_find: ContextVar[Callable[[], Withheld]] = ContextVar("withheld", default=lambda: NOTHING)


def now_withheld() -> Withheld:
    """What is withheld from who reads the page that is being made."""
    return _find.get()()


@contextmanager
def withholding(find: Callable[[], Withheld]) -> Iterator[None]:
    """Withhold what `find` finds, which is asked once and not before anything is to be shown."""
    token = _find.set(cache(find))
    try:
        yield
    finally:
        _find.reset(token)
