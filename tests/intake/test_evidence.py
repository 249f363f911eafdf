"""Articles are stored as received; evidence is exact, its chain in order, or nothing is written."""

import uuid
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from stories.intake.articles import register_article
from stories.intake.passages import add_evidence, retire_evidence
from stories.intake.plain_text import read_seed
from stories.models import Article, ChainLink, Evidence
from stories.provenance.routes import count_sources, rests_on
from stories.provenance.snapshots import take_snapshot
from tests.readings import READING, SEEDS
from tests.world import World, anybody

pytestmark = pytest.mark.django_db

RECEIVED = datetime(2025, 11, 21, 12, 34, tzinfo=UTC)
TEXT = "The harbour is closed, Wire reports. Nobody knows why."


@pytest.fixture
def world():
    return World()


def register(world, raw=TEXT, **fields):
    given = {"slug": "courier-1", "story": world.story, "outlet": world.source("courier"), "received_at": RECEIVED}
    return register_article(raw, **given | fields)


def quote(world, article, claim=None, **fields):
    given = {
        "start": 0,
        "end": 21,
        "chain": [world.source("courier"), world.source("wire")],
        "attribution": "Wire reports",
        "stamps": world.stamps,
    }
    return add_evidence(claim or world.claim(), article, **{"by": world.reporter} | given | fields)


def refusal(act, *args, **fields):
    with pytest.raises(ValidationError) as refused:
        act(*args, **fields)
    return refused.value.messages


def rows():
    return Article.objects.count(), Evidence.objects.count(), ChainLink.objects.count()


# ---- Articles -------------------------------------------------------------------------------------------------


def test_an_article_is_stored_as_received_with_what_it_says_about_itself(world):
    raw = read_seed(SEEDS / "000_160a7556030b033a.txt")
    register(world, raw)
    article = Article.objects.get()
    assert article.text == raw
    assert article.sha256 == "96815cd5892490b8f57d16cb5cd0c47d4989ea5b5dd8d7f257e4c13260b7323d"
    assert (article.published, article.body_start, article.body_end) == ("2025-11-21T12:21", 218, 4422)
    assert article.headline == "The U.S. Offers Ukraine Guarantees Similar to NATO for the First Time - Axios"


def test_a_text_without_headline_or_date_gets_none(world):
    article = register(world)
    assert (article.headline, article.published) == ("", "")


def test_line_ends_and_blank_tails_survive_the_database(world):
    register(world, "One.\r\n\r\nTwo.\r \n\n")
    assert Article.objects.get().text == "One.\r\n\r\nTwo.\r \n\n"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (" \n\ufeff ", "courier-1: there is no text in it; nothing can be quoted from it."),
        (
            "a\0b",
            "courier-1: there is a NUL character at 1; this is no text file, export it as plain text.",
        ),
        ("a\ud800", "courier-1: the character at 1 is half a code point; read the file as UTF-8 again."),
    ],
)
def test_a_text_that_cannot_be_stored_is_refused_with_the_reason(world, raw, reason):
    assert refusal(register, world, raw) == [reason]
    assert rows() == (0, 0, 0)


@pytest.mark.parametrize(
    ("kind", "outlet", "reason"),
    [
        ("published", None, "it has no outlet; say who put it out, or register it as a note of our own."),
        ("own-note", "courier", "a note of our own has no outlet; leave it empty."),
        (
            "document",
            "courier",
            "a document's outlet is the document itself; courier is of the kind outlet.",
        ),
    ],
)
def test_an_outlet_that_does_not_fit_the_kind_is_refused(world, kind, outlet, reason):
    outlet = world.source(outlet) if outlet else None
    assert refusal(register, world, kind=kind, outlet=outlet) == [f"courier-1: {reason}"]


def test_a_document_and_a_note_of_our_own_are_articles_too(world):
    held = register(world, slug="report-1", kind="document", outlet=world.source("report"), authentication="Seal.")
    note = register(world, slug="note-1", kind="own-note", outlet=None)
    assert (held.outlet.slug, held.authentication, note.outlet) == ("report", "Seal.", None)


def test_a_slug_in_use_and_an_unknown_kind_are_refused(world):
    register(world)
    assert refusal(register, world) == ["Article with this Slug already exists."]
    assert refusal(register, world, slug="courier-2", kind="rumour") == ["Value 'rumour' is not a valid choice."]
    assert Article.objects.count() == 1


