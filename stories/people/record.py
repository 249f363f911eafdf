"""What is on record of how somebody comes in: log-ins, failures, changes of their factors (rule: asked-again)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from axes.models import AccessFailureLog, AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType

SHOWN = 50
"""So many entries, the newest, are shown."""

WAYS_IN = "Ways in: "
"""How the entries begin that tell of a change of somebody's factors."""


@dataclass(frozen=True)
class Entry:
    """What happened, when, and from where or by whom."""

    at: datetime
    what: str
    whence: str


def note_change(person: User, what: str, *, by: User) -> None:
    """Put on record, in the history of `person`, that `by` changed how they come in."""
    LogEntry.objects.log_actions(by.pk, [person], CHANGE, change_message=f"{WAYS_IN}{what}", single_object=True)


def read_record(person: User) -> Sequence[Entry]:
    """The newest entries about `person`, the newest first."""
    name, entries = person.get_username(), []
    for model, what in ((AccessLog, "logged in"), (AccessFailureLog, "failed to log in")):
        for one in model.objects.filter(username=name).order_by("-attempt_time")[:SHOWN]:
            entries.append(Entry(one.attempt_time, what, one.ip_address or ""))
    kind = ContentType.objects.get_for_model(User)
    changes = LogEntry.objects.filter(content_type=kind, object_id=str(person.pk), change_message__startswith=WAYS_IN)
    for change in changes.select_related("user").order_by("-pk")[:SHOWN]:
        what = change.change_message.removeprefix(WAYS_IN)
        entries.append(Entry(change.action_time, what, f"by {change.user.get_username()}"))
    return sorted(entries, key=lambda one: one.at, reverse=True)[:SHOWN]
