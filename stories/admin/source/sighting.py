"""The page of a text that was stopped because it may name a protected source: its readers say whom it means."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from stories.admin.base import FormPage, Page, person_of, words_of
from stories.admin.claim.forms import reason_field
from stories.chain import Refused
from stories.models import Naming, Sighting
from stories.provenance.printed import way_out
from stories.provenance.readers import is_reader
from stories.provenance.sightings import RuledMeanwhile, newest_ruling, rule_on, rulings_on, sighting_of

ANOTHER, SAME = "another", "same"


class RulingForm(forms.Form):
    """Whom the words mean, and how one knows."""

    follows = forms.IntegerField(required=False, widget=forms.HiddenInput)
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
        if found is None or not is_reader(self.person, found.source):
            raise Http404("No such text, or it is not for you.")
        self.row = found

    @property
    def person(self) -> User:
        """Who asks."""
        return person_of(self.request)

    def get_initial(self) -> dict[str, Any]:
        """Which ruling is the newest that is seen here."""
        newest = newest_ruling(self.row)
        return {**super().get_initial(), "follows": newest.pk if newest else None}

    def act(self, form: RulingForm) -> HttpResponse:
        """Keep what is said of it."""
        said = form.cleaned_data
        is_another = said["whom"] == ANOTHER
        rule_on(self.row, by=self.person, is_another=is_another, reason=said["rationale"], follows=said["follows"])
        passes = "The surname passes in this story from now on." if is_another else "It stays stopped."
        self.model_admin.message_user(self.request, passes)
        return redirect("admin:index")

    def refuse(self, form: RulingForm, refusal: Refused) -> HttpResponse:
        """Django's; who was slower reads what was said meanwhile, and may say something else after that."""
        answer = super().refuse(form, refusal)
        if isinstance(refusal, RuledMeanwhile):
            form.data = {name: form.data.get(name) for name in form.fields} | {"follows": refusal.ruling.pk}
        return answer

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The text, what was said of it before, and what to do where it holds the whole name."""
        row, called = self.row, self.row.source.public_name
        told = {"rulings": rulings_on(row), "way_out": "" if row.surname else way_out(row.place, called)}
        return super().get_context_data(**{"row": row, "title": f"Does this name {called}?", **told, **more})


class NamingPage(SightingPage):
    """The same of a surname in what was printed before the source was protected, or its name was known."""

    name, route = "naming", "namings/<int:pk>/"

    def find(self, **kwargs: Any) -> None:
        """Find where it is printed."""
        Page.find(self, **kwargs)
        related = "source", "publication__body"
        found = Naming.objects.exclude(surname="").select_related(*related).filter(pk=kwargs["pk"]).first()
        if found is None or not is_reader(self.person, found.source):
            raise Http404("No such text, or it is not for you.")
        self.row, self.naming = sighting_of(found, by=self.person), found

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """What is printed there."""
        printed = words_of(self.naming.publication)
        return super().get_context_data(naming=self.naming, printed=printed, **more)
