"""Sessions: how long one lasts, which of a person's are open, and how they end (rule: sessions).

The settings name this module as the engine; rows are Django's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.utils.crypto import salted_hmac

from stories.stamps import LIVE

LONGEST = timedelta(hours=12)
"""After logging in."""
IDLE = timedelta(hours=2)
"""After the last page that somebody asked for."""
NOTED = timedelta(minutes=5)
"""That a session is used is written so often, not with each request: it may end so much before it was idle for long."""

BEGAN, SEEN, BROWSER = "began", "seen", "browser"
MOST_OF_BROWSER = 200


class SessionStore(db.SessionStore):
    """Django's sessions; one in which somebody is logged in ends at its time, and at once when it is idle."""

    def load(self) -> dict[str, Any]:
        """Django's; a log-in of before this release, which does not say when it began, is none."""
        held: dict[str, Any] = super().load()
        return {} if SESSION_KEY in held and BEGAN not in held else held

    def __setitem__(self, key: str, value: Any) -> None:
        """Django's; when somebody logs in, it is noted since when."""
        super().__setitem__(key, value)
        if key == SESSION_KEY:
            self[BEGAN] = self[SEEN] = LIVE.now().isoformat()

    def get_expiry_date(self, **given: Any) -> datetime:
        """When it ends."""
        if self.get(BEGAN) is None:
            return super().get_expiry_date(**given)
        return min(datetime.fromisoformat(self[BEGAN]) + LONGEST, datetime.fromisoformat(self[SEEN]) + IDLE)

    def get_expiry_age(self, **given: Any) -> int:
        """In how many seconds it ends."""
        if self.get(BEGAN) is None:
            return super().get_expiry_age(**given)
        return max(0, int((self.get_expiry_date() - LIVE.now()).total_seconds()))


def note_use(session: SessionBase, *, browser: str) -> None:
    """Note that somebody uses the `session`, by `browser`, if they are logged in and it was not noted lately."""
    if SESSION_KEY not in session or BEGAN not in session:
        return
    now = LIVE.now()
    if session.modified or now - datetime.fromisoformat(session[SEEN]) >= NOTED:
        session[SEEN], session[BROWSER] = now.isoformat(), browser[:MOST_OF_BROWSER]


@dataclass(frozen=True)
class OpenSession:
    """A session in which somebody is logged in. `mark` tells it from others, and is of no use to who reads it."""

    key: str
    mark: str
    began: datetime
    seen: datetime
    browser: str


def sessions_of(person: User) -> list[OpenSession]:
    """The open sessions of `person`, the one that was used last first."""
    return sorted(_read_sessions(person), key=lambda one: one.seen, reverse=True)


def _read_sessions(person: User) -> Iterator[OpenSession]:
    # Whose one is stands inside: a desk has tens of them.
    for row in Session.objects.filter(expire_date__gt=LIVE.now()):
        held = row.get_decoded()
        if held.get(SESSION_KEY) == str(person.pk) and BEGAN in held:
            began, seen = (datetime.fromisoformat(held[name]) for name in (BEGAN, SEEN))
            yield OpenSession(row.pk, mark_of(row.pk), began, seen, held.get(BROWSER, ""))


def mark_of(key: str) -> str:
    """What names the session `key` on a page."""
    return salted_hmac("stories.people.sessions", key, algorithm="sha256").hexdigest()[:32]


def end_sessions(person: User, *, marks: set[str] | None = None, but: str | None = None) -> int:
    """End the sessions of `person` that `marks` name (all, when None) but the one of the key `but`; how many ended."""
    ending = [one.key for one in sessions_of(person) if one.key != but and (marks is None or one.mark in marks)]
    Session.objects.filter(pk__in=ending).delete()
    return len(ending)
