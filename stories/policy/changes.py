"""What has changed between the snapshot that was signed and the present one, in words."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from stories.policy.bases import reasons_from_contradictions
from stories.provenance.names import name_of
from stories.provenance.snapshots import Snapshot

Call = Callable[[str], str]
"""How the source of a slug is called."""

IS_AND_WAS = {
    "retired": ("has been retired", "is no longer retired"),
    "retracted": ("stands in a retracted article", "stands in an article that is no longer retracted"),
    "held": ("stands in a document that we hold", "no longer stands in a document that we hold"),
    "inferred": ("has an inferred attribution", "no longer has an inferred attribution"),
    "own_reporting": ("is our own reporting", "is no longer our own reporting"),
}
"""What is said of a passage when one of these has come to hold, and when it has ceased to."""


def _describe_passage_change(was: dict[str, Any], now: dict[str, Any], call: Call) -> list[str]:
    """In words, what is different between a listed passage as it was and as it is."""
    where = f"The passage “{was['quote'][:60]}” in {was['article']}"
    changes = []
    for key in sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key)):
        before, after = was.get(key), now.get(key)
        if key == "chain":
            route = [" → ".join(map(call, chain or ())) or "nobody" for chain in (before, after)]
            changes.append(f"{where}: its chain was {route[0]}, and is {route[1]}.")
        elif key in IS_AND_WAS:
            changes.append(f"{where} {IS_AND_WAS[key][0 if after else 1]}.")
        else:
            changes.append(f"{where}: its {key} was “{before}”, and is “{after}”.")
    return changes


def _describe_list_change(before: Snapshot, after: Snapshot, quotes: Mapping[str, str]) -> list[str]:
    """In words, which contradictions, contradicting passages and discrepancies came or went."""
    told: dict[str, Callable[[Any], str]] = {
        "contradictions": lambda one: f"contradiction: {one['note']}",
        "contradicted_by": lambda one: f"contradicting passage: {quotes.get(one, one)}",
        "discrepancies": lambda one: f"discrepancy of {one['kind']}: “{one['first_words']}” / “{one['second_words']}”",
    }
    changes = []
    for key, tell in told.items():
        changes += [f"New {tell(one)}" for one in after[key] if one not in before[key]]
        changes += [f"No longer open: {tell(one)}" for one in before[key] if one not in after[key]]
    return changes


def contradicted_since(before: Snapshot, after: Snapshot) -> list[str]:
    """What contradicts the claim in `after` and was not known in `before`; its basis may hold all the same."""
    opened = [one for one in after["contradictions"] if one not in before["contradictions"]]
    reasons = reasons_from_contradictions({"contradictions": opened})
    if set(after["contradicted_by"]) - set(before["contradicted_by"]):
        reasons.append("A passage recorded since it was confirmed speaks against it.")
    return reasons


def describe_change(before: Snapshot, after: Snapshot, *, quotes: Mapping[str, str]) -> list[str]:
    """In words, what is different between the snapshot that was proposed and the present one; empty when nothing.

    `quotes` gives the words of contradicting passages by id: a snapshot knows only that there are some.
    """
    known = {"sources": before["sources"] | after["sources"]}
    call = partial(name_of, known)
    changes = []
    old = {passage["uuid"]: passage for passage in before["passages"]}
    new = {passage["uuid"]: passage for passage in after["passages"]}
    for uuid in sorted(old.keys() | new.keys()):
        was, now = old.get(uuid), new.get(uuid)
        if was is not None and now is not None:
            changes += _describe_passage_change(was, now, call)
        else:
            changes.append(f"The passage “{(was or now or {})['quote'][:60]}” is listed on one side only.")
    for slug in sorted(before["voices"].keys() & after["voices"].keys()):
        was, now = before["voices"][slug], after["voices"][slug]
        if was != now:
            could, can = (", ".join(dict.fromkeys(map(call, voices))) for voices in (was, now))
            changes.append(f"{call(slug)} could be {could}, and now could be {can}.")
    for key in sorted(before["claim"]):
        was, now = before["claim"][key], after["claim"].get(key)
        if was != now:
            was, now = (one and call(one) if key == "says" else one for one in (was, now))
            changes.append(f"The claim's {key} was “{was}”, and is “{now}”.")
    return changes + _describe_list_change(before, after, quotes)
