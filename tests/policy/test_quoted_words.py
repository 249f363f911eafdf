"""Words in quotation marks in a wording stand verbatim in every listed passage. (rule: quoted-words)"""

import pytest

from stories.models import Claim, Evidence
from stories.policy.bases import reasons_against
from stories.policy.quoting import quoted_words
from stories.provenance.snapshots import take_snapshot
from tests.world import World

pytestmark = pytest.mark.django_db


def against_attributed(wording: str, claim: Claim, *passages: Evidence) -> list[str]:
    return reasons_against("attributed", take_snapshot(claim, passages), wording=wording)


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


def test_a_quotation_mark_left_open_is_refused() -> None:
    world = World()
    claim = world.claim()
    assert against_attributed("Wire reports “it is shut.", claim, world.passage(claim, "courier", "wire")) == [
        "A quotation mark is left open: close it, so that it is clear which words are quoted."
    ]
