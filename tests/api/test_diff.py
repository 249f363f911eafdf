"""…/diff/{m}/: between two versions, and between a version and now."""

from typing import Any

import pytest
from django.test import Client

from stories.api import diffs
from tests.api.conftest import Read
from tests.published import Desk


@pytest.fixture
def facts(desk: Desk) -> dict[str, str]:
    """Version 1 stands on one, two and four; then one is reworded, two withdrawn, three added; version 2 is cut."""
    one, two, four = (desk.confirm_fact(words) for words in ("The quay is closed", "Two", "Four"))
    desk.cut_version("Quay closed")
    desk.reword(one, "The quay was closed", note="It has opened since.")
    three = desk.confirm_fact("Three")
    desk.withdraw_fact(two, kind="retraction", note="Two was wrong.")
    desk.cut_version("Quay was closed", kind="correction", note="Corrected.")
    return {name: str(fact.fact_id) for name, fact in (("1", one), ("2", two), ("3", three), ("4", four))}


def ids(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["id"] if "id" in entry else entry["fact"]["id"] for entry in entries]


def test_what_changed_between_two_versions(facts: dict[str, str], read: Read) -> None:
    diff = read("stories/harbour/versions/1/diff/2/")
    assert (diff["from"], diff["to"], diff["position"], diff["complete"]) == (1, 2, 8, True)
    assert {name: ids(entries) for name, entries in diff["facts"].items()} == {
        "added": [facts["3"]],
        "reworded": [facts["1"]],
        "changed": [],
        "withdrawn": [facts["2"]],
        "left_out": [],
    }
    assert diff["facts"]["withdrawn"][0]["correction"] == {
        "kind": "retraction",
        "note": "Two was wrong.",
        "replaced_by": None,
    }
    assert diff["facts"]["reworded"][0]["correction"]["note"] == "It has opened since."
    assert diff["headline"] == {
        "before": "Quay closed",
        "after": "Quay was closed",
        "words": diff["headline"]["words"],
    }
    assert "".join(text for change, text in diff["headline"]["words"] if change != "removed") == "Quay was closed"
    assert [entry["change"] for entry in diff["blocks"]] == ["same", "changed", "removed", "same", "added"]


def test_the_other_way_round_and_against_itself(facts: dict[str, str], read: Read) -> None:
    back = read("stories/harbour/versions/2/diff/1/")
    assert (ids(back["facts"]["added"]), ids(back["facts"]["left_out"])) == ([facts["2"]], [facts["3"]])
    same = read("stories/harbour/versions/2/diff/2/")
    assert (any(same["facts"].values()), {entry["change"] for entry in same["blocks"]}) == (False, {"same"})


def test_between_a_version_and_now(desk: Desk, facts: dict[str, str], read: Read) -> None:
    fresh = read("stories/harbour/versions/2/diff/now/")
    assert (fresh["to"], any(fresh["facts"].values())) == ("now", False)
    five = desk.confirm_fact("Five")
    diff = read("stories/harbour/versions/1/diff/now/")
    assert ids(diff["facts"]["added"]) == [str(five.fact_id), facts["3"]]
    assert ids(diff["facts"]["withdrawn"]) == [facts["2"]]
    assert [entry["change"] for entry in diff["blocks"]] == ["same", "changed", "removed", "same"]
    assert diff["blocks"][1]["after"]["text"] == "The quay was closed, Wire reports."
    then = read("stories/harbour/versions/1/diff/now/?at=4")
    assert not any(then["facts"].values())


def test_a_suppressed_side_has_no_words(desk: Desk, facts: dict[str, str], read: Read) -> None:
    from stories.models import Publication

    desk.suppress(Publication.objects.get(position=1))
    diff = read("stories/harbour/versions/1/diff/2/")
    assert (diff["headline"]["before"], diff["headline"]["words"]) == (None, None)
    assert {entry["change"] for entry in diff["blocks"]} == {"added"}


def test_a_large_story_says_what_it_leaves_out(
    facts: dict[str, str], read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diffs, "MOST_FACTS", 1)
    diff = read("stories/harbour/versions/2/diff/now/")
    assert (diff["complete"], any(diff["facts"].values())) == (False, False)


def test_unknown_versions_are_404(facts: dict[str, str], client: Client) -> None:
    for path in ("1/diff/3/", "3/diff/1/", "3/diff/now/", "1/diff/then/", f"1/diff/{10**30}/", "1/diff/0/"):
        assert client.get(f"/api/v1/stories/harbour/versions/{path}").status_code == 404
    assert client.get("/api/v1/stories/harbour/versions/1/diff/2/?at=7").status_code == 404
