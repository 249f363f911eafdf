"""Reading the second factor that somebody typed, where wrong ones count as failed log-ins (rule: second-factor)."""

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django_otp.models import Device

from stories.chain import Refused
from stories.people.factors import verify_code

CODE = "code"
"""The box of the code."""


def read_factor(request: HttpRequest, person: User) -> Device:
    """The factor of `person` that was sent with `request`. Raises `Refused` for a wrong one.

    A wrong one counts as a failed log-in: after too many, from this address, nothing is looked at.
    """
    credentials = {"username": person.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        request.axes_locked_out = True  # type: ignore[attr-defined]  # its middleware answers
        request.axes_credentials = credentials  # type: ignore[attr-defined]
        raise Refused(["Too many failed log-ins: try again later."])
    try:
        return verify_code(person, request.POST.get(CODE, ""))
    except Refused:
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        raise
