"""Follow the facts API: keep the facts in force and notice when published history was rewritten.

    python docs/follow_changes.py http://127.0.0.1:8000/api/v1 state.json

Run it as often as you like; `state.json` is all it needs to go on. With an empty state it verifies everything.
"""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen


def sha256(before: str, value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256((before + text).encode()).hexdigest()


def follow(read: Callable[[str], Any], state: dict[str, Any]) -> dict[str, Any]:
    """Bring `state` up to date; `read` gives the document at a path. Raises ValueError at the first forged event."""
    state = {"last": 0, "hash": "", "facts": {}, **state}
    while True:
        page = read(f"changes/?after={state['last']}")
        for event in page["results"]:
            seal, salt, text = event.pop("hash"), event.pop("salt"), event.pop("text")
            note_salt, note = event.pop("note_salt", None), event.pop("note", None)  # format 1 has none beside
            forged = event["position"] != state["last"] + 1 or seal != sha256(state["hash"], event)
            forged |= bool(text) and event["text_sha256"] != sha256(salt, text)
            noted = event if event["correction"] is None else event["correction"]
            if forged or (note and noted["note_sha256"] != sha256(note_salt, note)):
                raise ValueError(f"Published history was rewritten at position {event['position']}.")
            state["facts"].pop(str(event["ends"]), None)  # withdrawn or reworded: take it off the page now
            if event["event"] in ("confirmed", "reworded"):
                state["facts"][str(event["position"])] = text
            state.update(last=event["position"], hash=seal)
        if state["last"] >= page["position"]:
            return state


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: follow_changes.py ADDRESS FILE, such as http://127.0.0.1:8000/api/v1 state.json")
    address, file = sys.argv[1], Path(sys.argv[2])
    before = json.loads(file.read_text()) if file.exists() else {}
    after = follow(lambda path: json.load(urlopen(f"{address}/{path}")), before)  # noqa: S310
    file.write_text(json.dumps(after))
    print(f"{len(after['facts'])} facts in force at position {after['last']}; the chain holds.")
