"""One editor takes a text or note down at once; the chain and the replay survive it (rule: suppression).

What is sealed is nowhere the API reads; another editor destroys it, or two put it back.
"""

import json
from typing import Any

import pytest

from stories.audit import find_violations
from stories.chain import verify_rows
from stories.choices import Part
from stories.models import (
    Decision,
    Publication,
    PublicationNote,
    PublicationSource,
    PublicationText,
    SealedText,
    StoryVersion,
)
from stories.record.decisions import DecidedMeanwhile, Refused, payload_of
from stories.record.publications import event_of, fact_in_force
from stories.verification import confirm, newest_decision
from stories.verification.suppression import (
    destroy,
    newest_on,
    propose_restoration,
    restore,
    return_suppression,
    suppress,
)
from tests.published import Desk

pytestmark = pytest.mark.django_db

ORDER = "Order of the district court, 21 November 2025."
TOLD = "Taken down for the safety of a person."


@pytest.fixture
def desk(db: None) -> Desk:
    """Position 1 a fact, 2 a version that prints it."""
    desk = Desk()
    desk.confirm_fact("The pier is shut")
    desk.cut_version("Shut")
    return desk


def at(position: int) -> Publication:
    return Publication.objects.get(pk=position)


def sealed(desk: Desk, position: int = 1, part: Part = Part.TEXT, **fields: Any) -> list[Decision]:
    newest = newest_on(at(position), part)
    values = {
        "because": "safety",
        "by": desk.editor,
        "rationale": ORDER,
        "public_note": TOLD,
        "follows": newest.seq if newest else None,
        "stamps": desk.stamps,
    }
    return suppress(at(position), part=part, **values | fields)


def decided(verb: Any, desk: Desk, position: int = 1, part: Part = Part.TEXT, **fields: Any) -> list[Decision]:
    """`verb` on what is sealed, by the second editor, following the newest decision on it."""
    newest = newest_on(at(position), part)
    values = {"by": desk.second_editor, "rationale": ORDER, "follows": newest.seq if newest else None}
    return verb(at(position), part=part, stamps=desk.stamps, **values | fields)


def restored(desk: Desk, position: int = 1, part: Part = Part.TEXT) -> list[Decision]:
    proposals = decided(propose_restoration, desk, position, part)
    return restore(proposals[0], by=desk.editor, rationale="The danger is over.", stamps=desk.stamps)


def beside() -> tuple[list[int], list[int], list[tuple[int, str]]]:
    """The positions whose texts and notes are shown, and what is sealed."""
    return (
        sorted(PublicationText.objects.values_list("position", flat=True)),
        sorted(PublicationNote.objects.values_list("position", flat=True)),
        sorted(SealedText.objects.values_list("publication", "part")),
    )


def events() -> list[tuple[Any, ...]]:
    columns = ("position", "event", "ends", "suppresses", "restores", "part", "because")
    return list(Publication.objects.order_by("position").values_list(*columns))


def rows() -> list[Any]:
    models = (Decision, Publication, PublicationText, PublicationNote, PublicationSource, SealedText, StoryVersion)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def refusal(call: Any, *args: Any, **kwargs: Any) -> list[str]:
    """Why `call` is refused; nothing is written."""
    before = rows()
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    assert rows() == before
    return refused.value.reasons


# ---- At once --------------------------------------------------------------------------------------------------


def test_a_fact_in_force_is_withdrawn_and_sealed_in_one_act_with_every_version_that_carries_it(desk: Desk) -> None:
    decisions = sealed(desk)
    assert [(one.suppresses_id, one.part, one.verdict) for one in decisions] == [
        (1, "text", "suppressed"),
        (2, "text", "suppressed"),
    ]
    assert events() == [
        (1, "confirmed", None, None, None, "", ""),
        (2, "version", None, None, None, "", ""),
        (3, "withdrawn", 1, None, None, "", ""),
        (4, "suppressed", None, 1, None, "text", "safety"),
        (5, "suppressed", None, 2, None, "text", "safety"),
    ]
    assert (at(3).correction_kind, PublicationNote.objects.get(position=3).text) == ("withheld", TOLD)
    assert beside() == ([], [3, 4, 5], [(1, "text"), (2, "text")])
    assert not PublicationSource.objects.exists()


