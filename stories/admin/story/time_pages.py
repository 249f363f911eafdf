"""A story in time: what we knew at a moment, and what changed between two versions or between one and now."""

from datetime import UTC, datetime

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from stories.admin.base import DeskAdmin, read_number
from stories.api.diffs import compare_versions
from stories.api.http.problems import NotFound
from stories.insight.as_of import ClaimAsOf, StoryAsOf, read_story_as_of
from stories.models import Decision, Source, Story, StoryVersion
from stories.provenance.routes import DESK, DESK_NAME
from stories.record.publications import head_position
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


def urls(model_admin: DeskAdmin) -> list[URLPattern]:
    """The addresses of the two pages."""
    wrap = model_admin.admin_site.admin_view

    def knowledge(request: HttpRequest, pk: int) -> HttpResponse:
        return show_knowledge(model_admin, request, pk)

    def diff(request: HttpRequest, pk: int) -> HttpResponse:
        return show_diff(model_admin, request, pk)

    return [
        path("<int:pk>/knowledge/", wrap(require_safe(knowledge)), name="stories_story_knowledge"),
        path("<int:pk>/diff/", wrap(require_safe(diff)), name="stories_story_diff"),
    ]


def show_knowledge(model_admin: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Claims, evidence, routes and the version in force, as they stood at the time or decision asked for; else now."""
    story: Story = model_admin.find_viewable(request, pk)
    form = MomentForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    if asked.get("seq"):
        known = read_story_as_of(story, seq=asked["seq"])
    else:
        known = read_story_as_of(story, at=asked.get("at") or LIVE.now())
    context = model_admin.page_context(
        request,
        title=f"What we knew: {story.title}",
        story=story,
        form=form if request.GET else MomentForm(initial={"at": _now_in_utc()}),
        known=known,
        rows=_describe(known),
    )
    return TemplateResponse(request, "admin/stories/story/knowledge.html", context)


def _now_in_utc() -> datetime:
    return LIVE.now().astimezone(UTC).replace(microsecond=0)


def _describe(known: StoryAsOf) -> list[tuple[ClaimAsOf, list[str], str]]:
    """Each claim with its routes and what it rested on, by the names of the sources."""
    names = {DESK: DESK_NAME, **dict(Source.objects.values_list("slug", "name"))}
    rows = []
    for one in known.claims:
        routes = dict.fromkeys(
            " → ".join(names.get(slug, slug) for slug in route.sources) or "own reporting" for route in one.routes
        )
        rows.append((one, list(routes), ", ".join(sorted(names.get(slug, slug) for slug in one.rests_on))))
    return rows


def show_diff(model_admin: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What readers are told of the change from version `from` to version `to`, or to now: the API's own answer."""
    story: Story = model_admin.find_viewable(request, pk)
    numbers = list(StoryVersion.objects.filter(story=story).cut().order_by("number").values_list("number", flat=True))
    if not numbers:
        raise Http404("This story has no version yet.")
    before = _number_in(request.GET.get("from", ""), numbers) or numbers[max(0, len(numbers) - 2)]
    after = _number_in(request.GET.get("to", ""), numbers)
    if "to" not in request.GET:
        after = numbers[-1] if len(numbers) > 1 else None
    context = model_admin.page_context(
        request,
        title=f"What changed: {story.title}",
        story=story,
        numbers=numbers,
        before=before,
        after=after,
        diff=_diff(story, before, after),
    )
    return TemplateResponse(request, "admin/stories/story/diff.html", context)


def _number_in(text: str, numbers: list[int]) -> int | None:
    number = read_number(text)
    return number if number in numbers else None


def _diff(story: Story, before: int, after: int | None) -> dict[str, object]:
    head = head_position()
    try:
        return compare_versions(story.slug, before, after, at=head, head=head)
    except NotFound as gone:  # a version of a draft that was cut this moment
        raise Http404(str(gone)) from gone
