"""Second factors: who must have one, which somebody has, and whether a code is theirs (rule: second-factor)."""

import secrets
from base64 import b32encode
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from stories.chain import Refused
from stories.people.secrecy import digest_code, digests_of, hide_secret, read_secret
from stories.stamps import LIVE

DIGITS = 6
SECRET_BYTES = 20
"""As long as the hash that the codes are made with (RFC 4226, 4)."""

NEAR = 1
"""So many half minutes a code may be early or late when somebody logs in: what typing takes (RFC 6238, 5.2)."""

FAR = 4
"""The same when an app is set up: how far its clock is off is kept and followed from then on (RFC 6238, 6)."""

LONGEST_WAIT = timedelta(minutes=15)
"""After wrong codes: longer would let whoever knows the password keep its owner out."""

CODES = 10
CODE_BYTES = 10
"""Of a recovery code: 16 signs of base32."""

WRONG = (
    "That code is not right, or was used already. A code of the app is good once, for half a minute; if the clock of "
    "its device was changed, let it take the time from the network. Or type a recovery code."
)


def is_asked_for_factor(person: User) -> bool:
    """Whether `person` is among those who have to have a second factor, now or from a day on."""
    if settings.SECOND_FACTOR_FROM is None:
        return False
    return person.is_superuser or person.groups.filter(name__in=settings.SECOND_FACTOR_GROUPS).exists()


def must_have_factor(person: User) -> bool:
    """Whether `person` reaches nothing without a second factor, today."""
    start = settings.SECOND_FACTOR_FROM
    return start is not None and start <= LIVE.now() and is_asked_for_factor(person)


def app_of(person: User) -> TOTPDevice | None:
    """The app that makes the codes of `person`; there is one at most."""
    return TOTPDevice.objects.filter(user=person, confirmed=True).first()


def passkeys_of(person: User) -> QuerySet[Any]:
    """The passkeys of `person`, the oldest first."""
    return WebAuthnCredential.objects.filter(user=person, confirmed=True).order_by("pk")


def has_factor(person: User) -> bool:
    """Whether `person` is asked for more than a password. Recovery codes alone are no factor."""
    return any(model.objects.filter(user=person, confirmed=True).exists() for model in (TOTPDevice, WebAuthnCredential))


def count_codes(person: User) -> int:
    """How many recovery codes of `person` are unused."""
    return StaticToken.objects.filter(device__user=person).count()


def new_secret() -> bytes:
    """A secret for an app."""
    return secrets.token_bytes(SECRET_BYTES)


def set_up_app(person: User, *, secret: bytes, code: str) -> TOTPDevice:
    """Have the app that knows `secret` make the codes of `person`, in the place of another one; `code` is its first.

    Raises `Refused` for a code that it does not make within two minutes of now.
    """
    device = TOTPDevice(user=person, name="app", confirmed=True, key=hide_secret(secret, of=person))
    if not _is_code(device, _plain(code), secret=secret, tolerance=FAR):
        raise Refused([f"That is no code of this app. {WRONG.partition('. ')[2]}"])
    with transaction.atomic():
        before = TOTPDevice.objects.select_for_update().filter(user=person).first()
        if before is not None and read_secret(before.key, of=person) == secret:
            raise Refused(["This app is set up already."])
        TOTPDevice.objects.filter(user=person).delete()
        device.save()
    return device


def make_codes(person: User) -> list[str]:
    """New recovery codes for `person`, to be shown once; those from before are good no more."""
    codes = [b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower() for _ in range(CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=person).delete()
        device = StaticDevice.objects.create(user=person, name="recovery codes")
        StaticToken.objects.bulk_create(
            StaticToken(device=device, token=digest_code(code, of=person)) for code in codes
        )
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes]


def verify_code(person: User, code: str) -> Device:
    """The factor of `person` that `code` is of: the app's, or one of the recovery codes. It is used up.

    Raises `Refused` for any other code, for one that was used, and for a while after wrong ones, longer each time.
    """
    typed = _plain(code)
    model = TOTPDevice if len(typed) == DIGITS and typed.isdecimal() else StaticDevice
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user=person, confirmed=True).first()
        reason = WRONG if device is None else _use_code(device, typed)
    if reason:
        raise Refused([reason])
    return device


def remove_factor(person: User, device: Device) -> None:
    """Take the factor `device` off `person`; with the last one go the recovery codes.

    Raises `Refused` where it is the last of somebody who must have one.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        type(device).objects.filter(pk=device.pk, user=person).delete()
        if not has_factor(person):
            if must_have_factor(person):
                raise Refused(["It is your last one, and you must have one: set up another first."])
            remove_factors(person)


def remove_factors(person: User) -> None:
    """Take every factor and recovery code off `person`."""
    with transaction.atomic():
        for model in (TOTPDevice, WebAuthnCredential, StaticDevice):
            model.objects.filter(user=person).delete()


def _use_code(device: Device, typed: str) -> str:
    """Use `typed` up; empty, or why not."""
    if (wait := _wait_for(device)) > timedelta(0):
        seconds = wait // timedelta(seconds=1) + 1
        return f"Too many wrong codes: try again in {seconds} seconds. What is typed before counts for nothing."
    if isinstance(device, TOTPDevice):
        secret = read_secret(device.key, of=device.user)
        is_right = secret is not None and _is_code(device, typed, secret=secret, tolerance=NEAR)
    else:
        used, _ = device.token_set.filter(token__in=digests_of(typed, of=device.user)).delete()
        is_right = used > 0
    if not is_right:
        device.throttle_increment()
        return WRONG
    device.throttle_reset(commit=False)
    device.last_used_at = LIVE.now()
    device.save()
    return ""


def _is_code(device: TOTPDevice, typed: str, *, secret: bytes, tolerance: int) -> bool:
    """Whether the app of `device` makes the code `typed` about now, later than the last one; if so, it is noted."""
    totp = TOTP(secret, device.step, device.t0, device.digits, device.drift)
    totp.time = LIVE.now().timestamp()
    if not typed.isdecimal() or not totp.verify(int(typed), tolerance, device.last_t + 1):
        return False
    device.last_t, device.drift = totp.t(), totp.drift
    return True


def _plain(code: str) -> str:
    """`code` without what people type between its signs."""
    return "".join(code.split()).replace("-", "").lower()


def _wait_for(device: Device) -> timedelta:
    """How long a code is still refused unread: after each wrong one twice as long, up to `LONGEST_WAIT`."""
    is_allowed, why = device.verify_is_allowed()
    if is_allowed:
        return timedelta(0)
    return min(why["locked_until"], device.throttling_failure_timestamp + LONGEST_WAIT) - LIVE.now()
