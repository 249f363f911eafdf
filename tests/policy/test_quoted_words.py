"""Words in quotation marks in a wording stand verbatim in every listed passage. (rule: quoted-words)"""

import pytest

from stories.models import Claim, Evidence
from stories.policy.bases import reasons_against
from stories.policy.quoting import quoted_words, stands_verbatim
from stories.provenance.snapshots import take_snapshot
from tests.world import World

pytestmark = pytest.mark.django_db


def against_attributed(wording: str, claim: Claim, *passages: Evidence) -> list[str]:
    return reasons_against("attributed", take_snapshot(claim, passages), wording=wording, accepts_inferred=False)


@pytest.mark.parametrize(
    ("wording", "quoted"),
    [
        ('Wire wrote "closed".', ["closed"]),
        ("Wire wrote “closed.”", ["closed"]),
        ("Wire wrote „closed“, and «shut», it says.", ["closed", "shut"]),
        ("Wire wrote ‘closed,’ it says.", ["closed"]),
        ("Wire wrote 'the minister's order'.", ["the minister's order"]),
        ("Wire's and the ministers' report", []),
        ('Wire wrote "" and "shut".', ["", "shut"]),
        ("“Shut”‘now’", ["Shut", "now"]),
        ("‘Wire’ “wrote” ‘it’s shut’ ‹now›", ["wrote", "Wire", "it's shut", "now"]),
        ("Wire wrote “it  –\u00a0she\nsaid – is ‚shut‘”.", ["it - she said - is 'shut'"]),
    ],
)
def test_what_counts_as_quoted(wording: str, quoted: list[str]) -> None:
    assert quoted_words(wording) == quoted


@pytest.mark.parametrize(
    ("words", "stands"),
    [
        ('"is closed"', True),
        ("“is closed.”", True),
        ("“harbour’s gate is closed,”", True),
        ("‘harbour's gate’", True),
        ("“is Closed”", False),
        ("“is close”", False),  # half a word is no quotation
        ("“is closed!”", False),
        ("“gate … closed”", False),
        ("‘shut’", False),
        ("«shut»", False),
    ],
)
def test_quoted_words_stand_verbatim_in_every_listed_passage(words: str, stands: bool) -> None:
    world = World()
    claim = world.claim()
    exact = world.passage(claim, "courier", "wire", quote="The harbour's gate is closed for now")
    wording = f"The gate {words}, Wire reports."
    bare = quoted_words(wording)[0]
    absent = [f"“{bare}” does not stand verbatim in the passage in article-1."]
    assert against_attributed(wording, claim, exact) == ([] if stands else absent)
    other = world.passage(claim, "mirror", "wire", quote="Nobody gets in")
    elsewhere = f"“{bare}” does not stand verbatim in the passage in article-2."
    assert against_attributed(wording, claim, exact, other) == [*([] if stands else absent), elsewhere]


@pytest.mark.parametrize(
    ("words", "text", "stands"),
    [
        ("closed", "It is enclosed", False),
        ("closed", "It is closedown", False),
        ("a b", "ba b", False),
        ("a b", "a bc", False),
        ("…closed", "It is so…closed", True),  # before a mark, and behind one, a word may end anywhere
        ("closed…", "closed…so", True),
        ("it is “closed”", 'Because it is "closed", they say', True),
        ("it is «closed»", "Because it is „closed“, they say", True),
        ("it is „closed‟", "it is ＂closed＂", True),
        ("gate – shut", "The gate — shut", True),
        ("gate-shut", "The gate–shut", True),
        ("gate  shut", "The gate\n\tshut", True),
        ("O’Brien", "‘O‘Brien’", True),
        ("it is shut", "it XX is shut", False),
        ("cafe\u0301", "The caf\u00e9", True),
        ("", "anything", True),
        ("Xing", '"ing', False),  # no letter is a mark
        ("Xing", "'ing", False),
        ("Xing", "-ing", False),
    ],
)
def test_the_look_of_marks_and_dashes_is_no_matter_and_half_a_word_is(words: str, text: str, stands: bool) -> None:
    assert stands_verbatim(words, text) is stands


def test_a_quotation_mark_left_open_is_refused() -> None:
    world = World()
    claim = world.claim()
    assert against_attributed("Wire reports “it is shut.", claim, world.passage(claim, "courier", "wire")) == [
        "A quotation mark is left open: close it, so that it is clear which words are quoted."
    ]
