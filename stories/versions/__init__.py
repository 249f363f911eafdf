"""Story versions: composed from the facts in force, drafted by one editor, cut by another. Imports record, policy."""

from stories.versions.cuts import cut
from stories.versions.drafts import save_draft

__all__ = ["cut", "save_draft"]
