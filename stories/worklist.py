"""The queue's own index: the state of every claim and the words of its statement, kept by triggers on both engines.

The desk's lists and front page are its only readers. It is derived: `install_worklist` fills it from what is there.
"""

from collections.abc import Iterator

from django.db import connection as desk
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import OuterRef, Subquery

from stories.choices import UNVERIFIED, Verdict
from stories.database.derived import Keeper, put_up, take_down
from stories.models import Claim, Decision, WorkItem
from stories.search import split_words

TABLE = "stories_claimwords"

IN_FORCE = (
    "CASE {verdict} WHEN 'confirmed' THEN {true} WHEN 'withdrawn' THEN {false} WHEN 'disputed' THEN {false}"
    " WHEN 'refuted' THEN {false} ELSE in_force END"
)
NEW_CLAIM = """
INSERT INTO stories_workitem (claim_id, story_id, kind, state, in_force, actor_role)
VALUES (NEW.id, NEW.story_id, NEW.kind, 'unverified', {false}, '')"""
CHANGED_CLAIM = "UPDATE stories_workitem SET story_id = NEW.story_id, kind = NEW.kind WHERE claim_id = NEW.id"
NEW_DECISION = """
UPDATE stories_workitem SET state = NEW.verdict, newest_id = NEW.seq, actor_id = NEW.actor_id,
  actor_role = NEW.actor_role, in_force = {in_force},
  proposer_id = CASE WHEN NEW.verdict = 'returned'
    THEN (SELECT p.actor_id FROM stories_decision p WHERE p.seq = NEW.previous_id) END
WHERE claim_id = NEW.claim_id"""
WORDS_IN = f"INSERT INTO {TABLE} (rowid, statement, story) VALUES (NEW.id, NEW.statement, 'story' || NEW.story_id)"  # noqa: S608
WORDS_OUT = (
    f"INSERT INTO {TABLE} ({TABLE}, rowid, statement, story)"  # noqa: S608
    " VALUES ('delete', OLD.id, OLD.statement, 'story' || OLD.story_id)"
)

# Where on what each trigger stands, and what it does.
TRIGGERS = {
    "worklist_claim_insert": ("INSERT", "stories_claim", [NEW_CLAIM], [WORDS_IN]),
    "worklist_claim_update": (
        "UPDATE OF statement, story_id, kind",
        "stories_claim",
        [CHANGED_CLAIM],
        [WORDS_OUT, WORDS_IN],
    ),
    "worklist_claim_delete": ("DELETE", "stories_claim", [], [WORDS_OUT]),
    "worklist_decision_insert": ("INSERT", "stories_decision", [NEW_DECISION], []),
}
"""Name → event, table, what both engines do, what only SQLite does (PostgreSQL's index of words keeps itself)."""

SQLITE_WORDS = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE}
USING fts5(statement, story, content='', tokenize="unicode61 remove_diacritics 0")
"""
SQLITE_MISSING_WORDS = f"""
INSERT INTO {TABLE} (rowid, statement, story) SELECT c.id, c.statement, 'story' || c.story_id FROM stories_claim c
WHERE c.id NOT IN (SELECT id FROM {TABLE}_docsize)
"""  # noqa: S608
POSTGRES_VECTOR = "to_tsvector('simple', statement)"
POSTGRES_WORDS = f"CREATE INDEX IF NOT EXISTS {TABLE} ON stories_claim USING gin ({POSTGRES_VECTOR})"


def _keepers(connection: BaseDatabaseWrapper) -> Iterator[Keeper]:
    """The triggers of `connection`'s engine."""
    is_sqlite = connection.vendor == "sqlite"
    true, false = ("1", "0") if is_sqlite else ("TRUE", "FALSE")
    in_force = IN_FORCE.format(verdict="NEW.verdict", true=true, false=false)
    for name, (event, table, both, sqlite) in TRIGGERS.items():
        due = [*both, *sqlite] if is_sqlite else both
        if due:
            yield Keeper(name, event, table, [step.format(false=false, in_force=in_force) for step in due])


