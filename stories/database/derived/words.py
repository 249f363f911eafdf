"""What keeps SQLite's two indexes of words: of the claims' statements, and of the published ones.

They hold no text: a row leaves by being told what stood in it. PostgreSQL's indexes keep themselves.
"""

from stories.database.guard import Keeper
from stories.search import COLUMNS, STATEMENT, write_columns
from stories.search import TABLE as PUBLISHED_WORDS

CLAIM_WORDS = "stories_claimwords"
CLAIM_COLUMNS = "statement, story"
CLAIM_VALUES = "{row}.id, {row}.statement, 'story' || {row}.story_id"


def enter(index: str, columns: str, values: str) -> tuple[str, ...]:
    """The step that brings a row into `index`; its key comes first in `values`."""
    return (f"INSERT INTO {index} (rowid, {columns}) VALUES ({values})",)


def leave(index: str, columns: str, values: str) -> tuple[str, ...]:
    """The step that takes a row out of `index`."""
    return (f"INSERT INTO {index} ({index}, rowid, {columns}) VALUES ('delete', {values})",)


CLAIM_ENTERS = enter(CLAIM_WORDS, CLAIM_COLUMNS, CLAIM_VALUES.format(row="NEW"))
CLAIM_LEAVES = leave(CLAIM_WORDS, CLAIM_COLUMNS, CLAIM_VALUES.format(row="OLD"))

WORDS_KEEPERS = (
    Keeper("worklist_words_insert", CLAIM_WORDS, "stories_claim", "INSERT", CLAIM_ENTERS),
    Keeper(
        "worklist_words_update",
        CLAIM_WORDS,
        "stories_claim",
        "UPDATE",
        (*CLAIM_LEAVES, *CLAIM_ENTERS),
        when="OLD.statement <> NEW.statement OR OLD.story_id <> NEW.story_id",
    ),
    Keeper("worklist_words_delete", CLAIM_WORDS, "stories_claim", "DELETE", CLAIM_LEAVES),
    Keeper(
        "stories_search_insert",
        PUBLISHED_WORDS,
        "stories_publicationtext",
        "INSERT",
        enter(PUBLISHED_WORDS, ", ".join(COLUMNS), f"NEW.position, {write_columns('NEW')}"),
        when=f"{STATEMENT.format(row='NEW')} IS NOT NULL",
    ),
    Keeper(
        "stories_search_delete",
        PUBLISHED_WORDS,
        "stories_publicationtext",
        "DELETE",
        leave(PUBLISHED_WORDS, ", ".join(COLUMNS), f"OLD.position, {write_columns('OLD')}"),
        when=f"{STATEMENT.format(row='OLD')} IS NOT NULL",
    ),
)
