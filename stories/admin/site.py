"""The admin's own site: its front page says what needs whom; no form on it undoes what somebody else did."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from stories.admin.base import person_of
from stories.admin.front import list_blocks
from stories.admin.person.factors import OWN_PAGES
from stories.admin.person.invitation import InvitationPage
from stories.admin.person.sessions import SessionsPage
from stories.admin.person.signing_in import PasswordStep, SecondStep, is_let_in, lead_on
from stories.admin.stale import StatedAdmin
from stories.models import Decision
from stories.roles import role_of


class DeskSite(admin.AdminSite):
    """Django's site under the desk's name; on its front page stands the work for the person who looks."""

    site_header = site_title = "Fact desk"
    index_title = "What needs whom"

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Django's; whatever is registered, its forms state which row they were made from (rule: stale-forms)."""
        made = admin_class or admin.ModelAdmin
        if not issubclass(made, StatedAdmin):
            made = type(made.__name__, (StatedAdmin, made), {"__module__": made.__module__, "__doc__": made.__doc__})
        super().register(model_or_iterable, made, **options)

    def get_urls(self) -> list[Any]:
        """Django's, and the pages for who is logged in and not let in yet: to get in, and out."""
        return [
            path("logout/", self.logout, name="logout"),
            path("second-step/", SecondStep.as_view(site=self), name="second_step"),
            path("invitation/<uidb64>/<token>/", InvitationPage.as_view(site=self), name="invitation"),
            *(path(page.route, page.as_view(site=self), name=page.name) for page in OWN_PAGES),
            path("sessions/", self.admin_view(SessionsPage.as_view(site=self)), name="sessions"),
            *super().get_urls(),
        ]

    def has_permission(self, request: HttpRequest) -> bool:
        """Django's, for who has given the second factor that they must have (rule: second-factor).

        Every page of the admin asks this, whatever is registered.
        """
        return super().has_permission(request) and is_let_in(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's, with our steps; who is logged in and not let in is led on."""
        if request.method == "GET" and super().has_permission(request):
            return redirect("admin:index") if is_let_in(request) else lead_on(request)
        context = {**self.each_context(request), "title": "Log in", "subtitle": None}
        context |= {"app_path": request.get_full_path(), "username": request.user.get_username()}
        request.current_app = self.name
        return PasswordStep.as_view(extra_context=context | (extra_context or {}))(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Django's, with the desk's work."""
        return super().index(request, {**(extra_context or {}), "desk": describe_desk(person_of(request))})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Django's; the one of the desk is the front page again."""
        desk = describe_desk(person_of(request)) if app_label == "stories" else {}
        return super().app_index(request, app_label, {**(extra_context or {}), "desk": desk})


def describe_desk(person: User) -> dict[str, Any]:
    """The blocks of work for `person`, their role, and whether they have decided nothing yet; empty for outsiders."""
    if not person.has_perm("stories.view_claim"):
        return {}
    is_newcomer = not Decision.objects.filter(actor=person).exists()
    return {"blocks": list_blocks(person), "role": role_of(person), "is_newcomer": is_newcomer}
