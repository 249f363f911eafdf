"""Strength is compared only where verb and subject agree: stories/reading/strength.py."""

import pytest

from stories.reading.strength import compare_strength
from stories.reading.wording import iter_words


def compare(first, second):
    """What is found between two passages, as the words of either."""
    ours, theirs = list(iter_words(first)), list(iter_words(second))
    return [
        (first[ours[a][0].start : ours[a][-1].end], second[theirs[b][0].start : theirs[b][-1].end])
        for a, b in compare_strength(ours, theirs, texts=(first, second))
    ]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("Iran could retaliate", "Iran will retaliate", [("could retaliate", "will retaliate")]),
        ("Iran could reply", "Iran will respond", [("could reply", "will respond")]),
        ("The army may strike the port", "The port will be attacked", [("may strike", "will be attacked")]),
        ("He would use his weight", "“I intend to use his weight”", [("would use", "intend to use")]),
        ("Oslo had not been informed", "Oslo was informed", [("not been informed", "informed")]),
        ("The minister didn't resign", "The minister resigned", [("didn't resign", "resigned")]),
        (
            "The paper contains lines for signatures from Oslo, Bonn and Rome.",
            "The paper will bear the signatures of Oslo, Bonn and Rome.",
            [("contains lines for", "will bear the")],
        ),
    ],
)
def test_what_is_said_more_firmly_is_found(first, second, found):
    assert compare(first, second) == found
    assert compare(second, first) == [(b, a) for a, b in found]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The principles aren’t written yet", "The principles aren't combined, written out yet"),
        ("He is not the right candidate", "the right candidate be chosen"),
        ("It was not a spot at the bar", "a spot at the bar"),
        ("I would like to know who they are", "I'd like to know who they are"),
        ("Oslo will recognize them", "The state where they live does not recognize them"),
        ("He used money that shouldn't have been used", "He used money"),
        ("Their union should be something to decide", "That may be something of a record"),
        ("The talks should not take place until Oslo takes steps", "They wait until Oslo takes steps"),
        ("We get the best deal, and if we don't get it there is none", "We get the best deal"),
        ("The bill was passed Tuesday", "They should be creating jobs Tuesday with the bill"),
        ("She did not want it included", "Why do we want to feed it?"),
        ("Iran may attack the port", "after an attack by Iran on the port"),
    ],
)
def test_what_is_not_sure_is_left_out(first, second):
    assert compare(first, second) == []
    assert compare(second, first) == []
