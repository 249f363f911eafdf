"""What the database refused, in words for the person who typed it.

Most of what will not do is said at its field, before anything is written. What is left is the row that somebody else
recorded at the same moment, two alike in one form, and whatever only a guard knows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.apps import apps
from django.db import IntegrityError
from django.db.models import Field, Model, UniqueConstraint
from django.utils.text import capfirst

from stories.database.guard import PREFIX

CHECK_FAILED = re.compile(r"CHECK constraint failed: (\w+)")
NOT_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")
"""How SQLite says it: by the name of the one, by the columns of the other."""
COLUMNS = re.compile(r"Key \((.+?)\)=")
"""How PostgreSQL says which columns are not unique."""


def explain_refusal(error: IntegrityError) -> str:
    """Why the database refused a row, as the rule of that row says it; a guard's own words where a guard did.

    Raises `error` again where neither a rule nor a guard of the desk's is broken: then the fault is ours.
    """
    for rule in _rules():
        if _is_broken(error, rule):
            return f"{capfirst(str(rule.model._meta.verbose_name))}: {rule.says}"
    told = getattr(error.__cause__, "diag", None)
    if told is not None and str(told.constraint_name).startswith(PREFIX):
        return capfirst(str(told.message_primary))
    if getattr(error.__cause__, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_TRIGGER":
        return capfirst(str(error))
    raise error


@dataclass(frozen=True)
class Rule:
    """What a row of a table must be: the constraint's name, its columns where it says that they are unique."""

    model: type[Model]
    name: str
    columns: tuple[str | None, ...]
    says: str


def _rules() -> Iterator[Rule]:
    for model in apps.get_models():
        for one in model._meta.constraints:
            names = one.fields if isinstance(one, UniqueConstraint) else ()
            columns = tuple(cast(Field, model._meta.get_field(name)).column for name in names)
            yield Rule(model, one.name, columns, str(one.get_violation_error_message()))
        for field in model._meta.local_concrete_fields:
            if field.unique:
                yield Rule(model, "", (field.column,), f"There is one with this {field.verbose_name} already.")


def _is_broken(error: IntegrityError, rule: Rule) -> bool:
    table = rule.model._meta.db_table
    told = getattr(error.__cause__, "diag", None)
    if told is not None:
        keys = COLUMNS.match(told.message_detail or "")
        is_named = bool(rule.name) and told.constraint_name == rule.name
        is_told = keys is not None and rule.columns == tuple(keys[1].split(", "))
        return bool(told.table_name == table and (is_named or is_told))
    unique, check = NOT_UNIQUE.search(str(error)), CHECK_FAILED.search(str(error))
    if unique is not None:
        return unique[1] == ", ".join(f"{table}.{column}" for column in rule.columns)
    return check is not None and check[1] == rule.name
