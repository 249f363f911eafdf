"""A person's own page of the sessions in which they are logged in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView

from stories.admin.base import person_of
from stories.people.sessions import end_sessions, sessions_of


class SessionsPage(TemplateView):
    """Where else one is logged in, which can be ended here."""

    template_name = "admin/stories/person/sessions.html"
    http_method_names = ["get", "head", "post"]
    site: Any = None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session that was chosen, or all others."""
        chosen = request.POST.get("end", "")
        marks = None if chosen == "others" else {chosen}
        ended = end_sessions(person_of(request), marks=marks, but=request.session.session_key)
        messages.success(request, f"Ended: {ended} session{'' if ended == 1 else 's'}.")
        return redirect("admin:sessions")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The sessions."""
        return super().get_context_data(
            **self.site.each_context(self.request),
            title="Your sessions",
            sessions=sessions_of(person_of(self.request)),
            here=self.request.session.session_key,
            **more,
        )