def test_both_chains_verify_and_the_reason_is_private(desk: Desk) -> None:
    sealed(desk)
    assert verify_rows(Publication.objects.order_by("position"), event_of, name="position").place == 5
    assert verify_rows(Decision.objects.order_by("seq"), payload_of, name="seq").place == 5
    assert not any("court" in row.payload for row in Publication.objects.all())
    assert list(find_violations()) == []


def test_the_event_names_the_part_the_category_and_the_hash_of_its_note(desk: Desk) -> None:
    sealed(desk)
    assert json.loads(at(4).payload) == {
        "format": 2,
        "position": 4,
        "event": "suppressed",
        "at": json.loads(at(4).payload)["at"],
        "story": "harbour",
        "fact_id": str(at(1).fact_id),
        "version": None,
        "correction": None,
        "ends": None,
        "suppresses": 1,
        "text_sha256": None,
        "part": "text",
        "because": "safety",
        "note_sha256": at(4).note_sha256,
    }


def test_the_same_wording_printed_twice_goes_twice(desk: Desk) -> None:
    desk.withdraw_fact(at(1))
    revived = desk.revive(at(1), "The pier is shut")
    assert [one.suppresses_id for one in sealed(desk)] == [1, 2, revived.position]
    assert fact_in_force(Decision.objects.get(publication=1).claim) is None


def test_another_wording_of_the_fact_stands_and_what_prints_it(desk: Desk) -> None:
    newer = desk.reword(at(1), "The pier is closed")
    desk.cut_version("Closed", kind="update", note="We know more.")
    assert [one.suppresses_id for one in sealed(desk)] == [1, 2]
    assert fact_in_force(Decision.objects.get(publication=1).claim) == newer
    assert beside()[0] == [3, 4]


def test_a_note_that_quotes_the_wording_goes_with_it(desk: Desk) -> None:
    desk.withdraw_fact(at(1), note="We said: the pier is shut, Wire reports.")
    assert [(one.suppresses_id, one.part) for one in sealed(desk)] == [(1, "text"), (2, "text"), (3, "note")]
    assert list(find_violations()) == []


def test_a_version_alone_can_go_while_its_facts_stand(desk: Desk) -> None:
    sealed(desk, 2)
    assert beside() == ([1], [3], [(2, "text")])
    assert fact_in_force(Decision.objects.get(publication=1).claim) == at(1)


# ---- Notes ----------------------------------------------------------------------------------------------------


def test_a_note_goes_with_every_other_one_that_says_it_and_kind_and_times_stay(desk: Desk) -> None:
    desk.confirm_fact("Fog lies")
    desk.withdraw_fact(at(1), note="The keeper asked for it.")
    desk.cut_version("Fog", kind="retraction", note="One sentence is gone. The keeper asked for it.")
    before = [(at(place).correction_kind, at(place).at, at(place).hash) for place in (4, 5)]
    decisions = sealed(desk, 4, Part.NOTE, public_note="Somebody asked for it.")
    assert [(one.suppresses_id, one.part) for one in decisions] == [(4, "note"), (5, "note")]
    assert [(at(place).correction_kind, at(place).at, at(place).hash) for place in (4, 5)] == before
    assert beside() == ([1, 2, 3, 5], [6, 7], [(4, "note"), (5, "note")])
    assert list(find_violations()) == []


def test_text_and_note_of_one_publication_go_apart(desk: Desk) -> None:
    desk.reword(at(1), "The pier is closed", note="It was the keeper.")
    sealed(desk, 3, Part.NOTE)
    assert beside() == ([1, 2, 3], [4], [(3, "note")])
    sealed(desk, 3, Part.TEXT)
    assert beside() == ([1, 2], [4, 5, 6], [(3, "note"), (3, "text")])
    assert list(find_violations()) == []


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("", "Write the public note that readers will see in its place."),
        ("\u200b", "The public note holds the character U+200B at place 1, which cannot be printed: remove it."),
        ("We said: the  PIER is shut, Wire reports.", "The public note repeats what it takes down."),
    ],
)
def test_readers_are_told_something_else_in_its_place(desk: Desk, note: str, reason: str) -> None:
    assert refusal(sealed, desk, public_note=note) == [reason]


