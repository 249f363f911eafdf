"""What holds protected names: guards of the reader lists and looks, and the triggers that keep former names.

Rules: reader-lists, former-names, lifting, two-people, everything-printed.
"""

from stories.choices import Role
from stories.database.guard import Dialect, Guard, Keeper, kept_columns, unchanged
from stories.database.sightings import sighting_guards

FORMER = "stories_formername"
KEPT = ("namereader", "namelook", "formername", "lift")
ENDS = ("signed_by_id", "signed_by_role", "signed_at", "returned_by_id", "returned_at")


def protection_guards(dialect: Dialect) -> list[Guard]:
    """Every guard of protected names."""
    kept = kept_columns(dialect, "stories_namereader", but=["retired_at", "retired_by_id"])
    as_it_was = kept_columns(dialect, "stories_namereader", ["retired_at", "retired_by_id"])
    return [
        *(guard for noun in KEPT for guard in _never_deleted(noun)),
        Guard(
            "namereader_only_retired",
            "UPDATE",
            "reader list: a row is never edited; retire it, once, and add another one.",
            f"{kept} AND (OLD.retired_at IS NULL OR {as_it_was})",
        ),
        unchanged(dialect, "namelook", "a look at a protected name stays on record as it was."),
        unchanged(dialect, "formername", "former name: it stays protected as it was."),
        *_lift_guards(dialect),
        *sighting_guards(dialect),
    ]


def _lift_guards(dialect: Dialect) -> list[Guard]:
    """Guards: protection is taken off by two editors and in no other way."""
    taken_off = "OLD.confidential AND NOT NEW.confidential"
    return [
        Guard(
            "lift_begins_as_a_proposal",
            "INSERT",
            "lifting: an editor proposes it, and another one signs.",
            f"NEW.proposed_by_role = '{Role.EDITOR}' AND NEW.signed_at IS NULL AND NEW.returned_at IS NULL",
        ),
        Guard(
            "lift_ends_once",
            "UPDATE",
            "lifting: a proposal is never edited; it is signed or returned, once.",
            f"{kept_columns(dialect, 'stories_lift', but=ENDS)} AND (OLD.signed_at IS NULL AND OLD.returned_at IS NULL"
            f" OR {kept_columns(dialect, 'stories_lift', ENDS)})",
        ),
        Guard(
            "lift_signed_by_second_editor",
            "UPDATE",
            "lifting: another editor than the one who proposed it signs.",
            f"NEW.signed_by_id <> NEW.proposed_by_id AND NEW.signed_by_role = '{Role.EDITOR}'",
            "NEW.signed_at IS NOT NULL",
        ),
        Guard(
            "source_protection_lifted_by_two_editors",
            "UPDATE",
            "source: protection is taken off by a lifting that two editors signed, each lifting once.",
            "NEW.lift_id > coalesce(OLD.lift_id, 0) AND EXISTS (SELECT 1 FROM stories_lift l"
            " WHERE l.id = NEW.lift_id AND l.source_id = NEW.id AND l.signed_at IS NOT NULL)",
            taken_off,
        ),
        Guard(
            "source_keeps_its_lift",
            "UPDATE",
            "source: by what its protection was taken off stays on record.",
            dialect.same("NEW.lift_id", "OLD.lift_id"),
            f"NOT ({taken_off})",
        ),
    ]


def _never_deleted(noun: str) -> list[Guard]:
    refusal = f"{noun}: rows are never deleted; they say who could read a protected name, and which names are."
    return [Guard(f"{noun}_no_delete", "DELETE", refusal), Guard(f"{noun}_no_truncate", "TRUNCATE", refusal)]


FORMER_NAMES_KEEPER = Keeper(
    "names_source_update",
    FORMER,
    "stories_source",
    "UPDATE",
    (
        f"""
INSERT INTO {FORMER} (source_id, text) SELECT OLD.id, OLD.name
FROM stories_source s WHERE s.id = OLD.id AND s.confidential
AND NOT EXISTS (SELECT 1 FROM {FORMER} f WHERE f.source_id = OLD.id AND f.text = OLD.name)""",
    ),
    "OLD.name <> NEW.name",
)
"""Keeps what a protected source was called, whoever renames it and however; its spellings stay as they are."""
