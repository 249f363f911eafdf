"""A person's own page of the sessions in which they are logged in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView

from stories.admin.base import person_of
from stories.people.sessions import end_sessions, note_use, sessions_of

BY_ITSELF = {"stories_claim_open", "stories_publication_replicas"}
"""Names of pages that a page which is left open asks for: nobody need be there."""


def note_session_use(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Middleware of the desk, inside the sessions': one that somebody uses does not end as idle (rule: sessions)."""

    def answer(request: HttpRequest) -> Any:
        response = get_response(request)
        match = request.resolver_match
        if request.session.accessed and (match is None or match.url_name not in BY_ITSELF):
            note_use(request.session, browser=request.headers.get("User-Agent", ""))
        return response

    return answer


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
