"""Texts that somebody typed: whatever it is, it is kept to the letter or refused in a sentence; never a crash."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stories.models import Decision
from stories.record.decisions import Refused
from stories.record.publications import text_of
from stories.texts import HEADLINE, PUBLIC_NOTE, RATIONALE, WORDING, fold, holds_words, is_blank, reasons_against_text
from stories.verification import confirm, dispute, newest_decision
from tests.world import World

# Surrogates and NUL included, and what JSON, SQL or a terminal treats specially.
ANY_TEXT = st.text(st.characters(), max_size=40) | st.text(
    st.sampled_from(
        "\x00\x07\x08\x0c\x1f\x7f\x85\u2028\u2029\u202e\ud83d\U0001f6a2\"'\\/%_$&<>\u00a0\u0301é\ufffe\r\n\t "
    ),
    max_size=12,
)
LAW = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def holds(rule: str, what: str, place: int) -> str:
    return f"The {rule} holds {what} at place {place}, which cannot be printed: remove it."


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u00a0\u2003", "\u200b", "\u202e\u2066", "\x00"])
def test_what_shows_nothing_is_blank(blank: str) -> None:
    assert is_blank(blank)
    assert not is_blank(blank + "x")


@pytest.mark.parametrize(
    ("rule", "text", "reason"),
    [
        (RATIONALE, None, "The rationale must be text."),
        (RATIONALE, b"bytes", "The rationale must be text."),
        (RATIONALE, [], "The rationale must be text."),
        (RATIONALE, "x" * 20_001, "The rationale has 20,001 characters; at most 20,000 fit."),
        (
            RATIONALE,
            "a\x00",
            holds("rationale", "the character U+0000", 2),
        ),
        (
            PUBLIC_NOTE,
            "\ud83d",
            holds("public note", "the character U+D83D", 1),
        ),
        (
            PUBLIC_NOTE,
            "a\u202eb",
            holds("public note", "the character U+202E", 2),
        ),
        (HEADLINE, "a\r\nb", holds("headline", "a line break", 2)),
        (HEADLINE, "a\u2028b", holds("headline", "a line break", 2)),
        (WORDING, " a", "The wording begins or ends with a space: remove it."),
    ],
)
def test_what_cannot_be_kept_or_printed(rule: Any, text: object, reason: str) -> None:
    assert reasons_against_text(rule, text) == [reason]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (RATIONALE, "One line.\r\nAnother,\twith\u200b hidden ones."),
        (PUBLIC_NOTE, "One line.\nAnother, “quoted” – and \U0001f6a2."),
        (WORDING, "Зеленський said “no”, 金融时报 reported: 5% of \\ / < & > 'it'."),
        (WORDING, ""),
    ],
)
def test_what_can(rule: Any, text: str) -> None:
    assert reasons_against_text(rule, text) == []


@pytest.mark.parametrize(
    ("text", "name", "there"),
    [
        ("Jane Roe said", "jane roe", True),
        ("JANE\u00a0ROE said", "Jane Roe", True),
        ("Ja\u200bne Roe said", "Jane Roe", True),
        ("Ｊane Roe", "Jane Roe", True),
        ("Jane Roebuck said", "Jane Roe", False),
        ("anything", "", False),
        ("a - b", "-", False),
    ],
)
def test_words_are_found_however_they_are_written(text: str, name: str, there: bool) -> None:
    assert holds_words(text, name) is there
    assert fold(fold(text)) == fold(text)


@pytest.fixture
def world(db: None) -> World:
    return World()


@LAW
@given(rationale=ANY_TEXT)
@example(rationale="\x7f")
@example(rationale="\u2028\U0001f6a2\"\\\r\n\t'")
def test_a_reason_is_kept_to_the_letter_or_refused(world: World, rationale: str) -> None:
    try:
        decision = dispute(world.claim(), by=world.editor, rationale=rationale, follows=None, stamps=world.stamps)
    except Refused as refused:
        expected = reasons_against_text(RATIONALE, rationale) or ["Write the rationale: why?"]
        assert refused.reasons == expected  # noqa: PT017 - most texts are not refused
    else:
        assert Decision.objects.get(pk=decision.pk).rationale == rationale


@LAW
@given(words=ANY_TEXT, note=ANY_TEXT)
@example(words="\U0001f6a2 \\ / é e\u0301 </script>", note="\r\n\t\u2028 \\")
def test_what_is_printed_is_what_was_typed_or_nothing(world: World, words: str, note: str) -> None:
    claim = world.fact()
    wording = f"{words} Wire reports"
    explained = {"correction_kind": "update", "public_note": note}
    try:
        confirm(world.proposal(claim, claim.evidence.get(), wording=wording, **explained), by=world.editor)
    except Refused as refused:
        assert refused.reasons  # noqa: PT017 - most texts are not refused
        assert newest_decision(claim).verdict == "confirmed"
    else:
        made = newest_decision(claim).publication
        assert (text_of(made)["statement"], made.note_beside.text) == (wording, note)
