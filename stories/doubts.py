"""Doubts: which facts are to be weighed anew. Triggers on both engines note each change a fact may stand or fall by.

What a fact was weighed by is frozen with its decision, and it stood then; so only a later change can trouble it:
a passage retired, an article retracted or found to be a copy, a document no longer held, a source renamed or of
another kind, one voice more or less, an open contradiction or discrepancy. A doubt may turn out idle; none may be
missing. Passages, aliases and documents that are added can only help, and raise none.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from stories.choices import BLOCKING_DISCREPANCIES, ArticleKind, DisagreementState
from stories.database.derived import Keeper, put_up, take_down

TABLE = "stories_doubt"

# Proposed ones as well: a change not yet committed may race the signature.
DOUBT = f"""
INSERT INTO {TABLE} (claim_id) SELECT w.claim_id FROM stories_workitem w
WHERE (w.in_force OR w.state = 'proposed') AND w.claim_id IN ({{claims}})"""  # noqa: S608

COPIES = """
WITH RECURSIVE copies(id) AS (
  SELECT NEW.id UNION SELECT a.id FROM stories_article a JOIN copies ON a.copy_of_id = copies.id
)"""
QUOTING_COPIES = f"{COPIES} SELECT e.claim_id FROM stories_evidence e JOIN copies ON e.article_id = copies.id"  # noqa: S608
DOCUMENTS = f"""
SELECT d.outlet_id FROM stories_article d
WHERE d.kind = '{ArticleKind.DOCUMENT}' AND d.id IN ({COPIES} SELECT id FROM copies)"""  # noqa: S608

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
ARTICLE_WEIGHS = ("status", "copy_of_id", "authentication")
ALIAS_WEIGHS = ("source_id", "text", "printable")
CONFIDENTIAL = "SELECT s.id FROM stories_source s WHERE s.id = NEW.source_id AND s.confidential"
BLOCKS = f"NEW.kind IN ({', '.join(repr(str(kind)) for kind in sorted(BLOCKING_DISCREPANCIES))})"
IS_OPEN = f"NEW.state = '{DisagreementState.OPEN}'"
RETIRED = "OLD.retired_at IS NULL AND NEW.retired_at IS NOT NULL"


def doubt_keepers(connection: BaseDatabaseWrapper) -> list[Keeper]:
    """Every trigger that raises doubts."""
    differs = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"

    def changed(columns: tuple[str, ...]) -> str:
        return " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)

    def keeper(noun: str, event: str, *claims: str, when: str = "TRUE") -> Keeper:
        name = f"doubt_{noun}_{event.split()[0].lower()}"
        return Keeper(name, event, f"stories_{noun}", [DOUBT.format(claims=one) for one in claims], when)

    def on_update(noun: str, columns: tuple[str, ...], *claims: str) -> Keeper:
        return keeper(noun, f"UPDATE OF {', '.join(columns)}", *claims, when=changed(columns))

    of_source = THROUGH_SOURCES.format(sources="SELECT NEW.source_id")
    of_first = "SELECT e.claim_id FROM stories_evidence e WHERE e.id = NEW.first_id"
    return [
        keeper("evidence", "UPDATE OF retired_at", "NEW.claim_id", when=RETIRED),
        on_update("article", ARTICLE_WEIGHS, QUOTING_COPIES, THROUGH_SOURCES.format(sources=DOCUMENTS)),
        on_update("source", SOURCE_WEIGHS, THROUGH_SOURCES.format(sources="SELECT NEW.id")),
        on_update("alias", ALIAS_WEIGHS, of_source, THROUGH_SOURCES.format(sources="SELECT OLD.source_id")),
        # What a confidential source is called may stand in no wording.
        keeper("alias", "INSERT", THROUGH_SOURCES.format(sources=CONFIDENTIAL)),
        keeper("voice", "INSERT", of_source),
        keeper("voice", "UPDATE OF retired_at", of_source, when=RETIRED),
        keeper("contradiction", "INSERT", "NEW.first_id, NEW.second_id", when=IS_OPEN),
        keeper("discrepancy", "INSERT", of_first, when=f"{IS_OPEN} AND {BLOCKS}"),
    ]


def install_doubts(connection: BaseDatabaseWrapper) -> None:
    """Put up the triggers, and doubt every fact that was there before them. Safe to repeat."""
    mend_doubts(connection)
    doubt_facts(connection)


def mend_doubts(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers up, also after a migration that rebuilt a table. Nothing where there are no doubts yet."""
    if TABLE in connection.introspection.table_names():
        for keeper in doubt_keepers(connection):
            put_up(connection, keeper)


def drop_doubts(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away."""
    for keeper in doubt_keepers(connection):
        take_down(connection, keeper)


def doubt_facts(connection: BaseDatabaseWrapper) -> None:
    """Doubt every fact in force that nobody doubts yet: what came past the triggers may have touched any."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} (claim_id) SELECT w.claim_id FROM stories_workitem w WHERE w.in_force"  # noqa: S608
            f" AND NOT EXISTS (SELECT 1 FROM {TABLE} d WHERE d.claim_id = w.claim_id)"
        )
