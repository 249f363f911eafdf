"""The bases, rule by rule: what each refuses, in the sentence that the desk reads.

Rules: bases, claim-kinds, open-disagreements, safe-to-print.
"""

import pytest

from stories.models import Claim, Contradiction, Discrepancy, Evidence
from stories.policy.bases import NAMES_SOMEBODY, reasons_against, reasons_against_named, warnings_about
from stories.provenance.names import ELSEWHERE, name_of, named_sources
from stories.provenance.routes import DESK, DESK_NAME
from stories.provenance.snapshots import take_snapshot
from stories.provenance.voices import record_voice
from tests.world import NOON, World, anybody

pytestmark = pytest.mark.django_db

SAYS_WIRE = "The harbour is closed, Wire reports."
PLAIN = "The harbour is closed."


def against(basis: str, wording: str, claim: Claim, *passages: Evidence, accepts_inferred: bool = False) -> list[str]:
    snapshot = take_snapshot(claim, passages)
    return reasons_against(basis, snapshot, wording=wording, accepts_inferred=accepts_inferred)


def two_routes(world: World, claim: Claim) -> list[Evidence]:
    return [world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "minister")]


# ---- Any basis ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("basis", ["", "certain", "ATTRIBUTED", None, []])
def test_there_are_three_bases(basis: str) -> None:
    world = World()
    claim = world.claim()
    assert against(basis, PLAIN, claim, *two_routes(world, claim)) == [
        f"“{basis}” is no basis. Choose one of: corroborated, documented, attributed."
    ]


@pytest.mark.parametrize("basis", ["corroborated", "documented", "attributed"])
@pytest.mark.parametrize("kind", ["prediction", "analysis", "question"])
def test_some_kinds_can_never_be_confirmed(kind: str, basis: str) -> None:
    world = World()
    claim = world.claim(kind=kind)
    reasons = against(basis, SAYS_WIRE, claim, *two_routes(world, claim))
    assert reasons[0] == f"A claim of the kind “{kind}” can never be confirmed."


def test_no_passage_is_no_basis() -> None:
    claim = World().claim()
    nothing = "No passage is listed: choose the passages that the wording stands on."
    assert against("attributed", SAYS_WIRE, claim) == [
        nothing,
        "No listed passage has a recorded chain, so there is nobody to attribute it to.",
    ]
    assert against("corroborated", SAYS_WIRE, claim) == [
        nothing,
        "Only 0 independent source among the listed passages; everything rests on nothing on record.",
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"stance": "contradicts"}, "contradicts the claim."),
        ({"retired_at": NOON}, "has been retired."),
    ],
)
def test_a_listed_passage_supports_and_stands(fields: dict[str, object], reason: str) -> None:
    world = World()
    claim = world.claim()
    good, bad = world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "wire", **fields)
    assert against("attributed", SAYS_WIRE, claim, good, bad) == [
        f"The passage “The harbour is closed” in article-2 {reason}"
    ]


def test_a_long_passage_is_named_by_how_it_begins() -> None:
    world = World()
    claim = world.claim()
    quote = "The harbour is closed for now, the Minister of Harbours told The Courier"
    bad = world.passage(claim, "courier", "wire", quote=quote, stance="contradicts")
    assert against("attributed", SAYS_WIRE, claim, world.passage(claim, "mirror", "wire"), bad) == [
        "The passage “The harbour is closed for now, the Minister of Harbours told” in article-1 contradicts the claim."
    ]


def test_a_passage_in_a_retracted_article_cannot_be_listed() -> None:
    world = World()
    claim = world.claim()
    article = world.article("courier", PLAIN, status="retracted", retracted_at=NOON)
    bad = world.passage(claim, "courier", "wire", article=article)
    good = world.passage(claim, "mirror", "wire")
    assert against("attributed", SAYS_WIRE, claim, good, bad) == [
        "The passage “The harbour is closed” in article-1 stands in a retracted article."
    ]


def test_a_passage_of_another_claim_cannot_be_listed() -> None:
    world = World()
    claim, other = world.claim(), world.claim("The port is closed.")
    assert against("attributed", SAYS_WIRE, claim, world.passage(other, "courier", "wire")) == [
        "The passage “The harbour is closed” in article-1 is evidence for another claim."
    ]


