"""`manage.py stats`: the desk in figures, and no words of it."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from stories.chain import format_time
from stories.models import Decision, Publication
from stories.replicas.heartbeat import beat
from tests.published import Desk

pytestmark = pytest.mark.django_db


def figures() -> dict:
    out = StringIO()
    call_command("stats", json=True, stdout=out)
    return json.loads(out.getvalue())


def test_an_empty_desk_has_no_heads() -> None:
    found = figures()
    assert {name: value for name, value in found.items() if value not in (0, [], None)} == {}


def test_what_was_done_is_counted() -> None:
    desk = Desk()
    desk.withdraw_fact(desk.confirm_fact("One"))
    desk.confirm_fact("Two")
    desk.cut_version("Both")
    claim = desk.claim("Three.")
    waiting = desk.proposal(
        claim, desk.passage(claim, "courier", "wire", quote="Three"), wording="Three, Wire reports."
    )
    at = beat()
    found = figures()
    assert {name: found[name] for name in ("stories", "claims", "passages", "decisions", "position")} == {
        "stories": 1,
        "claims": 3,
        "passages": 3,
        "decisions": 6,
        "position": 4,
    }
    assert (found["facts_in_force"], found["waiting_for_signature"]) == (1, 1)
    assert found["oldest_waiting_since"] == format_time(waiting.at)
    assert found["last_decision_at"] == format_time(Decision.objects.get(seq=6).at)
    assert found["last_publication_at"] == format_time(Publication.objects.get(position=4).at)
    assert (found["heartbeat_at"], found["api_databases"]) == (format_time(at), [])


def test_for_people_one_line_a_figure() -> None:
    out = StringIO()
    call_command("stats", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "stories                0"
    assert lines[-1] == "heartbeat at           —"
