"""Passkeys (WebAuthn): made by a browser, kept by the library, used beside the password (rule: second-factor).

`request` says under which address the desk was asked: a passkey is good there and nowhere else. `state` is what the
question was, kept by the caller until it is answered, once.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha512
from ipaddress import ip_address
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.request import split_domain_port
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialUserEntity

from stories.chain import Refused

NOT_MADE = "No passkey was made of this: open the page again and begin anew."
NOT_USED = "This passkey was not accepted: try it again, or type a code."


def domain_of(request: HttpRequest) -> str:
    """The name, without port, under which the desk was asked; ALLOWED_HOSTS holds it."""
    return split_domain_port(request.get_host())[0]


def has_name(request: HttpRequest) -> bool:
    """Whether the desk was asked under a name: browsers make no passkey for a bare address."""
    try:
        ip_address(domain_of(request).strip("[]"))
    except ValueError:
        return True
    return False


class _Helper(WebAuthnHelper):
    """The library's, for the one address under which the desk was asked."""

    def get_allowed_origins(self) -> list[str]:
        """That address."""
        return [f"{self.request.scheme}://{self.request.get_host()}"]

    def get_user_entity(self, user: User) -> PublicKeyCredentialUserEntity:
        """The library's, with a handle that needs no row: it tells keys of one person apart from another's, no more."""
        handle = sha512(f"fact desk {user.pk}".encode()).digest()
        name = self.get_credential_name(user)
        return PublicKeyCredentialUserEntity(id=handle, name=name, display_name=self.get_credential_display_name(user))


def begin_passkey(person: User, request: HttpRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """(options for the browser, state) to make a passkey for `person`."""
    return _Helper(request).register_begin(person)


def add_passkey(
    person: User, request: HttpRequest, *, state: dict[str, Any] | None, answer: str, name: str
) -> WebAuthnCredential:
    """The passkey that the browser made, recorded. Raises `Refused` for anything else."""
    with _refusing(NOT_MADE), transaction.atomic():
        passkey = _Helper(request).register_complete(person, _asked(state), json.loads(answer))
        passkey.name = name
        passkey.save(update_fields=["name"])
        return passkey


def ask_for_passkey(person: User, request: HttpRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """(options for the browser, state) to ask for a passkey of `person`."""
    return _Helper(request).authenticate_begin(person, require_user_verification=False)


def verify_passkey(person: User, request: HttpRequest, *, state: dict[str, Any] | None, answer: str) -> Any:
    """The passkey of `person` that answered. Raises `Refused` for anything else."""
    with _refusing(NOT_USED), transaction.atomic():
        return _Helper(request).authenticate_complete(person, _asked(state), json.loads(answer))


def _asked(state: dict[str, Any] | None) -> dict[str, Any]:
    if state is None:
        raise ValueError("nothing was asked")
    return state


MALFORMED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What the library raises, beside errors of its own, for an answer that no browser would give."""


@contextmanager
def _refusing(reason: str) -> Iterator[None]:
    """Refuse, for `reason`, what is no right answer, however it is wrong."""
    try:
        yield
    except (WebAuthnException, OTPWebAuthnApiError, IntegrityError, *MALFORMED) as error:
        raise Refused([reason]) from error
