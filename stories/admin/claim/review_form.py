"""The decision form of the review page, and how what was typed is put to the verbs."""

from typing import Any, NamedTuple, cast

from django import forms
from django.contrib.auth.models import User
from django.db.models import QuerySet

from stories.choices import Basis, CorrectionKind
from stories.models import Claim, Decision, Evidence
from stories.policy.transitions import Verb
from stories.provenance.names import can_name, name_of
from stories.provenance.routes import routes_of
from stories.provenance.snapshots import Snapshot
from stories.record.decisions import DecidedMeanwhile
from stories.texts import RATIONALE
from stories.verification.verbs import confirm, dispute, newest_decision, propose, refute, return_proposal, withdraw

MOST_REPLACEMENTS = 200
"""So many facts of the story, the newest, are offered as what replaces a withdrawn one."""

CHECK = "check"
"""The button that decides nothing: it shows which bases hold for what was chosen and typed."""

WORDING_HELP = (
    "The sentence we print, word for word. Good: The plan requires Ukraine to make concessions, Axios reports. "
    "Bad: Sources say Ukraine will have to give in soon."
)
RATIONALE_HELP = (
    "For the ledger; it never leaves the desk. Good: Both articles take it from Axios, so it is attributed. Bad: ok."
)
NOTE_HELP = (
    "Readers will see it. Good: An earlier wording said “will bear the signatures”; the draft has lines for them."
)


class Offer(NamedTuple):
    """A wording that can be taken as it is, and the words at its end that credit somebody."""

    wording: str
    credit: str


def attributed_wordings(statement: str, snapshot: Snapshot) -> list[Offer]:
    """`statement` as reported by each source that may be named on every route, the nearest to the origin first.

    Where the routes share none, as reported by one of each; none where a route has nobody who can be named.
    """
    able = [[slug for slug in route.sources if can_name(snapshot["sources"][slug])] for route in routes_of(snapshot)]
    if not able or not all(able):
        return []
    shared = [[slug] for slug in reversed(able[0]) if all(slug in route for route in able)]
    offers = []
    for slugs in shared or [list(dict.fromkeys(route[-1] for route in able))]:
        *others, last = [name_of(snapshot, slug) for slug in slugs]
        credit = f", {', '.join(others)} and {last} reported." if others else f", {last} reported."
        offers.append(Offer(statement.strip().removesuffix(".") + credit, credit))
    return offers


class DecisionForm(forms.Form):
    """Everything a verb can need. Which of it is needed, and whether it will do, the verb says."""

    follows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    wording = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=WORDING_HELP, max_length=2000
    )
    basis = forms.ChoiceField(required=False, choices=Basis.choices, widget=forms.RadioSelect)
    passages = forms.ModelMultipleChoiceField(required=False, queryset=Evidence.objects.none())
    accepts_inferred = forms.BooleanField(
        required=False,
        label="Count inferred attributions",
        help_text="The credit of a passage stands elsewhere in its article, and I accept that it covers the passage.",
    )
    rationale = forms.CharField(
        required=False,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=RATIONALE_HELP,
        max_length=RATIONALE.limit,
    )
    correction_kind = forms.ChoiceField(
        required=False, label="Kind of correction", choices=[("", "—"), *CorrectionKind.choices]
    )
    public_note = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=NOTE_HELP, max_length=2000
    )
    replaced_by = forms.ModelChoiceField(
        required=False,
        queryset=Claim.objects.none(),
        label="Replaced by",
        help_text="When withdrawing: another fact in force of this story that takes its place, if there is one; "
        f"the newest {MOST_REPLACEMENTS} are offered.",
    )

    def __init__(self, *args: Any, claim: Claim, replacements: QuerySet[Claim], **kwargs: Any) -> None:
        """A form about `claim`; `replacements` are the claims that a withdrawn fact may be replaced by."""
        super().__init__(*args, **kwargs)
        passages = cast(forms.ModelMultipleChoiceField, self.fields["passages"])
        passages.queryset = Evidence.objects.filter(claim=claim)
        replaced_by = cast(forms.ModelChoiceField, self.fields["replaced_by"])
        replaced_by.queryset = replacements
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"

    def clean_wording(self) -> str:
        """The wording as one line: a form breaks lines as wide as it is, not as a sentence is meant."""
        return " ".join(self.cleaned_data["wording"].split())


def decide(verb: Verb, claim: Claim, *, by: User, typed: dict[str, Any]) -> Decision:
    """Put what was `typed` (cleaned data of a `DecisionForm`) to `verb`, which refuses or returns the decision."""
    follows, rationale = typed["follows"], typed["rationale"]
    correction = {"correction_kind": typed["correction_kind"], "public_note": typed["public_note"]}
    match verb:
        case Verb.PROPOSE:
            return propose(
                claim,
                by=by,
                wording=typed["wording"],
                basis=typed["basis"],
                rationale=rationale,
                passages=list(typed["passages"]),
                follows=follows,
                accepts_inferred=typed["accepts_inferred"],
                **correction,
            )
        case Verb.CONFIRM:
            return confirm(_find_proposal(claim, follows), by=by, rationale=rationale)
        case Verb.RETURN:
            return return_proposal(_find_proposal(claim, follows), by=by, rationale=rationale)
        case Verb.DISPUTE:
            return dispute(claim, by=by, rationale=rationale, follows=follows, **correction)
        case Verb.REFUTE:
            return refute(claim, by=by, rationale=rationale, follows=follows, **correction)
        case Verb.WITHDRAW:
            decisions = withdraw(
                [claim],
                by=by,
                rationale=rationale,
                follows={claim.pk: follows},
                replaced_by=typed["replaced_by"],
                **correction,
            )
            return decisions[0]


def _find_proposal(claim: Claim, follows: int | None) -> Decision:
    """The decision on `claim` that the form was opened on."""
    decision = Decision.objects.filter(claim=claim, seq=follows).first() if follows else None
    if decision is None:
        raise DecidedMeanwhile(newest_decision(claim))
    return decision
