"""A person's own page of second factors, and the one on which an app is set up."""

import json
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

from stories.admin.base import person_of, read_number
from stories.admin.person.asking import CODE, PASSKEY, FactorForm
from stories.admin.person.asking_again import ask_again, note_asked
from stories.admin.person.signing_in import lead_on
from stories.chain import Refused
from stories.people.factors import (
    app_of,
    count_codes,
    has_factor,
    is_asked_for_factor,
    make_codes,
    must_have_factor,
    new_secret,
    passkeys_of,
    remove_factor,
    set_up_app,
)
from stories.people.passkeys import add_passkey, begin_passkey, has_name
from stories.people.record import note_change, read_record

NEW_PASSKEY = "new_passkey_question"
"""Of a session: what a browser was asked that is to make a passkey; it is answered once."""

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
        if (answer := ask_again(request, self.site)) is not None:
            return answer
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
        note_change(self.person, "New recovery codes.", by=self.person)
        context = self.get_context_data(title="Recovery codes", codes=make_codes(self.person), said=said)
        return self.response_class(self.request, "admin/stories/person/codes.html", context)  # type: ignore[attr-defined]

    def leave(self, device: Any, *, said: str, is_first: bool) -> HttpResponse:
        """Once the factor `device` is set up, whoever looks has given it; with their first come recovery codes."""
        self.request.session.cycle_key()
        note_factor(self.request, device)
        note_asked(self.request)
        note_change(self.person, said, by=self.person)
        if is_first:
            return self.show_codes(f"{said} From now on you are asked for it when you log in.")
        messages.success(self.request, said)
        return redirect("admin:factors")


class FactorsPage(OwnPage, TemplateView):
    """Which second factors one has, and whether one has to have any."""

    name, route, title = "factors", "factors/", "Second factor"
    template_name = "admin/stories/person/factors.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """New recovery codes, or one factor less."""
        step, _, number = request.POST.get("step", "").partition("-")
        if step == "codes" and has_factor(self.person):
            return self.show_codes("New recovery codes.")
        device = app_of(self.person) if step == "app" else None
        if step == "passkey":
            device = passkeys_of(self.person).filter(pk=read_number(number)).first()
        try:
            self._remove(device)
        except Refused as refusal:
            messages.error(request, " ".join(refusal.reasons))
        return redirect("admin:factors")

    def _remove(self, device: Any) -> None:
        if device is None:
            raise Refused(["That is gone already."])
        remove_factor(self.person, device)
        said = f"The {'app' if device.name == 'app' else f'passkey “{device.name}”'} is taken off."
        note_change(self.person, said, by=self.person)
        messages.success(self.request, said)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The factors, and the day."""
        person = self.person
        return super().get_context_data(
            app=app_of(person),
            record=read_record(person),
            passkeys=passkeys_of(person),
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
        return self.leave(device, said="The app is set up.", is_first=is_first)

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


class PasskeyForm(forms.Form):
    """What a new passkey is called, and what the browser made."""

    name = forms.CharField(
        max_length=64,
        required=False,
        help_text="So that you know it again. Good: telephone.",
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    passkey = forms.CharField(widget=forms.HiddenInput)


class PasskeyPage(OwnPage, FormView):
    """Setting up a passkey, beside those that there are."""

    name, route, title = "passkey", "factors/passkey/", "Set up a passkey"
    template_name = "admin/stories/person/passkey.html"
    form_class = PasskeyForm

    def form_valid(self, form: PasskeyForm) -> HttpResponse:
        """Record the passkey; with the first factor come recovery codes."""
        is_first, question = not has_factor(self.person), self.request.session.pop(NEW_PASSKEY, None)
        name = form.cleaned_data["name"] or "passkey"
        try:
            made = add_passkey(self.person, self.request, state=question, answer=form.cleaned_data[PASSKEY], name=name)
        except Refused as refusal:
            form.add_error(None, refusal.reasons)
            return self.form_invalid(form)
        return self.leave(made, said=f"The passkey “{name}” is set up.", is_first=is_first)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What the browser is asked for."""
        if not has_name(self.request):
            return super().get_context_data(**more)
        options, self.request.session[NEW_PASSKEY] = begin_passkey(self.person, self.request)
        return super().get_context_data(options=json.dumps(options), **more)


OWN_PAGES: tuple[type[OwnPage], ...] = (FactorsPage, AppPage, PasskeyPage)
"""The pages of the admin that everybody who works here has for themselves."""
