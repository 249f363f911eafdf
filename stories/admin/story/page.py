"""The page of a story: its versions, which of them are stale, the draft, and cutting it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.generic import TemplateView

from stories.admin.base import FormPage, RowPage, person_of, read_number, read_time
from stories.admin.record.replicas import announce
from stories.admin.story.timeline import timeline_of
from stories.choices import ChangeKind, Role
from stories.models import Claim, StoryVersion
from stories.models.withheld import now_withheld
from stories.record.decisions import Refused
from stories.roles import role_of
from stories.versions.compose import (
    MOST_COMPOSED,
    DraftBlock,
    compose_blocks,
    facts_of,
    find_stale,
    is_fact_id,
    last_cut,
    newest_wordings,
    wordings_in_force,
)
from stories.versions.corrections import draft_correction, explain_changes
from stories.versions.cuts import cut, reasons_not_to_cut
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


class StoryFrame(RowPage):
    """The versions of a story and its draft; with `?compose=1` the draft composed anew from the facts in force."""

    template_name = "admin/stories/story/versions.html"

    def find(self, **kwargs: Any) -> None:
        """Find the story, and what the draft says."""
        super().find(**kwargs)
        self.draft = StoryVersion.objects.filter(story=self.row).drafts().first()
        kept = None if "compose" in self.request.GET or self.draft is None else self.draft.shown_blocks
        self.is_composed, self.blocks = kept is None, compose_blocks(self.row) if kept is None else kept
        if kept is None and now_withheld().texts and (last := last_cut(self.row)) and last.is_withheld:
            self.blocks = [block for block in self.blocks if block["facts"]]  # the others came from what is withheld

    def get_initial(self) -> dict[str, Any]:
        """What the draft or else the last version says; for a draft composed anew, what has changed since and why."""
        kept, last = self.draft, last_cut(self.row) if self.draft is None else None
        said = {"headline": self.row.title}
        if last:
            said = {"headline": last.shown_headline, "standfirst": last.shown_standfirst}
        if kept is not None:
            said = {name: getattr(kept, name) for name in ("headline", "standfirst", "change_kind", "change_note")}
        if self.is_composed:
            explanation = explain_changes(self.row, self.blocks)
            said |= {"change_kind": explanation.kind, "change_note": explanation.note}
        return said

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The versions, which of them are stale, the draft in rows, and the course of the story."""
        story, draft, blocks = self.row, self.draft, self.blocks
        cuts = StoryVersion.objects.filter(story=story).cut().select_related("publication").order_by("-number")
        versions = list(cuts[:MOST_VERSIONS])
        stale = find_stale(versions)
        events = timeline_of(story)
        printed = {*filter(is_fact_id, facts_of(blocks)), *(event.fact for event in events if event.fact)}
        claims = {str(uuid): pk for uuid, pk in Claim.objects.filter(uuid__in=printed).values_list("uuid", "pk")}
        spare: list[DraftBlock] = [{"text": "", "facts": []} for _ in range(SPARE_ROWS)]
        newest = newest_wordings(story, most=MOST_COMPOSED + 1)
        unused = [words for fact, words in newest.items() if fact not in facts_of(blocks)]
        return super().get_context_data(
            story=story,
            versions=[(version, version.pk in stale) for version in versions],
            draft=draft,
            draft_reasons=reasons_against_draft(draft) if draft else [],
            follows=draft.drafted_at.isoformat() if draft else "",
            rows=[
                {"number": number, "order": number * 10, **block, "claims": [claims.get(one) for one in block["facts"]]}
                for number, block in enumerate([*blocks, *spare], 1)
            ],
            unused=unused[-MOST_COMPOSED:],
            most_composed=MOST_COMPOSED if len(newest) > MOST_COMPOSED else 0,
            most_versions=MOST_VERSIONS if len(versions) == MOST_VERSIONS else 0,
            timeline=[(event, claims.get(event.fact or "")) for event in events],
            is_editor=role_of(self.request.user) == Role.EDITOR,
            against_cutting=reasons_not_to_cut(draft, by=person_of(self.request)) if draft else [],
            **more,
        )


class StoryPage(StoryFrame, TemplateView):
    """Shows it."""

    name, route = "versions", "<int:pk>/versions/"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The story, and the form of its draft."""
        return super().get_context_data(form=DraftForm(initial=self.get_initial()), **more)


class StoryFormPage(StoryFrame, FormPage):
    """Does something with the draft; a refusal is the same page with the reasons."""

    http_method_names = ["post"]
    form_class = DraftForm

    def refuse(self, form: DraftForm, refusal: Refused) -> HttpResponse:
        """The page with the reasons and what was typed: 409 when somebody was faster, else 422."""
        draft = StoryVersion.objects.filter(story=self.row).drafts().first()
        seen = read_time(self.request.POST.get("follows", ""))
        is_conflict = bool(refusal.reasons) and seen != (draft.drafted_at if draft else None)
        self.draft = draft
        context = self.get_context_data(form=form, reasons=refusal.reasons, is_conflict=is_conflict)
        return self.render_to_response(context, status=409 if is_conflict else 422)


class DraftPage(StoryFormPage):
    """Saves the draft as typed."""

    name, route = "draft", "<int:pk>/draft/"

    def find(self, **kwargs: Any) -> None:
        """Find the story, and the blocks as they were typed."""
        super().find(**kwargs)
        posted = self.request.POST
        facts = [fact for row in posted.getlist("row") for fact in posted.get(f"facts-{row}", "").split(",")]
        self.blocks = read_blocks(posted, wordings_in_force(self.row, among=facts[:MOST_POSTED]))

    def act(self, form: DraftForm) -> HttpResponse:
        """Save it."""
        follows = read_time(form.cleaned_data.pop("follows"))
        by = person_of(self.request)
        saved = save_draft(self.row, by=by, blocks=self.blocks, follows=follows, **form.cleaned_data)
        said = f"Draft of version {saved.number} saved. Another editor cuts it."
        return self.leave_for("story_versions", self.row.pk, said=said)


class ButtonPage(StoryFormPage):
    """What one button of the story's page does: nothing is typed for it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Do it, or show the page with the draft as it is kept."""
        return self.form_valid(DraftForm(initial=self.get_initial()))


class CorrectionPage(ButtonPage):
    """Saves the correction of the stale version as the desk drafts it; another editor cuts it."""

    name, route = "correction", "<int:pk>/correction/"

    def act(self, form: DraftForm) -> HttpResponse:
        """Draft it."""
        saved = draft_correction(self.row, by=person_of(self.request))
        said = f"Correction drafted as version {saved.number}. Read it; another editor cuts it."
        return self.leave_for("story_versions", self.row.pk, said=said)


class CutPage(ButtonPage):
    """Cuts the draft: it becomes the next published version."""

    name, route = "cut", "<int:pk>/cut/"

    def act(self, form: DraftForm) -> HttpResponse:
        """Cut the draft that was seen."""
        number = read_number(self.request.POST.get("number", ""))
        draft = StoryVersion.objects.filter(story=self.row, number=number).first()
        follows = read_time(self.request.POST.get("follows", ""))
        if draft is None or follows is None:
            raise Refused(["There is no draft to cut: reload the page."])
        made = cut(draft, by=person_of(self.request), follows=follows)
        announce(self, f"Version {made.number} is published.")
        return redirect("admin:stories_story_versions", self.row.pk)


def read_blocks(posted: QueryDict, wordings: dict[str, str]) -> list[DraftBlock]:
    """The blocks as typed, in the order typed; a block of facts prints their frozen wordings, whatever was posted."""
    rows: list[tuple[int, DraftBlock]] = []
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
