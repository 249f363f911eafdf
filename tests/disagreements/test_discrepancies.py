"""What the passages of one claim disagree on: stories/disagreements/comparison.py. No database."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.disagreements.comparison import Finding, Passage, compare_passages
from stories.reading.dates import read_dates
from stories.reading.figures import read_figures

SEEDS = Path(__file__).parent.parent.parent / "seeds"
DW = (SEEDS / "000_160a7556030b033a.txt").read_text()
UNN = (SEEDS / "001_14604c2717f28172.txt").read_text()
FRIDAY = date(2025, 3, 14)

SPELLINGS = {
    "driscoll": ["Dan Driscoll", "U.S. Army Secretary Daniel Driscoll", "US Army Secretary Dan Driskell"],
    "witkoff": [
        "Steve Witkoff",
        "U.S. Special Envoy Stephen Whitcoff",
        "Whitcoff",
        "Trump's special envoy Steve Witkoff",
    ],
    "zelensky": ["Volodymyr Zelenskyy", "Ukrainian President Volodymyr Zelensky", "Zelensky", "Zelenskyy", "he"],
}


def from_seed(key, text, quote, *chain):
    return Passage(key, quote, text, text.index(quote), date(2025, 11, 21), chain)


def dw(quote):
    return from_seed("dw", DW, quote, "dw", "axios")


def unn(quote):
    return from_seed("unn", UNN, quote, "unn", "axios")


def compare(first, second, *, sources=None, published=FRIDAY):
    """Compare two passages of two outlets: (kind, words of the first, words of the second) of every finding."""
    one = Passage("1", first, article_date=published, chain=("one",))
    other = Passage("2", second, article_date=published, chain=("other",))
    return [(f.kind, f.first_words, f.second_words) for f in compare_passages([one, other], sources=sources or {})]


# The seeds


def test_a_passage_inside_quotation_marks_is_a_quotation():
    first = dw("significant, intentional, and prolonged armed attack")
    second = unn("significant, deliberate and prolonged armed attack")
    assert compare_passages([first, second], sources=SPELLINGS) == [
        Finding("quotation", "dw", "unn", "intentional", "deliberate")
    ]
    alone = [Passage("dw", first.quote, chain=("dw",)), Passage("unn", second.quote, chain=("unn",))]
    assert compare_passages(alone, sources=SPELLINGS) == []


def test_a_quotation_inside_a_passage_is_compared_and_so_are_the_names():
    first = dw('as a "major victory" for Zelensky and for Ukraine')
    second = unn('as a "great victory" for Zelenskyy and for Ukraine')
    assert compare_passages([first, second], sources=SPELLINGS) == [
        Finding("quotation", "dw", "unn", "major", "great"),
        Finding("name", "dw", "unn", "Zelensky", "Zelenskyy"),
    ]


def test_identical_quotations_are_no_finding():
    quote = "will be considered an attack threatening the peace and security of the transatlantic community"
    assert compare_passages([dw(quote), unn(quote)], sources=SPELLINGS) == []
    first = dw('that "Ukraine will receive reliable security guarantees,"')
    second = unn('states: "Ukraine will receive reliable security guarantees."')
    assert compare_passages([first, second], sources=SPELLINGS) == []


@pytest.mark.parametrize("sources", [SPELLINGS, {}], ids=["spellings known", "spellings unknown"])
def test_the_seeds_spell_three_names_in_two_ways(sources):
    first = dw(
        "a 28-point plan that U.S. Army Secretary Daniel Driscoll delivered to Ukrainian President Volodymyr Zelensky"
    )
    second = unn("The 28-point plan, which US Army Secretary Dan Driskell presented to Zelenskyy")
    assert compare_passages([first, second], sources=sources) == [
        Finding("name", "dw", "unn", "Daniel Driscoll", "Dan Driskell"),
        Finding("name", "dw", "unn", "Zelensky", "Zelenskyy"),
    ]
    first = dw("U.S. Special Envoy Stephen Whitcoff, who led the work")
    second = unn("The plan was prepared by Trump's special envoy Steve Witkoff")
    assert compare_passages([first, second], sources=sources) == [
        Finding("name", "dw", "unn", "Stephen Whitcoff", "Steve Witkoff")
    ]


def test_the_seeds_shift_two_modal_verbs():
    first = dw("The U.S. and its allies are prepared to respond to this, including through military force")
    second = unn("the US and its allies will respond accordingly, including with the use of military force")
    assert compare_passages([first, second], sources=SPELLINGS) == [
        Finding("strength", "dw", "unn", "are prepared to respond", "will respond")
    ]
    first = dw("The new document contains lines for signatures from Ukraine, the U.S., the EU, NATO, and Russia.")
    second = unn("the document will bear the signatures of Ukraine, the US, the EU, NATO, and Russia.")
    assert compare_passages([first, second], sources=SPELLINGS) == [
        Finding("strength", "dw", "unn", "contains lines for", "will bear the")
    ]


def test_the_plan_itself_has_no_finding_that_blocks_it():
    passages = [
        from_seed("afp", DW, "the new 28-point peace plan developed by the Trump administration", "dw", "afp"),
        from_seed("dw", DW, "a 28-point plan that U.S. Army Secretary Daniel Driscoll delivered", "dw", "axios"),
        from_seed("unn", UNN, "The plan was prepared by Trump's special envoy Steve Witkoff", "unn", "axios"),
    ]
    assert compare_passages(passages, sources=SPELLINGS) == []


# Quotations in other news


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("“We will win,” she said", '"We will win", she said'),
        ("He called it ‘a long-term cease-fire’", "He called it “a long term ceasefire”"),
        ("“We will never give up our land”", "She would “never give up”"),
        ("“We will […] give up our land”", "“We will never ever give up our land”"),
        ("“[Macron] will not give up this land”", "“He will not give up this land”"),
        ("&quot;It&#8217;s over,&quot; he said", "“It’s over”, he said"),
        ("“5 % of it”", "“5% of it”"),
    ],
)
def test_what_is_no_difference_between_quotations(first, second):
    assert compare(first, second) == []
    assert compare(second, first) == []


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("“We shall never give up our land”", "“We will never give up”", ("shall", "will")),
        ("“a catastrophic failure of planning”", "“a failure of planning”", None),
        ("“a grave and catastrophic failure”", "“a grave failure”", ("and catastrophic", "")),
        ("It took “1.5 percent of everything”", "It took “15 percent of everything”", ("1.5", "15")),
    ],
)
def test_what_is_a_difference_between_quotations(first, second, words):
    found = [finding for finding in compare(first, second) if finding[0] == "quotation"]
    assert found == ([("quotation", *words)] if words else [("quotation", "catastrophic", "")])


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("“We’re ready to fight for this”", '"We are ready to fight for this"', ("We’re", "We are")),
        ("“I would fight for this land”", "“I'd fight for this land”", ("I would", "I'd")),
        ("“a 2 in 3 chance to win”", "“a two in three chance to win”", ("2 … 3", "two … three")),
        ("“Senator Reid has called twice”", "“Sen. Reid has called twice”", ("Senator", "Sen")),
        ("“looks forward to the trial”", "“I look forward to the trial”", ("looks", "I look")),
        ("“We are gonna fight for this”", "“We are going to fight for this”", ("gonna", "going to")),
        ("“our defence and labour market”", "“our defense and labor market”", ("defence … labour", "defense … labor")),
    ],
)
def test_form_alone_is_a_kind_of_its_own(first, second, words):
    assert compare(first, second) == [("form", *words)]


def test_what_changes_the_words_is_told_apart_from_the_form_beside_it():
    first, second = "“I'd fight for this old land for ever”", "“I would fight for this new land for ever”"
    assert compare(first, second) == [("quotation", "old", "new"), ("form", "I'd", "I would")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("“Will you fight for this land?”", "“We fight for their land and no more than that”"),
        ("“too many voices are being destroyed”", "He said voices of “Republican/Conservative” people are closed"),
        ("“The risk of a long recession is grave”", "“We see no recession here, and the harvest was good”"),
    ],
)
def test_a_question_and_another_sentence_are_no_changed_quotation(first, second):
    assert compare(first, second) == []


# Names, figures, dates, strength


def test_a_name_within_the_other_or_of_another_word_class_is_no_finding():
    spellings = {"trump": ["Donald Trump", "U.S. President Donald Trump", "Trump"]}
    assert compare("U.S. President Donald Trump spoke", "Trump spoke", sources=spellings) == []
    assert compare("Russian officials spoke", "Russia's officials spoke") == []
    assert compare("The U.S. spoke", "The US spoke") == []


def test_two_people_of_like_names_are_not_one_when_the_desk_knows_both():
    known = {"johnson": ["Boris Johnson"], "johnston": ["Johnston"]}
    assert compare("Johnson spoke", "Johnston spoke", sources=known) == []
    assert compare("Johnson spoke", "Johnston spoke") == [("name", "Johnson", "Johnston")]


def test_spellings_of_one_source_may_be_far_apart():
    assert compare("He left Kyiv", "He left Kiev", sources={"kyiv": ["Kyiv", "Kiev"]}) == [("name", "Kyiv", "Kiev")]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("The blast killed 12 people", "The explosion killed 14 civilians", [("figure", "12 people", "14 civilians")]),
        ("It cost $1.5 million", "It cost €1.5 million", [("figure", "$1.5 million", "€1.5 million")]),
        ("It cost $1.5 million", "It cost 1.5m dollars", []),
        ("It cost 1.234.567 euros", "It cost €1,234,567", []),
        ("more than 10,000 troops", "12,000 troops", []),
        ("more than 10,000 troops", "8,000 troops", [("figure", "10,000 troops", "8,000 troops")]),
        ("ten years", "a 10-year term", []),
        ("ten years", "12 years", [("figure", "ten years", "12 years")]),
        ("from 5% to 10%", "to 10 percent", []),
        ("62 miles away", "100 km away", []),
        ("90 miles away", "100 km away", [("figure", "90 miles", "100 km")]),
        ("It cost 1.15 million euros", "It cost €1,150,000", []),
        ("Article 5, F-16 jets, the 2024 budget at 12:21", "Article 6, F-15 jets, the 2025 budget at 12:30", []),
    ],
)
def test_figures_are_compared_with_their_units(first, second, found):
    assert compare(first, second) == found


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("left on Thursday", "left on March 13", []),
        ("left yesterday", "left on 13 March 2025", []),
        ("left yesterday", "left on March 12", [("date", "yesterday", "March 12")]),
        ("left on Tuesday", "left on Wednesday", [("date", "Tuesday", "Wednesday")]),
        ("left over the past weekend (March 8-9)", "left on Saturday", []),
        ("left in March", "left on 12.03.2025", []),
        ("left on 3 March 2024", "left on 2025-03-03", [("date", "3 March 2024", "2025-03-03")]),
    ],
)
def test_dates_are_resolved_against_the_articles_date(first, second, found):
    assert compare(first, second) == found


def test_without_an_articles_date_relative_dates_say_nothing_and_others_keep_day_and_month():
    assert compare("left yesterday", "left on March 12", published=None) == [("only-one", "March 12", "")]
    assert compare("left on March 11", "left on 12 March 2025", published=None) == [
        ("date", "March 11", "12 March 2025")
    ]
    assert compare("left on March 12", "left on 12 March 2025", published=None) == []


def test_impossible_dates_are_no_dates():
    assert read_dates("on February 30, on 31.13.2025 and on 2025-00-10", published=FRIDAY) == []


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("Iran could retaliate", "Iran will retaliate", [("strength", "could retaliate", "will retaliate")]),
        ("Iran said it would retaliate", "Iran will retaliate", []),
        ("Iran may retaliate", "Iran can retaliate", []),
        ("She is expected to resign", "She resigned", [("strength", "is expected to resign", "resigned")]),
        ("Oslo was not informed", "Oslo was informed", [("strength", "not informed", "informed")]),
        ("Iran may attack", "after an attack by Iran", []),
    ],
)
def test_strength_is_the_modal_verb_and_the_not(first, second, found):
    assert compare(first, second) == found


def test_strength_is_read_in_english_alone_and_translations_are_not_compared():
    def compare_in(first, second, languages):
        passages = [
            Passage(language, text, chain=(str(place),), language=language)
            for place, (text, language) in enumerate(zip((first, second), languages, strict=True))
        ]
        return [one.kind for one in compare_passages(passages, sources={})]

    assert compare_in("Bonn will helfen", "Bonn kann helfen, could helfen", ("de", "de")) == []
    assert compare_in("Bonn will help", "Bonn could help", ("en", "en")) == ["strength"]
    assert compare_in("“a great victory”, 12 people", "“un grande victoire”, 14 people", ("en", "fr")) == ["figure"]


# What only one outlet says


def test_a_claim_of_one_outlet_is_a_finding_of_its_first_passage():
    passages = [
        Passage("1", "Oslo was informed", chain=("ntb",)),
        Passage("2", "Oslo had been informed", chain=("ntb", "minister")),
    ]
    assert compare_passages(passages, sources={}) == [Finding("only-one", "1", None, "Oslo was informed", "")]


def test_our_own_reporting_is_not_one_outlets_word():
    assert compare_passages([Passage("1", "Oslo was informed")], sources={}) == []


def test_only_one_outlet_gives_a_date_or_a_figure_or_quotation_marks():
    assert compare("It began on March 12", "It began") == [("only-one", "March 12", "")]
    assert compare("It hurt 12 people", "It hurt people") == [("only-one", "12 people", "")]
    assert compare("It is “a bad joke”", "It is a bad joke") == [("only-one", "a bad joke", "")]


# Laws


WORDS = st.lists(
    st.sampled_from(
        [
            "we",
            "“we will",
            "win”",
            "'",
            '"',
            "Zelensky",
            "Zelenskyy",
            "12 men",
            "March 3",
            "will go",
            "may go",
            "not",
            "—",
            "…",
            "10%",
        ]
    ),
    max_size=14,
).map(" ".join)


@given(WORDS, WORDS)
def test_the_other_order_gives_the_same_findings_mirrored(first, second):
    mirrored = [(kind, b, a) if kind != "only-one" else (kind, a, b) for kind, a, b in compare(second, first)]
    assert sorted(compare(first, second)) == sorted(mirrored)


@given(WORDS)
def test_a_passage_agrees_with_itself(text):
    assert compare(text, text) == []


@given(WORDS, WORDS)
def test_curly_and_straight_marks_are_alike(first, second):
    straightened = first.replace("“", '"').replace("”", '"'), second.replace("“", '"').replace("”", '"')
    if '"' not in first + second:
        assert len(compare(*straightened)) == len(compare(first, second))


def test_a_finding_stays_as_it_is_when_another_passage_comes():
    first, second, third = (
        Passage(key, f"Iran {verb} retaliate", chain=(key,))
        for key, verb in [("a", "could"), ("b", "will"), ("c", "must")]
    )
    before = compare_passages([first, second], sources={})
    assert before == [Finding("strength", "a", "b", "could retaliate", "will retaliate")]
    assert before[0] in compare_passages([first, second, third], sources={})


def test_two_passages_of_one_article_that_overlap_are_not_compared():
    text = "Iran could retaliate and Iran will retaliate"
    whole = Passage("a", text, text, 0, chain=("x",))
    part = Passage("b", "Iran will retaliate", text, 25, chain=("x",))
    assert [finding.kind for finding in compare_passages([whole, part], sources={})] == ["only-one"]


def test_a_thousand_passages_of_one_wording_are_compared_once(monkeypatch):
    calls = []
    monkeypatch.setattr("stories.disagreements.comparison.compare_names", lambda *args, **_: calls.append(args) or [])
    passages = [Passage(str(number), "Oslo was informed", chain=(f"outlet-{number % 7}",)) for number in range(300)]
    assert compare_passages(passages, sources={}) == []
    assert len(calls) == 1


def test_figures_and_dates_know_their_places():
    text = "On March 3, some 2,000 troops left"
    (day,) = read_dates(text, published=FRIDAY)
    (figure,) = read_figures(text, besides=[(day.start, day.end)])
    assert (text[day.start : day.end], text[figure.start : figure.end]) == ("March 3", "2,000 troops")
    assert (figure.value, figure.unit, figure.bound) == (2000.0, "troop", "about")
