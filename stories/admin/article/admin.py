"""Articles: list, form and file upload. A text is stored as received and never edited (rule: exact-evidence)."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from stories.admin.article.reading import ReadingPage, RetirePassagePage
from stories.admin.base import DeskAdmin, FormPage
from stories.admin.clock import clock_of
from stories.admin.happened import HappenedPage
from stories.admin.reasons import ReasonedForm
from stories.admin.source.what_if import WhatIfPage
from stories.choices import ArticleKind, ArticleStatus
from stories.insight.what_if import suppose_retracted
from stories.intake.articles import register_article
from stories.models import Article, Source, Story
from stories.models.source import desk_name
from stories.stamps import LIVE, to_milliseconds

MOST_BYTES = 2_000_000

RECEIVED_AT = clock_of("received_at")


class UploadForm(forms.Form):
    """A text as a file: a form field would strip it and break its lines anew."""

    file = forms.FileField(help_text="Plain text in UTF-8. It is stored byte for byte.", max_length=255)
    slug = forms.SlugField(
        required=False, max_length=120, help_text="Its name in addresses; empty: made from the file's name."
    )
    story = forms.ModelChoiceField(queryset=Story.objects.all())
    outlet = forms.ModelChoiceField(
        required=False,
        queryset=Source.objects.all(),
        help_text="Who put it out. For a document that we hold, the document itself; empty for a note of our own.",
    )
    kind = forms.ChoiceField(choices=ArticleKind.choices)
    language = forms.CharField(max_length=12, initial="en", help_text="As in en, de, uk.")
    url = forms.URLField(required=False, max_length=500, assume_scheme="https")
    copy_of = forms.ModelChoiceField(
        required=False,
        queryset=Article.objects.defer("text"),
        help_text="The text that this one is syndicated copy of, if it is.",
    )
    authentication = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For a document: how we know that it is genuine.",
    )

    def clean_file(self) -> str:
        """The text of the file, exactly as it came."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise ValidationError(f"The file has {upload.size} bytes; up to {MOST_BYTES} are taken. Is it plain text?")
        try:
            text: str = upload.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValidationError(f"This is not UTF-8 (byte {error.start}): save it as UTF-8 text.") from error
        return text

    def clean(self) -> dict[str, Any]:
        """A slug is made from the file's name when none was typed."""
        cleaned: dict[str, Any] = super().clean() or {}
        name = getattr(self.files.get("file"), "name", None)
        if not cleaned.get("slug") and name:
            cleaned["slug"] = slugify(PurePath(name).stem)[:120]
            if not cleaned["slug"]:
                self.add_error("slug", "The file's name gives no slug: type one.")
        if Article.objects.filter(slug=cleaned.get("slug")).exists():
            self.add_error("slug", f"There is an article “{cleaned['slug']}” already: type another slug.")
        return cleaned


class ArticleForm(ReasonedForm):
    """What may change about an article: never its text."""

    url = forms.URLField(required=False, max_length=500, assume_scheme="https", label="URL")

    def clean(self) -> dict[str, Any]:
        """A retraction without a time is dated now; an article that stands again has none."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("status") == ArticleStatus.RETRACTED:
            cleaned["retracted_at"] = to_milliseconds(cleaned.get("retracted_at") or LIVE.now())
        elif "retracted_at" in cleaned:
            cleaned["retracted_at"] = None
        return cleaned


class RetractedPage(WhatIfPage):
    """What hangs on an article."""

    suppose = staticmethod(suppose_retracted)


class UploadPage(FormPage):
    """Takes in a text from a file."""

    name, route = "add", "add/"
    title = "Take in an article"
    permission = "add"
    template_name = "admin/stories/article/upload.html"
    form_class = UploadForm

    def act(self, form: UploadForm) -> HttpResponse:
        """Store the text as received, and go to it."""
        typed = dict(form.cleaned_data)
        article = register_article(typed.pop("file"), received_at=LIVE.now(), **typed)
        self.model_admin.log_addition(self.request, article, "taken in from a file")
        return self.leave_for("article_read", article.pk, said=f"“{article}” is stored as received.")


@admin.register(Article)
class ArticleAdmin(DeskAdmin):
    """The texts as received."""

    form = ArticleForm
    list_display = ["read_link", "outlet", "kind", "status", "published", RECEIVED_AT, "edit_link"]
    list_display_links = None
    list_filter = ["story", "kind", "status"]
    list_select_related = ["outlet"]
    search_fields = ["headline", "slug", "outlet_seen"]
    fields = [
        "headline",
        "status",
        "retracted_at",
        "copy_of",
        "authentication",
        "url",
        "published",
        "language",
        "slug",
        "story",
        "outlet",
        "kind",
        RECEIVED_AT,
        "sha256",
        "text",
    ]
    readonly_fields = ["slug", "story", "outlet", "kind", RECEIVED_AT, "sha256", "text"]
    change_form_template = "admin/stories/article/change_form.html"
    pages = (UploadPage, ReadingPage, RetirePassagePage, RetractedPage, HappenedPage)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Articles, with what everybody sees of their outlets; on a list their texts stay where they are."""
        rows = super().get_queryset(request).annotate(outlet_seen=desk_name("outlet__"))
        is_list = request.resolver_match is not None and request.resolver_match.url_name == "stories_article_changelist"
        return rows.defer("text") if is_list else rows

    @admin.display(description="article", ordering="headline")
    def read_link(self, article: Article) -> SafeString:
        """The headline, which leads to the text."""
        address = reverse("admin:stories_article_read", args=[article.pk])
        return format_html('<a href="{}" class="desk-row-link">{}</a>', address, article)

    @admin.display(description="form")
    def edit_link(self, article: Article) -> SafeString:
        """The article's own form."""
        address = reverse("admin:stories_article_change", args=[article.pk])
        return format_html('<a href="{}" aria-label="Form of: {}">Form</a>', address, article)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The choice of articles leaves the texts where they are."""
        if db_field.name == "copy_of":
            kwargs["queryset"] = Article.objects.defer("text")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
