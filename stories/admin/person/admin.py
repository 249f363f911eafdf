"""People: Django's list and form; giving somebody a password is refused where somebody else has given one meanwhile."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from stories.admin.base import person_of
from stories.admin.person.asking_again import AskingAdmin
from stories.admin.person.invitation import NewPersonForm, WaysInPage
from stories.admin.stated import READ, digest_value, newest_changes, read_state, write_state
from stories.people.sessions import end_sessions

PASSWORD_FIELDS = ("username", "password")
"""What the form of a password is made from."""

admin.site.unregister([User, Group])


@admin.register(User)
class PersonAdmin(AskingAdmin, UserAdmin):
    """Who works at the desk. When somebody came and was last here is seen, not typed."""

    readonly_fields = ["last_login", "date_joined"]
    actions = ("switch_off",)
    add_form = NewPersonForm

    def get_urls(self) -> list[Any]:
        """Django's, and the page of how somebody comes in."""
        return [WaysInPage.address_in(self), *super().get_urls()]  # type: ignore[arg-type]  # it needs no more

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes a person (rule: never-deleted): what they did names them. Who left is switched off."""
        return False

    @admin.action(description="Switch the selected people's accounts off", permissions=["change"])
    def switch_off(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Let the chosen in no more; whoever asks stays, so that somebody can let them in again."""
        for person in people.filter(is_active=True).exclude(pk=person_of(request).pk):
            person.is_active = False
            person.save(update_fields=["is_active"])
            end_sessions(person)
            self.log_change(request, person, "switched off")
            said = f"{person} is let in no more; what they did stays. Their form lets them in again."
            self.message_user(request, said)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Django's; whose account is switched off is logged out for good."""
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            end_sessions(obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Django's; what is sent states which password it was to replace (rule: stale-forms)."""
        with transaction.atomic():
            person = self.get_object(request, id)
            state = {name: digest_value(person, name, getattr(person, name)) for name in PASSWORD_FIELDS if person}
            is_sent = request.method == "POST" and self.has_change_permission(request, person)
            if person and is_sent and read_state(request.POST.get(READ, "")) != state:
                return self._refuse_stale(request, person)
            answer = super().user_change_password(request, id, form_url)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            answer.context_data["read"] = write_state(state)
        return answer

    def _refuse_stale(self, request: HttpRequest, person: User) -> HttpResponse:
        context: dict[str, Any] = {**self.admin_site.each_context(request), "opts": self.opts, "title": str(person)}
        context |= {"subject": person, "changes": newest_changes(person)}
        context["back"] = reverse("admin:auth_user_password_change", args=[person.pk])
        return TemplateResponse(request, "admin/stories/overtaken.html", context, status=409)


@admin.register(Group)
class RoleAdmin(AskingAdmin, GroupAdmin):
    """Who may do what. A group that is no longer needed is left without people and permissions."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes a group: three of them are the roles."""
        return False
