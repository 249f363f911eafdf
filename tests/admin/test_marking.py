"""Splitting a text into pieces: nothing is lost, whatever the passages, and quotations are found exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.admin.article.marking import excerpt, find_quote, put_side_by_side, split_pieces

TEXTS = st.text(alphabet="ab <&\r\n\u00a0é😀", max_size=60)
SPANS = st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=6)


@given(TEXTS, SPANS)
def test_the_pieces_joined_are_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    pieces = split_pieces(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    assert [text[piece.start : piece.start + len(piece.text)] for piece in pieces] == [piece.text for piece in pieces]


@given(TEXTS, SPANS)
def test_the_pieces_that_a_span_covers_are_its_words(text: str, spans: list[tuple[int, int]]) -> None:
    pieces = split_pieces(text, spans)
    for number, (start, end) in enumerate(spans):
        assert "".join(piece.text for piece in pieces if number in piece.covers) == text[start:end]


@given(TEXTS, st.integers(0, 59), st.integers(1, 60), st.integers(0, 20))
def test_an_excerpt_is_a_stretch_of_the_text(text: str, start: int, length: int, context: int) -> None:
    end = start + length
    found = excerpt(text, start, end, context=context)
    assert found.marked == text[start:end]
    assert text.find(found.before + found.marked + found.after) != -1
    assert (len(found.before) <= context, len(found.after) <= context) == (True, True)


def test_an_excerpt_is_cut_between_words() -> None:
    assert excerpt("Gulls cry over the closed harbour today.", 19, 25, context=9) == (
        "over the ",
        "closed",
        " harbour",
        True,
        True,
    )


def test_two_texts_stand_side_by_side_each_with_its_own_words_marked() -> None:
    sides = put_side_by_side("It is closed today", "It was closed")
    assert sides.first == [("same", "It "), ("removed", "is "), ("same", "closed"), ("removed", " today")]
    assert sides.second == [("same", "It "), ("added", "was "), ("same", "closed")]


@pytest.mark.parametrize(
    ("text", "quote", "places"),
    [
        ("one two one two", "one two", [(0, 7), (8, 15)]),
        ("one\r\n two", "one two", [(0, 9)]),
        ("one two", "one\ntwo", [(0, 7)]),
        ("😀 one two", " one two ", [(2, 9)]),
        ("aaa", "aa", [(0, 2), (1, 3)]),
        ("a.b (c)", ".b (c", [(1, 6)]),
        ("one two", "One two", []),
        ("one two", "   ", []),
        ("", "one", []),
    ],
)
def test_a_quotation_is_found_wherever_it_stands(text: str, quote: str, places: list[tuple[int, int]]) -> None:
    assert find_quote(text, quote) == places


@given(TEXTS, st.integers(0, 59), st.integers(1, 60))
def test_every_stretch_of_a_text_is_found_where_it_stands(text: str, start: int, length: int) -> None:
    quote = text[start : start + length]
    if quote.split():
        first = start + next(at for at, character in enumerate(quote) if not character.isspace())
        assert (first, first + len(quote.strip())) in find_quote(text, quote)
