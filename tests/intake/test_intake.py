"""Reading a received text: what it says about itself, and where its body lies. Nothing is cut or invented."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.intake.plain_text import ParsedArticle, UnreadableSeed, read_article, read_seed

SEEDS = Path(__file__).resolve().parent.parent.parent / "seeds"
DEUTSCHE_WELLE = SEEDS / "000_160a7556030b033a.txt"
UNN = SEEDS / "001_14604c2717f28172.txt"


def sha256_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_seed_texts_are_read_byte_for_byte():
    assert [(len(read_seed(path)), sha256_of(read_seed(path))) for path in (DEUTSCHE_WELLE, UNN)] == [
        (4451, "96815cd5892490b8f57d16cb5cd0c47d4989ea5b5dd8d7f257e4c13260b7323d"),
        (2707, "d192fb39aca2d4bddd7614c8974e6facb0e9cedf099937a49fda65336eb2e705"),
    ]


def test_a_page_with_a_header_block_and_a_tail_of_links():
    assert read_article(read_seed(DEUTSCHE_WELLE)) == ParsedArticle(
        headline="The U.S. Offers Ukraine Guarantees Similar to NATO for the First Time - Axios",
        published="2025-11-21T12:21",
        body_start=218,
        body_end=4422,
    )


def test_a_text_with_a_date_glued_to_its_first_sentence_and_no_headline():
    assert read_article(read_seed(UNN)) == ParsedArticle(
        headline=None,
        published="2025-11-21",
        body_start=17,
        body_end=2705,
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("One plain sentence.", ParsedArticle(None, "", 0, 19)),
        ("\n First.\n\nSecond.\n\n", ParsedArticle(None, "", 2, 17)),
        ("", ParsedArticle(None, "", 0, 0)),
        (" \n\t\n", ParsedArticle(None, "", 0, 0)),
        ("\ufeffFirst.", ParsedArticle(None, "", 1, 7)),
    ],
)
def test_a_text_without_any_mark_is_all_body(raw, expected):
    assert read_article(raw) == expected


@pytest.mark.parametrize("label", ["Publication date", "Publiation data", "PUBLICATION DATE"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_date_label_is_known_in_its_spellings(label, newline):
    raw = newline.join(["Dam holds", "Reuters", f"{label}: 02.01.2026", "The dam holds.", ""])
    assert read_article(raw) == ParsedArticle(
        "Dam holds", "2026-01-02", raw.index("The dam"), raw.index("The dam") + 14
    )


def test_a_headline_said_twice_is_a_header_without_a_date():
    raw = "Dam holds\nEurope\nDam holds\n\nThe dam holds."
    assert read_article(raw) == ParsedArticle("Dam holds", "", 28, 42)


def test_a_date_that_does_not_exist_stays_unknown():
    raw = "Dam holds\nPublication date: 31.02.2026 25:00\nThe dam holds."
    assert read_article(raw) == ParsedArticle("Dam holds", "", 45, 59)


def test_a_date_label_in_running_text_is_the_article_s_own():
    raw = "The book is out.\n\nIt took years.\n\nPublication date: 02.01.2026\n\nIt sells."
    parsed = read_article(raw)
    assert (parsed.published, parsed.body_start, parsed.body_end) == ("", 0, len(raw))


def test_a_date_prefix_that_is_no_date_is_text():
    raw = " date 2025-13-45 is a misprint."
    assert read_article(raw) == ParsedArticle(None, "", 1, len(raw))


def test_a_tail_takes_the_links_under_it_with_it():
    raw = "The dam holds.\n\nREAD ALSO\n\nFive dams that did not\n"
    assert read_article(raw) == ParsedArticle(None, "", 0, 14)


def test_a_tail_mark_with_paragraphs_after_it_is_left_in_the_body():
    raw = "The dam holds.\n\nREAD ALSO\n\nFive dams\n\nIt was built in 1931."
    parsed = read_article(raw)
    assert (parsed.body_start, parsed.body_end) == (0, len(raw))


def test_a_byte_order_mark_before_the_header_is_kept_and_ignored():
    raw = "\ufeff date 2025-11-21 The dam holds."
    assert read_article(raw) == ParsedArticle(None, "2025-11-21", 18, len(raw))
    raw = "\ufeffDam holds\nPublication date: 21 November 2025, 12:21\nThe dam holds."
    assert read_article(raw) == ParsedArticle("Dam holds", "2025-11-21T12:21", raw.index("The dam"), len(raw))


@given(st.text(alphabet=st.sampled_from("aA .\n\r\t\ufeff:dateREADLSO 2025-1\u2028"), max_size=200))
def test_any_text_has_a_body_inside_it_and_only_marks_or_white_space_around_it(raw):
    parsed = read_article(raw)
    assert 0 <= parsed.body_start <= parsed.body_end <= len(raw)
    body = raw[parsed.body_start : parsed.body_end]
    assert body == body.strip()


def test_a_missing_seed_is_named_in_one_line(tmp_path):
    with pytest.raises(UnreadableSeed) as refused:
        read_seed(tmp_path / "absent.txt")
    assert str(refused.value) == f"cannot read the seed {tmp_path / 'absent.txt'}: there is no such file"


def test_a_seed_in_another_encoding_is_named_with_the_place(tmp_path):
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    with pytest.raises(UnreadableSeed) as refused:
        read_seed(tmp_path / "latin.txt")
    assert str(refused.value) == (
        f"cannot read the seed {tmp_path / 'latin.txt'}: it is not UTF-8 (byte 3); save it as UTF-8"
    )


def test_a_folder_is_not_a_seed(tmp_path):
    with pytest.raises(UnreadableSeed) as refused:
        read_seed(tmp_path)
    assert str(refused.value) == f"cannot read the seed {tmp_path}: Is a directory"
