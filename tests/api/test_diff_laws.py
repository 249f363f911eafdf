"""What changed between two moments of a story: examples an editor would recognise, and the laws of a diff."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stories.api.what_changed import diff_facts, diff_versions

AXIOS = {"slug": "axios", "name": "Axios", "kind": "outlet"}
DW = {"slug": "dw", "name": "Deutsche Welle", "kind": "outlet"}
UNN = {"slug": "unn", "name": "UNN", "kind": "agency"}

PLAN = {
    "id": "plan",
    "revision": 1,
    "statement": "According to Axios, there is a 28-point peace plan for Ukraine.",
    "basis": "attributed",
    "attributed_to": [AXIOS],
    "independent_sources": 1,
    "rests_on": [DW, AXIOS],
    "routes": [[DW, AXIOS]],
    "citations": [],
    "revised_at": "2025-11-20T10:00:00.000Z",
}
SIGNING = {**PLAN, "id": "signing", "revision": 2, "statement": "Ukraine will sign the plan by Thursday."}
EMPTY = {"added": [], "reworded": [], "changed": [], "withdrawn": [], "left_out": []}
NO_DATE = {"kind": "correction", "note": "No date was named.", "replaced_by": None}
SECOND_SOURCE = {"kind": "update", "note": "A second source.", "replaced_by": None}
WITHDRAWN = {"event": "withdrawn", "correction": NO_DATE}
REWORDED = {"event": "reworded", "correction": SECOND_SOURCE}


def test_a_new_fact_is_added():
    assert diff_facts([PLAN], [PLAN, SIGNING]) == {**EMPTY, "added": [{"fact": SIGNING}]}


def test_a_withdrawn_fact_says_why():
    assert diff_facts([PLAN, SIGNING], [PLAN], endings={"signing": WITHDRAWN}) == {
        **EMPTY,
        "withdrawn": [{"fact": SIGNING, "correction": NO_DATE}],
    }


@pytest.mark.parametrize("endings", [{}, {"signing": REWORDED}])
def test_a_fact_that_nobody_withdrew_is_only_left_out(endings):
    assert diff_facts([PLAN, SIGNING], [PLAN], endings=endings) == {**EMPTY, "left_out": [{"fact": SIGNING}]}


def test_a_reworded_fact_shows_its_words_and_the_correction():
    later = {**SIGNING, "revision": 5, "statement": "Ukraine may sign the plan by Thursday."}
    assert diff_facts([SIGNING], [later], endings={"signing": REWORDED}) == {
        **EMPTY,
        "reworded": [
            {
                "id": "signing",
                "what": ["wording"],
                "before": SIGNING,
                "after": later,
                "words": [
                    ["same", "Ukraine "],
                    ["removed", "will "],
                    ["added", "may "],
                    ["same", "sign the plan by Thursday."],
                ],
                "correction": SECOND_SOURCE,
            }
        ],
    }


def test_a_second_source_changes_basis_and_routes_but_no_word():
    later = {
        **PLAN,
        "revision": 3,
        "basis": "corroborated",
        "attributed_to": None,
        "independent_sources": 2,
        "rests_on": [],
        "routes": [[DW, AXIOS], [UNN]],
    }
    assert diff_facts([PLAN], [later]) == {
        **EMPTY,
        "changed": [
            {
                "id": "plan",
                "what": ["basis", "routes"],
                "before": PLAN,
                "after": later,
                "words": None,
                "correction": None,
            }
        ],
    }


@pytest.mark.parametrize(
    ("difference", "what"),
    [
        ({"basis": "documented"}, ["basis"]),
        ({"attributed_to": [UNN]}, ["basis"]),
        ({"routes": [[DW, AXIOS], [UNN, AXIOS]]}, ["routes"]),
        ({"independent_sources": 2}, ["routes"]),
        ({"citations": [{"outlet": "DW"}]}, ["citations"]),
        ({"revision": 9}, ["revision"]),
        ({"rests_on": [AXIOS, DW]}, ["revision"]),  # another order is no other support
    ],
)
def test_each_aspect_is_named(difference, what):
    assert [entry["what"] for entry in diff_facts([PLAN], [{**PLAN, **difference}])["changed"]] == [what]


def test_a_suppressed_statement_shows_no_words():
    suppressed = {"id": "signing", "revision": 2, "statement": None}
    assert [entry["words"] for entry in diff_facts([SIGNING], [suppressed])["reworded"]] == [None]


FIRST = {
    "headline": "A 28-point plan for Ukraine",
    "standfirst": "What is known.",
    "blocks": [
        {"text": "The plan", "facts": []},
        {"text": "There is a plan.", "facts": ["plan"]},
        {"text": "Ukraine will sign the plan.", "facts": ["signing"]},
        {"text": "More soon.", "facts": []},
    ],
}


def test_blocks_are_followed_by_their_facts_even_past_new_ones():
    second = {
        "headline": "A 28-point plan for Ukraine",
        "standfirst": "What we know.",
        "blocks": [
            {"text": "The plan", "facts": []},
            {"text": "There is a plan.", "facts": ["plan"]},
            {"text": "It was leaked.", "facts": ["leak"]},
            {"text": "Ukraine may sign the plan.", "facts": ["signing"]},
        ],
    }
    diff = diff_versions(FIRST, second, facts_before=[], facts_after=[])
    assert [(entry["change"], entry["words"]) for entry in diff["blocks"]] == [
        ("same", [["same", "The plan"]]),
        ("same", [["same", "There is a plan."]]),
        ("added", [["added", "It was leaked."]]),
        ("changed", [["same", "Ukraine "], ["removed", "will "], ["added", "may "], ["same", "sign the plan."]]),
        ("removed", [["removed", "More soon."]]),
    ]
    assert diff["headline"]["words"] == [["same", "A 28-point plan for Ukraine"]]
    assert diff["standfirst"]["words"] == [
        ["same", "What "],
        ["removed", "is known."],
        ["added", "we know."],
    ]


def test_a_block_whose_fact_has_ended_has_no_text_and_no_words():
    ended = {**FIRST, "blocks": [{"text": None, "facts": ["signing"]}]}
    before = {**FIRST, "blocks": [{"text": "Ukraine will sign the plan.", "facts": ["signing"]}]}
    assert diff_versions(before, ended, facts_before=[], facts_after=[])["blocks"] == [
        {"change": "changed", "before": before["blocks"][0], "after": ended["blocks"][0], "words": None}
    ]


# Laws.

texts = st.lists(st.sampled_from(["plan", "Axios", "will", "may", "“intentional”", "28", "\n"]), max_size=6).map(
    " ".join
)
sources = st.sampled_from([AXIOS, DW, UNN])
ids = st.sampled_from("abcdef")
facts = st.fixed_dictionaries(
    {
        "id": ids,
        "revision": st.integers(1, 3),
        "statement": texts | st.none(),
        "basis": st.sampled_from(["attributed", "corroborated", "documented", None]),
        "routes": st.lists(st.lists(sources, max_size=2), max_size=2),
        "independent_sources": st.integers(0, 2),
    },
    optional={"rests_on": st.lists(sources, max_size=1)},
)
lists_of_facts = st.lists(facts, max_size=6, unique_by=lambda fact: fact["id"])
endings = st.dictionaries(ids, st.sampled_from([WITHDRAWN, REWORDED]))
blocks = st.fixed_dictionaries({"text": texts | st.none(), "facts": st.lists(ids, max_size=2, unique=True)})
versions = st.fixed_dictionaries(
    {"headline": texts, "standfirst": texts | st.none(), "blocks": st.lists(blocks, max_size=6)}
)


def by_id(some: list) -> dict:
    return {fact["id"]: fact for fact in some}


def disordered(entries: list) -> list:
    """The order within a list is the reader's; the law is about what stands in it."""
    return sorted(entries, key=lambda entry: json.dumps(entry, sort_keys=True))


