"""Where a text puts words in quotation marks: stories/reading/quotations.py."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stories.reading.quotations import MAX_QUOTATION, find_quotations

PAIRS = ['""', "“”", "„“", "«»", "»«", "””", "„”", "＂＂", "‟”"]
MARKS = "\"'`´“”„‟‘’‚‛«»‹›″′＂〃,,<>"


def quoted(text):
    return [text[one.start : one.end] for one in find_quotations(text)]


@given(st.text(alphabet=st.sampled_from([*MARKS, *"a1s .,!\n-–—(\xa0\u200b"]), max_size=60))
@example("Turnout fell in ’16 and ’20")
@example("’")
@example("“‘’”" * 8)
def test_no_sequence_of_marks_is_too_much(text):
    found = find_quotations(text)
    assert found == sorted(set(found))
    assert all(0 <= one.start < one.end <= len(text) and one.end - one.start <= MAX_QUOTATION for one in found)


@pytest.mark.parametrize(("outer", "inner"), list(itertools.product(PAIRS, PAIRS)), ids=" ".join)
def test_double_marks_within_double_marks_give_both(outer, inner):
    name = f"{inner[0]}Tall Grass{inner[1]}"
    for words in (f"we never heard of {name} before", f"we never heard of {name}", f"{name} is what we heard of"):
        assert quoted(f"He said: {outer[0]}{words}{outer[1]}, yesterday.") == [words, "Tall Grass"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("«ООО «Ромашка» растёт", ["ООО «Ромашка", "Ромашка"]),
        ("«The first. «Second» and «third» go on", ["The first.", "Second", "third"]),
        ("“A. “B” he said. “C” she said.", ["A.", "B", "C"]),
        ("“one “two ‘three’ two” one”", ["one “two ‘three’ two” one", "two ‘three’ two", "three"]),
        ("“It is ’business as usual’ to him”", ["It is ’business as usual’ to him", "business as usual"]),
    ],
)
def test_nested_marks_that_share_or_lack_a_closing_one(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize("text", ["the “ creator ” of it", 'the " creator " of it', "the „ creator “ of it"])
def test_spaces_that_extraction_left_inside_the_marks_are_read(text):
    assert quoted(text) == ["creator"]
    assert quoted(text.replace(" creator", "\xa0creator")) == ["creator"]


@pytest.mark.parametrize(
    "text",
    [
        'He said " and nothing more.\n\nThe next paragraph.',
        "delayed ” .",
        "Turnout fell in ’16 and in the ’20s, the voters’ fault",
        "rock ’n’ roll, the boys’ life, ’tis the others’ too",
        'a 30" screen and a 40" one',
        "a 6'2\" guard and a 5′10″ one",
    ],
)
def test_what_is_no_quotation(text):
    assert quoted(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"the screen of 30" is too big", he said', ['the screen of 30" is too big']),
        ('“a 30" by 40" canvas”, he said', ['a 30" by 40" canvas']),
        ("'the 6' wall fell', he said", ["the 6' wall fell"]),
        ('"He is 30", she said, adding "and well".', ["He is 30", "and well"]),
        ('"We began in 2016" he said, "and won"', ["We began in 2016", "and won"]),
    ],
)
def test_the_inch_mark_closes_nothing_that_goes_on(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text", ["``so it is'' he said", ",,so it is“ he said", "“so it is“ he said", "”so it is” he said", "'so it is' he"]
)
def test_marks_as_keyboards_and_wires_print_them(text):
    assert quoted(text) == ["so it is"]
