"""Several claims on one page, each shown in full and decided through its own door; what was refused says why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from stories.admin.base import DeskAdmin, FormPage, person_of, read_number
from stories.admin.claim.forms import WORDING_HELP, ProposalForm, ReasonForm, decide
from stories.admin.claim.under_review import ClaimUnderReview, Passage, Weighed, read_claims, weigh_claims
from stories.admin.record.replicas import announce
from stories.intake.passages import CONTEXT
from stories.models import Claim, Decision
from stories.policy.transitions import Verb
from stories.record.decisions import DecidedMeanwhile, Refused

MOST_AT_ONCE = 50
"""So many claims are shown in full on one page; nobody reads more at once."""

VERBS = {
    Verb.PROPOSE: "Propose the chosen",
    Verb.CONFIRM: "Confirm the chosen",
    Verb.RETURN: "Return the chosen",
    Verb.WITHDRAW: "Withdraw the chosen",
}
"""What is done to several at once. Doubt is about one claim: disputing and refuting stay on the review page."""


@dataclass
class Item:
    """A claim on the page: what is known of it, its form, whether it is chosen, and what came of it."""

    open: ClaimUnderReview
    form: ProposalForm
    is_chosen: bool
    weighed: Weighed | None = None
    decision: Decision | None = None
    meanwhile: Decision | None = None
    reasons: Sequence[str] = field(default=())

    @property
    def follows(self) -> object:
        """The decision that the next attempt follows: the one that was seen; after a conflict the one missed."""
        return self.meanwhile.seq if self.meanwhile else self.form["follows"].value()

    @property
    def passages(self) -> list[tuple[Passage, bool]]:
        """The passages it can stand on, and whether each is ticked."""
        ticked = self.form.ticked()
        return [(one, one.evidence.pk in ticked) for one in self.open.passages if one.is_usable]

    @property
    def what_you_may(self) -> list[tuple[Verb, str]]:
        """Each verb of the page, and whether this person may use it on the claim."""
        return [(verb, " ".join(self.open.reasons[verb]) or "yes") for verb in VERBS]


@admin.action(description="Decide on the selected claims on one page", permissions=["view"])
def decide_together(model_admin: DeskAdmin, request: HttpRequest, claims: QuerySet[Claim]) -> HttpResponse:
    """Open the page with the selected claims; it decides nothing itself."""
    keys = ",".join(str(key) for key in claims.values_list("pk", flat=True)[:MOST_AT_ONCE])
    asked = urlencode({"claims": keys, "queue": request.GET.urlencode()})
    return HttpResponseRedirect(f"{reverse('admin:stories_claim_bulk')}?{asked}")


class BulkPage(FormPage):
    """The claims that the address names; on POST each of the chosen ones is put to the verb that was pressed."""

    name, route = "bulk", "bulk/"
    title = "Decide on several claims"
    template_name = "admin/stories/claim/bulk.html"
    form_class = ReasonForm

    def find(self, **kwargs: Any) -> None:
        """The claims asked for, in order, each once; what is no number, or no claim, is left out."""
        super().find(**kwargs)
        asked = map(read_number, self.request.GET.get("claims", "").split(","))
        keys = list(dict.fromkeys(key for key in asked if key is not None))[:MOST_AT_ONCE]
        rows = Claim.objects.select_related("story", "says").in_bulk(keys)
        claims = [rows[key] for key in keys if key in rows]
        posted = self.request.POST if self.request.method == "POST" else None
        chosen = {one.pk for one in claims} if posted is None else set(map(read_number, posted.getlist("chosen")))
        self.items = [
            Item(one, ProposalForm(posted, prefix=str(one.claim.pk), claim=one), one.claim.pk in chosen)
            for one in read_claims(claims, by=person_of(self.request), context=CONTEXT)
        ]

    def act(self, form: ReasonForm) -> HttpResponse:
        """Put the chosen claims to the verb, each by itself; 409 when nothing was done and somebody was faster."""
        pressed, chosen = self.request.POST.get("verb", ""), [item for item in self.items if item.is_chosen]
        if pressed not in list(VERBS) or not chosen:
            raise Refused(["Choose at least one claim and press one of the verbs."])
        for item in chosen:
            self._decide_on(item, Verb(pressed), form.cleaned_data)
        done = sum(item.decision is not None for item in chosen)
        if done:
            announce(self, f"{done} claim{'s' if done > 1 else ''} decided.")
        status = 200 if done else 409 if any(item.meanwhile for item in chosen) else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def _decide_on(self, item: Item, verb: Verb, shared: dict[str, Any]) -> None:
        """Put `item` to `verb`, and keep what came of it."""
        if not item.form.is_valid():
            item.reasons = [str(error) for errors in item.form.errors.values() for error in errors]
            return
        typed = {**shared, **item.form.cleaned_data}
        if item.open.fact is None:  # kind and note are for the readers of what is in force
            typed |= {"correction_kind": "", "public_note": ""}
        try:
            item.decision = decide(verb, item.open.claim, by=person_of(self.request), typed=typed)
        except Refused as refusal:
            item.reasons = refusal.reasons
            item.meanwhile = refusal.decision if isinstance(refusal, DecidedMeanwhile) else None

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What was done and refused, and all that is left to decide on."""
        left = [item for item in self.items if item.decision is None]
        for item, weighed in zip(left, weigh_claims([(one.open, one.form.ticked()) for one in left]), strict=True):
            item.weighed = weighed
        return super().get_context_data(
            queue=self.request.GET.get("queue", ""),
            done=[item for item in self.items if item.decision is not None],
            refused=[item for item in left if item.reasons],
            items=left,
            wording_help=WORDING_HELP,
            verbs=VERBS.items(),
            asked=",".join(str(item.open.claim.pk) for item in left),
            **more,
        )
