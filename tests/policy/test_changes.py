"""What has changed since somebody proposed is said in words, each change once. (rule: listed-passages)"""

from copy import deepcopy
from typing import Any

import pytest

from stories.policy.changes import contradicted_since, describe_change

QUOTE = "The harbour is closed for now, the Minister of Harbours told The Courier on Friday"
WHERE = "The passage “The harbour is closed for now, the Minister of Harbours told” in article-1"


NAMES = {"courier": "The Courier", "mirror": "The Mirror", "wire": "Wire", "minister": "Minister of Harbours"}


def snapshot() -> dict[str, Any]:
    """What somebody proposed on."""
    passage = {
        "uuid": "p1",
        "article": "article-1",
        "quote": QUOTE,
        "start": 7,
        "chain": ["courier", "wire"],
        "retired": False,
        "retracted": False,
        "held": False,
        "inferred": False,
        "own_reporting": False,
    }
    return {
        "claim": {"uuid": "c1", "statement": "The harbour is closed.", "kind": "fact"},
        "passages": [passage],
        "sources": {slug: {"name": name} for slug, name in NAMES.items()},
        "voices": {"courier": ["courier"], "wire": ["wire"]},
        "contradictions": [],
        "contradicted_by": [],
        "discrepancies": [],
    }


def changes(before: dict[str, Any], after: dict[str, Any], **quotes: str) -> list[str]:
    return describe_change(before, after, quotes=quotes)


def passage_with(**columns: Any) -> dict[str, Any]:
    """The snapshot, its passage with other columns."""
    after = snapshot()
    after["passages"][0] |= columns
    return after


def test_nothing_has_changed() -> None:
    assert changes(snapshot(), deepcopy(snapshot())) == []


@pytest.mark.parametrize(
    ("column", "begins", "ends"),
    [
        ("retired", "has been retired", "is no longer retired"),
        ("retracted", "stands in a retracted article", "stands in an article that is no longer retracted"),
        ("held", "stands in a document that we hold", "no longer stands in a document that we hold"),
        ("inferred", "has an inferred attribution", "no longer has an inferred attribution"),
        ("own_reporting", "is our own reporting", "is no longer our own reporting"),
    ],
)
def test_what_has_come_to_hold_of_a_passage_and_what_has_ceased_to(column: str, begins: str, ends: str) -> None:
    assert changes(snapshot(), passage_with(**{column: True})) == [f"{WHERE} {begins}."]
    assert changes(passage_with(**{column: True}), snapshot()) == [f"{WHERE} {ends}."]


@pytest.mark.parametrize(
    ("chain", "way"),
    [(["mirror", "wire", "minister"], "The Mirror → Wire → Minister of Harbours"), ([], "nobody"), (None, "nobody")],
)
def test_another_chain_is_told_from_outlet_to_origin(chain: list[str] | None, way: str) -> None:
    assert changes(snapshot(), passage_with(chain=chain)) == [
        f"{WHERE}: its chain was The Courier → Wire, and is {way}."
    ]
    assert changes(passage_with(chain=chain), snapshot()) == [
        f"{WHERE}: its chain was {way}, and is The Courier → Wire."
    ]


def test_any_other_column_is_told_as_it_was_and_as_it_is_each_in_its_turn() -> None:
    assert changes(snapshot(), passage_with(start=9, stance="contradicts", retired=True)) == [
        f"{WHERE} has been retired.",
        f"{WHERE}: its stance was “None”, and is “contradicts”.",
        f"{WHERE}: its start was “7”, and is “9”.",
    ]


def test_a_passage_that_is_listed_on_one_side_only_is_named() -> None:
    after = snapshot()
    after["passages"].append({**after["passages"][0], "uuid": "p0", "quote": "Nobody gets in"})
    assert changes(snapshot(), after) == ["The passage “Nobody gets in” is listed on one side only."]
    assert changes(after, snapshot()) == ["The passage “Nobody gets in” is listed on one side only."]
    after["passages"][1]["quote"] = QUOTE
    assert changes(snapshot(), after) == [f"The passage “{QUOTE[:60]}” is listed on one side only."]


def test_who_a_source_could_be_is_told_where_both_know_the_source() -> None:
    after = snapshot()
    after["voices"] = {"courier": ["courier"], "wire": ["minister", "wire"], "mirror": ["mirror"]}
    assert changes(snapshot(), after) == ["Wire could be Wire, and now could be Minister of Harbours, Wire."]
    assert changes(after, snapshot()) == ["Wire could be Minister of Harbours, Wire, and now could be Wire."]


def test_no_slug_is_told_since_it_could_tell_a_protected_name() -> None:
    before, after = snapshot(), snapshot()
    before["claim"]["says"], after["claim"]["says"] = "minister", None
    after["voices"]["wire"] = ["roe-jane", "wire"]
    assert changes(before, after) == [
        "Wire could be Wire, and now could be a source on none of these chains, Wire.",
        "The claim's says was “Minister of Harbours”, and is “None”.",
    ]


def test_what_the_claim_says_is_told_column_by_column() -> None:
    after = snapshot()
    after["claim"] |= {"statement": "The port is closed.", "kind": "figure"}
    assert changes(snapshot(), after) == [
        "The claim's kind was “fact”, and is “figure”.",
        "The claim's statement was “The harbour is closed.”, and is “The port is closed.”.",
    ]
    del after["claim"]["kind"]
    assert changes(snapshot(), after)[0] == "The claim's kind was “fact”, and is “None”."


def test_what_speaks_against_the_claim_is_new_or_no_longer_open() -> None:
    after = snapshot()
    after["contradictions"] = [{"note": "Open or closed?"}]
    after["contradicted_by"] = ["p7", "p8"]
    after["discrepancies"] = [{"kind": "figure", "first_words": "12", "second_words": "14"}]
    told = [
        "contradiction: Open or closed?",
        "contradicting passage: It is open",
        "contradicting passage: p8",
        "discrepancy of figure: “12” / “14”",
    ]
    assert changes(snapshot(), after, p7="It is open") == [f"New {one}" for one in told]
    assert changes(after, snapshot(), p7="It is open") == [f"No longer open: {one}" for one in told]
    assert changes(after, deepcopy(after)) == []


def test_what_contradicts_a_fact_since_it_was_confirmed() -> None:
    before, after = snapshot(), snapshot()
    assert contradicted_since(before, after) == []
    before["contradictions"] = [{"note": "Known."}]
    before["contradicted_by"] = ["p7"]
    after["contradictions"] = [{"note": "Known."}, {"note": "Open or closed?"}]
    after["contradicted_by"] = ["p7", "p8"]
    assert contradicted_since(before, after) == [
        "Open contradiction: Open or closed?",
        "A passage recorded since it was confirmed speaks against it.",
    ]
    assert contradicted_since(after, before) == []
