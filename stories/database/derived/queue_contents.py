"""The queue's own index: the state of every claim and the words of its statement, kept by triggers.

The desk's lists and front page are its only readers. It is derived: `install_worklist` fills it from what is there,
`stories.database` keeps it.
"""

from collections.abc import Iterator

from django.db import connection as desk
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import OuterRef, Subquery

from stories.choices import UNVERIFIED, Verdict
from stories.database.derived.queue import WORK_ITEM
from stories.database.derived.words import CLAIM_WORDS
from stories.models import Claim, Decision, WorkItem
from stories.search import split_words

SQLITE_WORDS = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS {CLAIM_WORDS}
USING fts5(statement, story, content='', tokenize="unicode61 remove_diacritics 0")
"""
SQLITE_MISSING_WORDS = f"""
INSERT INTO {CLAIM_WORDS} (rowid, statement, story) SELECT c.id, c.statement, 'story' || c.story_id FROM stories_claim c
WHERE c.id NOT IN (SELECT id FROM {CLAIM_WORDS}_docsize)
"""
MISSING_ITEMS = f"""
INSERT INTO {WORK_ITEM} (claim_id, story_id, kind, state, in_force, actor_role)
SELECT c.id, c.story_id, c.kind, 'unverified', FALSE, '' FROM stories_claim c
WHERE NOT EXISTS (SELECT 1 FROM {WORK_ITEM} w WHERE w.claim_id = c.id)
"""
MOVED_ITEMS = f"""
UPDATE {WORK_ITEM} SET (story_id, kind) = (SELECT c.story_id, c.kind FROM stories_claim c WHERE c.id = claim_id)
WHERE EXISTS (SELECT 1 FROM stories_claim c WHERE c.id = {WORK_ITEM}.claim_id
  AND (c.story_id <> {WORK_ITEM}.story_id OR c.kind <> {WORK_ITEM}.kind))
"""
STALE_ITEMS = f"""
UPDATE {WORK_ITEM} SET (newest_id, state, actor_id, actor_role, proposer_id, in_force) = (
  SELECT d.seq, d.verdict, d.actor_id, d.actor_role,
    CASE WHEN d.verdict = 'returned' THEN (SELECT p.actor_id FROM stories_decision p WHERE p.seq = d.previous_id) END,
    coalesce((
      SELECT s.verdict = 'confirmed' FROM stories_decision s
      WHERE s.claim_id = d.claim_id AND s.verdict NOT IN ('proposed', 'returned') ORDER BY s.seq DESC LIMIT 1
    ), FALSE)
  FROM stories_decision d WHERE d.claim_id = {WORK_ITEM}.claim_id ORDER BY d.seq DESC LIMIT 1
) WHERE EXISTS (
  SELECT 1 FROM stories_decision d
  WHERE d.claim_id = {WORK_ITEM}.claim_id AND d.seq > coalesce({WORK_ITEM}.newest_id, 0)
)
"""
POSTGRES_VECTOR = "to_tsvector('simple', statement)"
POSTGRES_WORDS = f"CREATE INDEX IF NOT EXISTS {CLAIM_WORDS} ON stories_claim USING gin ({POSTGRES_VECTOR})"


def install_worklist(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing of the index of words, and bring it and the work items up to date. Safe to repeat."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(SQLITE_WORDS)
            cursor.execute(SQLITE_MISSING_WORDS)
        else:
            cursor.execute(POSTGRES_WORDS)
        for statement in (MISSING_ITEMS, MOVED_ITEMS, STALE_ITEMS):
            cursor.execute(statement)


def mend_worklist(connection: BaseDatabaseWrapper) -> None:
    """Bring up to date what claims and decisions came past the triggers. Nothing where there is no worklist yet."""
    if WORK_ITEM in connection.introspection.table_names():
        install_worklist(connection)


def drop_worklist(connection: BaseDatabaseWrapper) -> None:
    """Take the index of words away."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP {'TABLE' if connection.vendor == 'sqlite' else 'INDEX'} IF EXISTS {CLAIM_WORDS}")


def find_words(text: str, *, story: int | None, most: int) -> list[int]:
    """The newest `most` claims (primary keys) whose statement holds every word of `text`; of `story`, if given."""
    words = split_words(text)
    if not words:
        return []
    with desk.cursor() as cursor:
        if desk.vendor == "sqlite":
            quoted = " AND ".join(f'"{word}"' for word in words)
            match = f"statement : ({quoted})" + (f" AND story : story{story}" if story is not None else "")
            sql = f"SELECT rowid FROM {CLAIM_WORDS} WHERE {CLAIM_WORDS} MATCH %s ORDER BY rowid DESC LIMIT %s"
            cursor.execute(sql, [match, most])
        else:
            within = "AND story_id = %s" if story is not None else ""
            sql = f"SELECT id FROM stories_claim WHERE {POSTGRES_VECTOR} @@ plainto_tsquery('simple', %s) {within}"
            asked: list[str | int] = [" ".join(words), *([story] if story is not None else []), most]
            cursor.execute(f"{sql} ORDER BY id DESC LIMIT %s", asked)
        return [key for (key,) in cursor.fetchall()]


def find_stray_items() -> Iterator[tuple[Claim, str]]:
    """Claims whose work item is not what claims and ledger say, with what is wrong."""
    newest = Decision.objects.filter(claim=OuterRef("pk")).order_by("-seq")
    settled = newest.exclude(verdict__in=[Verdict.PROPOSED, Verdict.RETURNED])
    claims = Claim.objects.select_related("work_item").order_by("pk")
    claims = claims.annotate(
        last_seq=Subquery(newest.values("seq")[:1]),
        last_verdict=Subquery(newest.values("verdict")[:1]),
        last_actor=Subquery(newest.values("actor")[:1]),
        last_role=Subquery(newest.values("actor_role")[:1]),
        last_proposer=Subquery(newest.values("previous__actor")[:1]),
        last_settled=Subquery(settled.values("verdict")[:1]),
    )
    for claim in claims.iterator():
        item: WorkItem | None = getattr(claim, "work_item", None)
        if item is None:
            yield claim, "the queue does not know it"
            continue
        is_returned = claim.last_verdict == Verdict.RETURNED
        due = {
            "story_id": claim.story_id,
            "kind": claim.kind,
            "state": claim.last_verdict or UNVERIFIED,
            "in_force": claim.last_settled == Verdict.CONFIRMED,
            "newest_id": claim.last_seq,
            "actor_id": claim.last_actor,
            "actor_role": claim.last_role or "",
            "proposer_id": claim.last_proposer if is_returned else None,
        }
        wrong = [name for name, value in due.items() if getattr(item, name) != value]
        if wrong:
            yield claim, f"the queue has it otherwise ({', '.join(wrong)})"
