"""Where new times, ids and salts come from: the clock and chance, or, for fixtures, a script."""

import secrets
import uuid
from datetime import datetime
from typing import Protocol

from django.utils import timezone


class Stamps(Protocol):
    """What every verb asks for when it writes something new."""

    def now(self) -> datetime:
        """The time, aware, in UTC, in whole milliseconds."""

    def uuid(self, name: str) -> uuid.UUID:
        """A new id; `name` says what for, so that a script gives the same one twice."""

    def salt(self, name: str) -> str:
        """32 hex digits to salt a published text with."""


def to_milliseconds(time: datetime) -> datetime:
    """`time` without the microseconds that JSON fixtures would drop."""
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


class LiveStamps:
    """The clock of this machine and real chance."""

    def now(self) -> datetime:
        """The present time."""
        return to_milliseconds(timezone.now())

    def uuid(self, name: str) -> uuid.UUID:
        """A random id."""
        return uuid.uuid4()

    def salt(self, name: str) -> str:
        """A random salt."""
        return secrets.token_hex(16)


LIVE: Stamps = LiveStamps()
