"""Asking again for the second factor before what is grave: taking down, lifting protection, people (rule: asked-again).

What was sent is held on the page that asks, and done once the answer is right: nothing has to be typed twice.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern

from stories.admin.base import person_of
from stories.admin.person.asking import FactorForm, ask_for_factor, read_factor
from stories.chain import Refused
from stories.people.factors import has_factor
from stories.stamps import LIVE

ASKED = "factor_asked_at"
"""Of a session: when its person last gave their second factor."""

FRESH = timedelta(minutes=5)
"""So long nobody is asked again."""

HELD = "_held"
"""The box that holds what was sent."""


def note_asked(request: HttpRequest) -> None:
    """From now on, for a while, whoever is logged in is not asked again."""
    request.session[ASKED] = LIVE.now().isoformat()


def is_fresh(request: HttpRequest) -> bool:
    """Whether whoever is logged in gave their second factor a short while ago."""
    asked = request.session.get(ASKED)
    return asked is not None and LIVE.now() - datetime.fromisoformat(asked) < FRESH


def ask_again(request: HttpRequest, site: Any) -> HttpResponse | None:
    """The page that asks whoever sent `request` for their second factor; None once given, and for who has none.

    Then `request` carries what was sent at first.
    """
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    person, is_answer = person_of(request), HELD in request.POST
    if not is_answer and (is_fresh(request) or not has_factor(person)):
        return None
    held = request.POST[HELD] if is_answer else request.POST.urlencode()
    form = FactorForm(request.POST if is_answer else None)
    if is_answer and form.is_valid():
        try:
            read_factor(request, person)
        except Refused as refusal:
            form.add_error(None, refusal.reasons)
        else:
            note_asked(request)
            request.POST = QueryDict(held)
            return None
    context = {**site.each_context(request), "title": "Second factor, again", "form": form, "held": held}
    context |= {"is_popup": False, **ask_for_factor(request, person)}
    return TemplateResponse(request, "admin/stories/person/ask_again.html", context, status=403)


class AskedAgain:
    """Mixed into a page of an admin, before it: whoever sends something grave is asked again."""

    request: HttpRequest
    model_admin: Any

    def is_grave(self) -> bool:
        """Whether what was sent is grave."""
        return True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page's own, once whoever sent it was asked."""
        if HELD in request.POST or self.is_grave():
            answer = ask_again(request, self.model_admin.admin_site)
            if answer is not None:
                return answer
        return super().post(request, *args, **kwargs)  # type: ignore[misc]


class AskingAdmin:
    """Mixed into an admin, before it: whoever changes anything on it, by whichever of its pages, is asked again."""

    admin_site: Any

    def get_urls(self) -> list[Any]:
        """Django's, each asking."""
        patterns = super().get_urls()  # type: ignore[misc]
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = self._asking(pattern.callback)
        return patterns

    def _asking(self, view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def ask_first(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            answer = ask_again(request, self.admin_site) if self.admin_site.has_permission(request) else None
            return view(request, *args, **kwargs) if answer is None else answer

        return ask_first
