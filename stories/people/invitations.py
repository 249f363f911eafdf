"""Invitations: a link by which somebody sets a password that nobody else has known (rule: invitations)."""

from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction

from stories.chain import Refused
from stories.people.factors import remove_factors
from stories.people.record import note_change


class _Invitations(PasswordResetTokenGenerator):
    """Django's: signed, of one person, good until they have a password or PASSWORD_RESET_TIMEOUT is over."""

    key_salt = "stories.people.invitations"


INVITATIONS = _Invitations()


def invite(person: User, *, by: User) -> str:
    """The signature of a link by which `person` sets a password; their old one and earlier links end.

    Raises `Refused` for an account that is switched off.
    """
    if not person.is_active:
        raise Refused(["This account is switched off: switch it on first."])
    with transaction.atomic():
        person.set_unusable_password()
        person.save(update_fields=["password"])
        note_change(person, "Invited by link; the password from before ended.", by=by)
    return INVITATIONS.make_token(person)


def reset_factors(person: User, *, by: User) -> None:
    """Take every factor and recovery code off `person`, who lost them, on record."""
    with transaction.atomic():
        remove_factors(person)
        note_change(person, "All factors and recovery codes were taken off.", by=by)
