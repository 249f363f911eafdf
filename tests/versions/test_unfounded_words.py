"""What a draft states without a fact is found as if every claim and every wording were held against it, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from stories.models import Claim, Decision, StoryVersion
from stories.texts import fold
from stories.versions.drafts import reasons_against_draft
from tests.drafts import fact
from tests.world import World

pytestmark = pytest.mark.django_db

STATEMENTS = (
    "It is closed",
    "It is closed to all ships!",
    "No ship",
    "A b .",
    "Three words .",
    "is cl os",
    "Es ist geschloßen",
    "Die ﬁnale Straße ist zu?!",
    "Ｆｕｌｌ width words stand",
    "hid\u00adden words are\u200b words",
    "lines\nand  spaces\u00a0count once",
    "…and three dots.",
    "Порт закрито для всіх.",
    "ΟΔΟΣ is a street",
    "   ",
    "?!.",
)
PIECES = sorted(
    {*STATEMENTS, *(word for one in STATEMENTS for word in one.split()), "en", "strasse", "finale", "\u200d"}
)
GLUE = st.sampled_from(["", " ", " ", " ", "  ", "\n", "\u00a0", ". ", "x"])


def find_plainly(text: str) -> list[str]:
    """The claims and wordings that `text` holds, by holding each against it."""
    known = {*Claim.objects.values_list("statement", flat=True)}
    known |= {*Decision.objects.filter(verdict="confirmed").values_list("wording", flat=True)}
    bare = {fold(words).rstrip(".!?") for words in known}
    return sorted(words for words in bare if len(words.split()) >= 3 and words in fold(text))


def find_stated(world: World, text: str) -> list[str]:
    """Those that the desk finds in a standfirst."""
    draft = StoryVersion(story=world.story, number=1, headline="", standfirst=text, blocks=[], change_kind="new")
    parts = [reason.split("”, which stands on no fact") for reason in reasons_against_draft(draft)]
    return [head.removeprefix("The standfirst states “") for head, *rest in parts if rest]


def test_every_text_is_judged_as_the_plain_way_judges_it() -> None:
    world = World()
    for statement in STATEMENTS:
        Claim.objects.create(story=world.story, statement=statement, kind="fact", created_at=world.stamps.now())
    fact(world, "Nobody gets in")

    @given(st.lists(st.tuples(st.sampled_from(PIECES), GLUE), max_size=8))
    def agree(pieces: list[tuple[str, str]]) -> None:
        text = "".join(word + glue for word, glue in pieces)
        assert find_stated(world, text) == find_plainly(text)

    agree()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is closed", ["it is closed"]),
        ("Enclosed: it is closedown time", ["it is closed"]),
        ("Orbit is closed", ["it is closed"]),
        ("it\nis\u00a0clo\u00adsed", ["it is closed"]),
        ("It was closed", []),
        ("It is", []),
        ("", []),
    ],
)
def test_a_statement_is_found_also_where_it_begins_or_ends_within_a_word(text: str, found: list[str]) -> None:
    world = World()
    world.claim("It is closed.")
    assert find_stated(world, text) == find_plainly(text) == found


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_queries_however_much_a_story_says(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world = World()
    for number in range(rows):
        fact(world, f"It is closed for the {number}. time")
    with django_assert_num_queries(4):
        assert find_stated(world, "Nothing of the kind") == []
