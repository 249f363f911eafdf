"""The picture: sound XML whatever the names are, the same for the same input, and nothing lost in the words."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stories.admin.pictures.drawing import break_lines, measure_text
from stories.admin.pictures.layering import MOST_ROWS, arrange_layers
from stories.admin.pictures.picture import (
    LABEL,
    WIDTH,
    Stop,
    describe_routes,
    draw_routes,
)

SVG = "{http://www.w3.org/2000/svg}"
DW = Stop("dw", "Deutsche Welle", "outlet")
UNN = Stop("unn", "UNN", "agency")
AXIOS = Stop("axios", "Axios", "outlet")
PLAN = Stop("plan", "Draft plan", "document")
OFFICIAL = Stop("official", "Senior White House official", "anonymous person")
ROUTES = [[DW, AXIOS, PLAN], [UNN, AXIOS, OFFICIAL]]

HOSTILE = [
    "<script>alert(1)</script>",
    '" onload="alert(1)',
    "]]>&amp;&#0;",
    "\x00\x0b\ud800\ufffe",
    "W" * 500,
    "משה \u202e כהן",
    "新華社" * 40,
    "",
    "  \n ",
]


def read_svg(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    return root


def read_texts(svg: str) -> list[str]:
    return [element.text or "" for element in read_svg(svg).iter(f"{SVG}text")]


def draw_many(number: int) -> list[list[Stop]]:
    rng = random.Random(7)
    outlets = [Stop(f"o{n}", f"Outlet {n}", "outlet") for n in range(150)]
    agencies = [Stop(f"a{n}", f"Agency {n}", "agency") for n in range(20)]
    origins = [Stop(f"p{n}", f"Person {n}", "person") for n in range(30)]
    return [[rng.choice(outlets), rng.choice(agencies), rng.choice(origins)] for _ in range(number)]


# The provenance of a claim.


def test_the_voice_that_everything_rests_on_is_heavy_filled_and_labelled_and_no_other_is():
    svg = draw_routes(ROUTES, title="The plan", rests_on={"axios"})
    looks = {
        group.find(f"{SVG}title").text: (
            group.get("class"),
            group.find(f"{SVG}rect").get("stroke-width"),
            group.find(f"{SVG}rect").get("fill"),
            LABEL in " ".join(text.text for text in group.iter(f"{SVG}text")),
        )
        for group in read_svg(svg).iter(f"{SVG}g")
    }
    assert looks == {
        "Axios": ("source rests-on", "4", "currentColor", True),
        "Deutsche Welle": ("source", "1", "none", False),
        "UNN": ("source", "1", "none", False),
        "Draft plan": ("source", "1", "none", False),
        "Senior White House official": ("source", "1", "none", False),
    }


def test_outlets_stand_left_of_what_they_credit_and_origins_last():
    three = [[DW, AXIOS, PLAN], [UNN, OFFICIAL], [UNN, PLAN]]
    columns = arrange_layers([[stop.key for stop in route] for route in three]).columns
    boxes = [{key for key in column if not key.startswith("\0")} for column in columns]
    assert boxes == [{"dw", "unn"}, {"axios"}, {"plan", "official"}]


def test_a_credit_past_a_column_keeps_a_place_of_its_own_there():
    layering = arrange_layers([["dw", "afp", "plan"], ["unn", "plan"]])
    assert [line.stops for line in layering.lines if line.stops[0] == "unn"] == [("unn", "\0via-1-plan", "plan")]
    assert sorted(layering.columns[1]) == ["\0via-1-plan", "afp"]


def test_a_circle_of_credits_ends_in_a_backward_line():
    layering = arrange_layers([["a", "b", "c"], ["c", "a"]])
    assert [(line.stops, line.is_backward) for line in layering.lines] == [
        (("a", "b"), False),
        (("b", "c"), False),
        (("c", "a"), True),
    ]


def test_a_source_named_twice_on_a_route_is_drawn_once():
    assert draw_routes([[DW, AXIOS, DW]], title="t") == draw_routes([[DW, AXIOS]], title="t")


def test_a_crowded_column_shares_a_box_and_never_hides_what_everything_rests_on():
    routes = [[*route, PLAN] for route in draw_many(300)]
    routes.append([Stop("lone", "A lone outlet", "outlet"), PLAN])
    drawn = " ".join(read_texts(draw_routes(routes, title="t", rests_on={"plan", "lone"})))
    outlets = len({route[0] for route in routes})
    assert f"and {outlets - MOST_ROWS + 1} more" in drawn
    assert "A lone outlet" in drawn


@pytest.mark.parametrize("routes", [[], [[]], [[DW]]])
def test_few_or_no_routes_make_a_picture_too(routes):
    assert read_texts(draw_routes(routes, title="t")) == (
        ["Outlets", "Deutsche Welle", "outlet"] if [DW] in routes else ["No route is recorded."]
    )


def test_three_columns_fit_the_usual_width_and_more_only_grow_it_a_little():
    five = [DW, UNN, AXIOS, OFFICIAL, PLAN]
    widths = [
        float(read_svg(draw_routes([five[:length]], title="t")).get("viewBox").split()[2]) for length in range(1, 6)
    ]
    assert widths == [WIDTH, WIDTH, WIDTH, 498, 628]


# In words.


def test_each_route_is_a_sentence_and_the_last_says_what_they_rest_on():
    assert describe_routes([*ROUTES, [DW], ROUTES[0]], rests_on={"axios"}) == [
        "Deutsche Welle, crediting nobody else.",
        "Deutsche Welle credits Axios, which credits Draft plan (2 passages).",
        "UNN credits Axios, which credits Senior White House official.",
        "Everything rests on Axios.",
    ]
    assert describe_routes([[DW], [UNN]])[-1] == "No source is on every route."
    assert describe_routes([]) == ["No route to an origin is recorded."]


def test_every_route_is_told_even_where_the_picture_is_too_small_for_it():
    routes = draw_many(1_000)
    told = describe_routes(routes)
    for outlet, agency, origin in routes:
        sentence = f"{outlet.name} credits {agency.name}, which credits {origin.name}"
        assert any(
            re.fullmatch(rf"{sentence}( \(\d+ passages\))?\.", line) for line in told if line.startswith(outlet.name)
        )
    assert len(told) == len({tuple(route) for route in routes}) + 1
    read_svg(draw_routes(routes, title="t"))


# Laws of both.

names = st.text(st.characters(), max_size=30) | st.sampled_from(HOSTILE)
stops = st.builds(Stop, key=names, name=names, kind=names)


@settings(max_examples=200)
@given(st.lists(st.lists(stops, max_size=5), max_size=6), names, st.sets(names, max_size=2))
def test_any_names_make_sound_xml_with_nothing_but_drawing_in_it(routes, title, rests_on):
    svg = draw_routes(routes, title=title, rests_on=rests_on)
    check_is_plain_drawing(svg)
    assert len(describe_routes(routes, rests_on=rests_on)) >= 1


def check_is_plain_drawing(svg: str) -> None:
    """The strict Content-Security-Policy forbids inline styles; ids would clash between two pictures on a page."""
    root = read_svg(svg)
    assert root.get("role") == "img"
    assert root.get("width") == "100%"
    assert [child.tag for child in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "g", "title", "desc", "rect", "path", "text"}
        assert not [name for name in element.attrib if name in ("style", "id") or name.startswith("on")]
        assert {element.get("stroke"), element.get("fill")} <= {"currentColor", "none", None}


@given(st.permutations(draw_many(30)))
@settings(max_examples=20)
def test_the_order_of_the_passages_does_not_change_the_picture(shuffled):
    assert draw_routes(shuffled, title="t") == draw_routes(draw_many(30), title="t")


def test_two_processes_draw_the_same_picture():
    program = (
        "import django; django.setup();"
        "from tests.admin.test_picture import draw_many; from stories.admin.pictures.picture import draw_routes;"
        "print(draw_routes(draw_many(200), title='t', rests_on={'a1', 'a2', 'a3'}))"
    )
    drawn = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parent.parent.parent,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(drawn) == 1


@given(names, st.integers(20, 200), st.integers(1, 4))
def test_broken_lines_fit_and_say_so_when_they_leave_something_out(text, width, most):
    lines = break_lines(text, width=width, size=14, most=most)
    assert 1 <= len(lines) <= most
    assert max(measure_text(line, 14) for line in lines) <= width
    whole = "".join("".join(lines).split())
    clean = "".join("".join(break_lines(text, width=10**9, size=14, most=1)).split())
    assert whole == clean or (whole.endswith("…") and clean.startswith(whole[:-1]))
