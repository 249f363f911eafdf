"""The page on which a source is protected: who reads its name, each look at it, and how protection comes off."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseRedirect

from stories.admin.base import FormPage, RowPage, person_of, read_number
from stories.admin.claim.forms import reason_field
from stories.admin.person.asking_again import AskedAgain
from stories.chain import Refused
from stories.choices import EDITORS, LiftGround, Role
from stories.models import Lift, NameLook, NameReader
from stories.provenance.free_texts import texts_naming
from stories.provenance.protection import (
    add_spelling,
    names_of,
    propose_lift,
    proposed_lift,
    protect,
    reasons_not_to_propose_lift,
    reasons_not_to_sign_lift,
    rename,
    return_lift,
    sign_lift,
)
from stories.provenance.readers import (
    add_reader,
    appoint,
    is_reader,
    name_for,
    reasons_not_to_appoint,
    remove_reader,
    responsible_for,
)
from stories.roles import role_of

LOOKS_SHOWN = 50
"""So many looks at the name, the newest, are shown."""


class ProtectionForm(forms.Form):
    """What the steps of the page need; each takes its own boxes."""

    public_name = forms.CharField(
        required=False, max_length=200, help_text="What readers are told instead. Good: a senior official."
    )
    code = forms.CharField(
        required=False,
        max_length=40,
        help_text="What the desk calls it, if anything else. Good: K-17.",
    )
    person = forms.ModelChoiceField(required=False, queryset=User.objects.none(), label="Add a reader")
    editor = forms.ModelChoiceField(required=False, queryset=User.objects.none(), label="Responsible editor")
    new_name = forms.CharField(
        required=False,
        max_length=200,
        help_text="Or a code. What it was called stays protected.",
    )
    spelling = forms.CharField(required=False, max_length=200, help_text="As seen in a text. It is protected too.")
    ground = forms.ChoiceField(required=False, choices=LiftGround.choices, widget=forms.RadioSelect)
    record = reason_field(
        "Where the consent is kept, or where the source published it. It never leaves the desk. Good: signed letter of "
        "November 20, in the safe. Bad: it is known anyway."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A form that offers the people of the desk."""
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, is_staff=True).order_by("username")
        for name, offered in (("person", people), ("editor", people.filter(groups__name=EDITORS))):
            cast(forms.ModelChoiceField, self.fields[name]).queryset = offered


class ProtectionPage(AskedAgain, RowPage, FormPage):
    """Who reads the name of a source; on POST the step whose button was pressed is taken.

    The name itself stands on no page but on the answer to the button of somebody on the list, and that is on record.
    """

    name, route = "protection", "<int:pk>/protection/"
    template_name = "admin/stories/source/protection.html"
    form_class = ProtectionForm

    def is_grave(self) -> bool:
        """Lifting is, in both its steps."""
        return self.request.POST.get("step", "").partition("-")[0] in ("propose", "sign")

    def act(self, form: ProtectionForm) -> HttpResponse:
        """Take the step, and say what was done."""
        pressed, _, number = self.request.POST.get("step", "").partition("-")
        steps: dict[str, Callable[[dict[str, Any], str], str]] = {
            "protect": self._protect,
            "rename": self._rename,
            "spell": self._spell,
            "add": self._add,
            "remove": self._remove,
            "appoint": self._appoint,
            "propose": self._propose,
            "sign": self._sign,
            "return": self._return,
        }
        if pressed == "look":
            return self._look(form)
        if pressed not in steps:
            raise Refused([f"“{pressed[:40]}” is no step of this page: reload it and choose again."])
        said = steps[pressed](form.cleaned_data, number)
        self.model_admin.message_user(self.request, said)
        self.model_admin.tell_trouble(self.request)
        return HttpResponseRedirect(self.request.path)

    def _look(self, form: ProtectionForm) -> HttpResponse:
        if not is_reader(self.person, self.row):
            raise Refused(["Only those on the reader list of this source read its name."])
        name = name_for(self.row, self.person)
        others = [one for one in names_of(self.row) if one != name]
        told = {"secret": name, "others": others, "notes": self.row.notes, "shown_in": texts_naming(self.row)}
        context = self.get_context_data(form=form, **told)
        return self.render_to_response(context)

    def _protect(self, typed: dict[str, Any], number: str) -> str:
        protect(self.row, by=self.person, public_name=typed["public_name"], code=typed["code"])
        return f"Protected: from now on everybody but its readers sees {typed['code'] or typed['public_name']}."

    def _rename(self, typed: dict[str, Any], number: str) -> str:
        rename(self.row, by=self.person, name=typed["new_name"])
        return "Renamed. What it was called stays protected."

    def _spell(self, typed: dict[str, Any], number: str) -> str:
        add_spelling(self.row, by=self.person, text=typed["spelling"])
        return "The spelling is recorded, and protected."

    def _add(self, typed: dict[str, Any], number: str) -> str:
        person = _chosen(typed["person"])
        add_reader(self.row, person, by=self.person)
        return f"{person.get_username()} reads the name from now on."

    def _remove(self, typed: dict[str, Any], number: str) -> str:
        person = _chosen(User.objects.filter(pk=int(number)).first() if number.isdecimal() else None)
        remove_reader(self.row, person, by=self.person)
        return f"{person.get_username()} reads the name no more."

    def _appoint(self, typed: dict[str, Any], number: str) -> str:
        editor = _chosen(self.person if number == "myself" else typed["editor"])
        appoint(self.row, editor, by=self.person)
        return f"{editor.get_username()} is responsible for this source."

    def _propose(self, typed: dict[str, Any], number: str) -> str:
        propose_lift(self.row, by=self.person, ground=typed["ground"], record=typed["record"])
        return "Proposed: another editor signs, or returns it."

    def _sign(self, typed: dict[str, Any], number: str) -> str:
        sign_lift(self._lift(number), by=self.person)
        return "Protection is off: everybody sees the name."

    def _return(self, typed: dict[str, Any], number: str) -> str:
        return_lift(self._lift(number), by=self.person)
        return "Returned: the source stays protected."

    def _lift(self, number: str) -> Lift:
        """The proposal that was seen; it may be over."""
        seen = Lift.objects.filter(source=self.row, pk=read_number(number) or 0).first()
        if seen is None:
            raise Refused(["There is no such proposal: reload the page."])
        return seen

    @property
    def person(self) -> User:
        """Who asks."""
        return person_of(self.request)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The list, the looks, the liftings, and why this person may not take a step."""
        source, person = self.row, self.person
        lift = proposed_lift(source)
        looks = NameLook.objects.filter(source=source).select_related("person").order_by("-at")
        return super().get_context_data(
            title=f"Protection of {source}",
            source=source,
            readers=NameReader.objects.filter(source=source).select_related("person", "added_by", "retired_by"),
            responsible=responsible_for(source),
            is_responsible=responsible_for(source) == person,
            is_reader=is_reader(person, source),
            may_protect=role_of(person) is not None,
            may_appoint=not reasons_not_to_appoint(source, by=person),
            is_orphan=not NameReader.objects.current().filter(source=source, person__is_active=True).exists(),
            is_editor=role_of(person) == Role.EDITOR,
            looks=looks[:LOOKS_SHOWN],
            lift=lift,
            lifts=Lift.objects.filter(source=source).select_related("proposed_by", "signed_by", "returned_by"),
            against_proposing=reasons_not_to_propose_lift(source, by=person),
            against_signing=reasons_not_to_sign_lift(lift, by=person) if lift else [],
            **more,
        )


def _chosen(person: User | None) -> User:
    if person is None:
        raise Refused(["Choose a person."])
    return person
