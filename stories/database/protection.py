"""What holds protected names: guards of the reader lists and looks, and the triggers that keep former names.

Rules: reader-lists, former-names, everything-printed.
"""

from stories.database.guard import Dialect, Guard, Keeper, kept_columns, unchanged
from stories.database.sightings import sighting_guards

FORMER = "stories_formername"
KEPT = ("namereader", "namelook", "formername")


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
        *sighting_guards(dialect),
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
