"""An event of the log that says other than the decision or cut that made it is found, though its chain holds.

The owner takes the guards down, changes the row, makes the chain anew, and puts them up again.
"""

from typing import Any

import pytest

from stories.audit import find_violations, verify_log
from stories.chain import Place, seal
from stories.models import FactInForce, Publication
from stories.record.publications import event_of
from tests import published
from tests.audit.test_behind_the_desk import as_owner
from tests.rows import Desk


def forge_event(row: Publication, **columns: Any) -> None:
    """Other `columns` of `row`, and the whole log from there made anew, so that its chain verifies."""
    Publication.objects.filter(pk=row.pk).update(**columns)
    FactInForce.objects.filter(pk=row.pk).update(**{name: value for name, value in columns.items() if name == "story"})
    before = Publication.objects.filter(pk=row.pk - 1).values_list("hash", flat=True).first() or ""
    for one in Publication.objects.filter(pk__gte=row.pk).order_by("pk"):
        seal(one, event_of(one), Place(one.pk, before, one.at))
        one.save(force_update=True)
        before = one.hash


FORGED: list[tuple[str, dict[str, Any]]] = [
    ("confirmed", {"story": "elsewhere"}),
    ("withdrawn", {"story": "elsewhere"}),
    ("withdrawn", {"correction_kind": "update"}),
    ("withdrawn", {"replaced_by": "6c97c1a4-4148-5e29-98ca-546623742ad6"}),
    ("suppressed", {"because": "privacy"}),
    ("suppressed", {"story": "elsewhere"}),
]


@pytest.mark.parametrize(("event", "columns"), FORGED)
def test_an_event_that_says_other_than_its_decision(desk: Desk, event: str, columns: dict[str, Any]) -> None:
    row = Publication.objects.filter(event=event).earliest("position")
    (name,) = columns
    as_owner(lambda: forge_event(row, **columns))
    assert verify_log().place == Publication.objects.count()
    said = f"stories.publication {row.pk}: its {name} is not what decision {row.decision.seq} says"
    assert [str(one) for one in find_violations() if "is not what decision" in one.reason] == [said]


def test_a_version_that_is_another_kind_of_correction(db: None) -> None:
    newsroom = published.Desk()
    newsroom.confirm_fact("The pier is shut")
    newsroom.cut_version("Shut")
    row = newsroom.cut_version("Shut for good", kind="update", note="We know more.")
    as_owner(lambda: forge_event(row, correction_kind="correction"))
    said = f"stories.publication {row.pk}: its correction_kind is not that of the version that was cut"
    assert [str(one) for one in find_violations()] == [said]


def test_a_desk_whose_events_were_left_alone_is_in_order(desk: Desk) -> None:
    assert list(find_violations()) == []
