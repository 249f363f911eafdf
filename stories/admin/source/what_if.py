"""“What if?”: what hangs on a source or an article, and withdrawing the chosen facts in one act.

A page for any admin: name it among its pages with what to suppose, and put a link on its change form.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from stories.admin.base import FormPage, RowPage, person_of
from stories.admin.claim.forms import ReasonForm, reason_field
from stories.admin.record.replicas import announce
from stories.choices import Role, Verdict
from stories.insight.what_if import Effect, Outcome, still_names
from stories.models import Claim, Decision
from stories.provenance.protected import telling_slugs
from stories.record.decisions import Refused
from stories.roles import role_of
from stories.verification import withdraw

MOST_AT_ONCE = 200
"""So many facts have a box to tick: more in one act would keep everybody else waiting too long."""

BOX = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
"""What a box to tick says: the claim and the decision on it that was seen."""


class WithdrawalForm(ReasonForm):
    """Why the chosen facts are withdrawn, said once for all of them."""

    rationale = reason_field("For the ledger; it never leaves the desk. Good: Axios has withdrawn its report. Bad: ok.")


@dataclass(frozen=True)
class EffectRow:
    """An effect as the page shows it. `box` is the claim and the decision that was seen; empty: nothing to tick."""

    effect: Effect
    box: str
    is_chosen: bool
    is_proposed: bool
    still_names: bool
    falls: tuple[tuple[str, ...], ...]


class WhatIfPage(RowPage, FormPage):
    """What hangs on a row, as `suppose` tells; on POST the chosen facts are withdrawn, all of them or none."""

    name, route = "what_if", "<int:pk>/what-if/"
    template_name = "admin/stories/what_if.html"
    form_class = WithdrawalForm
    suppose: Callable[[Any], Outcome]

    def act(self, form: WithdrawalForm) -> HttpResponse:
        """Withdraw the chosen facts in one act."""
        chosen = read_boxes(self.request.POST)
        if len(chosen) > MOST_AT_ONCE:
            raise Refused([f"At most {MOST_AT_ONCE} facts are withdrawn in one act; these are {len(chosen)}."])
        claims = list(Claim.objects.filter(pk__in=chosen).order_by("pk"))
        decisions = withdraw(claims, by=person_of(self.request), follows=chosen, **form.cleaned_data)
        places = [decision.seq for decision in decisions]
        which = f"decision {places[0]}" if len(places) == 1 else f"decisions {min(places)} to {max(places)}"
        announce(self, f"{len(places)} fact{'s' if len(places) > 1 else ''} withdrawn in one act: {which}.")
        return HttpResponseRedirect(self.request.path)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What would fall, with a box for every fact, at most `MOST_AT_ONCE`."""
        outcome = self.suppose(self.row)
        effects = [*outcome.losing_basis, *outcome.losing_route, *outcome.reporting]
        all_facts = [effect.claim.pk for effect in effects if effect.is_fact]
        facts = all_facts[:MOST_AT_ONCE]
        decisions = Decision.objects.filter(claim__in=facts).newest().defer("evidence", "payload")
        newest = {one.claim_id: one for one in decisions}
        chosen, shown = _chosen_in(self.request, outcome), telling_slugs()
        rows = {effect.claim.pk: _describe(effect, outcome, newest, chosen=chosen, shown=shown) for effect in effects}
        options = self.model_admin.opts
        return super().get_context_data(
            title=f"What if {outcome.supposition.says}?",
            change_url=reverse(f"admin:stories_{options.model_name}_change", args=[self.row.pk]),
            list_url=reverse(f"admin:stories_{options.model_name}_changelist"),
            may_be=[shown.get(slug, slug) for slug in outcome.supposition.may_be],
            groups=_group(outcome, rows),
            versions=outcome.versions,
            facts=facts,
            more=len(all_facts) - len(facts),
            is_editor=role_of(self.request.user) == Role.EDITOR,
            **more,
        )


def read_boxes(posted: QueryDict) -> dict[int, int]:
    """The ticked facts: primary key of the claim → the decision that was seen; `Refused` for what no page sends."""
    chosen = {}
    for sent in posted.getlist("facts"):
        box = BOX.fullmatch(sent)
        if box is None:
            raise Refused([f"“{sent[:40]}” is no fact of this page: reload it and choose again."])
        chosen[int(box[1])] = int(box[2])
    return chosen


def _chosen_in(request: HttpRequest, outcome: Outcome) -> set[int]:
    """The claims whose boxes are ticked: as they were sent, or on request all that would lose their basis."""
    if request.method == "POST":
        return {int(box[1]) for box in map(BOX.fullmatch, request.POST.getlist("facts")) if box}
    if request.GET.get("choose") == "losing":
        return {effect.claim.pk for effect in outcome.losing_basis}
    return set()


def _describe(
    effect: Effect,
    outcome: Outcome,
    newest: Mapping[int | None, Decision],
    *,
    chosen: set[int],
    shown: Mapping[str, str],
) -> EffectRow:
    decision = newest.get(effect.claim.pk)
    return EffectRow(
        effect,
        box=f"{effect.claim.pk}-{decision.seq}" if decision else "",
        is_chosen=effect.claim.pk in chosen,
        is_proposed=decision is not None and decision.verdict == Verdict.PROPOSED,
        still_names=not effect.reasons and still_names(effect, outcome.supposition),
        falls=tuple(tuple(shown.get(slug, slug) for slug in route) for route in effect.lost_routes),
    )


def _group(outcome: Outcome, rows: Mapping[int, EffectRow]) -> list[tuple[str, str, list[EffectRow]]]:
    """The groups of the page that hold anything: a name for its address, its heading, its rows."""
    groups = [
        ("facts", "Facts that would lose their basis", [one for one in outcome.losing_basis if one.is_fact]),
        ("claims", "Claims that nothing would support", [one for one in outcome.losing_basis if not one.is_fact]),
        ("routes", "Still standing, with fewer routes", outcome.losing_route),
        ("words", "Reporting what it says: still said, right or wrong", outcome.reporting),
    ]
    return [(name, heading, [rows[one.claim.pk] for one in effects]) for name, heading, effects in groups if effects]
