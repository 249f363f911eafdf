"""The queue: the state of every claim, found by the desk's lists and front page among a million. Triggers keep it.

What it holds of a claim is said once, by `DUE`: the triggers write that, `migrate` makes up for what came past them,
and `check_desk` holds the queue against it.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from stories.choices import UNVERIFIED, Verdict
from stories.database.derived import select_differing
from stories.database.derived.words import CLAIM_WORDS
from stories.database.guard import Keeper
from stories.database.ledger import DECISION, fact_is_in_force

QUEUE = "stories_workitem"
CLAIM = "stories_claim"
COLUMNS = ("claim_id", "story_id", "kind", "state", "in_force", "newest_id", "actor_id", "actor_role", "proposer_id")

DUE = f"""
SELECT c.id, c.story_id, c.kind, coalesce(d.verdict, '{UNVERIFIED}'), {fact_is_in_force("c.id")},
  d.seq, d.actor_id, coalesce(d.actor_role, ''),
  CASE WHEN d.verdict = '{Verdict.RETURNED}'
    THEN (SELECT p.actor_id FROM {DECISION} p WHERE p.seq = d.previous_id) END
FROM {CLAIM} c LEFT JOIN {DECISION} d ON d.seq = (SELECT max(n.seq) FROM {DECISION} n WHERE n.claim_id = c.id)
WHERE TRUE"""


def write_due(due: str) -> str:
    """The statement that brings the rows that `due` selects into the queue, in place of those of the same claims."""
    changed = ", ".join(f"{column} = excluded.{column}" for column in COLUMNS[1:])
    return f"INSERT INTO {QUEUE} ({', '.join(COLUMNS)}) {due} ON CONFLICT (claim_id) DO UPDATE SET {changed}"


def keep_queue(noun: str, on: str, claim: str, when: str = "TRUE") -> Keeper:
    """What keeps the row of `claim`, `on` a row of the model `noun`."""
    step = write_due(f"{DUE} AND c.id = {claim}")
    return Keeper(f"worklist_{noun}_{on.lower()}", QUEUE, f"stories_{noun}", on, (step,), when)


QUEUE_KEEPERS = (
    keep_queue("claim", "INSERT", "NEW.id"),
    keep_queue("claim", "UPDATE", "NEW.id", "OLD.story_id <> NEW.story_id OR OLD.kind <> NEW.kind"),
    keep_queue("decision", "INSERT", "NEW.claim_id"),
)


def mend_queue(connection: BaseDatabaseWrapper) -> None:
    """Bring queue and words up to date with claims and ledger. Safe to repeat; nothing where there is no queue yet."""
    if QUEUE not in connection.introspection.table_names():
        return
    CLAIM_WORDS.install(connection)
    with connection.cursor() as cursor:
        differing = select_differing(DUE, QUEUE, COLUMNS)
        cursor.execute(write_due(f"SELECT * FROM ({differing}) AS differing WHERE TRUE"))