def install_worklist(connection: BaseDatabaseWrapper) -> None:
    """Put up the triggers and the index of words, and fill in what is missing. Safe to repeat."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(SQLITE_WORDS)
        else:
            cursor.execute(POSTGRES_WORDS)
        for keeper in _keepers(connection):
            put_up(connection, keeper)
        if connection.vendor == "sqlite":
            cursor.execute(SQLITE_MISSING_WORDS)
        for statement in _fill(connection):
            cursor.execute(statement)


def _fill(connection: BaseDatabaseWrapper) -> list[str]:
    """Statements that bring in the claims that have no work item yet, with the state that the ledger gives them."""
    true, false = ("1", "0") if connection.vendor == "sqlite" else ("TRUE", "FALSE")
    newest = (
        "SELECT {what} FROM stories_decision d WHERE d.claim_id = stories_workitem.claim_id ORDER BY d.seq DESC LIMIT 1"
    )
    settled = " AND ".join(["d.claim_id = stories_workitem.claim_id", "d.verdict NOT IN ('proposed', 'returned')"])
    begun = f"SELECT d.verdict FROM stories_decision d WHERE {settled} ORDER BY d.seq DESC LIMIT 1"  # noqa: S608
    proposer = (
        "(SELECT p.actor_id FROM stories_decision p JOIN stories_decision d ON d.previous_id = p.seq"
        " WHERE d.seq = stories_workitem.newest_id AND d.verdict = 'returned')"
    )
    return [
        "INSERT INTO stories_workitem (claim_id, story_id, kind, state, in_force, actor_role)"  # noqa: S608
        f" SELECT c.id, c.story_id, c.kind, 'unverified', {false}, '' FROM stories_claim c"
        " WHERE NOT EXISTS (SELECT 1 FROM stories_workitem w WHERE w.claim_id = c.id)",
        f"UPDATE stories_workitem SET newest_id = ({newest.format(what='d.seq')}),"  # noqa: S608
        f" state = ({newest.format(what='d.verdict')}), actor_id = ({newest.format(what='d.actor_id')}),"
        f" actor_role = ({newest.format(what='d.actor_role')}),"
        f" in_force = CASE ({begun}) WHEN 'confirmed' THEN {true} ELSE {false} END"
        " WHERE newest_id IS NULL AND EXISTS"
        " (SELECT 1 FROM stories_decision d WHERE d.claim_id = stories_workitem.claim_id)",
        f"UPDATE stories_workitem SET proposer_id = {proposer} WHERE state = 'returned' AND proposer_id IS NULL",  # noqa: S608
    ]


def mend_worklist(connection: BaseDatabaseWrapper) -> None:
    """Put up again what a migration that rebuilt a table dropped silently. Nothing where there is no worklist yet."""
    if connection.vendor == "sqlite" and TABLE in connection.introspection.table_names():
        install_worklist(connection)


def drop_worklist(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers and the index of words away."""
    for keeper in _keepers(connection):
        take_down(connection, keeper)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP {'TABLE' if connection.vendor == 'sqlite' else 'INDEX'} IF EXISTS {TABLE}")


def find_words(text: str, *, story: int | None, most: int) -> list[int]:
    """The newest `most` claims (primary keys) whose statement holds every word of `text`; of `story`, if given."""
    words = split_words(text)
    if not words:
        return []
    with desk.cursor() as cursor:
        if desk.vendor == "sqlite":
            quoted = " AND ".join(f'"{word}"' for word in words)
            match = f"statement : ({quoted})" + (f" AND story : story{story}" if story is not None else "")
            sql = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s ORDER BY rowid DESC LIMIT %s"  # noqa: S608
            cursor.execute(sql, [match, most])
        else:
            within = "AND story_id = %s" if story is not None else ""
            sql = f"SELECT id FROM stories_claim WHERE {POSTGRES_VECTOR} @@ plainto_tsquery('simple', %s) {within}"  # noqa: S608
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
