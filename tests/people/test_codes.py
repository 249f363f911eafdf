"""Codes of an app and recovery codes: each once, about now, and not guessed (rule: second-factor)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import serializers
from django.test import override_settings
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from stories.chain import Refused
from stories.people.factors import LONGEST_WAIT, count_codes, has_factor, make_codes, set_up_app, verify_code
from tests.people.apps import App, give_app

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, 0, 15, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def person() -> User:
    return User.objects.create_user("editor", is_staff=True)


def refusal(person: User, code: str) -> str:
    with pytest.raises(Refused) as refused:
        verify_code(person, code)
    return " ".join(refused.value.reasons)


# ---- The app ------------------------------------------------------------------------------------------------------


def test_a_code_is_good_once(clock, person) -> None:
    app = give_app(person)
    clock.shift(30)
    assert verify_code(person, app.code()).user == person
    assert refusal(person, app.code()).startswith("That code is not right, or was used already.")


def test_the_code_that_set_the_app_up_is_used(clock, person) -> None:
    app = give_app(person)
    assert refusal(person, app.code()).startswith("That code is not right")


@pytest.mark.parametrize(("late", "is_right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_is_good_half_a_minute_before_and_after(clock, person, late: int, is_right: bool) -> None:
    app = give_app(person)
    clock.shift(600)
    code = app.code(late)
    if is_right:
        assert verify_code(person, code)
    else:
        assert refusal(person, code)


@pytest.mark.parametrize("off", [-90, 90])
def test_a_clock_that_was_90_seconds_off_when_it_was_set_up_is_followed(clock, person, off: int) -> None:
    app = give_app(person, off=off)
    clock.shift(600)
    assert verify_code(person, app.code())
    app.off += 30 if off > 0 else -30  # it drifts on
    clock.shift(600)
    assert verify_code(person, app.code())


@pytest.mark.parametrize("off", [-90, 90])
def test_a_clock_that_comes_to_be_90_seconds_off_is_refused_and_told_of(clock, person, off: int) -> None:
    app = give_app(person)
    app.off = off
    clock.shift(600)
    assert "let it take the time from the network" in refusal(person, app.code())
    clock.shift(60)
    assert verify_code(person, make_codes(person)[0])


def test_a_clock_three_minutes_off_sets_nothing_up(clock, person) -> None:
    app = App(off=180)
    with pytest.raises(Refused, match="That is no code of this app"):
        set_up_app(person, secret=app.secret, code=app.code())
    assert not has_factor(person)


def test_another_app_takes_its_place_and_the_same_is_refused(clock, person) -> None:
    old, new = give_app(person), give_app(person)
    clock.shift(30)
    with pytest.raises(Refused, match="This app is set up already"):
        set_up_app(person, secret=new.secret, code=new.code())
    assert verify_code(person, new.code())
    clock.shift(30)
    assert refusal(person, old.code())
    assert TOTPDevice.objects.count() == 1


def test_wrong_codes_are_answered_ever_later_and_the_wait_has_an_end(clock, person) -> None:
    app = give_app(person)
    clock.shift(30)
    for number in range(12):
        assert refusal(person, app.wrong()).startswith("That code is not right")
        wait = min(timedelta(seconds=2**number), LONGEST_WAIT)
        clock.shift(wait - timedelta(seconds=1))
        assert refusal(person, app.code()) == (
            "Too many wrong codes: try again in 2 seconds. What is typed before counts for nothing."
        )
        clock.shift(1)
    assert verify_code(person, app.code())
    clock.shift(30)
    assert verify_code(person, app.code())


@pytest.mark.parametrize("typed", ["", " ", "12345", "1234567", "abcdef", "-1", "१२३४५६", "0" * 40, "\x00"])
def test_whatever_else_is_typed_is_a_wrong_code(clock, person, typed: str) -> None:
    give_app(person)
    make_codes(person)
    assert refusal(person, typed).startswith("That code is not right")


def test_who_has_no_factor_has_no_code(clock, person) -> None:
    assert refusal(person, "123456").startswith("That code is not right")


# ---- Recovery codes -----------------------------------------------------------------------------------------------


def test_each_recovery_code_is_good_once(person) -> None:
    first, second, *others = make_codes(person)
    assert (len({first, second, *others}), count_codes(person)) == (10, 10)
    assert verify_code(person, f" {first.upper()} ".replace("-", " "))
    with time_machine.travel(NOON + timedelta(days=9000), tick=False):
        assert refusal(person, first).startswith("That code is not right")
        assert count_codes(person) == 9
    with time_machine.travel(NOON + timedelta(days=9001), tick=False):
        assert verify_code(person, second)


def test_new_recovery_codes_end_the_old_ones(person) -> None:
    old, new = make_codes(person)[0], make_codes(person)[0]
    assert verify_code(person, new)
    assert refusal(person, old)


def test_recovery_codes_alone_are_no_factor(person) -> None:
    make_codes(person)
    assert not has_factor(person)


def test_nobody_uses_somebody_else_s_code(person) -> None:
    other = User.objects.create_user("other")
    code, _ = make_codes(person)[0], make_codes(other)
    assert refusal(other, code)


# ---- What lies in the database ------------------------------------------------------------------------------------


def test_neither_secret_nor_code_can_be_read_in_the_database(clock, person) -> None:
    app, codes = give_app(person), make_codes(person)
    rows = serializers.serialize("json", [*TOTPDevice.objects.all(), *StaticToken.objects.all()])
    assert [one for one in [app.secret.hex(), *codes, *(code.replace("-", "") for code in codes)] if one in rows] == []


def test_a_secret_moved_to_somebody_else_s_row_is_none(clock, person) -> None:
    app, other = give_app(person), User.objects.create_user("other")
    TOTPDevice.objects.update(user=other)
    clock.shift(30)
    assert refusal(other, app.code())


def test_another_key_reads_what_the_one_before_it_hid(clock, person) -> None:
    app, (code, *_) = give_app(person), make_codes(person)
    clock.shift(30)
    with override_settings(SECRET_KEY="another-key-of-a-test-0123456789-0123456789"):
        assert refusal(person, app.code())
        assert refusal(person, code)
    clock.shift(30)
    from django.conf import settings

    with override_settings(SECRET_KEY="another-key-0123456789", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert verify_code(person, app.code())
        assert verify_code(person, code)
