"""Evidence: a list and pages to read. Passages are added where the article is read, and retired, never edited."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stories.admin.base import RecordAdmin
from stories.admin.clock import clock_of
from stories.models import Evidence


@admin.register(Evidence)
class EvidenceAdmin(RecordAdmin):
    """Verbatim passages with their chains."""

    list_display = ["short_quote", "claim", "article", "stance", "chain", "inferred", clock_of("retired_at")]
    list_display_links = ["short_quote"]
    list_filter = ["stance", "inferred", ("retired_at", admin.EmptyFieldListFilter)]
    list_select_related = ["claim", "article"]
    search_fields = ["quote", "claim__statement", "article__headline"]
    words_in = {"claims": ("claim",)}
    exclude = ["article"]
    readonly_fields = ["in_article", "chain"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        """Passages with their chains."""
        return super().get_queryset(request).prefetch_related("chain_links__source")

    @admin.display(description="quote")
    def short_quote(self, evidence: Evidence) -> str:
        """The first words."""
        return evidence.quote if len(evidence.quote) <= 90 else f"{evidence.quote[:89]}…"

    @admin.display(description="chain")
    def chain(self, evidence: Evidence) -> str:
        """Who credits whom, outlet first."""
        return describe_chain(evidence)

    @admin.display(description="article")
    def in_article(self, evidence: Evidence) -> SafeString:
        """The article, opened at the passage."""
        address = reverse("admin:stories_article_read", args=[evidence.article_id])
        return format_html('<a href="{}#e{}">{}</a>', address, evidence.pk, evidence.article)


def describe_chain(evidence: Evidence) -> str:
    """The chain of `evidence` in words, outlet first; what an empty one means is said."""
    names = [str(link.source) for link in evidence.chain_links.all()]
    if names:
        return " → ".join(names)
    return "our own reporting" if evidence.own_reporting else "nobody recorded it: counts for nothing"
