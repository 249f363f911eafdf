"""While somebody decides on a claim no form changes it: what was weighed is what stands when it is recorded."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from stories.models import Claim, Decision
from stories.stamps import LiveStamps
from stories.verification import dispute
from tests.world import World, on_record

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="on SQLite one writes at a time"),
]

TRIES = "wait_event_type = 'Lock' AND datname = current_database()"


class PatientStamps(LiveStamps):
    """A clock that tells the time only when a form that was begun meanwhile has been saved, or waits for us."""

    def __init__(self, form: Callable[[], None]) -> None:
        self.form = threading.Thread(target=form)

    def now(self):  # type: ignore[no-untyped-def]
        if not self.form.ident:
            self.form.start()
            while self.form.is_alive() and not somebody_waits(connection):
                self.form.join(0.02)
        return super().now()


def somebody_waits(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw before
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {TRIES}")
        return cursor.fetchone()[0] > 0


class Form:
    """Somebody who gives a claim another statement; `said` is what came of it."""

    def __init__(self, claim: Claim) -> None:
        self.claim, self.said = claim, ""

    def save(self) -> None:
        try:
            on_record(Claim.objects.get(pk=self.claim.pk), statement="The harbour is open.")
            self.said = "saved"
        except IntegrityError as error:
            self.said = str(error).partition("\n")[0]
        finally:
            connection.close()


def test_the_statement_of_a_claim_does_not_change_under_who_proposes() -> None:
    world = World()
    claim = world.claim()
    passage, form = world.passage(claim, "courier", "wire"), Form(claim)
    stamps = PatientStamps(form.save)
    proposal = world.proposal(claim, passage, stamps=stamps)
    stamps.form.join(20)
    claim.refresh_from_db()
    assert proposal.evidence["claim"]["statement"] == claim.statement == "The harbour is closed."
    assert form.said == "claim: once somebody decided on it, a claim stays as it is: write a new claim."


def test_nor_under_who_disputes() -> None:
    world = World()
    claim = world.claim()
    form = Form(claim)
    stamps = PatientStamps(form.save)
    dispute(claim, by=world.editor, rationale="Doubts.", follows=None, stamps=stamps)
    stamps.form.join(20)
    claim.refresh_from_db()
    assert (claim.statement, form.said != "saved", Decision.objects.count()) == ("The harbour is closed.", True, 1)
