"""The form that records a passage: from a selection, from offsets, or from a quotation that is looked up."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from stories.admin.article.marking import find_quote
from stories.choices import ClaimKind, Stance
from stories.intake.passages import add_evidence
from stories.models import Article, Claim, Evidence, Source
from stories.models.source import desk_name
from stories.provenance.protected import telling_slugs
from stories.stamps import LIVE

CHAIN_PLACES = 6
"""How long a chain the form can take."""

CLAIMS_OFFERED = 500
"""How many claims of the story, newest first, can be chosen from."""


class AmbiguousQuote(Exception):
    """The quotation stands at several `places` (offsets in code points): a person has to say which is meant."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__(f"The quotation stands at {len(places)} places.")
        self.places = places


class SourceField(forms.CharField):
    """A source, if any: by its slug, its name or a printable spelling; a protected one by what everybody sees of it."""

    widget = forms.TextInput(attrs={"list": "sources", "autocomplete": "off"})

    def clean(self, value: Any) -> Source | None:
        """The one that was typed or chosen."""
        words = super().clean(value)
        if not words:
            return None
        spelt = Q(confidential=False, aliases__text=words, aliases__printable=True)
        shown = telling_slugs()
        slug = {instead: own for own, instead in shown.items()}.get(words, None if words in shown else words)
        rows = Source.objects.annotate(seen=desk_name()).filter(Q(slug=slug) | Q(seen=words) | spelt)
        found = list(rows.distinct().order_by("slug")[:3])
        if not found:
            raise ValidationError(
                f"There is no source “{words}”: choose one from the list, or add it under Sources first."
            )
        if len(found) > 1:
            slugs = ", ".join(shown.get(source.slug, source.slug) for source in found)
            raise ValidationError(f"“{words}” may be several sources: type one of {slugs}.")
        return found[0]


class PassageForm(forms.Form):
    """A passage, the claim it is evidence for (or a new one), and its chain."""

    start = forms.IntegerField(required=False, min_value=0)
    end = forms.IntegerField(required=False, min_value=0)
    quote = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Select words in the text, or paste them here: they are found in the article and taken exactly.",
    )
    stance = forms.ChoiceField(choices=Stance.choices, initial=Stance.SUPPORTS, widget=forms.RadioSelect)
    claim = forms.ModelChoiceField(required=False, queryset=Claim.objects.none(), empty_label="— a new claim —")
    statement = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For a new claim: one checkable statement in our own neutral words. "
        "Good: Axios obtained the draft on November 21. Bad: Reports say that talks are going badly.",
    )
    kind = forms.ChoiceField(required=False, choices=[("", "—"), *ClaimKind.choices])
    says = SourceField(
        required=False, max_length=200, help_text="For a new claim: whose words it reports, if anybody's."
    )
    attribution = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.TextInput,
        help_text="The words that give the credit. Good: Axios reports. Empty when there are none.",
    )
    inferred = forms.BooleanField(required=False, label="inferred: the credit stands elsewhere in the article")
    own_reporting = forms.BooleanField(required=False, label="our own reporting: nobody stands between")

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        """A form about a passage of `article`."""
        super().__init__(*args, **kwargs)
        claim = cast(forms.ModelChoiceField, self.fields["claim"])
        claim.queryset = Claim.objects.filter(story=article.story_id)
        claim.choices = [("", claim.empty_label), *((row.pk, str(row)) for row in claim.queryset[:CLAIMS_OFFERED])]
        for place in range(CHAIN_PLACES):
            label = "Chain, 1: outlet" if place == 0 else f"{place + 1}"
            self.fields[f"chain_{place}"] = SourceField(required=False, max_length=200, label=label)

    def chain_fields(self) -> list[forms.BoundField]:
        """The fields of the chain, outlet first."""
        return [self[f"chain_{place}"] for place in range(CHAIN_PLACES)]

    def clean(self) -> dict[str, Any]:
        """A chain of sources, and either a claim or what makes a new one."""
        cleaned: dict[str, Any] = super().clean() or {}
        chain = [cleaned.get(f"chain_{place}") for place in range(CHAIN_PLACES)]
        cleaned["chain"] = [source for source in chain if source is not None]
        if cleaned.get("claim") is None and not (cleaned.get("statement") and cleaned.get("kind")):
            self.add_error("claim", "Choose a claim, or write the statement and the kind of a new one.")
        if cleaned.get("start") is None and not (cleaned.get("quote") or "").strip():
            self.add_error("quote", "Select words in the text, paste them here, or type where they begin and end.")
        return cleaned


def place_passage(text: str, *, start: int | None, end: int | None, quote: str) -> tuple[int, int]:
    """Where the passage stands in `text`, in code points: as given, or where `quote` is found once.

    A `start` without an `end` says which of several places of the quotation is meant.
    """
    if start is not None and end is not None:
        return start, end
    places = find_quote(text, quote)
    if start is not None:
        places = [place for place in places if place[0] == start]
    if not places:
        raise ValidationError("These words do not stand in the article: copy them exactly, or select them.")
    if len(places) > 1:
        raise AmbiguousQuote([place[0] for place in places])
    return places[0]


def record_passage(article: Article, typed: dict[str, Any], *, by: User) -> Evidence:
    """Record what was `typed` (cleaned data of a `PassageForm`), with a new claim when none was chosen."""
    start, end = place_passage(article.text, start=typed["start"], end=typed["end"], quote=typed["quote"])
    with transaction.atomic():
        claim = typed["claim"] or _find_or_make_claim(article, typed)
        return add_evidence(
            claim,
            article,
            by=by,
            start=start,
            end=end,
            chain=typed["chain"],
            stance=typed["stance"],
            attribution=typed["attribution"],
            inferred=typed["inferred"],
            own_reporting=typed["own_reporting"],
        )


def _find_or_make_claim(article: Article, typed: dict[str, Any]) -> Claim:
    """The claim of this story with this very statement (a form sent twice makes one), or a new one."""
    wanted = {"story": article.story, "statement": typed["statement"], "kind": typed["kind"]}
    claim: Claim | None = Claim.objects.filter(**wanted).first()
    if claim is None:
        claim = Claim(**wanted, says=typed["says"], language=article.language, created_at=LIVE.now())
        claim.full_clean()
        claim.save()
    return claim