def test_what_takes_the_place_of_a_note_can_go_as_well(desk: Desk) -> None:
    desk.withdraw_fact(at(1), note="The keeper asked for it.")
    sealed(desk, 3, Part.NOTE, public_note="A neighbour asked for it.")
    sealed(desk, 4, Part.NOTE, public_note="Somebody asked for it.")
    assert beside() == ([1, 2], [5], [(3, "note"), (4, "note")])


# ---- Destroyed, or put back -----------------------------------------------------------------------------------


def test_another_editor_destroys_it_and_the_log_says_nothing_more(desk: Desk) -> None:
    sealed(desk)
    before = events()
    decisions = decided(destroy, desk)
    assert [(one.suppresses_id, one.verdict, one.publication_id) for one in decisions] == [
        (1, "destroyed", None),
        (2, "destroyed", None),
    ]
    assert (beside(), events()) == (([], [3, 4, 5], []), before)
    assert list(find_violations()) == []
    gone = ["Its text is gone for good."]
    assert refusal(decided, destroy, desk) == gone
    assert refusal(decided, propose_restoration, desk) == gone
    assert refusal(sealed, desk) == ["Its text has been suppressed already."]


def test_what_another_claim_says_in_the_same_words_stays_as_it_is(desk: Desk) -> None:
    other = desk.confirm_fact("The pier is shut", claim=desk.claim("No ship can land.")).pk
    sealed(desk)
    assert beside()[0] == [other]
    sealed(desk, other)
    assert [one.suppresses_id for one in decided(destroy, desk)] == [1, 2]
    assert beside()[2] == [(other, "text")]
    restored(desk, other)
    assert beside()[0] == [other]


def test_who_sealed_it_does_not_destroy_it(desk: Desk) -> None:
    sealed(desk)
    assert refusal(decided, destroy, desk, by=desk.editor) == [
        f"You sealed the text of position {place} yourself: another editor signs." for place in (1, 2)
    ]


def test_two_editors_put_back_the_same_text_under_the_same_hash(desk: Desk) -> None:
    before = (
        list(PublicationText.objects.order_by("position").values()),
        list(PublicationSource.objects.order_by("publication", "slug").values_list("publication", "slug")),
    )
    sealed(desk)
    proposals = decided(propose_restoration, desk)
    assert [one.suppresses_id for one in proposals] == [1, 2]
    assert beside()[0] == []  # proposed alone changes nothing
    yours = "You proposed to restore position {} yourself: another editor signs."
    assert refusal(restore, proposals[0], by=desk.second_editor, rationale="Mine.") == [
        yours.format(1),
        yours.format(2),
    ]
    restore(proposals[0], by=desk.editor, rationale="The danger is over.", stamps=desk.stamps)
    assert events()[5:] == [
        (6, "restored", None, None, 1, "text", ""),
        (7, "restored", None, None, 2, "text", ""),
    ]
    after = (
        list(PublicationText.objects.order_by("position").values()),
        list(PublicationSource.objects.order_by("publication", "slug").values_list("publication", "slug")),
    )
    assert (after, beside()[2]) == (before, [])
    assert fact_in_force(Decision.objects.get(publication=1).claim) is None  # it stays withdrawn
    assert list(find_violations()) == []


def test_what_was_put_back_can_go_again_and_come_back_again(desk: Desk) -> None:
    for _ in range(2):
        sealed(desk)
        restored(desk)
    assert beside()[0] == [1, 2]
    assert [row[1] for row in events()[2:]] == ["withdrawn", *["suppressed", "suppressed", "restored", "restored"] * 2]
    assert list(find_violations()) == []


def test_a_note_comes_back(desk: Desk) -> None:
    desk.withdraw_fact(at(1), note="The keeper asked for it.")
    before = PublicationNote.objects.values().get(position=3)
    sealed(desk, 3, Part.NOTE)
    restored(desk, 3, Part.NOTE)
    assert PublicationNote.objects.values().get(position=3) == before
    assert list(find_violations()) == []


