"""`manage.py loaddata`: Django's, made safe. It never overwrites a row and leaves no broken desk behind.

A row that exists stays as it is, and what differs is listed. When all fixtures are in, the whole desk is checked;
any error leaves the database exactly as it was, with one line that names the file, the object and the reason
(rule: nothing-half-done).
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import identify_hasher, is_password_usable
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializedObject
from django.core.serializers.python import Deserializer
from django.db import DatabaseError, connections, models

from stories.audit import find_violations
from stories.audit.violations import violation_of
from stories.changes.deciding import ADDED, key_of, noun_of
from stories.changes.writing import put_on_record
from stories.database.derived.facts_to_weigh import list_all_facts
from stories.insight.namings import look_through
from stories.insight.standing import weigh_facts
from stories.models import Change, Contradiction, Discrepancy, Evidence, Publication, Story, Voice
from stories.provenance.printed import SOMEBODY_MUST_LOOK, find_names, read_document
from stories.provenance.protected import name_hider

SHOWN = 20
"""How many violations are printed; all of them count."""

SHAPES: dict[type, tuple[tuple[type, ...], str]] = {
    models.ManyToManyField: ((list,), "a list"),
    models.ForeignKey: ((list, int, str), "a key"),
    models.JSONField: ((dict, list, str, int, float, bool), "JSON"),
    models.BooleanField: ((bool,), "true or false"),
    models.IntegerField: ((int,), "a whole number"),
    models.Field: ((str,), "text"),
}
"""Field → what JSON may hold for it, and how that is called: Django would make the text "{'a': 1}" of an object."""


class Command(loaddata.Command):
    """Django's loaddata for JSON, then check_desk, all in one transaction."""

    help = "Load fixtures: rows that exist are kept, the desk is checked, and nothing is half loaded."
    serialization_formats: list[str] = ["json"]

    def add_arguments(self, parser: CommandParser) -> None:
        """`--by`, for what an older release wrote down without names."""
        super().add_arguments(parser)
        parser.add_argument(
            "--by",
            metavar="USERNAME",
            help="Who answers for the rows that name nobody, as an older release wrote them: an account of this desk "
            "or of the fixtures. Without it such rows are refused.",
        )

    def handle(self, *labels: Any, by: str | None = None, **options: Any) -> None:
        """Django's."""
        self.by = by
        super().handle(*labels, **options)

    def loaddata(self, fixture_labels: Sequence[str]) -> None:
        """Load every row of every fixture, then look at what spans rows."""
        self.files: dict[models.Model, str] = {}  # new row → the file it stands in
        self.kept, self.differing, self.models = 0, list[str](), set()
        self.waiting: list[tuple[Any, str, str]] = []
        for label in fixture_labels:
            with refused_with(label):
                path = Path(self.find_fixtures(label)[0][0])
            for place, row in enumerate(read_rows(path), 1):
                name = name_row(row, place)
                self._load(row, path.name, name)
        for row, file, name in self.waiting:
            with refused_with(f"{file}: {name}"):
                raise ValueError(describe_link(*next(iter(self._read(row).deferred_fields.items()))))
        self._check_links()
        self.reset_sequences(connections[self.using], self.models)
        list_all_facts(connections[self.using])  # a fact comes after what may trouble it: the triggers saw no fact yet
        self._check_desk()
        self._check_stories()
        weigh_facts(most=None)
        look_through(most=None)
        for line in map(name_hider() if self.differing else str, self.differing):
            self.stderr.write(line)
        if self.verbosity >= 1:
            self.stdout.write(f"Installed {len(self.files)} object(s) from {len(fixture_labels)} fixture(s)")
            if self.kept:
                self.stdout.write(f"Kept {self.kept} row(s) that existed already; {len(self.differing)} differ.")

    def _load(self, row: Any, file: str, name: str) -> None:
        """Save a new row, or keep one that exists; then those that waited for it.

        A row that names a later one of its table, or one that waits, waits for that: a link that is filled in
        afterwards would be a change that nobody made (rule: changes-have-names).
        """
        with refused_with(f"{file}: {name}"):
            check_characters(row)
            check_shape(row)
            made = self._read(row)
            check_links(made, waiting=[waiting for waiting, _, _ in self.waiting])
            check_values(made.object)
            if made.deferred_fields:
                self.waiting.append((row, file, name))
                return
            self._save(made, file, name)
        waiting, self.waiting = self.waiting, []
        for one in waiting:
            self._load(*one)

    def _read(self, row: Any) -> DeserializedObject:
        """What `row` says, with `deferred_fields` where it names what is not there yet."""
        (made,) = Deserializer([row], using=self.using, ignorenonexistent=self.ignore, handle_forward_references=True)
        return made

    def _save(self, made: DeserializedObject, file: str, name: str) -> None:
        new = made.object
        existing = new.pk and type(new)._base_manager.using(self.using).filter(pk=new.pk).first()
        if not existing:
            if self.by is not None:
                answer_for(new, by=self.by)
            if self.save_obj(made):
                self.files[new] = file
            return
        fields = [field for field in new._meta.concrete_fields if not field.primary_key]
        changed = [one for one in fields if getattr(existing, one.attname) != one.to_python(getattr(new, one.attname))]
        names = ", ".join(field.name for field in changed)
        if names and existing in self.files:
            raise ValueError(f"it stands in {self.files[existing]} already, with another {names}.")
        if names:
            self.differing.append(f"{file}: {name} exists and was kept; it differs in {names}.")
        self.kept += 1

    def _check_links(self) -> None:
        """Rows may name others by place or key before these are loaded; by now they are there."""
        for model in sorted(self.models, key=lambda one: one._meta.label_lower):
            for field in model._meta.concrete_fields:
                if isinstance(field, models.ForeignKey):
                    there = field.related_model._base_manager.filter(pk=models.OuterRef(field.attname))
                    rows = model._base_manager.using(self.using).exclude(**{field.attname: None})
                    for row in rows.filter(~models.Exists(there))[:1]:
                        with refused_with(self._place(row)):
                            raise ValueError(describe_link(field, getattr(row, field.attname)))

    def _place(self, row: models.Model) -> str:
        return f"{self.files.get(row, 'in the database')}: {str(violation_of(row, '')).removesuffix(': ')}"

    def _check_stories(self) -> None:
        """A new story names no protected source: its title is printed, its slug hashed for good once it has a fact."""
        for row, file in self.files.items():
            if isinstance(row, Story) and not Publication.objects.filter(story=row.slug).exists():
                said = read_document("story", {"slug": row.slug, "title": row.title})
                if any(not one.surname for one in find_names(said, story=row.slug)):
                    raise CommandError(f"Nothing was loaded. {file}: stories.story: {SOMEBODY_MUST_LOOK}")

    def _check_desk(self) -> None:
        if violations := list(find_violations()):
            files, hide = {violation_of(row, ""): file for row, file in self.files.items()}, name_hider()
            named = [(files.get(replace(one, reason=""), "in the database"), str(one)) for one in violations[:SHOWN]]
            lines = [f"{file}: {clip(hide(said))}" for file, said in named]
            more = f"\n… and {len(violations) - SHOWN} more." if len(violations) > SHOWN else ""
            raise CommandError("Nothing was loaded. " + "\n".join(lines) + more)


