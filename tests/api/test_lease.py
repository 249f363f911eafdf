"""On a replicated database the API answers only while the desk's heartbeat is young; never a stale 200."""

from datetime import timedelta
from math import inf

import pytest
from django.test import Client

from stories.api.http import lease as leases
from stories.api.http.lease import find_lag
from stories.models import Heartbeat
from stories.replicas.heartbeat import beat
from stories.stamps import LIVE, LiveStamps

pytestmark = pytest.mark.django_db


class Shifted(LiveStamps):
    """A clock that is off."""

    def __init__(self, **off: float) -> None:
        self.off = timedelta(**off)

    def now(self):
        return LIVE.now() + self.off


class Stopwatch:
    """The clock of a process that nobody sets: it goes on when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def lease(settings, monkeypatch) -> None:
    settings.LEASE = 15.0
    begin_process(monkeypatch)


@pytest.fixture
def stopwatch(lease, monkeypatch) -> Stopwatch:
    stopwatch = Stopwatch()
    monkeypatch.setattr(leases, "monotonic", stopwatch)
    return stopwatch


def begin_process(monkeypatch) -> None:
    """A process that has not seen a heartbeat yet."""
    monkeypatch.setattr(leases, "WATCH", leases.Watch())


def lose_touch(monkeypatch) -> None:
    """The database does not hear from the desk's any more."""
    monkeypatch.setattr(leases, "read_contact_age", lambda: inf)


def test_without_a_lease_no_heartbeat_is_needed(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        assert client.get("/api/v1/head/").status_code == 200


def test_a_young_heartbeat_is_enough(client: Client, lease, django_assert_num_queries) -> None:
    beat()
    assert client.get("/api/v1/head/").status_code == 200
    with django_assert_num_queries(3):
        assert client.get("/api/v1/head/").status_code == 200


@pytest.mark.parametrize(
    ("off", "said"),
    [
        ({"seconds": -16}, "This copy of the log heard from the desk 16 s ago."),
        ({"hours": -1}, "This copy of the log heard from the desk 3600 s ago."),
        ({"seconds": 2}, "The clocks of the desk and of this machine disagree."),
        ({"hours": 1}, "The clocks of the desk and of this machine disagree."),
    ],
)
def test_an_old_heartbeat_or_one_from_the_future_is_a_503(client: Client, lease, off, said: str) -> None:
    beat(stamps=Shifted(**off))
    answer = client.get("/api/v1/facts/")
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"], answer["Cache-Control"]) == (
        503,
        "application/problem+json",
        "5",
        "no-store",
    )
    assert answer.json()["detail"] == f"{said} It answers again once it has caught up."


def test_without_any_heartbeat_the_copy_is_not_complete(client: Client, lease) -> None:
    answer = client.get("/api/v1/facts/")
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("This copy of the log is not complete yet.")


def test_not_even_a_304_comes_from_a_stale_copy(client: Client, lease) -> None:
    beat()
    etag = client.get("/api/v1/facts/")["ETag"]
    beat(stamps=Shifted(minutes=-1))
    assert client.get("/api/v1/facts/", headers={"If-None-Match": etag}).status_code == 503


def test_it_answers_again_by_itself(client: Client, lease) -> None:
    beat(stamps=Shifted(minutes=-1))
    assert client.get("/api/v1/facts/").status_code == 503
    beat()
    assert client.get("/api/v1/facts/").status_code == 200


OUT_OF_TOUCH = "This copy of the log is out of touch with the desk."


def test_a_clock_that_is_set_back_makes_no_old_heartbeat_young(lease, stopwatch: Stopwatch) -> None:
    """By the time of day the heartbeat stays as young as it was: so it looks while the clock is set back."""
    beat()
    assert find_lag() == ""
    stopwatch.now += 15
    assert find_lag() == ""
    stopwatch.now += 1
    assert find_lag() == OUT_OF_TOUCH
    beat(stamps=Shifted(milliseconds=1))
    assert find_lag() == ""


def test_a_process_that_begins_while_its_database_is_out_of_touch_waits(lease, monkeypatch) -> None:
    """It cannot know how long that heartbeat has been there."""
    beat()
    lose_touch(monkeypatch)
    assert [find_lag(), find_lag()] == [OUT_OF_TOUCH] * 2
    begin_process(monkeypatch)
    monkeypatch.setattr(leases, "read_contact_age", lambda: 14.0)
    assert find_lag() == ""


@pytest.mark.parametrize(("idle", "said"), [(15, ""), (16, OUT_OF_TOUCH)])
def test_a_heartbeat_that_came_unseen_counts_from_the_look_before(
    monkeypatch, stopwatch: Stopwatch, idle: float, said: str
) -> None:
    """The desk went away at some time since then."""
    beat()
    assert find_lag() == ""
    beat(stamps=Shifted(seconds=-1))
    lose_touch(monkeypatch)
    stopwatch.now += idle
    assert find_lag() == said


def test_readiness_tells_the_lag(client: Client, lease, settings) -> None:
    settings.ROOT_URLCONF = "newsroom.urls_api"
    beat(stamps=Shifted(seconds=-40))
    assert find_lag() == "This copy of the log heard from the desk 40 s ago."
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_every_beat_replaces_the_one_before() -> None:
    beat()
    last = beat()
    assert [(row.pk, row.at) for row in Heartbeat.objects.all()] == [(1, last)]
