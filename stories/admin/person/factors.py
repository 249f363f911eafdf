"""A person's own page of second factors, and the one on which an app is set up."""

from base64 import b32encode
from typing import Any
from urllib.parse import quote, urlencode

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import RedirectURLMixin
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView
from django.views.generic.base import ContextMixin, View
from django_otp import login as note_factor

from stories.admin.base import person_of
from stories.admin.person.asking import CODE
from stories.admin.person.signing_in import FactorForm, lead_on
from stories.chain import Refused
from stories.people.factors import (
    app_of,
    count_codes,
    has_factor,
    is_asked_for_factor,
    make_codes,
    must_have_factor,
    new_secret,
    set_up_app,
)

SET_UP_WITHIN = 3600
"""Seconds that an app may take to be set up."""


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class OwnPage(RedirectURLMixin, ContextMixin, View):
    """A page about whoever looks at it: for who works here and, having a second factor, has given it.

    Who must have one and has none comes here, and nowhere else.
    """

    name = ""
    route = ""
    title = ""
    site: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Django's, for whose page it is."""
        if not (request.user.is_active and request.user.is_staff):
            return redirect(f"{reverse('admin:login')}?{urlencode({'next': request.path})}")
        self.person = person_of(request)
        if has_factor(self.person) and not self.person.is_verified():  # type: ignore[attr-defined]
            return lead_on(request)
        return super().dispatch(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        """The front page."""
        return reverse("admin:index")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What the template needs."""
        frame = {**self.site.each_context(self.request), "title": self.title}
        frame |= {"next": self.get_redirect_url(), "to": self.get_success_url()}
        return super().get_context_data(**{**frame, "person": self.person, **more})

    def show_codes(self, said: str) -> HttpResponse:
        """The answer on which new recovery codes stand, this once."""
        context = self.get_context_data(title="Recovery codes", codes=make_codes(self.person), said=said)
        return self.response_class(self.request, "admin/stories/person/codes.html", context)  # type: ignore[attr-defined]

    def let_in(self, device: Any) -> None:
        """Note that whoever looks has given the factor `device`, which is theirs."""
        self.request.session.cycle_key()
        note_factor(self.request, device)


class FactorsPage(OwnPage, TemplateView):
    """Which second factors one has, and whether one has to have any."""

    name, route, title = "factors", "factors/", "Second factor"
    template_name = "admin/stories/person/factors.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The factors, and the day."""
        person = self.person
        return super().get_context_data(
            app=app_of(person),
            codes_left=count_codes(person),
            has_factor=has_factor(person),
            asked_from=settings.SECOND_FACTOR_FROM if is_asked_for_factor(person) else None,
            must=must_have_factor(person),
            **more,
        )


class AppForm(FactorForm):
    """The first code of an app, and its secret, signed for this person."""

    secret = forms.CharField(widget=forms.HiddenInput)

    field_order = ["secret", CODE]


class AppPage(OwnPage, FormView):
    """Setting up an app that makes codes; it takes the place of another one."""

    name, route, title = "app", "factors/app/", "Set up an app"
    template_name = "admin/stories/person/app.html"
    form_class = AppForm

    def get_initial(self) -> dict[str, Any]:
        """A new secret."""
        return {"secret": self.signer.sign(new_secret().hex())}

    @property
    def signer(self) -> signing.TimestampSigner:
        """What signs secrets for this person."""
        return signing.TimestampSigner(salt=f"stories.admin.person/app/{self.person.pk}")

    def form_valid(self, form: AppForm) -> HttpResponse:
        """Set the app up; with the first factor come recovery codes."""
        is_first = not has_factor(self.person)
        try:
            device = set_up_app(self.person, secret=self._secret(form), code=form.cleaned_data[CODE])
        except Refused as refusal:
            form.add_error(None, refusal.reasons)
            return self.form_invalid(form)
        self.let_in(device)
        said = "The app is set up: from now on you are asked for a code when you log in."
        if is_first:
            return self.show_codes(said)
        messages.success(self.request, said)
        return redirect("admin:factors")

    def _secret(self, form: Any) -> bytes:
        try:
            return bytes.fromhex(self.signer.unsign(form["secret"].value() or "", max_age=SET_UP_WITHIN))
        except signing.BadSignature as error:
            raise Refused(["This page is too old: open it again, and read the new square."]) from error

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The secret, as letters and as a square."""
        more.setdefault("form", self.get_form())
        try:
            letters = b32encode(self._secret(more["form"])).decode()
        except Refused:
            letters = ""
        issuer = settings.OTP_TOTP_ISSUER
        label = quote(f"{issuer}:{self.person.get_username()}")
        address = f"otpauth://totp/{label}?{urlencode({'secret': letters, 'issuer': issuer}, quote_via=quote)}"
        square = segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="white") if letters else ""
        parts = [letters[start : start + 4] for start in range(0, len(letters), 4)]
        return super().get_context_data(letters=" ".join(parts), square=square, **more)


OWN_PAGES: tuple[type[OwnPage], ...] = (FactorsPage, AppPage)
"""The pages of the admin that everybody who works here has for themselves."""