def test_a_proposal_to_restore_goes_back_and_it_stays_sealed(desk: Desk) -> None:
    sealed(desk)
    first = decided(propose_restoration, desk)[0]
    assert refusal(decided, destroy, desk, by=desk.person("third", "Editors")) == [
        "second-editor proposed to restore this: sign it, or return it first."
    ]
    assert refusal(return_suppression, first, by=desk.reporter, rationale="No.") == ["Only an editor can return this."]
    assert refusal(return_suppression, first, by=desk.editor, rationale=" ") == ["Say why it goes back."]
    back = return_suppression(first, by=desk.editor, rationale="Not yet.", stamps=desk.stamps)
    assert (back.verdict, back.previous, beside()[2]) == ("returned", first, [(1, "text"), (2, "text")])
    with pytest.raises(DecidedMeanwhile) as late:
        restore(first, by=desk.editor, rationale="Late.")
    assert late.value.decision == back
    restored(desk)
    assert beside()[0] == [1, 2]


# ---- Who, what and why ----------------------------------------------------------------------------------------


def test_an_editor_and_nobody_else(desk: Desk) -> None:
    for nobody in (desk.reporter, desk.person("root", is_superuser=True)):
        assert refusal(sealed, desk, by=nobody) == ["Only an editor can suppress a publication."]
    sealed(desk)
    for nobody in (desk.reporter, desk.person("admin", is_superuser=True)):
        assert refusal(decided, destroy, desk, by=nobody) == ["Only an editor can destroy what is sealed."]
        assert refusal(decided, propose_restoration, desk, by=nobody) == [
            "Only an editor can propose to restore what is sealed."
        ]


@pytest.mark.parametrize("blank", ["", " \n\t", "\u200b"])
def test_the_reason_is_written_down(desk: Desk, blank: str) -> None:
    reason = ["Write the reason, such as the order of the court; it stays in the ledger."]
    assert refusal(sealed, desk, rationale=blank) == reason
    sealed(desk)
    assert refusal(decided, destroy, desk, rationale=blank) == reason


@pytest.mark.parametrize("because", ["", "whim"])
def test_the_category_is_one_of_three(desk: Desk, because: str) -> None:
    assert refusal(sealed, desk, because=because) == ["Choose why: court, safety, privacy."]


def test_only_what_lies_beside_the_log_goes(desk: Desk) -> None:
    desk.withdraw_fact(at(1))
    assert refusal(sealed, desk, 3) == ["This publication has no text of its own."]
    assert refusal(sealed, desk, 1, Part.NOTE) == ["This publication has no public note of its own."]
    assert refusal(
        suppress,
        Publication(position=99),
        part=Part.TEXT,
        because="court",
        by=desk.editor,
        rationale=ORDER,
        public_note=TOLD,
    ) == ["There is no such publication in the database: reload the page."]


def test_decisions_on_claims_and_on_parts_are_not_mistaken_for_each_other(desk: Desk) -> None:
    on_claim = newest_decision(Decision.objects.get(publication=1).claim)
    for call in (restore, return_suppression):
        assert refusal(call, on_claim, by=desk.editor, rationale=ORDER) == [
            "This decision is about a claim, not about a part of a publication."
        ]
    sealed(desk)
    proposal = decided(propose_restoration, desk)[0]
    assert refusal(confirm, proposal, by=desk.editor) == [
        "This decision is about suppressing a publication, not about a claim."
    ]


def test_who_was_slower_is_told(desk: Desk) -> None:
    sealed(desk)
    with pytest.raises(DecidedMeanwhile) as late:
        sealed(desk, by=desk.second_editor, follows=None)
    assert late.value.decision == newest_on(at(1))


def test_a_double_submission_makes_one_decision_each(desk: Desk) -> None:
    first = sealed(desk)
    assert sealed(desk, follows=None) == first[:1]
    seen = newest_on(at(1)).seq
    gone = decided(destroy, desk, follows=seen)
    assert decided(destroy, desk, follows=seen) == gone[:1]
    assert Decision.objects.on_publications().count() == 4