# ---- Evidence -------------------------------------------------------------------------------------------------


def test_quote_prefix_and_suffix_are_taken_from_the_text(world):
    article = register(world, "x" * 40 + TEXT)
    evidence = quote(world, article, start=40, end=61)
    stored = Evidence.objects.get(pk=evidence.pk)
    assert stored.quote == "The harbour is closed"
    assert stored.prefix == "x" * 32
    assert stored.suffix == ", Wire reports. Nobody knows why"
    assert [(link.place, link.source.slug) for link in stored.chain_links.all()] == [(0, "courier"), (1, "wire")]


def test_what_stands_before_the_first_and_after_the_last_word_is_short(world):
    evidence = quote(world, register(world, "Closed."), end=7)
    assert (evidence.prefix, evidence.suffix) == ("", "")


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 3), (-1, 4), (0, len(TEXT) + 1)])
def test_a_place_outside_the_text_is_refused(world, start, end):
    article = register(world)
    assert refusal(quote, world, article, start=start, end=end) == [
        f"courier-1: no passage lies at {start}–{end}; the text runs from 0 to 54."
    ]
    assert rows() == (1, 0, 0)


def test_a_quote_that_is_off_by_one_character_is_refused(world):
    article = register(world)
    assert refusal(quote, world, article, quote="the harbour is closed") == [
        "courier-1: at 0–21 stands “The harbour is closed”, not “the harbour is closed”; mark the passage again."
    ]
    assert refusal(quote, world, article, start=1, end=22, quote="The harbour is closed") == [
        "courier-1: at 1–22 stands “he harbour is closed,”, not “The harbour is closed”; mark the passage again."
    ]
    assert rows() == (1, 0, 0)


def test_offsets_count_code_points(world):
    evidence = quote(world, register(world, "🚢🚢 The harbour is closed"), start=3, end=24)
    assert evidence.quote == "The harbour is closed"


def test_a_chain_names_a_source_once_and_begins_with_the_outlet(world):
    article = register(world)
    wire, courier = world.source("wire"), world.source("courier")
    assert refusal(quote, world, article, chain=[wire, courier, wire]) == [
        "The chain names wire more than once.",
        "The chain must begin with the outlet of courier-1, courier: not wire.",
    ]
    assert rows() == (1, 0, 0)


def test_an_empty_chain_is_our_own_reporting_or_unknown(world):
    note = register(world, slug="note-1", kind="own-note", outlet=None)
    article = register(world)
    claim = world.claim()
    own = quote(world, note, claim, chain=[], own_reporting=True)
    unknown = quote(world, article, claim, chain=[])
    assert count_sources(take_snapshot(claim, [own]), accepts_inferred=False) == 1
    assert count_sources(take_snapshot(claim, [unknown]), accepts_inferred=False) == 0


def test_an_outlet_s_article_is_not_our_own_reporting(world):
    article = register(world)
    assert refusal(quote, world, article, chain=[], own_reporting=True) == [
        "Own reporting has no outlet, and courier-1 comes from The Courier."
    ]


def test_an_unknown_stance_writes_nothing(world):
    article = register(world)
    assert refusal(quote, world, article, stance="perhaps") == ["Value 'perhaps' is not a valid choice."]
    assert rows() == (1, 0, 0)


def test_the_same_passage_is_evidence_once_until_it_is_retired(world):
    article, claim = register(world), world.claim()
    first = quote(world, article, claim)
    assert refusal(quote, world, article, claim) == ["This passage is evidence for this claim already."]
    retire_evidence(first, stamps=world.stamps, by=anybody())
    again = quote(world, article, claim)
    assert again.uuid != first.uuid
    assert (rows(), first.retired_at is not None, again.retired_at) == ((1, 2, 4), True, None)


def test_evidence_is_retired_once(world):
    evidence = quote(world, register(world))
    when = retire_evidence(evidence, stamps=world.stamps, by=anybody()).retired_at
    assert retire_evidence(evidence, stamps=world.stamps, by=anybody()).retired_at == when
    assert Evidence.objects.get().retired_at == when


