"""What keeps the work items: one a claim, with the state that the ledger gives it."""

from stories.database.guard import Keeper

WORK_ITEM = "stories_workitem"

IN_FORCE = (
    "CASE NEW.verdict WHEN 'confirmed' THEN TRUE WHEN 'withdrawn' THEN FALSE WHEN 'disputed' THEN FALSE"
    " WHEN 'refuted' THEN FALSE ELSE in_force END"
)

WORKLIST_KEEPERS = (
    Keeper(
        "worklist_claim_insert",
        WORK_ITEM,
        "stories_claim",
        "INSERT",
        (
            f"INSERT INTO {WORK_ITEM} (claim_id, story_id, kind, state, in_force, actor_role)"
            " VALUES (NEW.id, NEW.story_id, NEW.kind, 'unverified', FALSE, '')",
        ),
    ),
    Keeper(
        "worklist_claim_update",
        WORK_ITEM,
        "stories_claim",
        "UPDATE",
        (f"UPDATE {WORK_ITEM} SET story_id = NEW.story_id, kind = NEW.kind WHERE claim_id = NEW.id",),
        when="OLD.story_id <> NEW.story_id OR OLD.kind <> NEW.kind",
    ),
    Keeper(
        "worklist_decision_insert",
        WORK_ITEM,
        "stories_decision",
        "INSERT",
        (
            f"UPDATE {WORK_ITEM} SET state = NEW.verdict, newest_id = NEW.seq, actor_id = NEW.actor_id,"
            f" actor_role = NEW.actor_role, in_force = {IN_FORCE},"
            " proposer_id = CASE WHEN NEW.verdict = 'returned'"
            " THEN (SELECT p.actor_id FROM stories_decision p WHERE p.seq = NEW.previous_id) END"
            " WHERE claim_id = NEW.claim_id",
        ),
    ),
)
