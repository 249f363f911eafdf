"""Contradictions between claims and discrepancies within one: lists, and pages that close them with a reason."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stories.admin.article.marking import Sides, put_side_by_side
from stories.admin.base import DeskAdmin, FormPage, StatedPage, person_of, read_number
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


class ClosePage(StatedPage, FormPage):
    """A disagreement; on POST it is closed with a reason."""

    form_class = CloseForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Close it, for who may change the row."""
        self.require_permission("change", self.row)
        return super().post(request, *args, **kwargs)

    def change(self) -> HttpResponse:
        """Close it, if what was typed will do."""
        form = self.get_form()
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def refuse_stale(self) -> HttpResponse:
        """The page with what was typed and what became of the row: 409."""
        return self.render_to_response(self.get_context_data(is_stale=True), status=409)

    def act(self, form: CloseForm) -> HttpResponse:
        """Close it as typed."""
        self.model_admin.close(self.row, by=person_of(self.request), **form.cleaned_data)
        claim = self.row.first_id if isinstance(self.row, Contradiction) else self.row.claim_id
        return self.leave_changed("claim_review", claim, said=f"Closed: {self.row}")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Whether this person may close it, its two sides, and the other times that it was open."""
        return super().get_context_data(
            may_close=self.model_admin.has_change_permission(self.request, self.row),
            sides=_compare(self.row),
            others=[one for one in self.model_admin.openings_of(self.row) if one.pk != self.row.pk],
            **more,
        )


def _compare(row: Discrepancy | Contradiction) -> Sides | None:
    """The two sides of `row` word by word, where it has two passages."""
    if isinstance(row, Contradiction) or row.second is None:
        return None
    return put_side_by_side(row.first.quote, row.second.quote)


class DisagreementAdmin(DeskAdmin):
    """What both have in common: one row an opening, closed once with a reason; opening again makes another row.

    `close` and `openings_of` are what the desk does with them: close one, and list all the times that it was open.
    """

    list_display_links = None
    related: tuple[str, ...] = ()
    close: Callable[..., Any]
    openings_of: Callable[[Any], Iterable[Any]]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Show it; on POST close it with a reason."""
        template = f"admin/stories/{self.opts.model_name}/page.html"
        view = ClosePage.as_view(model_admin=self, related=self.related, template_name=template)
        return view(request, pk=read_number(object_id) or 0)

    @admin.display(description="it", ordering="pk")
    def page_link(self, row: Any) -> SafeString:
        """What it says, which leads to its page."""
        address = reverse(f"admin:stories_{self.opts.model_name}_change", args=[row.pk])
        return format_html('<a href="{}" class="desk-row-link">{}</a>', address, row)


class RecordContradiction(FormPage):
    """The form that records a contradiction, with the claims that one came from filled in."""

    name, route = "add", "add/"
    title = "Record a contradiction"
    permission = "add"
    template_name = "admin/stories/contradiction/add.html"
    form_class = ContradictionForm

    def find(self, **kwargs: Any) -> None:
        """The claims that the address names."""
        super().find(**kwargs)
        keys = {name: read_number(self.request.GET.get(name, "")) for name in ("first", "second")}
        found = Claim.objects.in_bulk([key for key in keys.values() if key is not None])
        self.asked = {name: found[key] for name, key in keys.items() if key in found}

    def get_initial(self) -> dict[str, Any]:
        """The claims that one came from."""
        return {name: _offer(claim) for name, claim in self.asked.items()}

    def act(self, form: ContradictionForm) -> HttpResponse:
        """Open the contradiction as typed."""
        row = contradictions.open_contradiction(**form.cleaned_data, by=person_of(self.request))
        return self.leave_changed("contradiction_change", row.pk, said="The contradiction is open.")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The claims to choose from."""
        return super().get_context_data(offered=_claims_offered(self.asked.values()), **more)


def _claims_offered(beside: Collection[Claim]) -> list[str]:
    """Claims to choose from: the newest, of the story of those that one came from if there are any."""
    rows = Claim.objects.all()
    if beside:
        rows = rows.filter(story__in={claim.story_id for claim in beside})
    return [_offer(claim) for claim in rows[:MOST_OFFERED]]


def _offer(claim: Claim) -> str:
    return f"{claim.pk}: {claim}"


@admin.register(Contradiction)
class ContradictionAdmin(DisagreementAdmin):
    """Two claims that cannot both be true; while open, neither is corroborated or documented."""

    list_display = ["page_link", "state", "first", "second", clock_of("opened_at")]
    list_filter = ["state"]
    list_select_related = ["first", "second"]
    search_fields = ["note", "first__statement", "second__statement"]
    words_in = {"claims": ("first", "second")}
    related = ("first", "second", "opened_by", "closed_by")
    pages = (RecordContradiction,)
    close = staticmethod(contradictions.close_contradiction)
    openings_of = staticmethod(contradictions.openings_of)


class ReopenPage(StatedPage):
    """Opens again what was closed too soon."""

    name, route = "reopen", "<int:pk>/reopen/"
    back = "discrepancy_change"
    permission = "change"

    def change(self) -> HttpResponse:
        """Open another row beside the closed one."""
        try:
            row = discrepancies.reopen_discrepancy(self.row, by=person_of(self.request))
        except ValidationError as error:
            self.model_admin.message_user(self.request, " ".join(error.messages), messages.ERROR)
            return redirect("admin:stories_discrepancy_change", self.row.pk)
        return self.leave_changed("discrepancy_change", row.pk, said="The discrepancy is open again.")


@admin.register(Discrepancy)
class DiscrepancyAdmin(DisagreementAdmin):
    """What the passages of one claim disagree on. Found by the desk, closed by people."""

    list_display = ["page_link", "state", "claim", clock_of("found_at")]
    list_filter = ["state", "kind"]
    list_select_related = ["claim"]
    search_fields = ["first_words", "second_words", "claim__statement"]
    words_in = {"claims": ("claim",)}
    related = ("claim", "first__article__outlet", "second__article__outlet", "closed_by")
    pages = (ReopenPage,)
    close = staticmethod(discrepancies.close_discrepancy)
    openings_of = staticmethod(discrepancies.openings_of)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The desk finds them; nobody adds one by hand."""
        return False
