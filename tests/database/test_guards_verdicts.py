"""What the database refuses of a verdict in the ledger, whoever writes: who may give it, on what, after what.

Rules: two-people, transitions, claim-kinds, suppression.

Each forgery is shown twice: refused in the guard's own words, and passing once the guard is away.
"""

import pytest

from stories.choices import Part
from stories.models import Decision, Publication
from stories.verification.suppression import newest_on
from tests.rows import Desk, Forgeries, decide, place_after, undone

FORGERIES = Forgeries()
breaking = FORGERIES.breaking


@breaking("decision_fits_its_target")
def suppress_a_claim(desk: Desk) -> None:
    on_part = {"part": "text", "because": "court", "public_note": "Taken down."}
    position = place_after(Publication).number
    decide(desk, desk.unverified, "suppressed", "editor", publication_id=position, **on_part)


@breaking("decision_fits_its_target", beside=["decision_disputed_ends_the_fact"])
def dispute_a_publication(desk: Desk) -> None:
    decide(
        desk,
        None,
        "disputed",
        "editor",
        suppresses=desk.publication(desk.ended),
        part="text",
        correction_kind="",
        public_note="",
    )


@breaking("decision_confirmed_by_second_person", beside=["decision_confirmed_by_an_editor"])
def confirm_ones_own_proposal(desk: Desk) -> None:
    decide(desk, desk.proposed, "confirmed", "reporter")


@breaking("decision_confirmed_by_second_person")
def confirm_ones_own_proposal_as_an_editor(desk: Desk) -> None:
    decide(desk, desk.proposed, "confirmed", "reporter", actor_role="editor")


@breaking("decision_confirmed_by_second_person")
def confirm_ones_own_proposal_under_another_name(desk: Desk) -> None:
    decide(desk, desk.proposed, "confirmed", "reporter", actor_username="somebody-else", actor_role="editor")


@breaking("decision_confirmed_by_second_person")
def confirm_under_the_proposers_name(desk: Desk) -> None:
    decide(desk, desk.proposed, "confirmed", "editor", actor_username="reporter")


@breaking("decision_confirmed_by_second_person", beside=["decision_confirmed_as_proposed"])
def confirm_without_a_proposal(desk: Desk) -> None:
    words = Decision.objects.filter(verdict="confirmed")[0]
    columns = {name: getattr(words, name) for name in ("wording", "basis", "evidence", "evidence_digest")}
    decide(desk, desk.unverified, "confirmed", "editor", **columns)


@breaking("decision_confirmed_by_second_person")
def confirm_a_confirmation(desk: Desk) -> None:
    decide(desk, desk.in_force, "confirmed", "second_editor")


@breaking("decision_confirmed_by_an_editor")
def confirm_as_two_reporters(desk: Desk) -> None:
    decide(desk, desk.proposed, "confirmed", "editor", actor_role="reporter")


def confirmed_with(column: str, value: object):
    """A forger who confirms something else than was proposed."""

    def forge(desk: Desk) -> None:
        decide(desk, desk.proposed, "confirmed", "editor", **{column: value(desk) if callable(value) else value})

    forge.__name__ = f"confirm_with_another_{column}"
    return forge


for column, other in {
    "wording": "The ferry sank, Wire reports.",
    "basis": "documented",
    "correction_kind": "update",
    "public_note": "A note.",
    "replaced_by": lambda desk: desk.in_force,
    "accepts_inferred": True,
    "evidence_digest": "0" * 64,
}.items():
    breaking("decision_confirmed_as_proposed")(confirmed_with(column, other))


@breaking("decision_kind_can_be_confirmed")
def confirm_a_prediction(desk: Desk) -> None:
    decide(desk, desk.prediction, "proposed", "reporter")
    decide(desk, desk.prediction, "confirmed", "editor")


@breaking("decision_kind_can_be_confirmed")
def confirm_a_question(desk: Desk) -> None:
    question = desk.world.claim("Who shut the harbour?", kind="question")
    decide(desk, question, "proposed", "reporter")
    decide(desk, question, "confirmed", "editor")


@breaking("decision_kind_can_be_confirmed")
def corroborate_a_characterisation(desk: Desk) -> None:
    claim = desk.world.claim("The closure is a scandal.", kind="characterisation")
    decide(desk, claim, "proposed", "reporter", basis="corroborated")
    decide(desk, claim, "confirmed", "editor")


@breaking("decision_returned_proposal")
def return_what_nobody_proposed(desk: Desk) -> None:
    decide(desk, desk.in_force, "returned", "editor")


@breaking("decision_returned_proposal")
def return_somebody_elses_proposal_as_a_reporter(desk: Desk) -> None:
    decide(desk, desk.proposed, "returned", "editor", actor_role="reporter")


@breaking("decision_disputed_by_an_editor")
def dispute_as_a_reporter(desk: Desk) -> None:
    decide(desk, desk.proposed, "disputed", "reporter")


@breaking("decision_disputed_by_an_editor")
def dispute_what_is_disputed(desk: Desk) -> None:
    decide(desk, desk.ended, "disputed", "editor")


@breaking("decision_disputed_ends_the_fact")
def dispute_and_leave_the_fact(desk: Desk) -> None:
    decide(desk, desk.in_force, "disputed", "editor")


