"""Forms of Django's admin that undo nothing: a save on another state than the form was made from is refused.

`StatedAdmin` is mixed into whatever is registered on the desk's site (stories/admin/site.py), so that no form is
without it. Who was slower gets the form back with what they typed, who changed what, and both values of every field.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Field, Model, QuerySet
from django.forms import ChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.text import capfirst

from stories.admin.clock import clock
from stories.admin.constraints import explain_refusal
from stories.admin.stated import (
    READ,
    State,
    columns_of,
    digest_value,
    lock_row,
    newest_changes,
    read_state,
    write_state,
)

KEPT = "_now"
"""The boxes that say: keep what is there now, whatever I typed."""

REFUSAL = "desk.refusal"
"""Under this name a request carries why the database refused what was typed."""

if TYPE_CHECKING:
    AnyForm = ModelForm
    AnyAdmin = admin.ModelAdmin
else:
    AnyForm, AnyAdmin = object, admin.ModelAdmin


@dataclass(frozen=True)
class Shown:
    """What the form of a row shows now, before what was typed is put over it: its state, its fields, rows inside it."""

    state: State
    fields: dict[str, Any]
    rows: dict[str, Model]


@dataclass(frozen=True)
class Both:
    """What says one thing now and another as it was typed. `box` keeps it as it is now; empty when nothing can."""

    label: str
    now: Any
    typed: Any
    box: str = ""
    is_kept: bool = False


class KeepingForm(AnyForm):
    """A form in which a ticked box leaves a field as it is in the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticked = set(cast(QueryDict, self.data).getlist(KEPT)) if self.is_bound else set()
        self.kept = [name for name in self.fields if self.box_of(name) in ticked]

    def box_of(self, name: str) -> str:
        """What the box says that keeps the field `name`."""
        return name

    def full_clean(self) -> None:
        """Django's, with what is kept out of reach; after that it shows what was typed, which may be wanted yet."""
        for name in self.kept:
            self.fields[name].disabled = True
        super().full_clean()
        self.has_changed()  # remembered as it is now
        for name in self.kept:
            self.fields[name].disabled = False

    def clean_typed(self, name: str) -> Any:
        """What was typed into the field `name`; as it was sent, when it will not do."""
        box = self[name]
        try:
            return box.field.clean(box.data)
        except ValidationError:
            return box.data


class InnerForm(KeepingForm):
    """A row inside the form of another one. It is kept as a whole."""

    def box_of(self, name: str) -> str:
        """What the box says that keeps the row."""
        return f"{str(self.prefix).rpartition('-')[0]}-{self.instance.pk}"


class StatedForm(KeepingForm):
    """A form of a row: it knows what the row says, and which state it `read`; valid only where that is the same."""

    shown: Shown | None = None
    read: State | None = None
    refusal = ""

    @property
    def is_stale(self) -> bool:
        """Whether it was made from another state than the row has."""
        return self.shown is not None and self.read != self.shown.state

    def is_valid(self) -> bool:
        """Django's, and made from the state that the row has."""
        return super().is_valid() and not self.is_stale

    def full_clean(self) -> None:
        """Django's; what the database refused is said as well."""
        super().full_clean()
        if self.is_bound and self.refusal:
            self.add_error(None, self.refusal)


class StatedAdmin(AnyAdmin):
    """An admin whose forms state which row they were made from, and what the database refuses."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Django's; what the database refuses is said on the form, which keeps what was typed."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            request.META[REFUSAL] = explain_refusal(error)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Django's; where something is sent, locked first, so that nobody changes it until it is saved."""
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return row
        lock_row(row)
        return super().get_object(request, object_id, from_field)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Django's; the form of a row knows what the row says, and which state was sent."""
        form = super().get_form(request, obj, change=change, **kwargs)
        said: dict[str, Any] = {"refusal": request.META.get(REFUSAL, "")}
        if obj is not None and change:
            said |= {"shown": self.read_shown(request, obj, form), "read": read_state(request.POST.get(READ, ""))}
        return _mix_in(StatedForm, form, said)

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Iterator[Any]:
        """Django's; of every row inside, what somebody else changed can be kept."""
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            formset.form = _mix_in(InnerForm, formset.form, {})
            yield formset, inline

    def read_shown(self, request: HttpRequest, row: Model, form: type[ModelForm]) -> Shown:
        """What `form` shows of `row`: the fields that it can change, and all the rows inside it."""
        fields = {name: row._meta.get_field(name) for name in _changeable(row, form)}
        values = {name: one.value_from_object(row) for name, one in fields.items() if isinstance(one, Field)}
        rows: dict[str, Model] = {}
        for formset, inline in super().get_formsets_with_inlines(request, row):
            found = inline.get_queryset(request).filter(**{formset.fk.name: row})
            rows |= {f"{formset.get_default_prefix()}-{one.pk}": one for one in found}
        said = values | {name: columns_of(one) for name, one in rows.items()}
        return Shown({name: digest_value(row, name, value) for name, value in said.items()}, values, rows)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Django's, with the state that it is made from; 409 where somebody was faster."""
        form = context["adminform"].form
        if form.shown is not None:
            self.tell_both(request, context, form)
        response = super().render_change_form(request, context, add, change, form_url, obj)
        response.status_code = 409 if context.get("is_stale") else response.status_code
        return response

    def tell_both(self, request: HttpRequest, context: dict[str, Any], form: Any) -> None:
        """Put the state of the row into `context`; where somebody was faster, what is there now and what was typed."""
        context["read"] = write_state(form.shown.state)
        if form.is_bound and (form.is_stale or KEPT in request.POST):
            inner = [one for formset in context["inline_admin_formsets"] for one in formset.formset.initial_forms]
            context |= {
                "is_stale": form.is_stale,
                "changes": newest_changes(form.instance) if form.is_stale else [],
                "both": [*_compare_fields(form), *_compare_rows(form, inner)],
                "also": list(_list_others(form, inner)),
            }


