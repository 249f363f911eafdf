"""How sources are counted: the worked examples (rule: independent-sources), and the laws the count obeys."""

import random
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stories.provenance import independence
from stories.provenance.independence import (
    BRANCH_BUDGET,
    EXACT_ROUTES,
    count_independent,
    drop_containing,
    shared_voices,
)


def route(*voices: str) -> frozenset[str]:
    return frozenset(voices)


def any_route(voices: int) -> st.SearchStrategy[frozenset[str]]:
    """A route of up to four voices out of `voices`, or the empty one; drawn by number, which is quick."""
    names = [f"v{n}" for n in range(voices)]
    return st.sampled_from([frozenset(c) for length in range(5) for c in combinations(names, length)])


def sets_of_routes(*, voices: int, most: int) -> st.SearchStrategy[list[frozenset[str]]]:
    return st.lists(any_route(voices), max_size=most)


def count_by_brute_force(routes: list[frozenset[str]]) -> int:
    """Either leave the first route out or take it with those that share nothing with it: plainly right."""
    known = [r for r in routes if r]
    if not known:
        return 0
    first, *rest = known
    with_first = 1 + count_by_brute_force([r for r in rest if first.isdisjoint(r)])
    return max(with_first, count_by_brute_force(rest))


def draw_random_routes(seed: int, *, number: int, voices: int, length: int) -> list[frozenset[str]]:
    rng = random.Random(seed)
    names = [f"v{n}" for n in range(voices)]
    return [frozenset(rng.sample(names, length)) for _ in range(number)]


# The worked examples of docs/rules.md.


def test_two_outlets_that_both_credit_axios_are_one_source():
    routes = [route("dw", "axios", "draft"), route("unn", "axios", "draft")]
    assert count_independent(routes) == 1
    assert shared_voices([route("dw", "axios"), route("unn", "axios", "draft")]) == {"axios"}


def test_two_ways_to_the_speaker_are_two_once_the_speaker_is_no_shared_voice():
    through_afp, through_axios = route("dw", "afp"), route("unn", "axios")  # `says` the plan: it is left out
    assert count_independent([through_afp, through_axios]) == 2
    assert count_independent([through_afp]) == 1
    assert shared_voices([through_afp, through_axios]) == frozenset()


def test_five_outlets_at_one_press_conference_corroborate_what_was_said():
    assert count_independent([route(outlet) for outlet in ("dw", "unn", "afp", "bbc", "reuters")]) == 5


def test_an_axios_source_who_may_be_the_white_house_official_is_one_voice():
    one_person = "senior-white-house-official"
    assert count_independent([route("dw", "axios", one_person), route("unn", "politico", one_person)]) == 1


def test_syndicated_copy_with_the_route_of_its_original_adds_nothing():
    assert count_independent([route("afp", "ministry"), route("afp", "ministry")]) == 1


def test_a_chain_of_entanglements_counts_its_ends():
    # The middle route touches both ends; taking it first, as a careless count would, gives 1.
    assert count_independent([route("a", "b"), route("b", "c"), route("c", "d")]) == 2


def test_no_routes_count_nothing_and_rest_on_nothing():
    assert count_independent([]) == 0
    assert shared_voices([]) == frozenset()


def test_a_route_nobody_recorded_counts_nothing_and_hides_nothing():
    assert count_independent([frozenset()]) == 0
    assert count_independent([frozenset(), route("dw")]) == 1
    assert shared_voices([frozenset(), route("dw", "axios")]) == {"dw", "axios"}


def test_identical_and_containing_routes_are_dropped():
    assert drop_containing([route("b", "a", "c"), route("a", "b"), route("a", "b"), route("d"), frozenset()]) == [
        route("d"),
        route("a", "b"),
    ]


# Laws.


@settings(max_examples=3000)
@given(sets_of_routes(voices=9, most=10))
@example([route("a", "b"), route("b", "c"), route("c", "d"), route("d", "e"), route("e", "a")])
def test_the_count_equals_brute_force(routes):
    assert count_independent(routes) == count_by_brute_force(routes)


@settings(max_examples=1000)
@given(sets_of_routes(voices=14, most=10))
def test_the_search_alone_equals_brute_force(routes):
    # Without the reductions, which would leave it little to do on sets this small.
    known = [r for r in routes if r]
    assert independence._count_exactly(known, budget=BRANCH_BUDGET) == count_by_brute_force(known)


@settings(max_examples=1000)
@given(
    sets_of_routes(voices=20, most=EXACT_ROUTES - 1),
    any_route(20),
)
def test_another_route_never_lowers_the_count_and_adds_one_at_most(routes, another):
    assert count_independent([*routes, another]) - count_independent(routes) in (0, 1)


