"""The page of a story: its versions, which of them are stale, the draft, and cutting it."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from stories.admin.base import DeskAdmin, person_of, read_number
from stories.admin.record import copies as delivery
from stories.admin.story.timeline import draw_events, timeline_of
from stories.choices import ChangeKind, Role
from stories.models import Claim, Story, StoryVersion
from stories.record.decisions import Refused
from stories.roles import role_of
from stories.versions.compose import (
    MOST_COMPOSED,
    Block,
    compose_blocks,
    facts_of,
    find_stale,
    is_fact_id,
    last_cut,
    newest_wordings,
    wordings_in_force,
)
from stories.versions.corrections import draft_correction, explain_changes
from stories.versions.cuts import cut
from stories.versions.drafts import reasons_against_draft, save_draft

MOST_VERSIONS = 50
"""So many versions, the newest, are shown; all are in the list of versions."""

MOST_POSTED = 10_000
"""More facts than a version can carry; what is posted beyond them is no fact."""

SPARE_ROWS = 2
"""Empty rows at the end of the draft, for connecting words."""


class DraftForm(forms.Form):
    """What a version carries beside its blocks."""

    follows = forms.CharField(required=False, widget=forms.HiddenInput)
    headline = forms.CharField(
        required=False,
        max_length=300,
        widget=forms.TextInput,
        help_text="Good: Axios: U.S. plan asks Ukraine for concessions. Bad: Shock plan!",
    )
    standfirst = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    change_kind = forms.ChoiceField(label="Kind of change", choices=ChangeKind.choices)
    change_note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Readers will see it. Needed when a published fact is reworded or dropped.",
    )


def urls(model_admin: DeskAdmin) -> list[URLPattern]:
    """The addresses of the story's page: reading, saving the draft, drafting a correction, cutting."""
    wrap = model_admin.admin_site.admin_view

    def versions(request: HttpRequest, pk: int) -> HttpResponse:
        return show_story(model_admin, request, pk)

    def draft(request: HttpRequest, pk: int) -> HttpResponse:
        return write_draft(model_admin, request, pk)

    def correct(request: HttpRequest, pk: int) -> HttpResponse:
        return write_correction(model_admin, request, pk)

    def publish(request: HttpRequest, pk: int) -> HttpResponse:
        return cut_draft(model_admin, request, pk)

    return [
        path("<int:pk>/versions/", wrap(require_safe(versions)), name="stories_story_versions"),
        path("<int:pk>/draft/", wrap(require_POST(draft)), name="stories_story_draft"),
        path("<int:pk>/correction/", wrap(require_POST(correct)), name="stories_story_correction"),
        path("<int:pk>/cut/", wrap(require_POST(publish)), name="stories_story_cut"),
    ]


