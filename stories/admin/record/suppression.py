"""Taking a part of a publication down at once, and what two editors do with it: destroy it, or put it back."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse, HttpResponseRedirect

from stories.admin.base import FormPage, RowPage, person_of
from stories.admin.claim.forms import reason_field
from stories.admin.person.asking_again import AskedAgain
from stories.admin.record.replicas import announce
from stories.choices import FACT_EVENTS, Because, Part, Role
from stories.insight.elsewhere import MOST_READ, find_elsewhere
from stories.models import Decision, Publication
from stories.record.decisions import DecidedMeanwhile, Refused
from stories.record.sealing import Piece, Whereabouts, printed_in, read_part, whereabouts
from stories.roles import role_of
from stories.texts import PUBLIC_NOTE
from stories.verification.suppression import (
    Step,
    decisions_on,
    destroy,
    newest_on,
    pieces_with,
    propose_restoration,
    reasons_by_step,
    restore,
    return_suppression,
    suppress,
)


class SuppressionForm(forms.Form):
    """Why, for the ledger; and what readers are told. Whether it will do, the verb says."""

    follows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    because = forms.ChoiceField(
        required=False,
        label="Because of",
        choices=[("", "—"), *Because.choices],
        help_text="Public. Only for taking it down.",
    )
    public_note = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=PUBLIC_NOTE.limit,
        help_text="Readers will see it, in the place of a note that goes. Only for taking it down. Good: Taken down "
        "for the safety of a person. Bad: anything of the words themselves.",
    )
    rationale = reason_field(
        "The reason, for the ledger; it never leaves the desk. Good: District court, order 12 O 34/25 of November 21: "
        "the name must not be published. Bad: legal said so."
    )


@dataclass(frozen=True)
class Text:
    """A part that one step takes: of which publication, its words, the newest decision on it."""

    publication: Publication
    part: Part
    words: Sequence[str]
    decision: Decision | None


class SuppressionPage(AskedAgain, RowPage, FormPage):
    """The text of a publication and all that carries its words; on POST the step whose button was pressed is taken."""

    name, route = "suppression", "<int:pk>/suppression/"
    part: ClassVar[Part] = Part.TEXT
    template_name = "admin/stories/publication/suppression.html"
    form_class = SuppressionForm

    def act(self, form: SuppressionForm) -> HttpResponse:
        """Take the step, and say what was decided."""
        decisions = self._decide(self.request.POST.get("step", ""), form.cleaned_data)
        places = ", ".join(f"the {Part(one.part).label} of position {one.suppresses_id}" for one in decisions)
        said = f"Decision {decisions[0].seq}: {decisions[0].verdict}, for {places}."
        announce(self, said, is_published=decisions[0].publication_id is not None)
        return HttpResponseRedirect(self.request.path)

    def _decide(self, pressed: str, typed: dict[str, Any]) -> list[Decision]:
        if pressed not in list(Step):
            raise Refused([f"“{pressed[:40]}” is no step. Choose one of: {', '.join(Step)}."])
        steps: dict[Step, Callable[[dict[str, Any]], list[Decision]]] = {
            Step.SUPPRESS: self._suppress,
            Step.DESTROY: self._destroy,
            Step.PROPOSE: self._propose,
            Step.RESTORE: lambda typed: restore(self._seen(typed), **self._said(typed)),
            Step.RETURN: lambda typed: [return_suppression(self._seen(typed), **self._said(typed))],
        }
        return steps[Step(pressed)](typed)

    def _said(self, typed: dict[str, Any]) -> dict[str, Any]:
        return {"by": person_of(self.request), "rationale": typed["rationale"]}

    def _seen(self, typed: dict[str, Any]) -> Decision:
        """The decision that the page showed as the newest; refused when there is another one by now."""
        newest = newest_on(self.row, self.part)
        if newest is None or typed["follows"] is None:
            raise DecidedMeanwhile(newest)
        seen = decisions_on(self.row, self.part).filter(seq=typed["follows"]).first()
        if seen is None:
            raise DecidedMeanwhile(newest)
        return seen

    def _suppress(self, typed: dict[str, Any]) -> list[Decision]:
        public = {name: typed[name] for name in ("because", "public_note", "follows")}
        return suppress(self.row, part=self.part, **public, **self._said(typed))

    def _destroy(self, typed: dict[str, Any]) -> list[Decision]:
        return destroy(self.row, part=self.part, follows=typed["follows"], **self._said(typed))

    def _propose(self, typed: dict[str, Any]) -> list[Decision]:
        return propose_restoration(self.row, part=self.part, follows=typed["follows"], **self._said(typed))

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What one step would take and what not, the decisions so far, and why this person may not take a step."""
        target, newest, by = self.row, newest_on(self.row, self.part), person_of(self.request)
        where = whereabouts(target, self.part)
        is_read = role_of(by) == Role.EDITOR or where != Whereabouts.SEALED
        pieces = pieces_with(target, self.part)
        elsewhere, further = find_elsewhere(target, self.part, but=pieces) if is_read else ([], 0)
        form = more.setdefault("form", self.get_form())
        return super().get_context_data(
            title=f"Take down the {self.part.label} of position {target.pk}",
            target=target,
            part=self.part,
            where=where,
            texts=[_describe(piece, is_read=is_read) for piece in pieces],
            elsewhere=elsewhere,
            further=further,
            most_read=MOST_READ,
            timeline=decisions_on(target, self.part).select_related("publication").order_by("-seq"),
            buttons=list(reasons_by_step(target, self.part, by=by).items()),
            follows=newest.seq if newest and (more.get("meanwhile") or not form.is_bound) else form["follows"].value(),
            **more,
        )


class NoteSuppressionPage(SuppressionPage):
    """The same for a public note: another note takes its place."""

    name, route = "suppression_note", "<int:pk>/suppression/note/"
    part = Part.NOTE


def _describe(piece: Piece, *, is_read: bool) -> Text:
    """One part; what is sealed is read by editors alone."""
    publication, part = piece
    text = (read_part(publication, part) or "") if is_read else ""
    words = [text or "(taken down: editors read it)"]
    if part == Part.TEXT and text:
        whole = json.loads(text)
        words = [whole["statement"]] if publication.event in FACT_EVENTS else [one for one in printed_in(whole) if one]
    return Text(publication, part, words, newest_on(publication, part))
