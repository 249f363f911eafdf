"""Sources: list and form, with the spellings seen and the voices a source may be."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Model, Q, QuerySet
from django.forms import BaseInlineFormSet, BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html

from stories.admin.base import DeskAdmin, DeskInline, StatedPage, person_of, role_in
from stories.admin.clock import sign
from stories.admin.happened import HappenedPage
from stories.admin.naming import AliasFormSet, SourceForm
from stories.admin.reasons import REASON
from stories.admin.source.protection import ProtectionPage
from stories.admin.source.sighting import NamingPage, SightingPage
from stories.admin.source.what_if import WhatIfPage
from stories.admin.stated import state_of, write_state
from stories.changes.writing import save_on_record
from stories.choices import Role
from stories.insight.what_if import suppose_wrong
from stories.models import Alias, Source, Voice
from stories.models.source import desk_name
from stories.provenance.protection import begin_protection
from stories.provenance.readers import is_reader
from stories.provenance.voices import record_voice, retire_voice
from stories.roles import role_of

TELLING = ("name", "slug", "notes")
"""What of a protected source stands on the page of its protection alone: the slug may have been made from the name."""

VOICE_READ = "_voice"
"""The button that retires a voice states what it was read as; it stands in the form of the source, which has a box of
its own."""


class AliasForm(ModelForm):
    """A spelling; what stands on record keeps its words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Django's."""
        super().__init__(*args, **kwargs)
        self.fields["text"].disabled = self.instance.pk is not None


class AliasInline(DeskInline):
    """The spellings seen for a source; those of a protected one stand on the page of its protection.

    One is added, and may be said to be no name to print; its words stay.
    """

    model = Alias
    form = AliasForm
    formset = AliasFormSet
    extra = 1
    verbose_name_plural = "Spellings seen"


class VoiceForm(ModelForm):
    """Whom a source may be: somebody else, and each once, whichever of the two it was recorded with."""

    def clean(self) -> dict[str, Any]:
        """Refuses the source itself, and whom it may be already."""
        cleaned: dict[str, Any] = super().clean() or {}
        source, other = cleaned.get("source"), cleaned.get("same_as")
        if source is None or source.pk is None or other is None:
            return cleaned
        if source == other:
            self.add_error("same_as", "A source is not its own voice: choose another source.")
        either = Q(source=source, same_as=other) | Q(source=other, same_as=source)
        recorded = Voice.objects.current().filter(either).select_related("source", "same_as").first()
        if recorded is not None:
            self.add_error("same_as", f"It is recorded already that {recorded}: there is nothing to add.")
        return cleaned


class VoiceFormSet(BaseInlineFormSet):
    """The voices of a source as they are typed."""

    def clean(self) -> None:
        """Refuses one that is typed twice."""
        super().clean()
        typed = [form.cleaned_data["same_as"] for form in self.extra_forms if form.cleaned_data.get("same_as")]
        if len(set(typed)) < len(typed):
            raise ValidationError("One voice is typed twice: leave one of the two.")


class VoiceInline(DeskInline):
    """Whom a source may be. A recorded voice is never edited: it is retired, and another one recorded."""

    model = Voice
    form, formset = VoiceForm, VoiceFormSet
    fk_name = "source"
    extra = 0
    fields = ["same_as", "reason", "recorded", "retired"]
    readonly_fields = ["recorded", "retired"]
    verbose_name_plural = "May be the same voice as (only ever lowers the count; never printed)"

    @admin.display(description="recorded")
    def recorded(self, voice: Voice) -> str:
        """Who recorded it, and when."""
        return "—" if voice.pk is None else sign(voice.recorded_by, voice.created_at)

    @admin.display(description="retired")
    def retired(self, voice: Voice) -> str:
        """Who retired it, and when, or the way to retire it."""
        if voice.pk is None:
            return "—"
        if voice.retired_at:
            return sign(voice.retired_by, voice.retired_at)
        # A button of its own form (below the page's) cannot stand inside the page's form, but can name it.
        address = reverse("admin:stories_source_retire_voice", args=[voice.source_id, voice.pk])
        return format_html(
            '<button formaction="{}" formmethod="post" formnovalidate name="{}" value="{}">Retire</button>',
            address,
            VOICE_READ,
            write_state(state_of(voice)),
        )

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Reporters and editors say who may be whom."""
        return role_in(request) is not None and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Recorded voices stay as they are."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Voice]:
        """Voices with both sources, and who recorded and who retired them."""
        return super().get_queryset(request).select_related("source", "same_as", "recorded_by", "retired_by")


class WrongPage(WhatIfPage):
    """What hangs on a source."""

    suppose = staticmethod(suppose_wrong)


class RetireVoicePage(StatedPage):
    """Retires a voice: from now on the two count as two sources. Only an editor says so."""

    name, route = "retire_voice", "<int:pk>/voices/<int:voice>/retire/"
    box = VOICE_READ
    back = "source_change"

    def find(self, **kwargs: Any) -> None:
        """Find the source and its voice."""
        super().find(**kwargs)
        voices = Voice.objects.select_related("source", "same_as")
        self.voice = get_object_or_404(voices, pk=kwargs["voice"], source=self.row)

    @property
    def subject(self) -> Voice:
        """The voice."""
        return self.voice

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Retire it, for an editor."""
        if role_of(person_of(request)) != Role.EDITOR or not self.model_admin.has_change_permission(request):
            raise PermissionDenied("Only an editor says that two sources are certainly not one voice.")
        return super().post(request, *args, **kwargs)

    def change(self) -> HttpResponse:
        """Retire it, and say which facts that troubles."""
        retire_voice(self.voice, by=person_of(self.request))
        said = f"{self.voice} no longer: they count as two from now on."
        return self.leave_changed("source_change", self.row.pk, said=said)


