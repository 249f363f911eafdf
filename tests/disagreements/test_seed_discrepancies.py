"""docs/discrepancies.md tells truly what the machine finds in the seed articles."""

import re
from datetime import date
from pathlib import Path

from stories.disagreements.comparison import Finding, Passage, compare_passages
from tests.readings import READING

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = re.findall(
    r"^\| (C\d\d) \| (.+?) \| (.+?) \|$", (ROOT / "docs" / "discrepancies.md").read_text(encoding="utf-8"), re.MULTILINE
)
SPELLINGS = {
    source["slug"]: [source["name"], *source.get("aliases", {}).get("printable", [])] for source in READING["sources"]
}
TEXTS = {one["key"]: (ROOT / "seeds" / one["file"]).read_bytes().decode() for one in READING["articles"]}


def find(claim: str) -> list[Finding]:
    """What the machine finds among the passages that the editor chose for `claim`."""
    (described,) = [one for one in READING["claims"] if one["id"] == claim]
    passages = [
        Passage(
            passage["id"],
            passage["quote"],
            TEXTS[passage["id"].split("#")[0]],
            passage["start"],
            date(2025, 11, 21),
            tuple(passage["chain"]),
        )
        for passage in described["passages"]
    ]
    return compare_passages(passages, sources=SPELLINGS)


def say(finding: Finding, claim: str) -> str:
    """A finding as the table puts it."""
    (described,) = [one for one in READING["claims"] if one["id"] == claim]
    if finding.kind != "only-one":
        return f"{finding.kind}: {finding.first_words} / {finding.second_words}"
    of_one_outlet = len({passage["chain"][0] for passage in described["passages"]}) == 1
    return "only one" if of_one_outlet else f"only one: {finding.first_words}"


def test_everything_that_the_table_says_is_found_is_found() -> None:
    told = [(claim, found) for claim, _, found in ROWS if found not in ("reader", "rightly silent")]
    assert [row for row in told if row[1] not in [say(one, row[0]) for one in find(row[0])]] == []


def test_the_table_leaves_out_nothing_that_blocks_but_the_headline() -> None:
    told = {(claim, found) for claim, _, found in ROWS}
    blocking = {
        (claim["id"], say(one, claim["id"]))
        for claim in READING["claims"]
        for one in find(claim["id"])
        if one.kind in ("quotation", "figure", "strength")
    }
    assert sorted({claim for claim, found in blocking if (claim, found) not in told}) == ["C03"]


def test_the_counts_in_the_text_are_those_of_the_table() -> None:
    verdicts = [found for _, _, found in ROWS]
    machine = len(verdicts) - verdicts.count("reader") - verdicts.count("rightly silent")
    assert (len(verdicts), machine, verdicts.count("rightly silent"), verdicts.count("reader")) == (53, 19, 2, 32)


def test_where_the_machine_is_rightly_silent_it_says_nothing_of_the_words() -> None:
    for claim in [claim for claim, _, found in ROWS if found == "rightly silent"]:
        assert [one for one in find(claim) if one.kind == "quotation"] == []
