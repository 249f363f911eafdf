"""`manage.py loaddata`: Django's, made safe. It never overwrites a row and leaves no broken desk behind.

A row that exists stays as it is, and what differs is listed. When all fixtures are in, the whole desk is checked;
any error leaves the database exactly as it was, with one line that names the file, the object and the reason.
"""

import json
import re
from pathlib import Path
from typing import Any, NoReturn

from django.contrib.auth.hashers import identify_hasher, is_password_usable
from django.contrib.auth.models import User
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist, ValidationError
from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.db import DatabaseError, connections, models, transaction

from stories.audit import find_violations
from stories.database.derived.facts_to_weigh import list_all_facts
from stories.insight.standing import weigh_facts
from stories.models import Publication
from stories.sample.fixture_rows import flatten, name_row, read_rows, reason_against_row

SHOWN = 20
"""How many violations are printed; all of them count."""

BAD_ROW = (
    ArithmeticError,
    AttributeError,
    DatabaseError,
    DeserializationError,
    LookupError,
    MultipleObjectsReturned,
    ObjectDoesNotExist,
    TypeError,
    ValidationError,
    ValueError,
)
"""What a row can make of itself: unknown fields, links to nowhere, values of another type, what a guard refuses."""


DJANGOS_WORDS = re.compile(
    r"^Problem installing fixture '[^']*': |^Could not load \w+\.\w+\(pk=.*?\): |^Error deserializing object: "
)
"""What Django puts before the reason; the file and the object are named already."""


def give_reason(error: Exception) -> str:
    """Why a row was refused, in one line."""
    if isinstance(error.__cause__, json.JSONDecodeError):
        return f"this is no JSON: {error.__cause__}"
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read: {error.strerror}."
    under: Any = error
    while under is not None and not isinstance(under, ValidationError):
        under = getattr(under, "original_exc", None) or under.__cause__ or under.__context__
    error = under or error
    reason = " ".join(_messages(error)) if isinstance(error, ValidationError) else str(error)
    reason = reason.partition("\nCONTEXT:")[0]  # PostgreSQL adds which function said so
    while (shorter := DJANGOS_WORDS.sub("", reason)) != reason:
        reason = shorter
    return " ".join(reason.split()) or type(error).__name__


def _messages(error: ValidationError) -> list[str]:
    """What is wrong, field by field where it is known."""
    if not hasattr(error, "error_dict"):
        return error.messages
    return [f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()]


