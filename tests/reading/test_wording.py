"""How two wordings are compared and shown: stories/reading/wording.py."""

from hypothesis import given
from hypothesis import strategies as st

from stories.reading import wording
from stories.reading.wording import are_same_words, diff_words, iter_words, mask_markup, word_keys

SENTENCES = st.lists(
    st.sampled_from(["will", "Russia", "“great", "victory”", "10", "years.", "U.S.", "—", "a\u00a0b", "\n\n"]),
    max_size=25,
).map(" ".join)


def test_a_diff_shows_removed_before_added_words():
    assert diff_words("a great victory for Kyiv", "a major victory for Kyiv") == [
        ("same", "a "),
        ("removed", "great "),
        ("added", "major "),
        ("same", "victory for Kyiv"),
    ]


def test_equal_texts_are_one_piece_and_empty_ones_none():
    assert diff_words("as it was", "as it was") == [("same", "as it was")]
    assert diff_words("", "") == []
    assert diff_words("", "new") == [("added", "new")]
    assert diff_words("old", "") == [("removed", "old")]


def test_white_space_alone_is_no_change():
    assert diff_words("one  two\nthree", "one two three") == [("same", "one two three")]


@given(SENTENCES, SENTENCES)
def test_the_pieces_give_back_both_texts(old, new):
    pieces = diff_words(old, new)
    shown_new = "".join(text for change, text in pieces if change != "removed")
    shown_old = "".join(text for change, text in pieces if change != "added")
    assert shown_new == (new if new.strip() else "")
    assert shown_old.split() == old.split()


def test_a_diff_beyond_the_limit_is_one_replacement(monkeypatch):
    monkeypatch.setattr(wording, "MAX_DIFF_WORDS", 3)
    assert diff_words("in short a b c g ends", "in short e b f h ends") == [
        ("same", "in short "),
        ("removed", "a b c g "),
        ("added", "e b f h "),
        ("same", "ends"),
    ]
    assert diff_words("a b c d", "e b f g") == [("removed", "a b c d"), ("added", "e b f g")]


def test_markup_is_read_and_every_offset_stays_true():
    text = "He said &quot;<b>it&#8217;s</b> over&amp;quot;<br>now"
    masked = mask_markup(text)
    assert len(masked) == len(text)
    assert [(text[w.start : w.end], w.key) for w in iter_words(masked)] == [
        ("He", "he"),
        ("said", "said"),
        ("it&#8217;s", "it's"),
        ("over", "over"),
        ("now", "now"),
    ]


def test_what_does_not_count_between_two_wordings():
    for first, second in [
        ("U.S. and E.U.", "US and EU"),
        ("a cease-fire — now", "a ceasefire now"),
        ("It’s 1,000 men", "it's 1000 men"),
        ("5% & more", "5 percent and more"),
        ("long\u2011term\u00a0peace", "long term peace"),
        ("peace\u00adful", "peaceful"),
        ("12 500 men, 2\u202f400\u202f000 in all", "12,500 men, 2’400’000 in all"),
    ]:
        assert are_same_words(word_keys(first), word_keys(second)), (first, second)


def test_what_does_count_between_two_wordings():
    for first, second in [
        ("1.5 percent", "15 percent"),
        ("$100", "€100"),
        ("-5 degrees", "5 degrees"),
        ("10 5", "105"),
        ("600 000 men", "600 men"),
        ("wurde", "würde"),
        ("guarantee", "guarantees"),
    ]:
        assert not are_same_words(word_keys(first), word_keys(second)), (first, second)
