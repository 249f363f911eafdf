"""A fixture's rows as the file has them: how each is called, and whether it has the shape of a row of this desk.

Django's deserializer makes a value of whatever it is given: of an object in the place of a headline, the text
"{'a': 1}". Such a row is refused before anything is made of it.
"""

import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

SHAPES: tuple[tuple[type[Any], tuple[type, ...], str], ...] = (
    (models.ManyToManyField, (list,), "a list"),
    (models.ForeignKey, (list, int, str), "a key"),
    (models.JSONField, (object,), "JSON"),
    (models.BooleanField, (bool,), "true or false"),
    (models.IntegerField, (int,), "a whole number"),
    (models.CharField, (str,), "text"),
    (models.TextField, (str,), "text"),
    (models.UUIDField, (str,), "text"),
    (models.DateTimeField, (str,), "text"),
)
"""Field → what JSON may hold for it, and how that is called. Null is looked at later, with the column."""


def read_rows(path: Path) -> list[Any]:
    """The rows in the file `path`; none when it is no JSON."""
    try:
        rows = json.loads(path.read_text())
    except (OSError, RecursionError, ValueError):
        return []
    return rows if isinstance(rows, list) else [rows]


def name_row(rows: list[Any], place: int) -> str:
    """How the row at `place` calls itself: its model and key, or its number when it has none."""
    number = f"row {place + 1}"
    try:
        row = rows[place]
        model = apps.get_model(row["model"])
        names = getattr(model, "natural_key_fields", None) or [getattr(model, "USERNAME_FIELD", "")]
        heads = [name.partition("__")[0].removesuffix("_id") for name in names]
        parts = [row["pk"]] if row.get("pk") is not None else [row["fields"][head] for head in heads]
    except (AttributeError, LookupError, TypeError, ValueError):
        return number
    return f"{row['model']} {', '.join(flatten(parts)).strip() or number}"


def flatten(value: Any) -> list[str]:
    """The parts of a key, however deep a fixture nests them."""
    return [part for one in value for part in flatten(one)] if isinstance(value, list) else [str(value)]


def reason_against_row(row: Any) -> str:
    """Why `row` is no row of this desk; "" when its shape speaks for one. What its values mean is not looked at."""
    if not isinstance(row, dict) or not isinstance(row.get("fields"), dict):
        return "it is no object with a “model” and “fields”."
    try:
        model = apps.get_model(row.get("model", ""))
    except (AttributeError, LookupError, TypeError, ValueError):
        return "it names no model of this desk."
    meta: Any = model._meta
    for field in [*meta.concrete_fields, *meta.many_to_many]:
        value = row["fields"].get(field.name)
        if value is None:
            continue
        kind, shapes, called = next((one for one in SHAPES if isinstance(field, one[0])), SHAPES[2])
        if not isinstance(value, shapes) or (isinstance(value, bool) and kind is models.IntegerField):
            return f"{field.name}: {json.dumps(value, ensure_ascii=False)[:60]} is not {called}."
        try:
            if not field.is_relation:
                field.to_python(value)
        except ValidationError as error:
            return f"{field.name}: {' '.join(error.messages)}"
    return ""
