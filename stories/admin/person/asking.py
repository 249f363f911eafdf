"""Asking somebody for their second factor, where wrong answers count as failed log-ins (rule: second-factor)."""

import json
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django_otp.models import Device

from stories.chain import Refused
from stories.people.factors import passkeys_of, verify_code
from stories.people.passkeys import ask_for_passkey, verify_passkey

CODE, PASSKEY = "code", "passkey"
"""The boxes of a code, and of what a browser answers that was asked for a passkey."""

QUESTION = "passkey_question"
"""Of a session: what a browser was asked; it is answered once."""


class FactorForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        max_length=40,
        required=False,
        help_text="The six digits that the app shows now, or one of your recovery codes.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


def ask_for_factor(request: HttpRequest, person: User) -> dict[str, Any]:
    """What the boxes of the second factor of `person` need beside their form: options where there is a passkey."""
    if not passkeys_of(person):
        return {}
    options, request.session[QUESTION] = ask_for_passkey(person, request)
    return {"options": json.dumps(options)}


def read_factor(request: HttpRequest, person: User) -> Device:
    """The factor of `person` that was sent with `request`. Raises `Refused` for a wrong one.

    A wrong one counts as a failed log-in: after too many, from this address, nothing is looked at.
    """
    credentials = {"username": person.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out = True  # type: ignore[attr-defined]  # its middleware answers
        request.axes_credentials = credentials  # type: ignore[attr-defined]
        raise Refused(["Too many failed log-ins: try again later."])
    question = request.session.pop(QUESTION, None)
    try:
        if answer := request.POST.get(PASSKEY):
            return verify_passkey(person, request, state=question, answer=answer)
        return verify_code(person, request.POST.get(CODE, ""))
    except Refused:
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        raise
