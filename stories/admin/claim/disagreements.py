"""Contradictions between claims and discrepancies within one: lists, and pages that close them with a reason."""

from abc import ABCMeta, abstractmethod
from collections.abc import Collection, Iterable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from stories.admin.article.marking import Sides, put_side_by_side
from stories.admin.base import DeskAdmin, person_of, read_number
from stories.admin.clock import clock_of
from stories.choices import DisagreementState
from stories.disagreements import contradictions, discrepancies
from stories.models import Claim, Contradiction, Discrepancy
from stories.texts import RATIONALE

MOST_OFFERED = 500
"""So many claims are offered to choose from; others go by their number."""


class CloseForm(forms.Form):
    """How it is closed, and why."""

    state = forms.ChoiceField(
        label="It is",
        choices=[
            (DisagreementState.RESOLVED, "resolved: we know which is right"),
            (DisagreementState.DISMISSED, "dismissed: it is none"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=RATIONALE.limit,
        help_text="Good: The draft itself, which we hold, says “signatures”. Bad: fixed.",
    )


class ClaimField(forms.CharField):
    """A claim, by its number (which the offered ones begin with) or by its exact statement."""

    def clean(self, value: Any) -> Claim:
        """The claim that was typed or chosen."""
        typed = str(super().clean(value)).strip()
        claim = Claim.objects.filter(pk=read_number(typed.partition(":")[0].strip())).first()
        if claim is not None:
            return claim
        found = list(Claim.objects.filter(statement=typed)[:2])
        if len(found) == 1:
            return found[0]
        raise ValidationError(
            "Several claims say this: choose one by its number." if found else "There is no such claim: choose one."
        )


class ContradictionForm(forms.Form):
    """Two claims that cannot both be true."""

    first = ClaimField(label="First claim", widget=forms.TextInput(attrs={"list": "claims", "autocomplete": "off"}))
    second = ClaimField(
        label="Second claim",
        widget=forms.TextInput(attrs={"list": "claims", "autocomplete": "off"}),
        help_text="Begin to type what it says, and choose. Good: a claim of the same story. Bad: a passage.",
    )
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=RATIONALE.limit,
        help_text="In what they contradict each other. Good: One says Moscow was informed, the other that it was not.",
    )


class AbstractAdmin(forms.MediaDefiningClass, ABCMeta):
    """An admin that cannot be registered while it leaves a method abstract."""


class DisagreementAdmin(DeskAdmin, metaclass=AbstractAdmin):
    """What both have in common: one row an opening, closed once with a reason; opening again makes another row."""

    related: tuple[str, ...] = ()
    page_template = ""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show it; on POST close it with a reason."""
        row = self.find_viewable(request, read_number(object_id) or 0, *self.related)
        form = CloseForm(request.POST or None)
        status = HTTPStatus.OK
        if request.method == "POST":
            if not self.has_change_permission(request, row):
                raise PermissionDenied
            if form.is_valid():
                try:
                    self.close_row(request, row, form)
                except ValidationError as error:
                    form.add_error(None, error.messages)
                else:
                    self.message_user(request, f"Closed: {row}", messages.SUCCESS)
                    self.tell_trouble(request)
                    claim = row.first_id if isinstance(row, Contradiction) else row.claim_id
                    return HttpResponseRedirect(reverse("admin:stories_claim_review", args=[claim]))
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        context = self.page_context(
            request,
            title=str(row),
            row=row,
            form=form,
            may_close=self.has_change_permission(request, row),
            sides=self.compare(row),
            others=[one for one in self.openings(row) if one.pk != row.pk],
        )
        return TemplateResponse(request, self.page_template, context, status=status)

    def compare(self, row: Any) -> Sides | None:
        """Its two sides word by word, where it has two passages."""
        return None

    @abstractmethod
    def openings(self, row: Any) -> Iterable[Any]:
        """All the times that it was open, oldest first."""

    @abstractmethod
    def close_row(self, request: HttpRequest, row: Any, form: CloseForm) -> None:
        """Close `row` as typed; raises `ValidationError` with the reasons not to."""

    @admin.display(description="it", ordering="pk")
    def page_link(self, row: Any) -> SafeString:
        """What it says, which leads to its page."""
        address = reverse(f"admin:stories_{self.opts.model_name}_change", args=[row.pk])
        return format_html('<a href="{}" class="desk-row-link">{}</a>', address, row)


@admin.register(Contradiction)
class ContradictionAdmin(DisagreementAdmin):
    """Two claims that cannot both be true; while open, neither is corroborated or documented."""

    list_display = ["page_link", "state", "first", "second", clock_of("opened_at")]
    list_display_links = None
    list_filter = ["state"]
    list_select_related = ["first", "second"]
    search_fields = ["note", "first__statement", "second__statement"]
    related = ("first", "second", "closed_by")
    page_template = "admin/stories/contradiction/page.html"

    def openings(self, row: Contradiction) -> Iterable[Contradiction]:
        """All the times that the two claims were said to contradict each other."""
        return contradictions.openings_of(row)

    def close_row(self, request: HttpRequest, row: Contradiction, form: CloseForm) -> None:
        """Close the contradiction as typed."""
        contradictions.close_contradiction(row, by=person_of(request), **form.cleaned_data)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Record that two claims contradict each other."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        asked = _claims_asked_for(request)
        form = ContradictionForm(request.POST or None, initial={name: _offer(one) for name, one in asked.items()})
        status = HTTPStatus.OK
        if request.method == "POST":
            if form.is_valid():
                typed = form.cleaned_data
                try:
                    row = contradictions.open_contradiction(
                        typed["first"], typed["second"], by=person_of(request), note=typed["note"]
                    )
                except ValidationError as error:
                    form.add_error(None, error.messages)
                else:
                    self.message_user(request, "The contradiction is open.", messages.SUCCESS)
                    self.tell_trouble(request)
                    return HttpResponseRedirect(reverse("admin:stories_contradiction_change", args=[row.pk]))
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        context = self.page_context(
            request, title="Record a contradiction", form=form, offered=_claims_offered(asked.values())
        )
        return TemplateResponse(request, "admin/stories/contradiction/add.html", context, status=status)


def _claims_asked_for(request: HttpRequest) -> dict[str, Claim]:
    """The claims that the address names: those that one came from."""
    keys = {name: read_number(request.GET.get(name, "")) for name in ("first", "second")}
    found = Claim.objects.in_bulk([key for key in keys.values() if key is not None])
    return {name: found[key] for name, key in keys.items() if key in found}


def _claims_offered(beside: Collection[Claim]) -> list[str]:
    """Claims to choose from: the newest, of the story of those that one came from if there are any."""
    rows = Claim.objects.all()
    if beside:
        rows = rows.filter(story__in={claim.story_id for claim in beside})
    return [_offer(claim) for claim in rows[:MOST_OFFERED]]


def _offer(claim: Claim) -> str:
    return f"{claim.pk}: {claim.statement}"


@admin.register(Discrepancy)
class DiscrepancyAdmin(DisagreementAdmin):
    """What the passages of one claim disagree on. Found by the desk, closed by people."""

    list_display = ["page_link", "state", "claim", clock_of("found_at")]
    list_display_links = None
    list_filter = ["state", "kind"]
    list_select_related = ["claim"]
    search_fields = ["first_words", "second_words", "claim__statement"]
    related = ("claim", "first__article__outlet", "second__article__outlet", "closed_by")
    page_template = "admin/stories/discrepancy/page.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The desk finds them; nobody adds one by hand."""
        return False

    def openings(self, row: Discrepancy) -> Iterable[Discrepancy]:
        """All the times that it was open."""
        return discrepancies.openings_of(row)

    def get_urls(self) -> list[URLPattern]:
        """Django's, and the one that opens a discrepancy again."""
        reopen = self.admin_site.admin_view(require_POST(self.reopen))
        return [path("<int:pk>/reopen/", reopen, name="stories_discrepancy_reopen"), *super().get_urls()]

    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open again what was closed too soon."""
        row = self.find_viewable(request, pk, *self.related)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        try:
            row = discrepancies.reopen_discrepancy(row, by=person_of(request))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            self.message_user(request, "The discrepancy is open again.", messages.SUCCESS)
            self.tell_trouble(request)
        return HttpResponseRedirect(reverse("admin:stories_discrepancy_change", args=[row.pk]))

    def compare(self, row: Discrepancy) -> Sides | None:
        """The two passages beside each other, word by word."""
        return put_side_by_side(row.first.quote, row.second.quote) if row.second else None

    def close_row(self, request: HttpRequest, row: Discrepancy, form: CloseForm) -> None:
        """Close the discrepancy as typed."""
        discrepancies.close_discrepancy(row, by=person_of(request), **form.cleaned_data)
