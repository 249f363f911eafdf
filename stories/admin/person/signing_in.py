"""Logging in: the password, then the second factor. Only then is anybody logged in (rule: second-factor)."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import BACKEND_SESSION_KEY, login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from stories.admin.base import person_of
from stories.admin.person.asking import CODE, PASSKEY, FactorForm, ask_for_factor, read_factor
from stories.admin.person.asking_again import note_asked
from stories.chain import Refused
from stories.people.factors import has_factor, is_asked_for_factor, must_have_factor
from stories.stamps import LIVE

WAITING = "waits_for_factor"
"""Of a session: whose password was right, since when, and by which backend."""

PATIENCE = timedelta(minutes=10)
"""So long the second step may take."""


def is_let_in(request: HttpRequest) -> bool:
    """Whether whoever asks, logged in, has done all that is asked of them: given a factor, or need none."""
    return request.user.is_verified() or not must_have_factor(person_of(request))  # type: ignore[union-attr]


def begin_second_step(request: HttpRequest, person: User, backend: str) -> None:
    """Note that the password of `person` was right; nobody is logged in by that."""
    request.session.cycle_key()
    request.session[WAITING] = {"person": person.pk, "backend": backend, "since": LIVE.now().isoformat()}


def who_waits(request: HttpRequest) -> User | None:
    """The person whose password was right a short while ago; None for nobody, and once it is too long ago."""
    waiting = request.session.get(WAITING)
    if waiting is None or LIVE.now() - datetime.fromisoformat(waiting["since"]) > PATIENCE:
        return None
    person = User.objects.filter(pk=waiting["person"], is_active=True, is_staff=True).first()
    if person is not None:
        person.backend = waiting["backend"]
    return person


def lead_on(request: HttpRequest) -> HttpResponse:
    """Where somebody goes who is logged in and not let in: to the second step, or to set up a factor."""
    person, to = person_of(request), request.GET.get("next", "")
    if not has_factor(person):
        return _lead_to("factors", to)
    begin_second_step(request, person, request.session[BACKEND_SESSION_KEY])
    return _lead_to("second_step", to)


class PasswordStep(LoginView):
    """Django's page; who has a second factor is led to the next step, who is asked for one to where it is set up."""

    template_name = "admin/login.html"
    authentication_form = AdminAuthenticationForm

    def get_default_redirect_url(self) -> str:
        """The front page."""
        return reverse("admin:index")

    def form_valid(self, form: Any) -> HttpResponse:
        """The next step, or what was asked for."""
        person, to = form.get_user(), self.get_success_url()
        if has_factor(person):
            begin_second_step(self.request, person, person.backend)
            return _lead_to("second_step", to)
        login(self.request, person)
        return _lead_to("factors", to) if is_asked_for_factor(person) else redirect(to)


def _lead_to(name: str, to: str) -> HttpResponse:
    """To the page `name`, which leads on to the address `to`."""
    return redirect(f"{reverse(f'admin:{name}')}?{urlencode({'next': to})}")


@method_decorator([sensitive_post_parameters(CODE, PASSKEY), never_cache], name="dispatch")
class SecondStep(RedirectURLMixin, FormView):
    """The second factor of somebody whose password was right; then they are logged in."""

    template_name = "admin/stories/person/second_step.html"
    site: Any = None
    form_class = FactorForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Django's, for somebody who waits; everybody else begins with the password."""
        person = who_waits(request)
        if person is None:
            return _lead_to("login", self.get_success_url())
        self.person = person
        return super().dispatch(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        """The front page."""
        return reverse("admin:index")

    def form_valid(self, form: Any) -> HttpResponse:
        """Log the person in, or say what was wrong."""
        try:
            device = read_factor(self.request, self.person)
        except Refused as refusal:
            form.add_error(None, refusal.reasons)
            return self.form_invalid(form)
        del self.request.session[WAITING]
        self.person.otp_device = device  # type: ignore[attr-defined]  # the library notes it in the session
        login(self.request, self.person)
        note_asked(self.request)
        return redirect(self.get_success_url())

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What the template needs."""
        frame = {**self.site.each_context(self.request), "title": "Second step"}
        frame |= ask_for_factor(self.request, self.person)
        return super().get_context_data(**{**frame, "person": self.person, "next": self.get_redirect_url(), **more})
