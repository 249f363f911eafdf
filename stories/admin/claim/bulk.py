"""Several claims on one page, each shown in full and decided through its own door; what was refused says why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from stories.admin.base import DeskAdmin, person_of, read_number
from stories.admin.claim.bulk_claims import MOST_AT_ONCE, OpenClaim, read_open_claims
from stories.admin.claim.review_form import NOTE_HELP, RATIONALE_HELP, WORDING_HELP, decide
from stories.admin.record import copies as delivery
from stories.choices import Basis, CorrectionKind
from stories.models import Claim, Decision, Evidence
from stories.policy.transitions import Verb
from stories.record.decisions import DecidedMeanwhile, Refused
from stories.texts import RATIONALE

VERBS = {
    Verb.PROPOSE: "Propose the chosen",
    Verb.CONFIRM: "Confirm the chosen",
    Verb.RETURN: "Return the chosen",
    Verb.WITHDRAW: "Withdraw the chosen",
}
"""What is done to several at once. Doubt is about one claim: disputing and refuting stay on the review page."""


class SharedForm(forms.Form):
    """What is said once, for each of the chosen claims."""

    rationale = forms.CharField(
        required=False,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3, "aria-describedby": "id_rationale_helptext"}),
        help_text=RATIONALE_HELP,
        max_length=RATIONALE.limit,
    )
    correction_kind = forms.ChoiceField(
        required=False, label="Kind of correction", choices=[("", "—"), *CorrectionKind.choices]
    )
    public_note = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "aria-describedby": "id_public_note_helptext"}),
        help_text=NOTE_HELP,
        max_length=2000,
    )


class ClaimForm(forms.Form):
    """What is typed about one claim. Its fields carry the claim's number, so that a page holds many."""

    follows = forms.IntegerField(required=False)
    wording = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    basis = forms.ChoiceField(required=False, choices=Basis.choices)
    passages = forms.TypedMultipleChoiceField(
        required=False,
        coerce=int,
        error_messages={"invalid_choice": "A ticked passage is not on this page: reload it."},
    )
    accepts_inferred = forms.BooleanField(required=False, label="Count inferred attributions")

    def __init__(self, *args: Any, passages: Sequence[Evidence], **kwargs: Any) -> None:
        """A form on a claim that can stand on `passages`."""
        super().__init__(*args, **kwargs)
        self.known = {one.pk: one for one in passages}
        choice = cast(forms.TypedMultipleChoiceField, self.fields["passages"])
        choice.choices = [(key, key) for key in self.known]

    def clean_wording(self) -> str:
        """The wording as one line."""
        return " ".join(self.cleaned_data["wording"].split())

    def clean_passages(self) -> list[Evidence]:
        """The ticked passages, which the page has read already."""
        return [self.known[key] for key in self.cleaned_data["passages"]]


@dataclass
class Item:
    """A claim on the page: what is known of it, its form, whether it is chosen, and what came of it."""

    open: OpenClaim
    form: ClaimForm
    is_chosen: bool = True
    decision: Decision | None = None
    meanwhile: Decision | None = None
    reasons: Sequence[str] = field(default=())

    @property
    def follows(self) -> object:
        """The decision that the next attempt follows: the one that was seen; after a conflict the one missed."""
        return self.meanwhile.seq if self.meanwhile else self.form["follows"].value()

    @property
    def passages(self) -> list[tuple[Evidence, bool]]:
        """The passages it can stand on, and whether each is ticked."""
        ticked = self.form["passages"].value() or []
        return [(one, str(one.pk) in map(str, ticked)) for one in self.open.passages]


@admin.action(description="Decide on the selected claims on one page", permissions=["view"])
def decide_together(model_admin: DeskAdmin, request: HttpRequest, claims: QuerySet[Claim]) -> HttpResponse:
    """Open the page with the selected claims; it decides nothing itself."""
    keys = ",".join(str(key) for key in claims.values_list("pk", flat=True)[:MOST_AT_ONCE])
    asked = urlencode({"claims": keys, "queue": request.GET.urlencode()})
    return HttpResponseRedirect(f"{reverse('admin:stories_claim_bulk')}?{asked}")


