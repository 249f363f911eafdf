"""Figures as newsrooms write them: equal is equal, different is different. stories/reading/figures.py, numbers.py."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.reading.dates import read_dates
from stories.reading.figures import read_figures

FRIDAY = date(2025, 11, 21)


def read(text):
    """The figures of a text, dates aside: value and unit."""
    days = [(one.start, one.end) for one in read_dates(text, published=FRIDAY)]
    return [(figure.value, figure.unit) for figure in read_figures(text, besides=days)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 500 people", "12,500 people"),
        ("12\u00a0500 people", "12,500 people"),
        ("12\u202f500 people", "12\u2009500 people"),
        ("12’500 people", "12'500 people"),
        ("12.500 Soldaten", "12 500 Soldaten"),
        ("€2 400 000", "€2.4 million"),
        ("€2.400.000", "€2,400,000"),
        ("$60B", "$60 billion"),
        ("$60bn", "60 billion dollars"),
        ("$60M", "$60 million"),
        ("$60m", "60 mn dollars"),
        ("$1.2T", "1.2 trillion dollars"),
        ("$1.2tn", "US$1.2 trillion"),
        ("$600K", "$600,000"),
        ("600k people", "600 000 people"),
        ("60 Mrd. Euro", "€60bn"),
        ("60 Milliarden Euro", "60 milliards d’euros"),
        ("60 млн доларів", "$60 million"),
        ("60 млрд долларов", "60 мільярдів доларів"),
        ("60 мільйонів гривень", "60 млн грн"),
        ("60 mil millones euros", "€60 billion"),
        ("Two hundred and thirty people", "230 people"),
        ("a hundred people", "100 people"),
        ("half a million people", "500,000 people"),
        ("three hundred and fifty thousand people", "350,000 people"),
        ("two dozen people", "24 people"),
        ("twenty-one people", "21 people"),
        ("twenty one people", "21 people"),
        ("двісті тридцять осіб", "230 осіб"),
        ("zweihundertdreißig Menschen", "230 Menschen"),
        ("soixante-dix personnes", "70 personnes"),
        ("treinta y uno personas", "31 personas"),
        ("60–70 billion dollars", "$60bn to $70bn"),
        ("5 to 6 million people", "5 million or 6 million people"),
        ("four-and-a-half years", "4.5 years"),
        ("one and a half million people", "1.5 million people"),
        ("4–5 km away", "4 km or 5 km away"),
        ("60 %", "60 percent"),
        ("60 відсотків", "60%"),
        ("100 m away", "100 metres away"),
    ],
)
def test_equal_is_equal(one, other):
    assert read(one) == read(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("600 000 people", "600 people"),
        ("$60B", "$60M"),
        ("60 млрд доларів", "60 млн доларів"),
        ("60 Mrd. Euro", "60 Mio. Euro"),
        ("12 500 people", "12 people"),
        ("A$60 million", "$60 million"),
        ("two hundred people", "two people"),
        ("1.5 million people", "15 million people"),
        ("60–70 billion dollars", "60–70 million dollars"),
    ],
)
def test_different_is_different(one, other):
    assert read(one) != read(other)


@pytest.mark.parametrize(
    "text",
    [
        "on November 20",
        "20 листопада",
        "20-го листопада 2025 року",
        "20 і 21 листопада",
        "с 20 по 21 ноября",
        "am 20. November",
        "le 1er novembre",
        "el 21 de noviembre de 2025",
        "on November 20, 21 and 22",
        "30 лютого",
        "on February 31",
        "у 2022 році",
        "at 5 p.m. on Friday",
        "at 12:21",
        "the 20th day",
        "20-й пакет",
    ],
)
def test_a_day_a_year_and_an_hour_are_no_figures(text):
    assert read(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "21 November 2025",
        "November 21, 2025",
        "21 листопада 2025 року",
        "21 ноября 2025 года",
        "21. November 2025",
        "21 novembre 2025",
        "21 de noviembre de 2025",
        "21 листопада",
        "21. November",
        "21.11.2025",
    ],
)
def test_a_day_is_read_in_six_languages(text):
    (found,) = read_dates(f"({text})", published=FRIDAY)
    assert found.spans == ((FRIDAY, FRIDAY),)


def test_two_days_of_a_month_are_the_span_between_them():
    for text in ("20 та 21 листопада", "20–21 November", "20. und 21. November", "20 y 21 de noviembre"):
        (found,) = read_dates(text, published=FRIDAY)
        assert found.spans == ((date(2025, 11, 20), FRIDAY),)


def test_a_number_beside_a_date_is_still_a_figure():
    assert read("On May 13 200 people came") == [(200.0, "people")]
    assert read("On November 21, 12 500 people came") == [(12500.0, "people")]


@given(st.integers(min_value=2, max_value=999_999_999))
def test_every_grouping_of_a_number_is_that_number(number):
    for mark in (",", " ", "\u00a0", "\u202f", "'", "’"):
        assert read(f"{number:,} people".replace(",", mark)) == [(float(number), "people")] or 1900 <= number <= 2099


@given(st.text(alphabet=st.sampled_from("$€1250 .,-–’'\u00a0 kmBMbn%tomillionдвАund\ufffc"), max_size=40))
def test_no_text_is_too_much_and_every_figure_lies_in_it(text):
    for figure in read_figures(text):
        assert 0 <= figure.start < figure.end <= len(text)