@pytest.mark.parametrize(
    ("wording", "reason"),
    [
        ("", "The wording is empty."),
        (" \t\u200b\u00a0", "The wording is empty."),
        ("Wire:\nclosed", "The wording holds a line break at place 6, which cannot be printed: remove it."),
        ("Wire\x00", "The wording holds the character U+0000 at place 5, which cannot be printed: remove it."),
        ("Wire \ud83d", "The wording holds the character U+D83D at place 6, which cannot be printed: remove it."),
        ("Wire \u202edesolc", "The wording holds the character U+202E at place 6, which cannot be printed: remove it."),
        ("Wi\u200bre, Wire", "The wording holds the character U+200B at place 3, which cannot be printed: remove it."),
        ("Wire ", "The wording begins or ends with a space: remove it."),
        ("Wire " * 401, "The wording has 2,005 characters; at most 2,000 fit."),
    ],
)
def test_a_wording_can_be_printed_as_it_stands(wording: str, reason: str) -> None:
    world = World()
    claim = world.claim()
    assert reason in against("attributed", wording, claim, world.passage(claim, "courier", "wire"))


@pytest.mark.parametrize("kind", ["quotation", "figure", "strength"])
@pytest.mark.parametrize("basis", ["corroborated", "attributed"])
def test_an_open_discrepancy_among_the_listed_passages_blocks(kind: str, basis: str) -> None:
    world = World()
    claim = world.claim()
    first, second = two_routes(world, claim)
    third = world.passage(claim, "wire")
    found = Discrepancy.objects.create(
        claim=claim, kind=kind, first=first, second=second, first_words="shut", second_words="closed", found_at=NOON
    )
    wording = "The harbour is closed, Wire and the Minister of Harbours say."
    reason = (
        f"An open discrepancy of {kind} (“shut” / “closed”) among the listed passages: resolve or dismiss it with a "
        "reason, or list fewer passages."
    )
    assert against(basis, wording, claim, first, second) == [reason]
    assert against(basis, wording, claim, second, third) == []  # the other one is not listed
    Discrepancy.objects.filter(pk=found.pk).update(
        state="dismissed", reason="The same.", closed_at=NOON, closed_by=anybody()
    )
    assert against(basis, wording, claim, first, second) == []


@pytest.mark.parametrize("kind", ["name", "date", "form", "only-one"])
def test_other_discrepancies_block_nothing(kind: str) -> None:
    world = World()
    claim = world.claim()
    first, second = two_routes(world, claim)
    Discrepancy.objects.create(claim=claim, kind=kind, first=first, second=second, found_at=NOON)
    assert against("corroborated", PLAIN, claim, first, second) == []


# ---- Attributed -----------------------------------------------------------------------------------------------


def test_every_route_is_named() -> None:
    world = World()
    claim = world.claim()
    passages = two_routes(world, claim)
    assert against("attributed", "The harbour is closed, Wire reports.", claim, *passages) == [
        "The wording names nobody on the route The Mirror → Minister of Harbours: "
        "name The Mirror or Minister of Harbours."
    ]
    assert against("attributed", "The harbour is closed, Wire and The Mirror report.", claim, *passages) == []


@pytest.mark.parametrize("wording", ["Wireless sources call it closed.", "Unwired, it is closed.", "wire reports it."])
def test_a_name_is_named_as_a_whole_word(wording: str) -> None:
    world = World()
    claim = world.claim()
    assert against("attributed", wording, claim, world.passage(claim, "courier", "wire")) == [
        "The wording names nobody on the route The Courier → Wire: name The Courier or Wire."
    ]


def test_a_printable_alias_names_and_an_anaphoric_one_does_not() -> None:
    world = World()
    claim = world.claim()
    passage = world.passage(claim, "courier", "wire")
    world.alias("wire", "WNA")
    world.alias("wire", "the agency", printable=False)
    assert against("attributed", "The harbour is closed, WNA reports.", claim, passage) == []
    assert against("attributed", "The harbour is closed, the agency reports.", claim, passage) == [
        "The wording names nobody on the route The Courier → Wire: name The Courier or Wire."
    ]