def _mix_in(kind: type, form: Any, said: dict[str, Any]) -> Any:
    """A class of forms like `form`, with the very same fields, that is of `kind` as well."""
    made = type(form)(form.__name__, (kind, form), said)
    made.base_fields = form.base_fields
    return made


def _changeable(row: Model, form: type[ModelForm]) -> list[str]:
    own = {one.name for one in (*row._meta.concrete_fields, *row._meta.many_to_many)}
    return [name for name, one in form.base_fields.items() if name in own and not one.disabled]


def _compare_fields(form: Any) -> Iterator[Both]:
    """The fields of `form` that somebody else changed, or that are kept, where what was typed is something else."""
    now, read, row = form.shown, form.read or {}, form.instance
    for name, value in now.fields.items():
        typed = form.clean_typed(name)
        is_typed = digest_value(row, name, typed)
        is_changed = read.get(name) != now.state[name] and is_typed != now.state[name]
        if is_changed or name in form.kept:
            box = form.fields[name]
            kept = name in form.kept or read.get(name, is_typed) == is_typed
            yield Both(str(form[name].label), say(box, value), say(box, typed), name, kept)
    for name in read.keys() - now.state.keys():
        yield from _compare_fixed(form, name)


def _compare_fixed(form: Any, name: str) -> Iterator[Both]:
    """The field `name`, which could be changed when `form` was made and cannot be now."""
    try:
        column = form.instance._meta.get_field(name)
    except FieldDoesNotExist:
        return
    # What it says now may be no longer for this person to read; where it is, the form shows it.
    yield Both(str(capfirst(column.verbose_name)), "no longer to be changed here", ", ".join(form.data.getlist(name)))


def _compare_rows(form: Any, inner: list[Any]) -> Iterator[Both]:
    """The same for the rows inside `form`."""
    read = form.read or {}
    for one in inner:
        name = one.box_of("")
        row = form.shown.rows.get(name)
        if row is None or (form.shown.state[name] == read.get(name) and not one.kept):
            continue
        typed = digest_value(form.instance, name, columns_of(one.instance))
        if typed != form.shown.state[name] or one.kept:
            boxes = {key: box for key, box in one.fields.items() if not box.widget.is_hidden}
            now = ", ".join(f"{box.label}: {say(box, getattr(row, key))}" for key, box in boxes.items())
            said = ", ".join(f"{box.label}: {say(box, one.clean_typed(key))}" for key, box in boxes.items())
            kept = bool(one.kept) or read.get(name, typed) == typed
            yield Both(capfirst(row._meta.verbose_name), now, said, name, kept)


def _list_others(form: Any, inner: list[Any]) -> Iterator[str]:
    """The rows inside `form` that somebody else recorded or changed and that no box of the form can change."""
    changeable = {one.box_of("") for one in inner if any(not box.widget.is_hidden for box in one.fields.values())}
    for name, row in form.shown.rows.items():
        if name not in changeable and form.shown.state[name] != (form.read or {}).get(name):
            yield f"{capfirst(row._meta.verbose_name)}: {row}"


def say(box: Any, value: Any) -> Any:
    """`value` of the form's field `box` in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return clock(value)
    if value in (None, ""):
        return "—"
    if isinstance(value, QuerySet | list | tuple):
        return ", ".join(str(say(box, one)) for one in value) or "—"
    if hasattr(box, "label_from_instance"):
        try:
            row = value if isinstance(value, Model) else box.queryset.get(pk=value)
        except (box.queryset.model.DoesNotExist, ValueError):
            return str(value)
        return str(box.label_from_instance(row))
    if isinstance(box, ChoiceField):
        labels = {str(key): label for key, label in box.choices if not isinstance(label, list | tuple)}  # type: ignore[misc,union-attr]
        return str(labels.get(str(value), value))
    return str(value)
