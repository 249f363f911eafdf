"""The facts to weigh anew: triggers list a fact at each change that it may stand or fall by; weighing takes it off.

What a fact was weighed by is frozen with its decision, and it stood then; so only a later change can trouble it:
a passage retired, an article retracted or found to be a copy, a document no longer held, a source renamed or of
another kind, one voice more or less, a cited address changed, an open contradiction or discrepancy, a passage that
speaks against it. A fact may be listed idly; none may be missing. What is added for a claim (passages, aliases,
documents) can only help.
"""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

from stories.choices import BLOCKING_DISCREPANCIES, ArticleKind, DisagreementState, Stance, Verdict
from stories.database.derived.queue import QUEUE
from stories.database.guard import Dialect, Keeper, kept_columns, write_list

TO_WEIGH = "stories_doubt"
PREFIX = "doubt_"
"""Every trigger that lists facts begins so."""

# Proposed ones as well: a change not yet committed may race the signature.
LIST = f"""
INSERT INTO {TO_WEIGH} (claim_id) SELECT w.claim_id FROM {QUEUE} w
WHERE (w.in_force OR w.state = '{Verdict.PROPOSED}') AND w.claim_id IN ({{claims}})"""

COPIES = """
WITH RECURSIVE copies(id) AS (
  SELECT NEW.id UNION SELECT a.id FROM stories_article a JOIN copies ON a.copy_of_id = copies.id
)"""
QUOTING_COPIES = f"{COPIES} SELECT e.claim_id FROM stories_evidence e JOIN copies ON e.article_id = copies.id"
DOCUMENTS = f"""
SELECT d.outlet_id FROM stories_article d
WHERE d.kind = '{ArticleKind.DOCUMENT}' AND d.id IN ({COPIES} SELECT id FROM copies)"""

# Whoever may be a changed source counts with its voice; a copy's route begins with the outlet of its original.
THROUGH_SOURCES = """
WITH RECURSIVE may_be(id) AS (
  {sources} UNION SELECT edge.one FROM may_be JOIN (
    SELECT source_id AS one, same_as_id AS other FROM stories_voice WHERE retired_at IS NULL
    UNION ALL SELECT id, institution_id FROM stories_source WHERE institution_id IS NOT NULL
  ) edge ON edge.other = may_be.id
), texts(id) AS (
  SELECT a.id FROM stories_article a JOIN may_be ON a.outlet_id = may_be.id
  UNION SELECT a.id FROM stories_article a JOIN texts ON a.copy_of_id = texts.id
)
SELECT e.claim_id FROM stories_evidence e
JOIN stories_chainlink l ON l.evidence_id = e.id JOIN may_be ON l.source_id = may_be.id
UNION SELECT e.claim_id FROM stories_evidence e JOIN texts ON e.article_id = texts.id
UNION SELECT c.id FROM stories_claim c JOIN may_be ON c.says_id = may_be.id"""

SOURCE_WEIGHS = ("name", "kind", "confidential", "public_name", "institution_id", "separate_because")
ARTICLE_WEIGHS = ("status", "copy_of_id", "authentication", "url")
ALIAS_WEIGHS = ("source_id", "text", "printable")
BLOCKS = f"NEW.kind IN {write_list(sorted(BLOCKING_DISCREPANCIES))}"
IS_OPEN = f"NEW.state = '{DisagreementState.OPEN}'"
RETIRED = "OLD.retired_at IS NULL AND NEW.retired_at IS NOT NULL"


def to_weigh_keepers(dialect: Dialect) -> list[Keeper]:
    """Every trigger that lists facts."""

    def keeper(noun: str, on: str, *claims: str, when: str = "TRUE") -> Keeper:
        steps = tuple(LIST.format(claims=one) for one in claims)
        return Keeper(f"{PREFIX}{noun}_{on.lower()}", TO_WEIGH, f"stories_{noun}", on, steps, when)

    def on_change(noun: str, columns: tuple[str, ...], *claims: str) -> Keeper:
        return keeper(noun, "UPDATE", *claims, when=f"NOT ({kept_columns(dialect, f'stories_{noun}', columns)})")

    of_source = THROUGH_SOURCES.format(sources="SELECT NEW.source_id")
    of_first = "SELECT e.claim_id FROM stories_evidence e WHERE e.id = NEW.first_id"
    return [
        keeper("evidence", "INSERT", "NEW.claim_id", when=f"NEW.stance = '{Stance.CONTRADICTS}'"),
        keeper("evidence", "UPDATE", "NEW.claim_id", when=RETIRED),
        on_change("article", ARTICLE_WEIGHS, QUOTING_COPIES, THROUGH_SOURCES.format(sources=DOCUMENTS)),
        on_change("source", SOURCE_WEIGHS, THROUGH_SOURCES.format(sources="SELECT NEW.id")),
        on_change("alias", ALIAS_WEIGHS, of_source, THROUGH_SOURCES.format(sources="SELECT OLD.source_id")),
        keeper("voice", "INSERT", of_source),
        keeper("voice", "UPDATE", of_source, when=RETIRED),
        keeper("contradiction", "INSERT", "NEW.first_id, NEW.second_id", when=IS_OPEN),
        keeper("discrepancy", "INSERT", of_first, when=f"{IS_OPEN} AND {BLOCKS}"),
    ]


def list_all_facts(connection: BaseDatabaseWrapper) -> None:
    """List every fact in force that is not listed yet: what came past the triggers may have touched any."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TO_WEIGH} (claim_id) SELECT w.claim_id FROM {QUEUE} w WHERE w.in_force"
            f" AND NOT EXISTS (SELECT 1 FROM {TO_WEIGH} d WHERE d.claim_id = w.claim_id)"
        )


def mend_facts_to_weigh(connection: BaseDatabaseWrapper, *, missed: Iterable[str]) -> None:
    """List every fact if a trigger that lists facts is among those `missed`. Nothing where there is no list yet."""
    is_kept = TO_WEIGH in connection.introspection.table_names()
    if is_kept and any(trigger.startswith(PREFIX) for trigger in missed):
        list_all_facts(connection)