def test_an_anonymous_person_and_a_document_we_do_not_hold_cannot_be_attributed_to() -> None:
    world = World()
    claim = world.claim()
    anonymous, document = world.passage(claim, "official"), world.passage(claim, "report")
    wording = "The harbour is closed, a harbour official says, and the Harbour report too."
    assert against("attributed", wording, claim, anonymous, document) == [
        "The wording names nobody on the route a harbour official: name nobody on it can be named.",
        "The wording names nobody on the route Harbour report: name nobody on it can be named.",
    ]
    world.article("report", "The harbour is closed.", kind="document", authentication="Sealed copy.")
    assert against("attributed", wording, claim, document) == []


def test_a_voice_is_nobody_to_attribute_to() -> None:
    world = World()
    claim = world.claim()
    passage = world.passage(claim, "courier", "official")
    record_voice(world.source("official"), world.source("minister"), by=world.editor, reason="One rank.")
    assert against("attributed", "The Minister of Harbours says it is closed.", claim, passage) == [
        "The wording names nobody on the route The Courier → a harbour official: name The Courier."
    ]


def test_our_own_reporting_and_unknown_chains_have_nobody_to_name() -> None:
    world = World()
    claim = world.claim()
    own = world.passage(claim, own_reporting=True)
    unknown = world.passage(claim, article=world.article("courier", PLAIN))
    assert against("attributed", SAYS_WIRE, claim, own) == [
        "The wording names nobody on the route own reporting: name nobody on it can be named."
    ]
    assert against("attributed", SAYS_WIRE, claim, unknown) == [
        "No listed passage has a recorded chain, so there is nobody to attribute it to."
    ]


def test_who_it_is_attributed_to_stands_in_the_order_of_the_wording() -> None:
    world = World()
    claim = world.claim()
    world.alias("wire", "WNA")
    snapshot = take_snapshot(claim, two_routes(world, claim))
    wording = "The Mirrorball is closed, The Mirror reports, and so does Wire."
    assert named_sources(snapshot, wording) == ["mirror", "wire"]
    assert named_sources(snapshot, "Wire reports it, as do The Mirror and The Courier.") == [
        "wire",
        "mirror",
        "courier",
    ]
    assert named_sources(snapshot, "WNA and The Courier report it, says Wire.") == ["wire", "courier"]
    assert named_sources(snapshot, "The Courier and Wire report it.") == ["courier", "wire"]


def test_a_voice_that_is_on_no_chain_is_not_called_by_its_slug_which_may_tell_a_name() -> None:
    world = World()
    claim = world.claim()
    snapshot = take_snapshot(claim, two_routes(world, claim))
    assert [name_of(snapshot, slug) for slug in ("wire", "elsewhere", DESK)] == ["Wire", ELSEWHERE, DESK_NAME]


# ---- Corroborated ---------------------------------------------------------------------------------------------


def test_two_independent_sources_corroborate() -> None:
    world = World()
    claim = world.claim()
    first, second = two_routes(world, claim)
    assert against("corroborated", PLAIN, claim, first, second) == []
    assert against("corroborated", PLAIN, claim, first) == [
        "Only 1 independent source among the listed passages; everything rests on The Courier, Wire."
    ]


def test_our_own_reporting_alone_is_one_source_and_is_called_so() -> None:
    world = World()
    claim = world.claim()
    assert against("corroborated", PLAIN, claim, world.passage(claim, own_reporting=True)) == [
        "Only 1 independent source among the listed passages; everything rests on our own reporting."
    ]


def test_an_inferred_attribution_counts_only_when_it_is_accepted() -> None:
    world = World()
    claim = world.claim()
    first, inferred = world.passage(claim, "courier", "wire"), world.passage(claim, "mirror", "report", inferred=True)
    assert against("corroborated", PLAIN, claim, first, inferred) == [
        "It takes an inferred attribution to reach two independent sources: accept it expressly or not."
    ]
    assert against("corroborated", PLAIN, claim, first, inferred, accepts_inferred=True) == []