# ---- One row ---------------------------------------------------------------------------------------------------


def read_rows(path: Path) -> list[Any]:
    """The rows in the file `path`."""
    with refused_with(path.name):
        try:
            rows = json.loads(path.read_bytes())
        except OSError as error:
            raise ValueError(f"it cannot be read: {error.strerror}.") from error
        except (RecursionError, ValueError) as error:
            raise ValueError(f"this is no JSON: {error}") from error
    return rows if isinstance(rows, list) else [None]


def name_row(row: Any, place: int) -> str:
    """How `row` of a file calls itself: its model and key, or its place when it has none."""
    with suppress(AttributeError, LookupError, TypeError, ValueError):
        model = apps.get_model(row["model"])
        paths = getattr(model, "natural_key_fields", None) or [getattr(model, "USERNAME_FIELD", "name")]
        names = [path.partition("__")[0].removesuffix("_id") for path in paths]
        key = [row["pk"]] if row.get("pk") is not None else [row["fields"][name] for name in names]
        return f"{row['model']} {clip(write_key(key), 80) or f'row {place}'}"
    return f"row {place}"


def write_key(value: Any) -> str:
    """The parts of a key, however deep a fixture nests them."""
    return ", ".join(map(write_key, value)) if isinstance(value, list) else str(value)


def clip(text: str, most: int = 400) -> str:
    """`text` on one line and with its middle left out where it is longer: a value may be of any size, a reason not."""
    line = " ".join(text.encode("utf-8", "backslashreplace").decode().split())
    return line if len(line) <= most else f"{line[: most // 2]} … {line[-most // 2 :]}"


