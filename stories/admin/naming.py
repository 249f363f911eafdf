"""What the forms of sources and stories ask before they save: that a public name hides, that a title names nobody."""

from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet

from stories.admin.reasons import ReasonedForm
from stories.models import Source
from stories.provenance.printed import NamesSomebody, Printed, Spot, find_names, read_document, require_nobody_named
from stories.provenance.protected import (
    reasons_against_name,
    reasons_against_public_name,
    reasons_against_public_words,
    reasons_against_slug,
)
from stories.provenance.readers import is_reader
from stories.stamps import LIVE


def require_form_names_nobody(texts: list[Printed], *, by: User, story: str) -> None:
    """`ValidationError` where one of `texts`, typed into a form, names a protected source; what was tried is kept."""
    try:
        require_nobody_named(texts, by=by, story=story, stamps=LIVE)
    except NamesSomebody as refusal:
        refusal.settle()  # a form with errors is shown again, and its transaction commits
        raise ValidationError(refusal.reasons) from refusal


class StoryForm(ReasonedForm):
    """The form of a story. Its title is printed, and its slug is hashed for good."""

    by: ClassVar[User]

    def clean(self) -> dict[str, Any]:
        """Refuse a title or slug that names a protected source (rule: everything-printed)."""
        cleaned = super().clean()
        slug = self.cleaned_data.get("slug", self.instance.slug)
        said = {"slug": slug, "title": self.cleaned_data.get("title", "")}
        require_form_names_nobody(read_document("story", said), by=self.by, story=slug)
        return cleaned


class SourceForm(ReasonedForm):
    """The form of a source. What it is called in public hides who it is."""

    by: ClassVar[User]

    def full_clean(self) -> None:
        """Django's, then look at the source as it would be saved (rule: public-name-hides)."""
        super().full_clean()
        if not self.is_bound or self.errors:
            return
        source: Source = self.instance
        if not source.confidential:
            self._refuse("name", reasons_against_name(source))
            self._look_through(source)
        elif {"name", "public_name", "confidential"} & set(self.changed_data):
            self._refuse("public_name", self._against_public_name(source))
        if source.confidential and source.pk is None:
            self._refuse("slug", reasons_against_slug(source))

    def _look_through(self, source: Source) -> None:
        """Nobody records in the open, under its whole name, whom somebody protects."""
        named = {"name": Spot.SOURCE, "slug": Spot.SOURCE_SLUG}
        typed = {
            name: Printed(spot, getattr(source, name)) for name, spot in named.items() if name in self.changed_data
        }
        whole = {one.printed for one in find_names(list(typed.values()), story="") if not one.surname}
        for name, one in typed.items():
            if one in whole:
                try:
                    require_form_names_nobody([one], by=self.by, story="")
                except ValidationError as error:
                    self._refuse(name, error.messages)

    def _against_public_name(self, source: Source) -> list[str]:
        # Who just typed the name knows it; of a source that was protected before, only its readers do.
        if not self.initial.get("confidential") or is_reader(self.by, source):
            spellings, former = _texts_of(source)
            reasons = reasons_against_public_name(source, spellings=spellings, former=former)
        else:
            reasons = reasons_against_public_words(source)
        try:
            printed = read_document("source", {"public_name": source.public_name})
            require_form_names_nobody(printed, by=self.by, story="")
        except ValidationError as error:
            reasons = [*reasons, *([] if reasons else error.messages)]
        return reasons

    def _refuse(self, field: str, reasons: list[str]) -> None:
        for reason in reasons:
            self.add_error(field if field in self.fields else None, reason)


class AliasFormSet(BaseInlineFormSet):
    """The spellings of a source. None of them stands in what a protected one is called in public."""

    def clean(self) -> None:
        """Look at the public name with the spellings as they would be saved."""
        super().clean()
        source: Source = self.instance
        typed = [form.cleaned_data.get("text", "") for form in self.forms if form.has_changed() and form.is_valid()]
        if not source.confidential or not any(typed):
            return
        if reasons := reasons_against_public_name(source, spellings=filter(None, typed)):
            raise ValidationError(reasons)


def _texts_of(source: Source) -> tuple[list[str], list[str]]:
    """The spellings and former names of `source`; none of one that is not on the desk yet."""
    if source.pk is None:
        return [], []
    return (
        list(source.aliases.values_list("text", flat=True)),
        list(source.former_names.values_list("text", flat=True)),
    )