class Command(loaddata.Command):
    """Django's loaddata, then check_desk, all in one transaction."""

    help = "Load fixtures: rows that exist are kept, the desk is checked, and nothing is half loaded."

    def handle(self, *fixture_labels: str, **options: Any) -> None:
        """Load, check, report."""
        self.path = Path()
        self.files: dict[tuple[str, str], str] = {}
        self.kept = 0
        self.differing: list[str] = []
        self.waiting = len(fixture_labels)
        with transaction.atomic(using=options["database"]):
            super().handle(*fixture_labels, **options)
        for line in self.differing:
            self.stderr.write(line)
        if self.kept and self.verbosity >= 1:
            self.stdout.write(f"Kept {self.kept} row(s) that existed already; {len(self.differing)} differ.")

    def find_fixtures(self, fixture_label: str) -> Any:
        """Django's, which names the fixture it did not find and not the file."""
        try:
            return super().find_fixtures(fixture_label)
        except CommandError as error:
            raise CommandError(f"Nothing was loaded. {fixture_label}: {error}") from error

    def load_label(self, fixture_label: str) -> None:
        """Load one fixture; after the last one check the desk, before the database checks the links between rows."""
        self.path, self.row = Path(self.find_fixtures(fixture_label)[0][0]), 0
        self.rows = read_rows(self.path)
        for place, row in enumerate(self.rows):
            if reason := reason_against_row(row):
                raise self._refuse(name_row(self.rows, place), ValueError(reason))
        try:
            super().load_label(fixture_label)
        except (*BAD_ROW, OSError) as error:
            raise self._refuse(name_row(self.rows, self.row) if self.rows else "", error) from error
        self.waiting -= 1
        if not self.waiting:
            self._fill_links()
            self._check_links()
            # A fact comes after what may have troubled it since: the triggers saw no fact yet.
            list_all_facts(connections[self.using])
            self._check_desk()
            weigh_facts(most=None)

    def save_obj(self, obj: DeserializedObject) -> bool:
        """Save a new row; keep one that exists."""
        row = obj.object
        name = (row._meta.label_lower, self._key(row))
        try:
            self._require_links(obj)
            self._require_known_choices(row)
            self._require_sound_values(row)
            existing = type(row)._base_manager.using(self.using).filter(pk=row.pk).first() if row.pk else None
            if existing is not None:
                self._keep(existing, row, name)
                saved = False
            else:
                self.files[name] = self.path.name
                saved = super().save_obj(obj)
        except BAD_ROW as error:
            raise self._refuse(name_row(self.rows, self.row), error) from error
        self.row += 1
        return saved

    # ---- Rows that exist ---------------------------------------------------------------------------------------

    def _keep(self, existing: models.Model, row: models.Model, name: tuple[str, str]) -> None:
        names = [
            field.name
            for field in row._meta.concrete_fields
            if not field.primary_key
            and getattr(existing, field.attname) != field.to_python(getattr(row, field.attname))
        ]
        if names and name in self.files:
            raise ValueError(f"it stands in {self.files[name]} already, with another {', '.join(names)}.")
        self.kept += 1
        if names:
            self.differing.append(
                f"{self.path.name}: {' '.join(name)} exists and was kept; it differs in {', '.join(names)}."
            )

    # ---- Links and choices -------------------------------------------------------------------------------------

    def _require_links(self, obj: DeserializedObject) -> None:
        """Only a row of the same table may come later than the one that names it: files load in order."""
        for field, value in (obj.deferred_fields or {}).items():
            if field.remote_field is None or field.remote_field.model is not type(obj.object):
                raise ValueError(self._describe_link(field, value))

    def _fill_links(self) -> None:
        for obj in self.objs_with_deferred_fields:
            try:
                obj.save_deferred_fields(using=self.using)
            except (DeserializationError, ObjectDoesNotExist):
                field, value = next(iter(obj.deferred_fields.items()))
                self._refuse_link(obj.object, field, value)
            except BAD_ROW as error:
                name = (obj.object._meta.label_lower, self._key(obj.object))
                raise self._refuse(" ".join(name), error, file=self.files.get(name)) from error
        self.objs_with_deferred_fields = []

    def _check_links(self) -> None:
        """Rows may name others by place or key, before these are loaded; by now they are there."""
        for model in sorted(self.models, key=lambda one: one._meta.label_lower):
            meta: Any = model._meta
            for field in meta.concrete_fields:
                if not isinstance(field, models.ForeignKey):
                    continue
                there = field.related_model._base_manager.filter(pk=models.OuterRef(field.attname))
                rows = model._base_manager.using(self.using).exclude(**{field.attname: None})
                for row in rows.filter(~models.Exists(there))[:1]:
                    self._refuse_link(row, field, getattr(row, field.attname))
            for field in meta.local_many_to_many:
                there = field.related_model._base_manager.filter(pk=models.OuterRef(field.m2m_reverse_name()))
                links = field.remote_field.through._base_manager.using(self.using).filter(~models.Exists(there))
                for link in links[:1]:
                    row = getattr(link, field.m2m_field_name())
                    self._refuse_link(row, field, getattr(link, field.m2m_reverse_name()))

    def _refuse_link(self, row: models.Model, field: Any, value: Any) -> NoReturn:
        name = (row._meta.label_lower, self._key(row))
        reason = ValueError(self._describe_link(field, value))
        raise self._refuse(" ".join(name), reason, file=self.files.get(name, "in the database"))

    def _describe_link(self, field: Any, value: Any) -> str:
        key = ", ".join(flatten(value))
        reason = f"{field.name}: there is no {field.remote_field.model._meta.label_lower} “{key}”."
        if field.remote_field.model is Publication:
            reason += " What made a publication loads together with it: name both fixtures in one command."
        return reason

    def _require_known_choices(self, row: models.Model) -> None:
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            if not field.choices or (field.blank and value in ("", None)):
                continue
            if value not in [choice for choice, _ in field.flatchoices]:
                known = ", ".join(str(choice) for choice, _ in field.flatchoices)
                raise ValueError(f"{field.name} “{value}” is not one of: {known}.")

    def _require_sound_values(self, row: models.Model) -> None:
        """What forms hold people to, Django's loaddata does not: lengths, formats, nothing empty that says something.

        Links are looked at when all rows are in, and what JSON columns hold by the check of the desk.
        """
        apart = {
            field.name
            for field in row._meta.concrete_fields
            if field.is_relation
            or isinstance(field, models.JSONField)
            or (field.null and getattr(row, field.attname) is None)
        }
        row.clean_fields(exclude=apart)
        if isinstance(row, User) and is_password_usable(row.password):
            try:
                identify_hasher(row.password)
            except ValueError:
                raise ValueError("password: it is no hash that this desk could check.") from None

    # ---- What is said when something is wrong ------------------------------------------------------------------

    def _key(self, row: models.Model) -> str:
        natural = getattr(row, "natural_key", None)
        try:
            return ", ".join(str(part) for part in natural()) if natural else str(row.pk)
        except ObjectDoesNotExist:  # a link that is yet to come
            return str(row.pk)

    def _refuse(self, name: str, error: Exception, *, file: str | None = None) -> CommandError:
        where = ": ".join(part for part in (file or self.path.name, name) if part)
        return CommandError(f"Nothing was loaded. {where}: {give_reason(error)}")

    def _check_desk(self) -> None:
        violations = list(find_violations())
        if not violations:
            return
        lines = [f"{self.files.get((one.model, one.key), 'in the database')}: {one}" for one in violations[:SHOWN]]
        more = f"\n… and {len(violations) - SHOWN} more." if len(violations) > SHOWN else ""
        raise CommandError("Nothing was loaded. " + "\n".join(lines) + more)