def sides_of(diff: dict) -> dict:
    """(earlier, later) of each fact that differs, by its id."""
    return {
        **{entry["fact"]["id"]: (None, entry["fact"]) for entry in diff["added"]},
        **{entry["id"]: (entry["before"], entry["after"]) for entry in [*diff["reworded"], *diff["changed"]]},
        **{entry["fact"]["id"]: (entry["fact"], None) for entry in [*diff["withdrawn"], *diff["left_out"]]},
    }


@settings(max_examples=300)
@given(lists_of_facts, lists_of_facts, endings)
def test_both_sides_of_every_fact_that_differs_stand_in_exactly_one_list(before, after, ended):
    diff = diff_facts(before, after, endings=ended)
    old, new = by_id(before), by_id(after)
    assert sides_of(diff) == {i: (old.get(i), new.get(i)) for i in {**old, **new} if old.get(i) != new.get(i)}
    assert sum(map(len, diff.values())) == len(sides_of(diff))


@settings(max_examples=100)
@given(lists_of_facts, endings)
def test_facts_against_themselves_show_no_change(before, ended):
    assert diff_facts(before, before[::-1], endings=ended) == EMPTY


@settings(max_examples=300)
@given(lists_of_facts, lists_of_facts, endings)
def test_the_diff_the_other_way_round_has_the_sides_exchanged(before, after, ended):
    forth, back = diff_facts(before, after, endings=ended), diff_facts(after, before)
    assert sides_of(back) == {fact: sides[::-1] for fact, sides in sides_of(forth).items()}
    what = {entry["id"]: entry["what"] for entry in [*forth["reworded"], *forth["changed"]]}
    assert {entry["id"]: entry["what"] for entry in [*back["reworded"], *back["changed"]]} == what


@settings(max_examples=300)
@given(versions, versions)
def test_both_versions_can_be_read_off_their_diff(before, after):
    diff = diff_versions(before, after, facts_before=[], facts_after=[])
    for side, version in (("before", before), ("after", after)):
        assert version == {
            "headline": diff["headline"][side],
            "standfirst": diff["standfirst"][side],
            "blocks": [entry[side] for entry in diff["blocks"] if entry[side] is not None],
        }
    assert json.loads(json.dumps(diff)) == diff


@settings(max_examples=100)
@given(versions, lists_of_facts)
def test_a_version_against_itself_shows_no_change(version, carried):
    diff = diff_versions(version, version, facts_before=carried, facts_after=carried)
    assert {entry["change"] for entry in diff["blocks"]} <= {"same"}
    assert diff["facts"] == EMPTY


@settings(max_examples=300)
@given(versions, versions)
def test_the_diff_of_versions_the_other_way_round_has_the_sides_exchanged(before, after):
    forth = diff_versions(before, after, facts_before=[], facts_after=[])
    back = diff_versions(after, before, facts_before=[], facts_after=[])
    pairs = [(entry["before"], entry["after"]) for entry in forth["blocks"]]
    assert disordered([(entry["after"], entry["before"]) for entry in back["blocks"]]) == disordered(pairs)
