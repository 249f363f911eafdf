"""The page of a text that was stopped because it may name a protected source: its readers say whom it means."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from stories.admin.base import FormPage, person_of
from stories.admin.claim.forms import reason_field
from stories.models import Sighting
from stories.provenance.readers import is_reader
from stories.provenance.sightings import rule_on

ANOTHER, SAME = "another", "same"


class RulingForm(forms.Form):
    """Whom the words mean, and how one knows."""

    whom = forms.ChoiceField(
        label="The words mean",
        choices=[(SAME, "The source, or may: it stays stopped"), (ANOTHER, "Another person")],
        widget=forms.RadioSelect,
        help_text="Another person: the surname alone passes in this story from now on, whoever writes it. A whole "
        "name never passes.",
    )
    rationale = reason_field("For those on the list. Good: Roe is the mayor's surname as well. Bad: fine.")


class SightingPage(FormPage):
    """A text that was stopped, for who is on the reader list of the source; for others there is no such page."""

    name, route = "sighting", "sightings/<int:pk>/"
    template_name = "admin/stories/source/sighting.html"
    form_class = RulingForm

    def find(self, **kwargs: Any) -> None:
        """Find it."""
        super().find(**kwargs)
        found = Sighting.objects.select_related("source", "claim").filter(pk=kwargs["pk"]).first()
        if found is None or not is_reader(person_of(self.request), found.source):
            raise Http404("No such text, or it is not for you.")
        self.row = found

    def act(self, form: RulingForm) -> HttpResponse:
        """Keep what is said of it."""
        is_another = form.cleaned_data["whom"] == ANOTHER
        rule_on(self.row, by=person_of(self.request), is_another=is_another, reason=form.cleaned_data["rationale"])
        passes = "The surname passes in this story from now on." if is_another else "It stays stopped."
        self.model_admin.message_user(self.request, passes)
        return redirect("admin:index")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The text, and what was said of it before."""
        title = f"Does this name {self.row.source.public_name}?"
        rulings = self.row.rulings.all()
        return super().get_context_data(**{"row": self.row, "rulings": rulings, "title": title, **more})