def urls(model_admin: DeskAdmin) -> list[URLPattern]:
    """The address of the page."""

    def view(request: HttpRequest) -> HttpResponse:
        return decide_on_several(model_admin, request)

    return [path("bulk/", model_admin.admin_site.admin_view(view), name="stories_claim_bulk")]


def decide_on_several(model_admin: DeskAdmin, request: HttpRequest) -> HttpResponse:
    """Show the claims asked for; on POST put each of the chosen ones to the verb whose button was pressed."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    claims = read_open_claims(_keys_in(request.GET.get("claims", "")), by=person_of(request))
    if request.method != "POST":
        items = [Item(one, _suggest(one)) for one in claims]
        return _render(model_admin, request, items, SharedForm(), HTTPStatus.OK)
    shared = SharedForm(request.POST)
    chosen = set(request.POST.getlist("chosen"))
    items = [
        Item(one, ClaimForm(request.POST, prefix=str(one.claim.pk), passages=one.passages), str(one.claim.pk) in chosen)
        for one in claims
    ]
    pressed = request.POST.get("verb", "")
    if not shared.is_valid() or pressed not in list(VERBS) or not chosen:
        return _render(model_admin, request, items, shared, HTTPStatus.UNPROCESSABLE_ENTITY, is_void=True)
    for item in items:
        if item.is_chosen:
            _decide_on(item, Verb(pressed), request, shared.cleaned_data)
    if done := sum(item.decision is not None for item in items):
        delivery.announce(model_admin, request, f"{done} claim{'s' if done > 1 else ''} decided.")
    return _render(model_admin, request, items, shared, _status_of(items))


def _decide_on(item: Item, verb: Verb, request: HttpRequest, shared: dict[str, Any]) -> None:
    """Put `item` to `verb`, and keep what came of it."""
    if not item.form.is_valid():
        item.reasons = [str(error) for errors in item.form.errors.values() for error in errors]
        return
    typed = {**shared, **item.form.cleaned_data, "replaced_by": None}
    if item.open.fact is None:  # kind and note are for the readers of what is in force
        typed |= {"correction_kind": "", "public_note": ""}
    try:
        item.decision = decide(verb, item.open.claim, by=person_of(request), typed=typed)
    except DecidedMeanwhile as conflict:
        item.reasons, item.meanwhile = conflict.reasons, conflict.decision
    except Refused as refusal:
        item.reasons = refusal.reasons


def _status_of(items: Sequence[Item]) -> HTTPStatus:
    """200 when anything was done; else 409 when somebody was faster, or 422."""
    if any(item.decision for item in items):
        return HTTPStatus.OK
    return HTTPStatus.CONFLICT if any(item.meanwhile for item in items) else HTTPStatus.UNPROCESSABLE_ENTITY


def _keys_in(asked: str) -> list[int]:
    """The claims asked for, in order, each once; what is no number is left out."""
    keys = [key for text in asked.split(",") if (key := read_number(text)) is not None]
    return list(dict.fromkeys(keys))[:MOST_AT_ONCE]


def _suggest(one: OpenClaim) -> ClaimForm:
    last = one.last_wording
    initial = {
        "follows": one.newest.seq if one.newest else None,
        "wording": last.wording if last else one.claim.statement,
        "basis": last.basis if last else Basis.ATTRIBUTED,
        "accepts_inferred": last.accepts_inferred if last else False,
        "passages": [row.pk for row in one.suggested],
    }
    return ClaimForm(prefix=str(one.claim.pk), passages=one.passages, initial=initial)


def _render(
    model_admin: DeskAdmin,
    request: HttpRequest,
    items: Sequence[Item],
    shared: SharedForm,
    status: HTTPStatus,
    *,
    is_void: bool = False,
) -> HttpResponse:
    left = [item for item in items if item.decision is None]
    context = model_admin.page_context(
        request,
        title="Decide on several claims",
        queue=request.GET.get("queue", ""),
        done=[item for item in items if item.decision is not None],
        refused=[item for item in left if item.reasons],
        items=left,
        form=shared,
        is_void=is_void,
        wording_help=WORDING_HELP,
        verbs=VERBS.items(),
        asked=",".join(str(item.open.claim.pk) for item in left),
    )
    return TemplateResponse(request, "admin/stories/claim/bulk.html", context, status=status)
