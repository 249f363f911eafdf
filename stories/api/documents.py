"""Answers as text: frozen canonical documents joined, never parsed and written again on the hot paths."""

import json
from typing import Any
from uuid import UUID

from stories.api import shapes
from stories.chain import canonical

API_ROOT = "/api/v1"
"""Where addresses in answers begin; the same as in the frozen texts."""

NO_FACT = dict.fromkeys(shapes.Fact().fields)
"""All that a fact says, unsaid."""


def add_members(text: str, members: str) -> str:
    """The JSON object `text` with `members` (`"name":value,…`) added at its end."""
    return f"{text[:-1]},{members}}}"


def write_fact(revision: int, fact_id: str | UUID, text: str | None) -> str:
    """A fact as published; once its text is suppressed, which one it is and nothing else."""
    if text is not None:
        return text
    return canonical({**NO_FACT, "id": str(UUID(str(fact_id))), "revision": revision})


def read_event(payload: str, note: str | None) -> dict[str, Any]:
    """The event `payload` with the public `note` that lies beside it, as readers are shown it; format 1 holds its own.

    Of a note that was taken down the one in its place is given.
    """
    event: dict[str, Any] = json.loads(payload)
    if correction := event["correction"]:
        event["correction"] = {"kind": correction["kind"], "note": note, "replaced_by": correction["replaced_by"]}
        if event["format"] == 1:
            event["correction"]["note"] = correction["note"]
    return event


def describe_ending(payload: str, note: str | None) -> dict[str, Any]:
    """`ended` of a fact: {position, at, kind, note} of the publication `payload` that ended it."""
    event = read_event(payload, note)
    return {
        "position": event["position"],
        "at": event["at"],
        "kind": event["correction"]["kind"],
        "note": event["correction"]["note"],
    }


IS_FORMAT_1 = '"format":1,'
"""What only an event of format 1 holds, and no text that somebody typed: a quotation mark in one is escaped."""


def write_event(
    payload: str, hash: str, salt: str | None, text: str | None, note_salt: str | None, note: str | None
) -> str:
    """An entry of changes/: the event as hashed, its hash, and what lies beside it with the salts while it is shown.

    Nothing lies beside an event of format 1 but its text: it holds its note itself.
    """
    members = f'"hash":"{hash}","salt":{json.dumps(salt)},"text":{"null" if text is None else text}'
    if IS_FORMAT_1 not in payload:
        members += f',"note_salt":{json.dumps(note_salt)},"note":{"null" if note is None else canonical(note)}'
    return add_members(payload, members)
