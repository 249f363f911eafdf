"""Claims: the queue and the form. What is decided about a claim is decided on its review page."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from stories.admin.base import DeskAdmin
from stories.admin.claim.bulk import BulkPage, decide_together
from stories.admin.claim.changelist import QueueList, StoryFilter, WorkFilter, read_queue, with_state
from stories.admin.claim.export import ExportPage
from stories.admin.claim.review import NextPage, OpenPage, ReviewPage
from stories.admin.happened import HappenedPage
from stories.admin.reasons import ReasonedForm
from stories.models import Claim, Decision

CLAIM_FIELDS = ("story", "statement", "kind", "language", "says")


@admin.register(Claim)
class ClaimAdmin(DeskAdmin):
    """Checkable statements in the desk's own words."""

    form = ReasonedForm
    list_display = ["review_link", "state", "independent", "rests_on", "open_questions", "age"]
    list_display_links = None
    list_filter = [WorkFilter, StoryFilter, "kind"]
    show_facets = admin.ShowFacets.NEVER  # the views carry counts of their own, which are capped
    list_select_related = ["story", "says"]
    search_fields = ["statement"]
    search_help_text = "Whole words of the statement."
    actions = [decide_together]
    pages = (ReviewPage, NextPage, OpenPage, BulkPage, ExportPage, HappenedPage)
    fields = CLAIM_FIELDS
    change_list_template = "admin/stories/claim/change_list.html"
    change_form_template = "admin/stories/claim/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        """Claims with their state."""
        return with_state(super().get_queryset(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The queue."""
        return QueueList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list, with the standing of the claims on this page read at once."""
        changelist = super().get_changelist_instance(request)
        standings = read_queue(changelist.result_list)
        for claim in changelist.result_list:
            claim.standing = standings[claim.pk]
            claim.queue = request.GET.urlencode()
        return changelist

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Those of the desk; the statement as who reads the page sees it."""
        return [*_fields_of(obj), *super().get_fields(request, obj)[len(CLAIM_FIELDS) :]]

    @admin.display(description="statement")
    def shown_statement(self, claim: Claim) -> str:
        """The statement of a claim whose words are withheld."""
        return str(claim)

    @admin.display(description="statement", ordering="statement")
    def review_link(self, claim: Any) -> SafeString:
        """The statement, which leads to the review page and from there on through this queue."""
        address = reverse("admin:stories_claim_review", args=[claim.pk])
        asked = urlencode({"queue": claim.queue})
        return format_html('<a href="{}?{}" class="desk-row-link">{}</a>', address, asked, claim)

    @admin.display(description="state")
    def state(self, claim: Any) -> SafeString:
        """The newest verdict, and whether a fact is in force."""
        state = claim.queue_item.state
        fact = format_html(' <span class="desk-badge desk-fact">{}</span>', "fact in force")
        badge = format_html('<span class="desk-badge desk-{}">{}</span>', state, state)
        return badge + fact if claim.queue_item.in_force else badge

    @admin.display(description="independent sources")
    def independent(self, claim: Any) -> int:
        """Over all current passages, inferred attributions included."""
        return int(claim.standing.sources)

    @admin.display(description="rests on", empty_value="—")
    def rests_on(self, claim: Any) -> str | None:
        """If these are wrong, nothing is left."""
        return ", ".join(claim.standing.rests_on) or None

    @admin.display(description="open", empty_value="—")
    def open_questions(self, claim: Any) -> str | None:
        """Open discrepancies and contradictions."""
        parts = [
            (claim.standing.open_discrepancies, "discrepancy", "discrepancies"),
            (claim.standing.open_contradictions, "contradiction", "contradictions"),
        ]
        said = [f"{count} {one if count == 1 else many}" for count, one, many in parts if count]
        return ", ".join(said) or None

    @admin.display(description="age", ordering="created_at")
    def age(self, claim: Any) -> str:
        """Since the newest decision, or since it was written down."""
        newest = claim.queue_item.newest
        return timesince(newest.at if newest else claim.created_at, depth=1)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Once somebody decided on it, a claim stays as it is (rule: exact-evidence)."""
        decided = obj is not None and Decision.objects.filter(claim=obj.pk).exists()
        return _fields_of(obj) if decided else []


def _fields_of(claim: Model | None) -> list[str]:
    is_withheld = isinstance(claim, Claim) and claim.is_withheld
    return ["shown_statement" if is_withheld and one == "statement" else one for one in CLAIM_FIELDS]
