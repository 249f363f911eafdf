"""Letting somebody in: an invitation link in the place of a typed password, and factors taken off that are lost."""

from typing import Any

from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from stories.admin.base import RowPage, person_of
from stories.admin.person.asking_again import AskedAgain
from stories.chain import Refused
from stories.people.factors import has_factor
from stories.people.invitations import INVITATIONS, invite, reset_factors
from stories.people.record import note_change


class NewPersonForm(AdminUserCreationForm):
    """Django's; nobody need type a password for somebody else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A form that invites unless somebody chooses otherwise."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["usable_password"]
        field.label, field.initial = "How they come in", "false"
        field.choices = [
            ("false", "By an invitation link (“Ways in”, on their form)"),
            ("true", "By the password below"),
        ]
        field.help_text = "With a link they set a password that nobody else has known."


@method_decorator(never_cache, name="dispatch")
class ChangeWaysIn(RowPage, TemplateView):
    """How somebody comes in: on POST they are invited, or lose their factors."""

    name, route, permission = "ways_in", "<int:pk>/ways-in/", "change"
    template_name = "admin/stories/person/ways_in.html"

    def find(self, **kwargs: Any) -> None:
        """Find the person; of a superuser only another one changes it."""
        super().find(**kwargs)
        if self.row.is_superuser and not person_of(self.request).is_superuser:
            raise PermissionDenied

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the step, and show the link where there is one: this once."""
        by, step = person_of(request), request.POST.get("step", "")
        try:
            if step == "invite":
                link = self._link_for(invite(self.row, by=by))
                return self.render_to_response(self.get_context_data(link=link))
            if step == "reset":
                reset_factors(self.row, by=by)
                return self.leave_for("user_ways_in", self.row.pk, said="All factors are taken off.")
        except Refused as refusal:
            return self.render_to_response(self.get_context_data(reasons=refusal.reasons), status=422)
        reasons = [f"“{step[:40]}” is no step of this page: reload it and choose again."]
        return self.render_to_response(self.get_context_data(reasons=reasons), status=422)

    def _link_for(self, token: str) -> str:
        args = [urlsafe_base64_encode(force_bytes(self.row.pk)), token]
        return self.request.build_absolute_uri(reverse("admin:invitation", args=args))

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Whether they have a password and a factor."""
        return super().get_context_data(title=f"Ways in of {self.row}", has_factor=has_factor(self.row), **more)


class WaysInPage(AskedAgain, ChangeWaysIn):
    """The same, for who gave their second factor a short while ago."""


class InvitationPage(PasswordResetConfirmView):
    """Where an invitation leads: somebody sets a password, then logs in with it and is led to set up a factor."""

    site: Any = None
    template_name = "admin/stories/person/invitation.html"
    title = "Set your password"
    token_generator = INVITATIONS
    success_url = reverse_lazy("admin:login", query={"next": "/admin/factors/"})

    def get_user(self, uidb64: str) -> User | None:
        """Django's, of an account that is not switched off."""
        person = super().get_user(uidb64) if "\x00" not in uidb64 else None
        return person if person is not None and person.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        """Django's, on record."""
        answer = super().form_valid(form)
        note_change(form.user, "A password was set by invitation.", by=form.user)
        return answer

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What the template needs."""
        return {**self.site.each_context(self.request), **super().get_context_data(**more)}
