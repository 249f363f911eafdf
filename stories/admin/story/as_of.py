"""What we knew of a story at a moment."""

from datetime import UTC
from typing import Any

from django import forms
from django.views.generic import TemplateView

from stories.admin.base import RowPage
from stories.insight.as_of import ClaimAsOf, StoryAsOf, read_story_as_of
from stories.models import Decision, Source
from stories.provenance.routes import DESK, DESK_NAME
from stories.stamps import LIVE


class MomentForm(forms.Form):
    """As of when: a time in UTC, or right after a decision."""

    at = forms.DateTimeField(
        required=False,
        label="Time (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"),
    )
    seq = forms.IntegerField(required=False, min_value=1, label="or right after decision")

    def clean_seq(self) -> int | None:
        """A decision that there is."""
        seq: int | None = self.cleaned_data["seq"]
        if seq is not None and not Decision.objects.filter(pk=seq).exists():
            last = Decision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            raise forms.ValidationError(f"There is no decision {seq}; the ledger ends at {last}.")
        return seq


class AsOfPage(RowPage, TemplateView):
    """Claims, evidence, routes and the version in force, as they stood at the time or decision asked for; else now."""

    name, route = "as_of", "<int:pk>/as-of/"
    template_name = "admin/stories/story/as_of.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What was known then."""
        form = MomentForm(self.request.GET or None)
        asked = form.cleaned_data if form.is_valid() else {}
        if asked.get("seq"):
            known = read_story_as_of(self.row, seq=asked["seq"])
        else:
            known = read_story_as_of(self.row, at=asked.get("at") or LIVE.now())
        now = LIVE.now().astimezone(UTC).replace(microsecond=0)
        return super().get_context_data(
            title=f"What we knew: {self.row.title}",
            story=self.row,
            form=form if self.request.GET else MomentForm(initial={"at": now}),
            known=known,
            rows=_describe(known),
            **more,
        )


def _describe(known: StoryAsOf) -> list[tuple[ClaimAsOf, list[str], str]]:
    """Each claim with its routes and what it rested on, by the names of the sources."""
    names = {DESK: DESK_NAME, **{one.slug: str(one) for one in Source.objects.all()}}
    rows = []
    for one in known.claims:
        routes = dict.fromkeys(
            " → ".join(names.get(slug, slug) for slug in route.sources) or "own reporting" for route in one.routes
        )
        rows.append((one, list(routes), ", ".join(sorted(names.get(slug, slug) for slug in one.rests_on))))
    return rows