def test_an_open_contradiction_forbids_corroborated_and_documented_alone() -> None:
    world = World()
    claim, other = world.claim(), world.claim("The harbour is open.")
    passages = two_routes(world, claim)
    row = Contradiction.objects.create(
        first=other, second=claim, note="Open or closed?", opened_at=NOON, opened_by=anybody()
    )
    assert against("corroborated", PLAIN, claim, *passages) == ["Open contradiction: Open or closed?"]
    assert against("documented", PLAIN, claim, *passages)[0] == "Open contradiction: Open or closed?"
    assert against("attributed", "Closed, Wire and The Mirror report.", claim, *passages) == []
    Contradiction.objects.filter(pk=row.pk).update(
        state="resolved", reason="Two harbours.", closed_at=NOON, closed_by=anybody()
    )
    assert against("corroborated", PLAIN, claim, *passages) == []


@pytest.mark.parametrize("basis", ["corroborated", "documented"])
def test_a_characterisation_can_only_be_attributed(basis: str) -> None:
    world = World()
    claim = world.claim(kind="characterisation")
    passages = two_routes(world, claim)
    assert "A characterisation can only be attributed." in against(basis, PLAIN, claim, *passages)
    assert against("attributed", "A scandal, Wire and The Mirror report.", claim, *passages) == []


# ---- Documented -----------------------------------------------------------------------------------------------


def test_documented_needs_the_document_in_our_hands() -> None:
    world = World()
    plain = world.claim()
    passage = world.passage(plain, "courier", "report")
    assert against("documented", PLAIN, plain, passage) == ["The claim does not report the words of a document."]
    said = world.claim(says=world.source("minister"))
    assert against("documented", PLAIN, said, world.passage(said, "courier", "minister")) == [
        "The claim does not report the words of a document."
    ]
    claim = world.claim(kind="plan-term", says=world.source("report"))
    hearsay = world.passage(claim, "courier", "report")
    unheld = "We do not hold the document, with a note on how it was authenticated."
    assert against("documented", PLAIN, claim, hearsay) == [unheld]
    leaked = world.passage(
        claim, "report", article=world.article("report", "The harbour is closed, it says.", kind="document")
    )
    assert against("documented", PLAIN, claim, leaked) == [unheld]
    blank = world.article("report", "The harbour is closed. So.", kind="document", authentication=" \u200b")
    assert against("documented", PLAIN, claim, world.passage(claim, "report", article=blank)) == [unheld]
    held = world.article("report", PLAIN, kind="document", authentication="Sealed copy, compared with the register.")
    elsewhere = ["None of the listed passages stands in the document itself, as we hold it."]
    assert against("documented", PLAIN, claim, hearsay) == elsewhere
    assert against("documented", PLAIN, claim, leaked) == elsewhere  # that copy is not the one we authenticated
    assert against("documented", PLAIN, claim, world.passage(claim, "report", article=held)) == []


# ---- Positions, confidential sources, warnings ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("wording", "reasons"),
    [
        ("The Minister of Harbours said it stays closed, Wire reports.", []),
        (
            "The Minister of Harbours keeps it closed (Wire).",
            ["A position must be reported as said (“… said”, “according to …”), not stated as so."],
        ),
        ("It stays closed, Wire said.", ["A position must say whose it is: name Minister of Harbours."]),
    ],
)
def test_a_position_says_whose_it_is_and_is_reported_as_said(wording: str, reasons: list[str]) -> None:
    world = World()
    claim = world.claim(kind="position", says=world.source("minister"))
    assert against("attributed", wording, claim, world.passage(claim, "courier", "wire", "minister")) == reasons


@pytest.mark.parametrize("written", ["Jane Roe", "JANE ROE", "Jane\u00a0Roe", "Ｊａｎｅ Roe"])
def test_a_confidential_source_is_never_named(written: str) -> None:
    world = World()
    claim = world.claim()
    world.source("clerk", "Jane Roe", "person", confidential=True, public_name="a Harbour Board clerk")
    world.alias("clerk", "Harbour Board clerk")
    passage = world.passage(claim, "courier", "clerk")
    snapshot = take_snapshot(claim, [passage])
    assert reasons_against_named(snapshot, f"{written} told The Courier it is closed.") == [NAMES_SOMEBODY]
    assert reasons_against_named(snapshot, "A Harbour Board clerk told The Courier it is closed.") == []
    assert against("attributed", "A Harbour Board clerk told The Courier it is closed.", claim, passage) == []
    assert against("attributed", "A Harbour Board clerk says it is closed.", claim, passage) == [
        "The wording names nobody on the route The Courier → a Harbour Board clerk: name The Courier."
    ]


