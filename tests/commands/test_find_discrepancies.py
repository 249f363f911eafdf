"""What two whole articles share: stories/disagreements/pairs.py. No database."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stories.disagreements import pairs
from stories.disagreements.pairs import find_between, say_limits
from stories.reading.quotations import MAX_QUOTATION, find_quotations

SEEDS = Path(__file__).parent.parent.parent / "seeds"
DW = (SEEDS / "000_160a7556030b033a.txt").read_text()
UNN = (SEEDS / "001_14604c2717f28172.txt").read_text()

SPEECH = "We will not abandon the people of this valley, and we will rebuild every house that the flood has taken"


def quoted(text):
    return [text[place.start : place.end] for place in find_quotations(text)]


def differing(first, second):
    """Give the differing words of every quotation found."""
    return [find.differing for find in find_between(first, second) if find.kind == "quotation"]


# Where quotations are


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("“One,” she said. “Two.”", ["One,", "Two."]),
        ('She said:"one",and "two"', ["one", "two"]),
        ("„Eins“, sagte er. »Zwei«, sagte sie. « Trois », dit-il.", ["Eins", "Zwei", "Trois"]),
        ("``One,'' she said", ["One,"]),
        ("&quot;One&#8221; &amp;quot;two&quot; &ldquo;three&rdquo; <q>four</q>", ["One", "two", "three", "four"]),
        ('<a href="/x" title="not this">“This</a> one”', ["This</a> one"]),
        ("“He said ‘no way’ to me”", ["He said ‘no way’ to me", "no way"]),
        ("'It's the allies' plan,' he said in the '90s. Don't.", ["It's the allies' plan,"]),
        ("the ministers' plan and the allies' answer", []),
        ("a 5\" pipe of 6' length", []),
        ("“Paragraph one.\n\n“Paragraph two,” he said.", ["Paragraph one.", "Paragraph two,"]),
        ('He said "we go. Then left.\n\nAnother said "no".', ["we go. Then left.", "no"]),
        ('He said "we go. He left. She said "no" too.', ["we go. He left.", "no"]),
        ("", []),
        ('"', []),
        ('""', []),
        ("“ … ”", []),
    ],
)
def test_where_quotations_begin_and_end(text, found):
    assert quoted(text) == found


def test_a_mark_that_never_closes_quotes_no_further_than_the_limit():
    text = '"' + "word. " * 2_000
    (place,) = find_quotations(text)
    assert MAX_QUOTATION - 10 < place.end - place.start <= MAX_QUOTATION


# The same utterance in different words


def test_the_seeds_quote_two_utterances_in_different_words():
    finds = find_between(DW, UNN)
    assert [(find.kind, find.first_passage, find.second_passage, find.differing) for find in finds] == [
        (
            "quotation",
            "significant, intentional, and prolonged armed attack",
            "significant, deliberate and prolonged armed attack",
            (("intentional", "deliberate"),),
        ),
        ("quotation", "major victory", "great victory", (("major", "great"),)),
    ]
    for find in finds:
        assert DW[find.first_start : find.first_end] == find.first_passage
        assert UNN[find.second_start : find.second_end] == find.second_passage


def test_a_changed_word_is_found_whatever_the_marks_and_the_words_around():
    first = f"The governor spoke on Monday. “{SPEECH},” he told reporters."
    changed = SPEECH.replace("abandon", "forget")
    for second in [
        f'Visiting the valley, he said: "{changed}."',
        f"&#8220;{changed}&#8221;, said the governor",
        f"‘{changed},’ the governor said",
        f"“{changed[:57]}”, he said",
        f"“{changed},” he said. “{SPEECH.split(',')[1].strip()}.”",
    ]:
        assert differing(first, second) == [(("abandon", "forget"),)], second


def test_a_word_left_out_or_put_in_is_found():
    assert differing(f"“{SPEECH}”", f"“{SPEECH.replace('every house', 'every single house')}”") == [(("", "single"),)]


def test_a_quotation_that_is_interrupted_is_compared_as_one():
    first = "“We are ready,” Ms Okafor said on Tuesday, “to defend our home.”"
    second = "“We are prepared to defend our home,” Ms Okafor said."
    assert differing(first, second) == [(("ready", "prepared"),)]


def test_a_short_quotation_is_believed_when_the_words_around_it_agree():
    first = "The mayor called the new stadium tax “reckless” and left the council chamber on Friday."
    second = "The mayor called the new stadium tax “foolish” and left the chamber of the council on Friday."
    assert differing(first, second) == [(("reckless", "foolish"),)]
    assert differing(first, "An analyst in Lagos described the bond sale as “foolish” a week later.") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"“{SPEECH},” he said.", f'He said: "{SPEECH}".'),
        (f"“{SPEECH}.”", f"<p>&ldquo;{SPEECH.replace(' ', '&nbsp;', 3)}&rdquo;</p>"),
        (f"“{SPEECH}”", "He promised to “rebuild every house that the flood has taken”."),
        (f"“{SPEECH}”", f"“{SPEECH.split(',')[0]},” he said, “{SPEECH.split(', ')[1]}.”"),
        (f"“{SPEECH}”", f"He said that {SPEECH}."),
        (f"“{SPEECH}”", "“We will not abandon … the flood has taken”"),
        ("“We will win the war,” he said. “We will win the peace.”", "“We will win the peace.” “We will win the war.”"),
        ("“I don't want to comment on that,” said the banker.", "“I don't want to talk about it,” said the farmer."),
        (
            "“The prime minister must resign,” said Ann.",
            "“The prime minister will stay,” said Bob of the Tories.",
        ),
    ],
)
def test_what_is_no_find(first, second):
    assert find_between(first, second) == []
    assert find_between(second, first) == []


# Copy


PARAGRAPH = (
    "Firefighters worked through the night to contain the blaze, which began in a warehouse near the harbour and spread"
    " to four neighbouring buildings before dawn, forcing some two hundred residents to leave the district."
)


def test_a_long_run_of_the_same_copy_is_offered_across_small_changes():
    first = f"BREMERHAVEN (AP) - {PARAGRAPH} More soon."
    second = f"By our own staff. {PARAGRAPH.replace('a warehouse', 'an old depot')} Read more here."
    (find,) = find_between(first, second)
    assert find.kind == "copy"
    assert find.first_passage == PARAGRAPH[:-1]
    assert find.differing == (("a warehouse", "an old depot"),)


def test_two_that_quote_one_speaker_at_length_copy_neither():
    assert find_between(f"He said: “{PARAGRAPH}”", f"“{PARAGRAPH}” were his words.") == []


def test_a_text_is_a_copy_of_itself_and_quotes_itself_rightly():
    assert [(find.kind, find.first_start, find.first_end) for find in find_between(DW, DW)] == [("copy", 0, len(DW))]


# Laws


TEXTS = st.lists(
    st.sampled_from(
        [
            "“",
            "”",
            '"',
            "'",
            "‘",
            "’",
            "we will",
            "we shall",
            "never",
            "surrender",
            "the city",
            "he said,",
            "\n\n",
            "…",
            "&quot;",
            "<b>",
        ]
    ),
    max_size=30,
).map(" ".join)


@given(TEXTS)
def test_identical_texts_have_no_quotation_in_different_words(text):
    assert differing(text, text) == []


@settings(max_examples=200)
@given(TEXTS, TEXTS)
def test_the_other_order_gives_the_same_finds_mirrored(first, second):
    mirrored = [find.mirrored() for find in find_between(second, first)]
    assert sorted(find_between(first, second), key=repr) == sorted(mirrored, key=repr)


@settings(max_examples=50)
@given(st.text(max_size=80), st.text(max_size=80))
def test_offsets_are_those_of_the_text_given(first, second):
    for find in find_between(
        f"“{first}, he will never leave this old house”", f"“{second}, she will never leave this old house”"
    ):
        assert find.first_passage == f"“{first}, he will never leave this old house”"[find.first_start : find.first_end]


WORD = st.text(alphabet="abcdefghijklmnoprstuvwz", min_size=4, max_size=9).filter(lambda word: not word.endswith("s"))


@given(st.lists(WORD, min_size=6, max_size=20, unique=True), st.data())
def test_one_changed_word_in_an_unseen_quotation_is_always_found(words, data):
    at = data.draw(st.integers(0, len(words) - 1))
    changed = [*words[:at], "qqqqq", *words[at + 1 :]]
    assert differing(f"“{' '.join(words)}”", f'said "{" ".join(changed)}," yesterday') == [((words[at], "qqqqq"),)]


# Limits


HOSTILE = {
    "empty": "",
    "marks": '"' * 6_000,
    "opened": '"a ' * 10_000,
    "apostrophes": "'s " * 10_000,
    "one word": "a" * 6_000,
    "invisible": "a\u2060" * 10_000,
    "tags": "<a " * 10_000,
    "entities": "&amp;" * 6_000,
    "brackets": '"[' * 10_000,
    "ellipses": '"' + ". " * 10_000,
    "one quotation again and again": '"the the the the" ' * 2_500,
}


@pytest.mark.parametrize("first", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_answered(first):
    assert [find for find in find_between(first, DW) if find.kind == "quotation"] == []
    assert differing(first, first) == []


def test_a_text_beyond_the_limit_is_read_up_to_it_and_that_is_said(monkeypatch):
    assert say_limits(DW) == []
    monkeypatch.setattr(pairs, "MAX_CHARACTERS", 2_000)
    monkeypatch.setattr(pairs, "MAX_QUOTATIONS", 5)
    assert say_limits(DW) == [
        "only its first 2,000 of 4,451 characters are read",
        "only its first 5 of 7 quotations are compared",
    ]
    assert [find.differing for find in find_between(DW, UNN)] == []


def test_five_megabytes_are_read_no_further_than_the_limit(monkeypatch):
    read = []
    monkeypatch.setattr(pairs, "find_quotations", lambda text: read.append(len(text)) or [])
    assert find_between("word " * 1_000_000, "") == []
    assert read == [pairs.MAX_CHARACTERS, 0]


def test_work_on_pairs_is_bounded(monkeypatch):
    monkeypatch.setattr(pairs, "MAX_WORK", 0)
    assert find_between(DW, UNN) == []
