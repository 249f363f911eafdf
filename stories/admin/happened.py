"""The page of what happened to a claim, a source or an article: who, when, what there was and is, why."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from stories.admin.base import RowPage, person_of, read_number
from stories.insight.happened import Happening, read_happened
from stories.models import Contradiction, Decision, Discrepancy, Evidence, Sighting

PAGES: dict[type[Model], str] = {
    Decision: "decision_change",
    Evidence: "evidence_change",
    Contradiction: "contradiction_change",
    Discrepancy: "discrepancy_change",
    Sighting: "source_sighting",
}
"""Model → the page of a row of it."""


class HappenedPage(RowPage):
    """All on record that decides what of the row may be printed, the newest first, a page at a time."""

    name, route = "happened", "<int:pk>/happened/"
    template_name = "admin/stories/happened.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list."""
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The happenings with the addresses of their own pages."""
        page = max(read_number(self.request.GET.get("page", "")) or 1, 1)
        happened = read_happened(self.row, shown_to=person_of(self.request), page=page)
        return super().get_context_data(
            title=f"What happened: {self.row}",
            happenings=[(one, _address_of(one)) for one in happened.rows],
            newer=page - 1,
            older=page + 1 if happened.has_older else 0,
            back=reverse(f"admin:stories_{self.model_admin.opts.model_name}_change", args=[self.row.pk]),
            **more,
        )


def _address_of(one: Happening) -> str:
    return reverse(f"admin:stories_{PAGES[type(one.row)]}", args=[one.row.pk]) if one.row else ""
