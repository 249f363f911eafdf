"""The desk's reading of the seed articles (seeds/reading.yaml) is exact, complete and counts as it should.

Independent sources are counted here by brute force over the data alone, with none of the desk's code, so that
the desk's own count can be held against it.
"""

from itertools import combinations

import pytest

from stories.choices import ClaimKind, SourceKind
from stories.intake.plain_text import read_article, read_seed
from tests.readings import READING, SEEDS

CLAIMS = {claim["id"]: claim for claim in READING["claims"]}
SOURCES = {source["slug"]: source for source in READING["sources"]}
TEXTS = {article["key"]: read_seed(SEEDS / article["file"]) for article in READING["articles"]}
OUTLETS = {article["key"]: article["outlet"] for article in READING["articles"]}
PASSAGES = [(claim, passage) for claim in READING["claims"] for passage in claim["passages"]]

# Claims whose passages reach us by two ways that share nobody; every other claim has one.
INDEPENDENT = {"C08": 2, "C31": 2}
# Who stands between us and the origins of a claim with one independent source, where it is not Axios.
GATEKEEPER = dict.fromkeys([f"C{number}" for number in range(32, 45)], "afp") | {"C21": "dmitry-peskov"}


def article_of(passage):
    return passage["id"].split("#")[0]


def voices_of(slug):
    """A source, whoever it may be the same as, and for an unnamed person the house it belongs to."""
    same = {voice["same_as"] for voice in READING["voices"] if voice["source"] == slug}
    houses = {SOURCES[one].get("institution") for one in {slug, *same}} - {None}
    return {slug, *same, *houses}


def routes_of(claim, articles=("A1", "A2")):
    """Each route as the voices it runs through, the one whose words the claim reports left out."""
    return [
        frozenset().union(*(voices_of(slug) for slug in passage["chain"] if slug != claim.get("says")))
        for passage in claim["passages"]
        if article_of(passage) in articles
    ]


def count_by_brute_force(routes):
    """The size of the largest choice of routes of which no two share a voice."""
    for size in range(len(routes), 0, -1):
        for chosen in combinations(routes, size):
            if all(one.isdisjoint(other) for one, other in combinations(chosen, 2)):
                return size
    return 0


def rests_on(claim):
    return frozenset.intersection(*routes_of(claim))


def test_the_reading_holds_44_claims_and_70_passages_of_two_articles():
    assert (len(CLAIMS), len(PASSAGES), sorted(TEXTS)) == (44, 70, ["A1", "A2"])
    assert list(CLAIMS) == [f"C{number:02}" for number in range(1, 45)]


@pytest.mark.parametrize(("claim", "passage"), PASSAGES, ids=lambda part: part["id"])
def test_every_passage_stands_verbatim_at_its_offsets(claim, passage):
    text = TEXTS[article_of(passage)]
    assert text[passage["start"] : passage["end"]] == passage["quote"]


def test_the_words_that_give_the_credit_stand_verbatim_in_the_article():
    absent = [
        (claim["id"], passage["id"])
        for claim, passage in PASSAGES
        if passage["attribution"] not in TEXTS[article_of(passage)]
    ]
    assert absent == []


def test_passages_are_numbered_within_their_claim_and_article():
    for claim in CLAIMS.values():
        keys = [article_of(passage) for passage in claim["passages"]]
        expected = [f"{key}#{keys[: place + 1].count(key)}" for place, key in enumerate(keys)]
        assert [passage["id"] for passage in claim["passages"]] == expected


def test_only_the_headline_that_is_said_again_is_quoted_from_outside_a_body():
    bodies = {key: read_article(text) for key, text in TEXTS.items()}
    outside = [
        (claim["id"], passage["id"])
        for claim, passage in PASSAGES
        if not (
            bodies[article_of(passage)].body_start <= passage["start"]
            and passage["end"] <= bodies[article_of(passage)].body_end
        )
    ]
    assert outside == [("C03", "A1#2")]


