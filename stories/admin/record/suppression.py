"""Suppressing a published text: what would go, why, and the two editors it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from stories.admin.base import DeskAdmin, person_of
from stories.admin.record import copies as delivery
from stories.models import Decision, Publication
from stories.record.decisions import DecidedMeanwhile, Refused
from stories.record.publications import text_of
from stories.texts import RATIONALE
from stories.verification.suppression import (
    Step,
    newest_on,
    propose_suppression,
    reasons_by_step,
    return_suppression,
    sign_suppression,
    texts_to_suppress,
)

STEP_LABELS = {Step.PROPOSE: "Propose", Step.SIGN: "Sign", Step.RETURN: "Return"}


class SuppressionForm(forms.Form):
    """The legal reason. Whether it will do, the verb says."""

    follows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    rationale = forms.CharField(
        required=False,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3, "aria-describedby": "id_rationale_helptext"}),
        help_text="The legal reason, for the ledger; it never leaves the desk. Good: District court, order 12 O 34/25 "
        "of November 21: the name must not be published. Bad: legal said so.",
        max_length=RATIONALE.limit,
    )


@dataclass(frozen=True)
class Text:
    """A published text that would go: its place, its words, its newest decision on suppressing it."""

    publication: Publication
    words: Sequence[str]
    decision: Decision | None


@dataclass(frozen=True)
class StepButton:
    """A step, and why this person may not take it now."""

    step: Step
    label: str
    reasons: list[str]


def urls(model_admin: DeskAdmin) -> list[URLPattern]:
    """The address of the page."""

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        return review_suppression(model_admin, request, pk)

    wrapped = model_admin.admin_site.admin_view(view)
    return [path("<int:pk>/suppression/", wrapped, name="stories_publication_suppression")]


def review_suppression(model_admin: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would go; on POST put the typed reason to the step whose button was pressed."""
    target: Publication = model_admin.find_viewable(request, pk)
    if request.method != "POST":
        return _render(model_admin, request, target, SuppressionForm())
    form = SuppressionForm(request.POST)
    reasons: Sequence[str] = []
    meanwhile = None
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            decisions = _decide(request, target, form.cleaned_data)
        except DecidedMeanwhile as conflict:
            reasons, meanwhile, status = conflict.reasons, conflict.decision, HTTPStatus.CONFLICT
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            places = ", ".join(str(one.suppresses_id) for one in decisions)
            said = f"Decision {decisions[0].seq}: {decisions[0].verdict}, for the text of position {places}."
            if decisions[0].publication_id is None:
                model_admin.message_user(request, said, messages.SUCCESS)
            else:
                delivery.announce(model_admin, request, said)
            return HttpResponseRedirect(reverse("admin:stories_publication_suppression", args=[pk]))
    return _render(model_admin, request, target, form, reasons=reasons, meanwhile=meanwhile, status=status)


def _decide(request: HttpRequest, target: Publication, typed: dict[str, Any]) -> list[Decision]:
    pressed, by = request.POST.get("step", ""), person_of(request)
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


def _render(
    model_admin: DeskAdmin,
    request: HttpRequest,
    target: Publication,
    form: SuppressionForm,
    *,
    reasons: Sequence[str] = (),
    meanwhile: Decision | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    newest = newest_on(target)
    by_step = reasons_by_step(target, by=person_of(request))
    context = model_admin.page_context(
        request,
        title=f"Suppress the text of position {target.pk}",
        target=target,
        texts=_describe_texts(target),
        timeline=Decision.objects.filter(suppresses=target).select_related("publication").order_by("-seq"),
        form=form,
        buttons=[StepButton(step, STEP_LABELS[step], by_step[step]) for step in Step],
        reasons=reasons,
        meanwhile=meanwhile,
        follows=newest.seq if newest and (meanwhile or not form.is_bound) else form["follows"].value(),
    )
    return TemplateResponse(request, "admin/stories/publication/suppression.html", context, status=status)


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
