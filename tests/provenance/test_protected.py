"""What is protected of a source, and what gives it away: names, surnames, public names, slugs.
(rules: everything-printed, public-name-hides, former-names)"""

import pytest
from pytest_django import DjangoAssertNumQueries

from stories.models import Source
from stories.provenance.protected import (
    Protected,
    describe_protected,
    names_somebody,
    protected_sources,
    reasons_against_name,
    reasons_against_public_name,
    reasons_against_public_words,
    reasons_against_slug,
    telling_slugs,
)
from tests.world import World, on_record

pytestmark = pytest.mark.django_db

ANOTHERS = ["The public name is what another source is called: readers would take the one for the other."]
TAKEN = ["This is the public name of a protected source: readers would take the one for the other."]
BLANK = ["The public name is blank: give one that readers can be shown. Good: a senior official."]
TELLS = ["The slug tells the name, and it never changes: type one that does not. Good: source-17."]


@pytest.fixture
def world() -> World:
    return World()


def person(name: str = "Jane Roe", slug: str = "source-17", kind: str = "person", public: str = "a clerk") -> Source:
    """A source about to be saved as protected."""
    return Source(slug=slug, name=name, kind=kind, confidential=True, public_name=public)


def described(source: Source, *, spellings: tuple[str, ...] = (), former: tuple[str, ...] = ()) -> Protected:
    return describe_protected(source, spellings=spellings, former=former)


def holds(words: str) -> list[str]:
    return [f"The public name holds “{words}”, which the source is called: it hides nobody. Good: a senior official."]


# ---- Who is looked for ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [("Jane", True), ("the Official", True), ("he", False), ("the official", False), ("王小明", True), ("K-17", True)],
)
def test_a_spelling_without_a_capital_names_nobody_where_there_are_capitals(text: str, names: bool) -> None:
    assert names_somebody(text) is names


def test_a_person_is_what_it_is_and_was_called_and_the_last_words_of_these() -> None:
    one = described(person(), spellings=("J. R.", "she", "Jane Roe"), former=("Jane Doe", "the clerk"))
    assert one.names == ("Jane Roe", "Jane Doe", "J. R.")
    assert one.surnames == ("Roe", "Doe")
    assert described(person(kind="anonymous-person")).surnames == ("Roe",)
    assert described(person(name="Jane")).surnames == ()


def test_an_office_has_no_surname_and_no_initials() -> None:
    office = described(person("Harbour Board", kind="institution"))
    assert (office.names, office.surnames, office.is_person) == (("Harbour Board",), (), False)
    assert (office.find_in("the harbour-board"), office.find_in("H. Board")) == ("harbour-board", None)
    assert described(person()).find_in("Roe, J.") == "Roe, J"


def test_the_first_surname_that_stands_in_a_text_is_told_as_it_stands_there() -> None:
    one = described(person(), former=("Jane Doe",))
    assert one.find_surname_in("ROE and Doe") == ("ROE", "Roe")
    assert one.find_surname_in("the DOE family") == ("DOE", "Doe")
    assert one.find_surname_in("Monroe") is None
    declined = described(person("Володимир Іваненко"))
    assert declined.find_surname_in("з Іваненком") == ("Іваненком", "Іваненко")
    assert one.find_in("Ms Doe, Jane") == "Doe, Jane"


def test_what_the_public_name_says_word_for_word_is_no_secret(world: World) -> None:
    world.protected("clerk", "Jane Roe", "a clerk")
    world.protected("board", "Harbour Board", "the board", kind="institution")
    world.alias("clerk", "A Clerk")
    world.alias("clerk", "J. R.")
    world.alias("wire", "The Wire")
    rows = {one.source.slug: (one.names, one.surnames) for one in protected_sources()}
    assert rows == {"board": (("Harbour Board",), ()), "clerk": (("Jane Roe", "J. R."), ("Roe",))}
    assert list(rows) == ["board", "clerk"]
    on_record(Source.objects.filter(slug="clerk"), name="K-17")
    (_, clerk) = protected_sources()
    assert (clerk.names, clerk.surnames) == (("K-17", "Jane Roe", "J. R."), ("Roe",))
    on_record(Source.objects.filter(slug="clerk"), name="Clerk, A")
    (_, clerk) = protected_sources()
    assert clerk.surnames == ()


def test_a_desk_that_protects_nobody_is_asked_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert protected_sources() == []
    World().protected("clerk", "Jane Roe", "a clerk")
    with django_assert_num_queries(3):
        assert len(protected_sources()) == 1


# ---- What a source may be called ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("public", "reasons"),
    [
        ("a clerk", []),
        ("Jane Roe's office", holds("Jane Roe")),
        ("the Doe, Jane office", holds("Doe, Jane")),
        ("J. R. of the Board", holds("J. R")),
        ("a DOE", holds("DOE")),
        ("\u2003", BLANK),
        ("", BLANK),
        ("wire", ANOTHERS),
        ("The  Wíre agency", ANOTHERS),
        ("Wireless", []),
        ("a\nclerk", ["The public name holds a line break at place 2, which cannot be printed: remove it."]),
    ],
)
def test_a_public_name_hides(world: World, public: str, reasons: list[str]) -> None:
    world.alias("wire", "The Wire Agency")
    world.protected("guard", "Wireless", "a guard")
    one = person(public=public)
    assert reasons_against_public_name(one, spellings=["J. R."], former=["Jane Doe"]) == reasons


def test_a_public_name_may_be_what_the_source_itself_or_a_common_word_is(world: World) -> None:
    wire = world.source("wire")
    world.alias("wire", "The Wire")
    world.alias("mirror", "the paper")
    for public in ("Wire", "The Wire", "the paper"):
        wire.public_name = public
        assert reasons_against_public_words(wire) == []
    wire.public_name = "the mirror"
    assert reasons_against_public_words(wire) == ANOTHERS


def test_nobody_in_the_open_is_called_what_a_protected_source_is_in_public(world: World) -> None:
    clerk = world.protected("clerk", "Jane Roe", "a Clerk")
    assert reasons_against_name(Source(slug="other", name="A Clérk")) == TAKEN
    assert reasons_against_name(Source(slug="other", name="a clerk")) == []  # no name, but a word for people
    assert reasons_against_name(Source(slug="other", name="Another Clerk")) == []
    clerk.name = "A Clerk"
    assert reasons_against_name(clerk) == []


# ---- Slugs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "reasons"), [("jane-roe", TELLS), ("roe", TELLS), ("roe-17", TELLS), ("source-17", []), ("heroes", [])]
)
def test_a_new_slug_tells_no_name(slug: str, reasons: list[str]) -> None:
    assert reasons_against_slug(person(slug=slug)) == reasons


def test_an_older_slug_that_holds_a_long_word_of_a_name_is_not_shown(world: World) -> None:
    clerk = world.protected("jane-clerk", "Jané Roe", "a clerk")
    world.protected("roe-desk", "Ann Roe", "a guard")
    guard = world.protected("miller-17", "Sam Miller", "a pilot")
    world.source("harbour-miller", "Miller News")
    assert telling_slugs() == {"jane-clerk": f"protected-{clerk.pk}", "miller-17": f"protected-{guard.pk}"}