@settings(max_examples=200)
@given(sets_of_routes(voices=12, most=30), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(routes, rng):
    shuffled = [*routes, *routes]
    rng.shuffle(shuffled)
    assert count_independent(shuffled) == count_independent(routes)


@settings(max_examples=300)
@given(sets_of_routes(voices=9, most=12))
def test_two_independent_sources_share_no_voice_and_a_shared_voice_leaves_one(routes):
    count = count_independent(routes)
    assert count <= 1 or shared_voices(routes) == frozenset()
    assert count == 0 or not shared_voices(routes) or count == 1


# Beyond the exact size, and under attack.


@settings(max_examples=200)
@given(sets_of_routes(voices=9, most=10), st.integers(min_value=0, max_value=3), st.integers(0, 6))
def test_the_count_never_overstates_beyond_the_exact_size(routes, exact, budget):
    # Shrinking the limits makes every case one that lies beyond them, where brute force can still follow.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(independence, "EXACT_ROUTES", exact)
        patch.setattr(independence, "BRANCH_BUDGET", budget)
        assert count_independent(routes) <= count_by_brute_force(routes)


@pytest.mark.parametrize(
    ("exact", "count", "routes"),
    [
        (9, 4, "ab aeg bc cd cef cfg chi de dgi eh hi"),
        (7, 3, "ab abc ad ae ag bc cef cfg df fg"),
        (5, 4, "ac aeh bc bdf bf bh ce cg cgh de dg dh eg eh fg"),
    ],
)
def test_beyond_the_exact_size_the_least_entangled_are_taken_until_the_rest_is_small_enough(
    exact: int, count: int, routes: str
) -> None:
    # In none of these does it lose anything; taking others first, or going on, would.
    tangled = [frozenset(one) for one in routes.split()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(independence, "EXACT_ROUTES", exact)
        assert count_independent(tangled) == count_by_brute_force(tangled) == count


@pytest.mark.parametrize("length", [41, 300, 2001])
def test_a_chain_of_entanglements_is_counted_exactly_however_long(length):
    links = list(range(length + 1))
    random.Random(length).shuffle(links)  # so that no order of names gives the answer away
    routes = [route(f"v{a}", f"v{b}") for a, b in pairwise(links)]
    assert count_independent(routes) == (length + 1) // 2


@pytest.mark.parametrize("seed", range(10))
def test_the_count_never_overstates_a_large_tangle_whose_answer_is_known(seed):
    # 60 pairs hidden among 600 triples of the same 120 voices: 60 is the most there can be.
    rng = random.Random(seed)
    hidden = [route(f"a{n}", f"b{n}") for n in range(60)]
    voices = sorted(frozenset().union(*hidden))
    mixed = [frozenset(rng.sample(voices, 3)) for _ in range(600)]
    count = count_independent([*hidden, *mixed])
    assert 40 <= count <= 60


@pytest.mark.parametrize("length", [2, 3, 4])
@pytest.mark.parametrize("voices", [20, 30, 40, 60, 90])
def test_the_search_is_finished_well_within_its_budget_at_the_exact_size(voices, length):
    # So "exact up to EXACT_ROUTES" is a promise: a twentieth of the budget gives the same answer as no limit.
    for seed in range(5):
        routes = drop_containing(draw_random_routes(seed, number=EXACT_ROUTES, voices=voices, length=length))
        scarce = independence._count_exactly(routes, budget=BRANCH_BUDGET // 20)
        assert scarce == independence._count_exactly(routes, budget=10**9)


@pytest.mark.parametrize("sizes", [[], [1], [1, 1, 1], [3, 3, 1], [4, 2, 5]])
def test_the_bound_of_the_search_is_exact_where_routes_meet_in_one_voice_a_group(sizes):
    groups = [number for number, size in enumerate(sizes) for _ in range(size)]
    entangled = [sum(1 << j for j, other in enumerate(groups) if j != i and other == g) for i, g in enumerate(groups)]
    assert independence._count_cliques((1 << len(groups)) - 1, entangled) == len(sizes)


@pytest.mark.parametrize(
    "cliques",
    [
        [range(9)],
        [range(7), range(6, 13)],
        [range(5), range(5, 10), range(10, 15), (0, 5), (5, 10), (10, 0)],
    ],
)
def test_the_search_is_finished_where_its_bound_is_at_its_worst(cliques):
    # Every pair within an odd set of voices is a route: the bound then hopes for one more than there is.
    routes = [route(f"v{a}", f"v{b}") for members in cliques for a, b in combinations(members, 2)][:EXACT_ROUTES]
    scarce = independence._count_exactly(routes, budget=BRANCH_BUDGET // 10)
    assert scarce == independence._count_exactly(routes, budget=10**9)


def test_many_hard_groups_share_one_budget():
    groups = [
        [route(f"{g}-{a}", f"{g}-{b}") for members in (range(7), range(6, 13)) for a, b in combinations(members, 2)]
        for g in range(200)
    ]
    count = count_independent([r for group in groups for r in group[:EXACT_ROUTES]])
    assert 200 * 5 <= count <= 200 * 6


def test_twenty_thousand_tangled_routes_are_counted_and_not_waited_for():
    routes = draw_random_routes(1, number=20_000, voices=400, length=4)
    assert 1 <= count_independent(routes) <= 100
