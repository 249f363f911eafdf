"""Guards of what was stopped because it named a protected source, and of what readers say of it.

Rule: everything-printed.
"""

from stories.database.guard import Dialect, Guard, unchanged


def sighting_guards(dialect: Dialect) -> list[Guard]:
    """Every guard of sightings and rulings."""
    guards = []
    for noun in ("sighting", "ruling"):
        refusal = f"{noun}: it stays on record as it was; protected people depend on it."
        guards += [
            unchanged(dialect, noun, refusal),
            Guard(f"{noun}_no_delete", "DELETE", refusal),
            Guard(f"{noun}_no_truncate", "TRUNCATE", refusal),
        ]
    on_the_list = (
        "SELECT 1 FROM stories_namereader r JOIN stories_sighting s ON s.source_id = r.source_id "
        "WHERE s.id = NEW.sighting_id AND r.person_id = NEW.by_id AND r.retired_at IS NULL"
    )
    of_a_surname = "SELECT 1 FROM stories_sighting s WHERE s.id = NEW.sighting_id AND s.surname <> ''"
    return [
        *guards,
        Guard(
            "ruling_by_a_reader",
            "INSERT",
            "ruling: only who is on the reader list of the source says whom the words mean.",
            f"EXISTS ({on_the_list})",
        ),
        Guard(
            "ruling_on_a_surname",
            "INSERT",
            "ruling: a whole name is the source; only a surname alone may be another person's.",
            f"EXISTS ({of_a_surname})",
            "NEW.is_another",
        ),
    ]