@admin.register(Source)
class SourceAdmin(DeskAdmin):
    """Anyone or anything that can be quoted; of a protected one what everybody sees (rule: reader-lists)."""

    form = SourceForm
    list_display = ["seen", "kind", "institution", "confidential", "spellings"]
    list_filter = ["kind", "confidential"]
    list_select_related = ["institution"]
    search_fields = ["seen"]
    search_help_text = "Names, slugs and spellings; of a protected source its code or public name."
    prepopulated_fields = {"slug": ["name"]}
    inlines = [AliasInline, VoiceInline]
    pages = (WrongPage, RetireVoicePage, ProtectionPage, SightingPage, NamingPage, HappenedPage)
    fields = [
        "name",
        "slug",
        "kind",
        "confidential",
        "public_name",
        "code",
        "institution",
        "separate_because",
        "notes",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """Sources with the number of their spellings."""
        return super().get_queryset(request).annotate(alias_count=Count("aliases"), seen_as=desk_name())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Source], search_term: str
    ) -> tuple[QuerySet[Source], bool]:
        """Those that hold every word: nobody, and no reader either, finds a protected source by its name."""
        for word in search_term.split():
            spelt = Q(slug__icontains=word) | Q(aliases__text__icontains=word)
            found = Source.objects.annotate(seen=desk_name()).filter(
                Q(seen__icontains=word) | spelt & Q(confidential=False)
            )
            queryset = queryset.filter(pk__in=found.values("pk"))
        return queryset, False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """An address asks for what the filters ask for: by columns one could guess a name, letter by letter."""
        return lookup.partition("__")[0] in self.list_filter and super().lookup_allowed(lookup, value, request)

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> list[Any]:
        """The spellings of a protected source are not shown here."""
        return [VoiceInline] if isinstance(obj, Source) and obj.confidential else list(self.inlines)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Nothing that could tell a protected name."""
        is_protected = isinstance(obj, Source) and obj.confidential
        return [one for one in self.fields if not (is_protected and one in TELLING)]

    @admin.display(description="name", ordering=desk_name())
    def seen(self, source: Source) -> str:
        """What everybody sees."""
        return str(source)

    @admin.display(description="spellings", ordering="alias_count")
    def spellings(self, source: Any) -> int:
        """How many spellings were seen."""
        return int(source.alias_count)

    def get_form(self, request: HttpRequest, obj: Source | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Django's, for who asks."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"by": person_of(request)})

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Only an editor says that an unnamed person is certainly somebody else; no box takes protection off."""
        fixed = super().get_readonly_fields(request, obj)
        if isinstance(obj, Source) and obj.confidential:
            fixed = [*fixed, "confidential", *(() if is_reader(person_of(request), obj) else ("public_name", "code"))]
        return fixed if role_in(request) == Role.EDITOR else [*fixed, "separate_because"]

    def save_model(self, request: HttpRequest, obj: Source, form: ModelForm, change: bool) -> None:
        """Django's; protecting a source puts who does it on its list."""
        super().save_model(request, obj, form, change)
        if obj.confidential and "confidential" in form.changed_data:
            begin_protection(obj, by=person_of(request))

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseModelFormSet, change: bool) -> None:
        """Save the inlines, each in the name of who saves it."""
        for row in formset.save(commit=False):
            if isinstance(row, Voice):
                record_voice(row.source, row.same_as, by=person_of(request), reason=row.reason)
            else:
                save_on_record(row, by=person_of(request), reason=form.cleaned_data.get(REASON, ""))
