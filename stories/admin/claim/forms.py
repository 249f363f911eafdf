"""What is typed about claims: a proposal, a reason, a correction; and how it is put to the verbs."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User

from stories.admin.claim.under_review import ClaimUnderReview
from stories.choices import Basis, CorrectionKind
from stories.models import Claim, Decision, Evidence, QueueItem
from stories.policy.transitions import Verb
from stories.record.decisions import DecidedMeanwhile
from stories.texts import PUBLIC_NOTE, RATIONALE, WORDING
from stories.verification import confirm, dispute, newest_decision, propose, refute, return_proposal, withdraw

MOST_REPLACEMENTS = 200
"""So many facts of the story, the newest, are offered as what replaces a withdrawn one."""

WORDING_HELP = (
    "The sentence we print, word for word. Good: The plan requires Ukraine to make concessions, Axios reports. "
    "Bad: Sources say Ukraine will have to give in soon."
)


def reason_field(help_text: str) -> forms.CharField:
    """A reason for the ledger. Whether it will do, the verb says."""
    box = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(required=False, label="Reason", widget=box, help_text=help_text, max_length=RATIONALE.limit)


class ReasonForm(forms.Form):
    """Why, for the ledger; and what readers are told where a fact is in force. Whether it will do, the verb says."""

    rationale = reason_field(
        "For the ledger; it never leaves the desk. Good: Both articles take it from Axios, so it is attributed. "
        "Bad: ok."
    )
    correction_kind = forms.ChoiceField(
        required=False, label="Kind of correction", choices=[("", "—"), *CorrectionKind.choices]
    )
    public_note = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Readers will see it. Good: An earlier wording said “will bear the signatures”; the draft has lines "
        "for them.",
        max_length=PUBLIC_NOTE.limit,
    )


class ProposalForm(forms.Form):
    """What is to be printed of one claim, on which passages."""

    follows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    wording = forms.CharField(
        required=False,
        max_length=WORDING.limit,
        # A page of many claims gives the help once.
        widget=forms.Textarea(attrs={"rows": 3, "aria-describedby": "wording-help"}),
    )
    basis = forms.ChoiceField(required=False, choices=Basis.choices, widget=forms.RadioSelect)
    passages = forms.TypedMultipleChoiceField(
        required=False,
        coerce=int,
        error_messages={"invalid_choice": "A ticked passage is not on this page: reload it."},
    )
    accepts_inferred = forms.BooleanField(
        required=False,
        label="Count inferred attributions",
        help_text="The credit of a passage stands elsewhere in its article, and I accept that it covers the passage.",
    )

    def __init__(self, *args: Any, claim: ClaimUnderReview, **kwargs: Any) -> None:
        """A form on `claim`, which can stand on its passages; begins with what was last said of it."""
        super().__init__(*args, **{**kwargs, "initial": claim.last_said})
        self.known = {one.evidence.pk: one.evidence for one in claim.passages}
        cast(forms.TypedMultipleChoiceField, self.fields["passages"]).choices = [(key, key) for key in self.known]

    def ticked(self) -> set[int]:
        """The passages (primary keys) that are ticked, whether or not the rest of the form will do."""
        return self.known.keys() & {int(key) for key in self["passages"].value() or () if str(key).isdecimal()}

    def clean_wording(self) -> str:
        """The wording as one line: a form breaks lines as wide as it is, not as a sentence is meant."""
        return " ".join(self.cleaned_data["wording"].split())

    def clean_passages(self) -> list[Evidence]:
        """The ticked passages."""
        return [self.known[key] for key in self.cleaned_data["passages"]]


class DecisionForm(ReasonForm, ProposalForm):
    """All that a decision on one claim can need. Which of it is needed, the verb says."""

    replaced_by = forms.ModelChoiceField(
        required=False,
        queryset=Claim.objects.none(),
        label="Replaced by",
        help_text="When withdrawing: another fact in force of this story that takes its place, if there is one; "
        f"the newest {MOST_REPLACEMENTS} are offered.",
    )

    def __init__(self, *args: Any, claim: ClaimUnderReview, **kwargs: Any) -> None:
        """A form on `claim`; the newest facts of its story are offered to replace a withdrawn one."""
        super().__init__(*args, claim=claim, **kwargs)
        facts = QueueItem.objects.with_fact().filter(story=claim.claim.story_id).exclude(claim=claim.claim.pk)
        newest = list(facts.order_by("-claim_id").values_list("claim_id", flat=True)[:MOST_REPLACEMENTS])
        cast(forms.ModelChoiceField, self.fields["replaced_by"]).queryset = Claim.objects.filter(pk__in=newest)


def decide(verb: Verb, claim: Claim, *, by: User, typed: dict[str, Any]) -> Decision:
    """Put what was `typed` (cleaned data of the forms) to `verb`, which refuses or returns the decision."""
    follows, said = typed["follows"], {"by": by, "rationale": typed["rationale"]}
    correction = {"correction_kind": typed["correction_kind"], "public_note": typed["public_note"]}
    match verb:
        case Verb.PROPOSE:
            proposal = {name: typed[name] for name in ("wording", "basis", "passages", "accepts_inferred")}
            return propose(claim, follows=follows, **proposal, **said, **correction)
        case Verb.CONFIRM:
            return confirm(_find_proposal(claim, follows), **said)
        case Verb.RETURN:
            return return_proposal(_find_proposal(claim, follows), **said)
        case Verb.DISPUTE:
            return dispute(claim, follows=follows, **said, **correction)
        case Verb.REFUTE:
            return refute(claim, follows=follows, **said, **correction)
        case Verb.WITHDRAW:
            replaced_by = typed.get("replaced_by")
            return withdraw([claim], follows={claim.pk: follows}, replaced_by=replaced_by, **said, **correction)[0]


def _find_proposal(claim: Claim, follows: int | None) -> Decision:
    """The decision on `claim` that the form was opened on."""
    decision = Decision.objects.filter(claim=claim, seq=follows).first() if follows else None
    if decision is None:
        raise DecidedMeanwhile(newest_decision(claim))
    return decision
