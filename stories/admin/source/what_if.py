"""“What if?”: what hangs on a source or an article, and withdrawing the chosen facts in one act.

A page for any admin: add `*what_if.urls(self, suppose_wrong)` to its addresses and a link to its change form.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from stories.admin.base import DeskAdmin, person_of
from stories.admin.claim.review_form import NOTE_HELP
from stories.admin.record import copies as delivery
from stories.choices import CorrectionKind, Role, Verdict
from stories.insight.what_if import Effect, Outcome, still_names
from stories.models import Claim, Decision
from stories.record.decisions import DecidedMeanwhile, Refused
from stories.roles import role_of
from stories.texts import RATIONALE
from stories.verification.verbs import withdraw

MOST_AT_ONCE = 200
"""So many facts have a box to tick: more in one act would keep everybody else waiting too long."""

BOX = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
"""What a box to tick says: the claim and the decision on it that was seen."""

Suppose = Callable[[Any], Outcome]


class WithdrawalForm(forms.Form):
    """Why the chosen facts are withdrawn, said once for all of them. Whether it will do, the verb says."""

    correction_kind = forms.ChoiceField(
        required=False, label="Kind of correction", choices=[("", "—"), *CorrectionKind.choices]
    )
    public_note = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=NOTE_HELP, max_length=2000
    )
    rationale = forms.CharField(
        required=False,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For the ledger; it never leaves the desk. Good: Axios has withdrawn its report. Bad: ok.",
        max_length=RATIONALE.limit,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A form whose help is read out with its fields."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"


@dataclass(frozen=True)
class Row:
    """An effect as the page shows it. `box` is the claim and the decision that was seen; empty: nothing to tick."""

    effect: Effect
    box: str
    is_chosen: bool
    is_proposed: bool
    still_names: bool


def urls(model_admin: DeskAdmin, suppose: Suppose) -> list[URLPattern]:
    """The address of the page for the rows of `model_admin`, of which `suppose` says what hangs on them."""

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        return show_what_if(model_admin, suppose, request, pk)

    name = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}_what_if"
    return [path("<int:pk>/what-if/", model_admin.admin_site.admin_view(view), name=name)]


def show_what_if(model_admin: DeskAdmin, suppose: Suppose, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what hangs on the row `pk`; on POST withdraw the chosen facts, all of them or none."""
    row = model_admin.find_viewable(request, pk)
    if request.method != "POST":
        return _render(model_admin, suppose, request, row, WithdrawalForm())
    form = WithdrawalForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    reasons: Sequence[str] = []
    meanwhile = None
    if form.is_valid():
        try:
            return _withdraw_chosen(model_admin, request, form)
        except DecidedMeanwhile as conflict:
            reasons, meanwhile, status = conflict.reasons, conflict.decision, HTTPStatus.CONFLICT
        except Refused as refusal:
            reasons = refusal.reasons
    return _render(model_admin, suppose, request, row, form, reasons=reasons, meanwhile=meanwhile, status=status)


def _withdraw_chosen(model_admin: DeskAdmin, request: HttpRequest, form: WithdrawalForm) -> HttpResponse:
    chosen = read_boxes(request.POST)
    if len(chosen) > MOST_AT_ONCE:
        raise Refused([f"At most {MOST_AT_ONCE} facts are withdrawn in one act; these are {len(chosen)}."])
    claims = list(Claim.objects.filter(pk__in=chosen).order_by("pk"))
    decisions = withdraw(claims, by=person_of(request), follows=chosen, **form.cleaned_data)
    places = [decision.seq for decision in decisions]
    which = f"decision {places[0]}" if len(places) == 1 else f"decisions {min(places)} to {max(places)}"
    said = f"{len(places)} fact{'s' if len(places) > 1 else ''} withdrawn in one act: {which}."
    delivery.announce(model_admin, request, said)
    return HttpResponseRedirect(request.path)


def read_boxes(posted: QueryDict) -> dict[int, int]:
    """The ticked facts: primary key of the claim → the decision that was seen; `Refused` for what no page sends."""
    chosen = {}
    for sent in posted.getlist("facts"):
        box = BOX.fullmatch(sent)
        if box is None:
            raise Refused([f"“{sent[:40]}” is no fact of this page: reload it and choose again."])
        chosen[int(box[1])] = int(box[2])
    return chosen


def _render(
    model_admin: DeskAdmin,
    suppose: Suppose,
    request: HttpRequest,
    row: Any,
    form: WithdrawalForm,
    *,
    reasons: Sequence[str] = (),
    meanwhile: Decision | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    outcome = suppose(row)
    effects = [*outcome.losing_basis, *outcome.losing_route, *outcome.reporting]
    all_facts = [effect.claim.pk for effect in effects if effect.is_fact]
    facts = all_facts[:MOST_AT_ONCE]
    newest = {
        one.claim_id: one for one in Decision.objects.filter(claim__in=facts).newest().defer("evidence", "payload")
    }
    chosen = _chosen_in(request, outcome)
    rows = {effect.claim.pk: _describe(effect, outcome, newest, chosen) for effect in effects}
    options = model_admin.opts
    context = model_admin.page_context(
        request,
        title=f"What if {outcome.supposition.says}?",
        row=row,
        change_url=reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk]),
        list_url=reverse(f"admin:{options.app_label}_{options.model_name}_changelist"),
        may_be=outcome.supposition.may_be,
        groups=_group(outcome, rows),
        versions=outcome.versions,
        facts=facts,
        more=len(all_facts) - len(facts),
        form=form,
        is_editor=role_of(request.user) == Role.EDITOR,
        reasons=reasons,
        meanwhile=meanwhile,
    )
    return TemplateResponse(request, "admin/stories/what_if.html", context, status=status)


def _chosen_in(request: HttpRequest, outcome: Outcome) -> set[int]:
    """The claims whose boxes are ticked: as they were sent, or on request all that would lose their basis."""
    if request.method == "POST":
        return {int(box[1]) for box in map(BOX.fullmatch, request.POST.getlist("facts")) if box}
    if request.GET.get("choose") == "losing":
        return {effect.claim.pk for effect in outcome.losing_basis}
    return set()


def _describe(effect: Effect, outcome: Outcome, newest: Mapping[int | None, Decision], chosen: set[int]) -> Row:
    decision = newest.get(effect.claim.pk)
    return Row(
        effect,
        box=f"{effect.claim.pk}-{decision.seq}" if decision else "",
        is_chosen=effect.claim.pk in chosen,
        is_proposed=decision is not None and decision.verdict == Verdict.PROPOSED,
        still_names=not effect.reasons and still_names(effect, outcome.supposition),
    )


def _group(outcome: Outcome, rows: Mapping[int, Row]) -> list[tuple[str, str, list[Row]]]:
    """The groups of the page that hold anything: a name for its address, its heading, its rows."""
    groups = [
        ("facts", "Facts that would lose their basis", [one for one in outcome.losing_basis if one.is_fact]),
        ("claims", "Claims that nothing would support", [one for one in outcome.losing_basis if not one.is_fact]),
        ("routes", "Still standing, with fewer routes", outcome.losing_route),
        ("words", "Reporting what it says: still said, right or wrong", outcome.reporting),
    ]
    return [(name, heading, [rows[one.claim.pk] for one in effects]) for name, heading, effects in groups if effects]