def test_every_chain_begins_with_the_article_s_outlet_and_names_a_source_once():
    for claim, passage in PASSAGES:
        chain = passage["chain"]
        assert chain[0] == OUTLETS[article_of(passage)], (claim["id"], passage["id"])
        assert len(set(chain)) == len(chain), (claim["id"], passage["id"])


def test_every_source_that_is_named_is_described():
    named = {slug for _, passage in PASSAGES for slug in passage["chain"]}
    named |= {claim["says"] for claim in CLAIMS.values() if "says" in claim}
    named |= {voice[end] for voice in READING["voices"] for end in ("source", "same_as")}
    named |= {source["institution"] for source in SOURCES.values() if "institution" in source}
    assert named - set(SOURCES) == set()
    assert (len(SOURCES), len(READING["sources"])) == (21, 21)


def test_kinds_are_the_desk_s_own():
    assert {source["kind"] for source in SOURCES.values()} <= set(SourceKind.values)
    assert {claim["kind"] for claim in CLAIMS.values()} <= set(ClaimKind.values)


def test_every_alias_was_seen_in_one_of_the_texts():
    seen = "\n".join(TEXTS.values())
    unseen = [
        (slug, alias)
        for slug, source in SOURCES.items()
        for kind in ("printable", "anaphoric")
        for alias in source["aliases"].get(kind, [])
        if alias not in seen
    ]
    assert unseen == []


def test_a_claim_that_reports_words_says_whose():
    speakers = {}
    for claim in CLAIMS.values():
        speakers.setdefault((claim["kind"], claim.get("says")), []).append(claim["id"])
    assert {kind for kind, says in speakers if says is None} == {
        "fact",
        "date",
        "question",
        "characterisation",
        "prediction",
        "analysis",
    }
    assert {kind for kind, says in speakers if says == "plan-28"} == {"plan-term", "quote", "figure"}
    assert {kind for kind, says in speakers if says == "guarantee-draft"} == {"plan-term", "quote", "figure"}
    assert {says: ids for (kind, says), ids in speakers.items() if kind == "position"} == {
        "volodymyr-zelenskyy": ["C11"],
        "dmitry-peskov": ["C21"],
        "white-house": ["C22"],
    }


@pytest.mark.parametrize("name", CLAIMS)
def test_independent_sources_by_brute_force(name):
    assert count_by_brute_force(routes_of(CLAIMS[name])) == INDEPENDENT.get(name, 1)


def test_with_the_first_article_alone_nothing_has_two_independent_sources():
    counts = {name: count_by_brute_force(routes_of(claim, articles=("A1",))) for name, claim in CLAIMS.items()}
    assert {name for name, count in counts.items() if count > 1} == set()
    assert (counts["C08"], counts["C31"]) == (1, 1)


@pytest.mark.parametrize("name", [name for name in CLAIMS if name not in INDEPENDENT])
def test_a_claim_with_one_independent_source_rests_on_its_gatekeeper(name):
    # Where the claim reports what somebody said, the speaker is no voice of it and its outlet remains.
    gatekeeper = GATEKEEPER.get(name, "axios")
    expected = "dw" if gatekeeper == CLAIMS[name].get("says") else gatekeeper
    assert expected in rests_on(CLAIMS[name])


def test_20_of_the_22_claims_in_both_articles_rest_on_axios():
    both = {
        name for name, claim in CLAIMS.items() if {article_of(passage) for passage in claim["passages"]} == {"A1", "A2"}
    }
    assert len(both) == 22
    assert both - {name for name in both if "axios" in rests_on(CLAIMS[name])} == {"C08", "C31"}


def test_contradictions_are_between_two_claims_and_opened_when_both_are_there():
    arrived = {name: min(article_of(passage) for passage in claim["passages"]) for name, claim in CLAIMS.items()}
    pairs = [tuple(contradiction["between"]) for contradiction in READING["contradictions"]]
    assert len(set(pairs)) == len(pairs) == 17
    for contradiction in READING["contradictions"]:
        first, second = contradiction["between"]
        assert first < second
        assert contradiction["with"] >= max(arrived[first], arrived[second])