class NamingStamps:
    """Ids by name, as the fixtures have them."""

    def now(self):
        return RECEIVED

    def uuid(self, name):
        return uuid.uuid5(uuid.NAMESPACE_URL, name)

    def salt(self, name):
        return "00" * 16


def test_a_scripted_stamp_gives_a_passage_recorded_anew_an_id_of_its_own(world):
    article, claim = register(world), world.claim()
    first = quote(world, article, claim, stamps=NamingStamps())
    retire_evidence(first, stamps=NamingStamps(), by=anybody())
    assert quote(world, article, claim, stamps=NamingStamps()).uuid != first.uuid


# ---- The seeds ------------------------------------------------------------------------------------------------

# What stands around a few passages, at the edges of a text and across its line ends.
AROUND = {
    ("C01", "A2#1"): (" date 2025-11-21 ", ", which obliges the US and Europ"),
    ("C03", "A1#2"): ("bliation data: 21.11.2025 12:21\n", "\n\nU.S. President Donald Trump is"),
    ("C18", "A2#1"): ("ith the use of military force.\n\n", " According to a senior White Hou"),
    ("C30", "A2#1"): ("on from Trump's MAGA allies, as ", ".\n\n"),
    ("C44", "A1#1"): ('in the format of "all for all." ', "\n\nALSO IN CATEGORY\n\nREAD ALSO"),
}


@pytest.fixture
def seeded(world):
    """The two seed articles with all their passages, by claim and passage id."""
    for source in READING["sources"]:
        world.source(source["slug"], source["name"], source["kind"])
    articles = {
        one["key"]: register(
            world, read_seed(SEEDS / one["file"]), slug=one["slug"], outlet=world.source(one["outlet"])
        )
        for one in READING["articles"]
    }
    evidence = {}
    for one in READING["claims"]:
        says = world.source(one["says"]) if "says" in one else None
        claim = world.claim(one["statement"], one["kind"], says=says)
        for passage in one["passages"]:
            evidence[one["id"], passage["id"]] = add_evidence(
                claim,
                articles[passage["id"].split("#")[0]],
                chain=[world.source(slug) for slug in passage["chain"]],
                inferred=passage.get("inferred", False),
                by=world.reporter,
                stamps=world.stamps,
                **{name: passage[name] for name in ("start", "end", "quote", "attribution")},
            )
    return evidence


def test_all_70_passages_of_the_seeds_are_evidence_with_what_stands_around_them(seeded):
    stored = Evidence.objects.select_related("article")
    exact = [
        row
        for row in stored
        if row.prefix + row.quote + row.suffix == row.article.text[max(0, row.start - 32) : row.end + 32]
    ]
    assert (len(exact), len(seeded)) == (70, 70)
    assert {key: (seeded[key].prefix, seeded[key].suffix) for key in AROUND} == AROUND


def test_the_desk_counts_the_seeds_as_brute_force_does(seeded):
    by_claim = {}
    for (name, _), row in seeded.items():
        by_claim.setdefault(name, []).append(row)
    snapshots = {name: take_snapshot(listed[0].claim, listed) for name, listed in by_claim.items()}
    counts = {name: count_sources(snapshot, accepts_inferred=True) for name, snapshot in snapshots.items()}
    assert counts == dict.fromkeys(by_claim, 1) | {"C08": 2, "C31": 2}
    both = {name for name, listed in by_claim.items() if len({row.article_id for row in listed}) == 2}
    assert both - {name for name in both if "axios" in rests_on(snapshots[name])} == {"C08", "C31"}


def test_what_passages_disagree_on_follows_the_evidence(world) -> None:
    """A disagreement is on record as soon as the second passage is, and gone when a passage is retired."""
    claim = world.claim()
    for outlet, words in (("courier", "deliberate"), ("mirror", "intentional")):
        text = f'The minister spoke of a "long, {words} and costly closure of the port", he said.'
        article = world.article(outlet, text)
        passage = add_evidence(
            claim,
            article,
            by=world.reporter,
            start=0,
            end=len(text),
            chain=[world.source(outlet)],
            stamps=world.stamps,
        )
    found = claim.discrepancies.get(kind="quotation")
    assert {found.first_words, found.second_words} == {"deliberate", "intentional"}
    retire_evidence(passage, stamps=world.stamps, by=anybody())
    assert claim.discrepancies.filter(kind="quotation").count() == 0