@breaking("decision_disputed_ends_the_fact")
def refute_and_end_what_is_not_in_force(desk: Desk) -> None:
    decide(desk, desk.ended, "refuted", "editor", publication_id=place_after(Publication).number)


@breaking("decision_withdrawn_by_an_editor")
def withdraw_as_a_reporter(desk: Desk) -> None:
    decide(desk, desk.in_force, "withdrawn", "reporter")


@breaking("decision_withdrawn_in_force")
def withdraw_twice(desk: Desk) -> None:
    decide(desk, desk.ended, "withdrawn", "editor")


@breaking("decision_withdrawn_in_force")
def withdraw_what_was_never_confirmed(desk: Desk) -> None:
    decide(desk, desk.proposed, "withdrawn", "editor")


def on_part(desk: Desk, verdict: str, who: str = "editor", *, part: str = "text", **columns: object) -> Decision:
    """A decision on the `part` of the text that is sealed, by `who`, or with other `columns` on another one."""
    target = columns.pop("suppresses", desk.suppressed_text.position)
    newest = newest_on(target, Part(part))
    position = place_after(Publication).number if verdict in ("suppressed", "restored") else None
    values: dict[str, object] = {"suppresses": target, "part": part, "previous": newest, "publication_id": position}
    values |= {"wording": "", "basis": "", "evidence": None, "evidence_digest": "", "actor_role": "editor"}
    if verdict == "suppressed":
        values |= {"because": "court", "public_note": "Taken down."}
    return decide(desk, None, verdict, who, **values | columns)


@breaking("decision_suppressed_by_an_editor")
def suppress_as_a_reporter(desk: Desk) -> None:
    on_part(desk, "suppressed", suppresses=desk.publication(desk.ended), actor_role="reporter")


@breaking("decision_suppressed_by_an_editor")
def suppress_what_is_sealed(desk: Desk) -> None:
    on_part(desk, "suppressed")


@breaking("decision_destroyed_by_another_editor")
def destroy_what_one_sealed_oneself(desk: Desk) -> None:
    on_part(desk, "destroyed")


@breaking("decision_destroyed_by_another_editor")
def destroy_under_the_sealers_name(desk: Desk) -> None:
    on_part(desk, "destroyed", "second_editor", actor_username="editor")


@breaking("decision_destroyed_by_another_editor")
def destroy_as_a_reporter(desk: Desk) -> None:
    on_part(desk, "destroyed", "second_editor", actor_role="reporter")


@breaking("decision_destroyed_by_another_editor")
def destroy_what_is_shown(desk: Desk) -> None:
    on_part(desk, "destroyed", "second_editor", suppresses=desk.publication(desk.ended))


@breaking("decision_restored_by_two_editors")
def restore_without_a_proposal(desk: Desk) -> None:
    on_part(desk, "restored", "second_editor")


@breaking("decision_restored_by_two_editors")
def restore_on_ones_own_proposal(desk: Desk) -> None:
    on_part(desk, "proposed")
    on_part(desk, "restored")


@breaking("decision_restored_by_two_editors")
def propose_to_restore_as_a_reporter(desk: Desk) -> None:
    on_part(desk, "proposed", actor_role="reporter")


@breaking("decision_restored_by_two_editors")
def propose_to_restore_what_is_shown(desk: Desk) -> None:
    on_part(desk, "proposed", suppresses=desk.publication(desk.ended))


@breaking("decision_suppressed_by_two_editors", beside=["decision_format"])
def propose_in_the_old_format_as_a_reporter(desk: Desk) -> None:
    in_format_1(desk, "proposed", actor_role="reporter")


@breaking("decision_suppressed_by_two_editors", beside=["decision_format"])
def suppress_alone_in_the_old_format(desk: Desk) -> None:
    in_format_1(desk, "suppressed", publication_id=place_after(Publication).number)


def in_format_1(desk: Desk, verdict: str, **columns: object) -> Decision:
    """A decision as the release before made it: it named no part."""
    blank = {"wording": "", "basis": "", "evidence": None, "evidence_digest": ""}
    target = {"suppresses": desk.publication(desk.ended), "format": 1}
    return decide(desk, None, verdict, "editor", **blank | target | columns)


@pytest.mark.parametrize("guard", FORGERIES.guards())
def test_the_database_refuses_it_and_nothing_but_its_guard_does(guard: str, desk: Desk) -> None:
    FORGERIES.prove(guard, desk)


def test_what_the_policy_allows_passes_unforged(desk: Desk) -> None:
    with undone():
        decide(desk, desk.proposed, "returned", "reporter")
        decide(desk, desk.proposed, "proposed", "editor")
        decide(desk, desk.proposed, "confirmed", "reporter")
        decide(desk, desk.ended, "refuted", "second_editor")
        decide(desk, desk.unverified, "disputed", "editor")
        next_one = place_after(Publication).number + 1
        on_part(desk, "suppressed", suppresses=desk.publication(desk.ended), publication_id=next_one)
        on_part(desk, "proposed")
        on_part(desk, "restored", "second_editor", publication_id=next_one + 1)
        on_part(desk, "destroyed", "second_editor", suppresses=desk.publication(desk.ended))