def show_story(model_admin: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the versions and the draft; with `?compose=1` the draft composed anew from the facts in force."""
    story: Story = model_admin.find_viewable(request, pk)
    draft = _draft_of(story)
    composed = draft is None or "compose" in request.GET
    blocks = compose_blocks(story) if composed else draft.blocks if draft else []
    initial = _initial(story, draft)
    if composed:
        explanation = explain_changes(story, blocks)
        initial |= {"change_kind": explanation.kind, "change_note": explanation.note}
    return _render(model_admin, request, story, draft, DraftForm(initial=initial), blocks)


def write_draft(model_admin: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft as typed."""
    story: Story = model_admin.find_viewable(request, pk)
    form = DraftForm(request.POST)
    posted = [fact for row in request.POST.getlist("row") for fact in request.POST.get(f"facts-{row}", "").split(",")]
    blocks = read_blocks(request.POST, wordings_in_force(story, among=posted[:MOST_POSTED]))
    if not form.is_valid():
        return _refuse(model_admin, request, story, form, blocks, [])
    typed = form.cleaned_data
    try:
        saved = save_draft(
            story,
            by=person_of(request),
            headline=typed["headline"],
            standfirst=typed["standfirst"],
            blocks=blocks,
            change_kind=typed["change_kind"],
            change_note=typed["change_note"],
            follows=_time_of(typed["follows"]),
        )
    except Refused as refusal:
        return _refuse(model_admin, request, story, form, blocks, refusal.reasons)
    model_admin.message_user(request, f"Draft of version {saved.number} saved. Another editor cuts it.")
    return _back_to(story)


def write_correction(model_admin: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Save the correction of the stale version as the desk drafts it: nothing is typed, another editor cuts it."""
    story: Story = model_admin.find_viewable(request, pk)
    try:
        saved = draft_correction(story, by=person_of(request))
    except Refused as refusal:
        kept = _draft_of(story)
        form = DraftForm(initial=_initial(story, kept))
        return _refuse(model_admin, request, story, form, kept.blocks if kept else [], refusal.reasons)
    model_admin.message_user(request, f"Correction drafted as version {saved.number}. Read it; another editor cuts it.")
    return _back_to(story)


def cut_draft(model_admin: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Cut the draft: it becomes the next published version."""
    story: Story = model_admin.find_viewable(request, pk)
    number = read_number(request.POST.get("number", ""))
    draft = StoryVersion.objects.filter(story=story, number=number).first()
    try:
        follows = _time_of(request.POST.get("follows", ""))
        if draft is None or follows is None:
            raise Refused(["There is no draft to cut: reload the page."])
        made = cut(draft, by=person_of(request), follows=follows)
    except Refused as refusal:
        kept = _draft_of(story)
        form = DraftForm(initial=_initial(story, kept))
        return _refuse(model_admin, request, story, form, kept.blocks if kept else [], refusal.reasons)
    delivery.announce(model_admin, request, f"Version {made.number} is published.")
    return _back_to(story)


def read_blocks(posted: QueryDict, wordings: dict[str, str]) -> list[Block]:
    """The blocks as typed, in the order typed; a block of facts prints their frozen wordings, whatever was posted."""
    rows: list[tuple[int, Block]] = []
    for row in posted.getlist("row"):
        if f"drop-{row}" in posted:
            continue
        facts = [fact for fact in posted.get(f"facts-{row}", "").split(",") if fact]
        text = " ".join(posted.get(f"text-{row}", "").split())
        if facts and all(fact in wordings for fact in facts):
            text = " ".join(wordings[fact] for fact in facts)
        if not text:
            continue
        order = read_number(posted.get(f"order-{row}", ""))
        rows.append((len(rows) * 10 if order is None else order, {"text": text, "facts": facts}))
    return [block for _, block in sorted(rows, key=lambda one: one[0])]


def _draft_of(story: Story) -> StoryVersion | None:
    draft: StoryVersion | None = StoryVersion.objects.filter(story=story).drafts().first()
    return draft


def _time_of(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _initial(story: Story, draft: StoryVersion | None) -> dict[str, Any]:
    if draft is not None:
        names = ("headline", "standfirst", "change_kind", "change_note")
        return {"follows": draft.drafted_at.isoformat(), **{name: getattr(draft, name) for name in names}}
    last = last_cut(story)
    return {"headline": last.headline, "standfirst": last.standfirst} if last else {"headline": story.title}


def _back_to(story: Story) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:stories_story_versions", args=[story.pk]))


def _refuse(
    model_admin: DeskAdmin,
    request: HttpRequest,
    story: Story,
    form: DraftForm,
    blocks: Sequence[Block],
    reasons: Sequence[str],
) -> HttpResponse:
    """The page with the reasons and what was typed: 409 when somebody was faster, else 422."""
    draft = _draft_of(story)
    seen = _time_of(request.POST.get("follows", ""))
    was_overtaken = bool(reasons) and seen != (draft.drafted_at if draft else None)
    status = HTTPStatus.CONFLICT if was_overtaken else HTTPStatus.UNPROCESSABLE_ENTITY
    return _render(model_admin, request, story, draft, form, blocks, reasons=reasons, status=status)


def _render(
    model_admin: DeskAdmin,
    request: HttpRequest,
    story: Story,
    draft: StoryVersion | None,
    form: DraftForm,
    blocks: Sequence[Block],
    *,
    reasons: Sequence[str] = (),
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    versions = list(
        StoryVersion.objects.filter(story=story).cut().select_related("publication").order_by("-number")[:MOST_VERSIONS]
    )
    stale = find_stale(versions)
    events = timeline_of(story)
    printed = {*filter(is_fact_id, facts_of(blocks)), *(event.fact for event in events if event.fact)}
    claims = {str(uuid): pk for uuid, pk in Claim.objects.filter(uuid__in=printed).values_list("uuid", "pk")}
    rows: list[dict[str, Any]] = [
        {"number": number, "order": number * 10, **block, "claims": [claims.get(fact) for fact in block["facts"]]}
        for number, block in enumerate(blocks, 1)
    ]
    spare = range(len(rows) + 1, len(rows) + 1 + SPARE_ROWS)
    rows += [{"number": number, "order": number * 10, "text": "", "facts": [], "claims": []} for number in spare]
    newest = newest_wordings(story, most=MOST_COMPOSED + 1)
    unused = [words for fact, words in newest.items() if fact not in facts_of(blocks)]
    context = model_admin.page_context(
        request,
        title=story.title,
        story=story,
        versions=[(version, version.pk in stale) for version in versions],
        draft=draft,
        draft_reasons=reasons_against_draft(draft) if draft else [],
        form=form,
        follows=draft.drafted_at.isoformat() if draft else "",
        rows=rows,
        unused=unused[-MOST_COMPOSED:],
        most_composed=MOST_COMPOSED if len(newest) > MOST_COMPOSED else 0,
        most_versions=MOST_VERSIONS if len(versions) == MOST_VERSIONS else 0,
        timeline=[(event, claims.get(event.fact or "")) for event in events],
        timeline_picture=draw_events(events, title=f"The course of {story.title}"),
        is_editor=role_of(request.user) == Role.EDITOR,
        is_own_draft=draft is not None and draft.drafted_by_id == request.user.pk,
        reasons=reasons,
        is_conflict=status == HTTPStatus.CONFLICT,
    )
    return TemplateResponse(request, "admin/stories/story/versions.html", context, status=status)