def holds_half(value: Any) -> bool:
    """Whether there is half a surrogate pair anywhere in `value`: JSON can say it, and no text can hold it."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def check_characters(row: Any) -> None:
    """Raise ValueError for half a character anywhere in `row`; names the field."""
    if holds_half(row):
        fields = row.get("fields") if isinstance(row, dict) else None
        names = [name for name, value in (fields if isinstance(fields, dict) else {}).items() if holds_half(value)]
        raise ValueError(": ".join([*names[:1], "it holds half of a character (a surrogate without the other)."]))


def check_shape(row: Any) -> None:
    """Raise ValueError unless `row` has the shape of a row of this desk. What its values mean is not looked at."""
    if not isinstance(row, dict) or not isinstance(row.get("fields"), dict):
        raise ValueError("it is no object with a “model” and “fields”.")
    try:
        meta: Any = apps.get_model(row.get("model", ""))._meta
    except (AttributeError, LookupError, TypeError, ValueError):
        raise ValueError("it names no model of this desk.") from None
    for field in [*meta.concrete_fields, *meta.many_to_many]:
        if (value := row["fields"].get(field.name)) is not None:
            shapes, called = next(SHAPES[kind] for kind in type(field).__mro__ if kind in SHAPES)
            if type(value) not in shapes:
                raise ValueError(f"{field.name}: {json.dumps(value, ensure_ascii=False)[:60]} is not {called}.")
            try:
                _ = field.is_relation or field.to_python(value)
            except ValidationError as error:
                raise ValidationError({field.name: error.messages}) from None


def check_links(made: DeserializedObject, *, waiting: Sequence[Any]) -> None:
    """Only a row of the same table may come later than the one that names it: files load in order.

    `waiting` are the rows that wait for such a one; who names them waits with them.
    """
    for field, value in (made.deferred_fields or {}).items():
        if field.many_to_many:
            raise ValueError(describe_link(field, next(key for key in value if not is_there(field, key))))
        if field.related_model is not type(made.object) and not any(is_named(row, field, value) for row in waiting):
            raise ValueError(describe_link(field, value))
    for name, keys in (made.m2m_data or {}).items():
        link: Any = made.object._meta.get_field(name)
        there = link.related_model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)
        for key in {*keys} - {*there}:
            raise ValueError(describe_link(link, key))


NAMED = {
    Evidence: {"recorded_by": "uuid", "retired_by": "retired_at"},
    Voice: {"recorded_by": "uuid", "retired_by": "retired_at"},
    Contradiction: {"opened_by": "uuid", "closed_by": "closed_at"},
    Discrepancy: {"closed_by": "closed_at"},
}
"""Model → who its rows name, each when another column says that somebody is to be named."""


def answer_for(row: Any, *, by: str) -> None:
    """Let the new `row` name `by` (a user name) where it names nobody and should (rule: changes-have-names)."""
    people = NAMED.get(type(row), {})
    for person in [one for one, when in people.items() if getattr(row, when) and getattr(row, f"{one}_id") is None]:
        setattr(row, person, User.objects.get(username=by))
    if type(row) in ADDED and not Change.objects.filter(noun=noun_of(type(row)), row=key_of(row)).exists():
        put_on_record(row, by=User.objects.get(username=by), reason="Loaded from what an older release wrote.")


def is_named(row: Any, field: Any, key: Any) -> bool:
    """Whether `row` of a file is what `field` links to by the natural key `key`."""
    model = field.related_model
    own = [row["fields"].get(name) for name in getattr(model, "natural_key_fields", ())]
    return row["model"] == model._meta.label_lower and own == key


def is_there(field: Any, key: Any) -> bool:
    """Whether the row that `field` links to by the natural key `key` is in the database."""
    try:
        field.related_model._default_manager.get_by_natural_key(*key)
    except (ObjectDoesNotExist, TypeError, ValueError):
        return False
    return True


def describe_link(field: Any, value: Any) -> str:
    """What is said of a link to nowhere."""
    said = f"{field.name}: there is no {field.related_model._meta.label_lower} “{write_key(value)}”."
    if field.related_model is Publication:
        said += " What made a publication loads together with it: name both fixtures in one command."
    return said


def check_values(row: models.Model) -> None:
    """What forms hold people to, Django's loaddata does not: choices, lengths, formats, nothing empty that says much.

    Links are looked at when all rows are in, and what JSON columns hold by the check of the desk.
    """
    apart = set()
    for field in row._meta.concrete_fields:
        value, known = getattr(row, field.attname), [str(choice) for choice, _ in field.flatchoices]
        if field.is_relation or isinstance(field, models.JSONField) or (field.null and value is None):
            apart.add(field.name)
        elif known and value not in known and not (field.blank and value == ""):
            raise ValueError(f"{field.name} “{value}” is not one of: {', '.join(known)}.")
    row.clean_fields(exclude=apart)
    if isinstance(row, User) and is_password_usable(row.password):
        try:
            identify_hasher(row.password)
        except ValueError:
            raise ValueError("password: it is no hash that this desk could check.") from None


@contextmanager
def refused_with(where: str) -> Iterator[None]:
    """Whatever a fixture makes go wrong in here is a refusal: where, and why, in one line.

    A field's own words if there are any under the error, else what the database said, else the error's text.
    """
    try:
        yield
    except Exception as error:
        under: Any = error
        while under is not None and not isinstance(under, ValidationError):
            under = getattr(under, "original_exc", None) or under.__cause__ or under.__context__
        if isinstance(under, ValidationError):
            fields = under.message_dict.items() if hasattr(under, "error_dict") else [("", under.messages)]
            reason = " ".join(f"{field}: {' '.join(said)}".removeprefix(": ") for field, said in fields)
        else:
            cause = error.__cause__ if isinstance(error, DatabaseError) else error
            reason = str(cause).partition("\nCONTEXT:")[0]  # PostgreSQL adds which function said so
        raise CommandError(f"Nothing was loaded. {where}: {clip(reason)}") from error