def test_what_a_person_and_what_an_office_is_called() -> None:
    world = World()
    claim = world.claim()
    world.source("clerk", "Jane Roe", "person", confidential=True, public_name="a clerk")
    world.source("board", "Jane Roe Trust", confidential=True, public_name="a trust")
    of_person = take_snapshot(claim, [world.passage(claim, "courier", "clerk")])
    of_office = take_snapshot(claim, [world.passage(claim, "mirror", "board")])
    for wording in ("J. Roe told The Courier.", "Roe, Jane, told The Courier."):
        assert reasons_against_named(of_person, wording) == [NAMES_SOMEBODY]
    world.source("guard", "Jack Doe", "person", confidential=True, public_name="the guard, Doe, Jack")
    in_public = take_snapshot(claim, [world.passage(claim, "courier", "guard")])
    assert (
        reasons_against_named(in_public, "The guard, Doe, Jack, told The Courier.") == []
    )  # its public name, typed so
    assert reasons_against_named(of_office, "J. R. Trust told The Mirror.") == []
    assert reasons_against_named(of_office, "Jane-Roe-Trust told The Mirror.") == [NAMES_SOMEBODY]


@pytest.mark.parametrize(
    ("wording", "first", "today"),
    [
        ("Jane Roe told The Courier.", True, True),
        ("Roe, Jane, told The Courier.", False, True),
        ("Roe told The Courier.", False, False),
        ("A clerk told The Courier.", False, False),
    ],
)
def test_the_first_rules_knew_a_name_word_for_word(wording: str, first: bool, today: bool) -> None:
    world = World()
    claim = world.claim()
    world.source("clerk", "Jane Roe", "person", confidential=True, public_name="a clerk")
    world.alias("clerk", "a clerk")
    snapshot = take_snapshot(claim, [world.passage(claim, "courier", "clerk")])
    assert reasons_against_named(snapshot, wording) == [NAMES_SOMEBODY] * today
    snapshot["rules"] = 2
    assert reasons_against_named(snapshot, wording) == [NAMES_SOMEBODY] * today
    del snapshot["rules"]
    assert reasons_against_named(snapshot, wording) == [NAMES_SOMEBODY] * first


def test_a_plural_is_warned_of_below_two_sources_inferred_ones_among_them() -> None:
    world = World()
    claim = world.claim()
    inferred = world.passage(claim, "mirror", "report", inferred=True)
    two = take_snapshot(claim, [world.passage(claim, "courier", "wire"), inferred])
    assert warnings_about(two, wording="Sources say it is closed.") == []


@pytest.mark.parametrize(
    ("wording", "warnings"),
    [
        ("The harbour is closed, sources say.", ["“sources” is a plural, but all of it is one voice."]),
        ("The harbour is closed, according to reports.", ["“reports” is a plural, but all of it is one voice."]),
        ("Reports say the harbour is closed.", ["“Reports” is a plural, but all of it is one voice."]),
        ("The harbour closed yesterday, Wire reports.", ["“yesterday” will be wrong tomorrow: give the date."]),
        ("The harbour closed on Monday, Wire reports.", ["“on Monday” will be wrong tomorrow: give the date."]),
        ("The harbour closed on 20 November 2025, Wire reports.", []),
    ],
)
def test_plurals_and_relative_dates_are_warned_of_and_block_nothing(wording: str, warnings: list[str]) -> None:
    world = World()
    claim = world.claim()
    snapshot = take_snapshot(claim, [world.passage(claim, "courier", "wire")])
    assert warnings_about(snapshot, wording=wording) == warnings
    world.passage(claim, "mirror", stance="contradicts")
    assert warnings_about(take_snapshot(claim, []), wording=SAYS_WIRE) == ["1 passage(s) contradict this claim."]
