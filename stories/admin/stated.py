"""Which state of a row a form was made from: its fields as they were shown, as digests in a hidden box.

What is sent is compared with the row as it is, locked, in the transaction that saves (rule: stale-forms). The digests
are keyed: nobody finds a name that was not shown to them by trying.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac

from stories.changes.deciding import DECIDING, key_of, noun_of
from stories.models import Change

READ = "_read"
"""The hidden box."""

ROW = "row"
"""The name under which the digest of a whole row stands."""

DIGITS = 32
"""Of a digest: enough to tell states apart."""

MOST_CHANGES = 5
"""So many changes, the newest, are told of when somebody was faster."""

ENDINGS = ("retired", "closed")
"""What a row says itself of its end: when, and where there is a column for it, by whom."""

REASON_LABEL = "reason"
"""What Django notes of the box that asks why; the reason itself stands on record."""

State = Mapping[str, str]
"""Name of a field, or of a row inside the form → digest of what it says."""


def plain(value: Any) -> Any:
    """`value` of a field as it is compared: rows by their keys, in whatever order; line breaks and zones alike."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, QuerySet | list | tuple | set):
        return sorted((plain(one) for one in value), key=str)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def digest_value(row: Model, name: str, value: Any) -> str:
    """The digest of `value` as what `row` says under `name`."""
    salt = f"stories.admin.stated/{row._meta.label}/{row.pk}/{name}"
    said = json.dumps(plain(value), cls=DjangoJSONEncoder)
    return salted_hmac(salt, said, algorithm="sha256").hexdigest()[:DIGITS]


def columns_of(row: Model) -> list[Any]:
    """What every column of `row` holds, in their order."""
    return [plain(field.value_from_object(row)) for field in row._meta.concrete_fields]


def state_of(row: Model) -> dict[str, str]:
    """The state of `row` as a whole, for a form that does one thing with it."""
    values = json.dumps(columns_of(row), cls=DjangoJSONEncoder)
    return {ROW: digest_value(row, ROW, values)}


def write_state(state: State) -> str:
    """`state` as the hidden box holds it."""
    return json.dumps(state, sort_keys=True, separators=(",", ":"))


def read_state(text: str) -> State | None:
    """The state that `text`, which somebody sent, holds; None when it holds none."""
    try:
        state = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return {str(name): str(value) for name, value in state.items()} if isinstance(state, dict) else None


def lock_row(row: Model) -> None:
    """Let nobody else change `row` until the transaction ends; on SQLite a transaction that writes is alone anyway."""
    list(type(row)._base_manager.select_for_update().filter(pk=row.pk).values_list("pk"))


@dataclass(frozen=True)
class Told:
    """What somebody changed of a row, and when; `who` is empty where nobody's name is on record."""

    who: str
    what: str
    at: datetime


def newest_changes(row: Model) -> list[Told]:
    """The newest changes of `row` that are on record, the newest first; at most `MOST_CHANGES`.

    What decides what may be printed is told by the record of changes, whatever changed it; the rest by what Django
    noted of forms. Neither is told by what it says, which not everybody may read.
    """
    told = [Told(_name_of(row, f"{verb}_by"), verb, at) for verb in ENDINGS if (at := getattr(row, f"{verb}_at", None))]
    deciding = DECIDING.get(type(row), ())
    names = {one.name: str(one.verbose_name) for one in row._meta.concrete_fields if one.name in deciding}
    if names:
        changes = Change.objects.filter(noun=noun_of(type(row)), row=key_of(row)).order_by("-at", "-pk")
        told += [Told(one.by_username, f"changed {names[one.field]}", one.at) for one in changes[:MOST_CHANGES]]
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk))
    on_record = {REASON_LABEL, *(name.casefold() for name in names.values())} if names else set()
    told += [
        Told(entry.user.get_username(), what, entry.action_time)
        for entry in entries.select_related("user").order_by("-pk")[:MOST_CHANGES]
        if (what := _describe(entry, on_record))
    ]
    return sorted(told, key=lambda one: one.at, reverse=True)[:MOST_CHANGES]


def _describe(entry: LogEntry, on_record: Collection[str]) -> str:
    """What was done, by the names of what was changed but for fields `on_record`; empty if that is all."""
    if not entry.change_message.startswith("["):
        return entry.change_message
    parts = [(verb, what) for part in json.loads(entry.change_message) for verb, what in part.items()]
    said = []
    for verb, what in parts:
        fields = what.get("fields", [])
        left = fields if "name" in what else [one for one in fields if one.casefold() not in on_record]
        if left or not fields:
            said.append(" ".join(" ".join([verb, what.get("name", ""), ", ".join(left)]).split()))
    return "; ".join(said) or ("" if parts else "saved")


def _name_of(row: Model, column: str) -> str:
    person = getattr(row, column, None)
    return person.get_username() if person else ""
