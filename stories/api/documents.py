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


def describe_ending(payload: str) -> dict[str, Any]:
    """`ended` of a fact: {position, at, kind, note} of the publication `payload` that ended it."""
    event = json.loads(payload)
    return {
        "position": event["position"],
        "at": event["at"],
        "kind": event["correction"]["kind"],
        "note": event["correction"]["note"],
    }


def write_event(payload: str, hash: str, salt: str | None, text: str | None) -> str:
    """An entry of changes/: the event as hashed, its hash, and the text with its salt while there is one."""
    members = f'"hash":"{hash}","salt":{json.dumps(salt)},"text":{"null" if text is None else text}'
    return add_members(payload, members)
