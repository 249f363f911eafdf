"""Suppressing a published text: what would go, why, and the two editors it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect

from stories.admin.base import FormPage, RowPage, person_of
from stories.admin.claim.forms import reason_field
from stories.admin.record.replicas import announce
from stories.models import Decision, Publication
from stories.record.decisions import DecidedMeanwhile, Refused
from stories.record.publications import text_of
from stories.verification.suppression import (
    Step,
    newest_on,
    propose_suppression,
    reasons_by_step,
    return_suppression,
    sign_suppression,
    texts_to_suppress,
)


class SuppressionForm(forms.Form):
    """The legal reason. Whether it will do, the verb says."""

    follows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    rationale = reason_field(
        "The legal reason, for the ledger; it never leaves the desk. Good: District court, order 12 O 34/25 of "
        "November 21: the name must not be published. Bad: legal said so."
    )


@dataclass(frozen=True)
class Text:
    """A published text that would go: its place, its words, its newest decision on suppressing it."""

    publication: Publication
    words: Sequence[str]
    decision: Decision | None


class SuppressionPage(RowPage, FormPage):
    """What would go with a published text; on POST the typed reason is put to the step whose button was pressed."""

    name, route = "suppression", "<int:pk>/suppression/"
    template_name = "admin/stories/publication/suppression.html"
    form_class = SuppressionForm

    def act(self, form: SuppressionForm) -> HttpResponse:
        """Take the step, and say what was decided."""
        decisions = self._decide(self.request.POST.get("step", ""), form.cleaned_data)
        places = ", ".join(str(one.suppresses_id) for one in decisions)
        said = f"Decision {decisions[0].seq}: {decisions[0].verdict}, for the text of position {places}."
        announce(self, said, is_published=decisions[0].publication_id is not None)
        return HttpResponseRedirect(self.request.path)

    def _decide(self, pressed: str, typed: dict[str, Any]) -> list[Decision]:
        target, by = self.row, person_of(self.request)
        if pressed not in list(Step):
            raise Refused([f"“{pressed[:40]}” is no step. Choose one of: {', '.join(Step)}."])
        rationale, follows = typed["rationale"], typed["follows"]
        if pressed == Step.PROPOSE:
            return propose_suppression(target, by=by, rationale=rationale, follows=follows)
        proposal = Decision.objects.filter(suppresses=target, seq=follows).first() if follows else None
        if proposal is None:
            raise DecidedMeanwhile(newest_on(target))
        if pressed == Step.SIGN:
            return sign_suppression(proposal, by=by, rationale=rationale)
        return [return_suppression(proposal, by=by, rationale=rationale)]

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The texts that would go, the decisions so far, and why this person may not take a step."""
        target, newest = self.row, newest_on(self.row)
        form = more.setdefault("form", self.get_form())
        return super().get_context_data(
            title=f"Suppress the text of position {target.pk}",
            target=target,
            texts=_describe_texts(target),
            timeline=Decision.objects.filter(suppresses=target).select_related("publication").order_by("-seq"),
            buttons=list(reasons_by_step(target, by=person_of(self.request)).items()),
            follows=newest.seq if newest and (more.get("meanwhile") or not form.is_bound) else form["follows"].value(),
            **more,
        )


def _describe_texts(target: Publication) -> list[Text]:
    """The texts that go with `target`; none once it is gone."""
    if text_of(target) is None:
        return []
    return [Text(one, _words_of(text_of(one) or {}), newest_on(one)) for one in texts_to_suppress(target)]


def _words_of(text: dict[str, Any]) -> list[str]:
    if "statement" in text:
        return [text["statement"]]
    words = [text["headline"], text["standfirst"], *(block["text"] for block in text["blocks"])]
    return [one for one in words if one]
