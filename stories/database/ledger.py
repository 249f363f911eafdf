"""Guards of the private ledger; they never read the public log.

Rules: append-only, one-sequence, hash-chain, two-people, transitions, claim-kinds, suppression.
"""

from stories.chain import CLOCK_IS_AHEAD
from stories.choices import ClaimKind, Role, Verdict
from stories.database.guard import Dialect, Guard, unchanged, write_list

DECISION = "stories_decision"


def fact_is_in_force(claim: str) -> str:
    """SQL: the newest decision on `claim` (a key) that made anything public confirmed it (`Decision.leaves_a_fact`)."""
    return f"""coalesce((
    SELECT f.verdict = '{Verdict.CONFIRMED}' FROM {DECISION} f
    WHERE f.claim_id = {claim} AND f.publication_id IS NOT NULL ORDER BY f.seq DESC LIMIT 1
  ), FALSE)"""


def previous_has(condition: str) -> str:
    """SQL: the decision that NEW follows exists and meets `condition` (over `p`)."""
    return f"EXISTS (SELECT 1 FROM {DECISION} p WHERE p.seq = NEW.previous_id AND {condition})"


def grows_only(dialect: Dialect, table: str, *, noun: str, log: str) -> list[Guard]:
    """Guards of a table of which no row is ever changed or goes."""
    name = table.removeprefix("stories_")
    return [
        Guard(f"{name}_no_delete", "DELETE", f"{log}: a {noun} is never deleted."),
        Guard(f"{name}_no_truncate", "TRUNCATE", f"{log}: a {noun} is never deleted."),
        unchanged(dialect, name, f"{log}: a {noun} is never changed; append a new one."),
    ]


def append_only(dialect: Dialect, table: str, key: str, *, noun: str, log: str) -> list[Guard]:
    """Guards of a gapless, hash-chained table that only grows: the ledger and the public log alike."""
    name = table.removeprefix("stories_")
    before = f"FROM {table} b WHERE b.{key} = NEW.{key} - 1"
    chained = f"(coalesce((SELECT b.hash {before}), '') || NEW.payload)"
    return [
        *grows_only(dialect, table, noun=noun, log=log),
        Guard(
            f"{name}_gapless",
            "INSERT",
            f"{log}: a {noun} takes the next {key}, one after the highest, and replaces none.",
            f"NEW.{key} = coalesce((SELECT max(b.{key}) FROM {table} b), 0) + 1",
        ),
        Guard(
            f"{name}_time",
            "INSERT",
            f"{log}: the time of a {noun} is never before that of the one before it.",
            f"coalesce(NEW.at >= (SELECT b.at {before}), NEW.{key} = 1)",
        ),
        Guard(
            f"{name}_not_ahead",
            "INSERT",
            f"{log}: {CLOCK_IS_AHEAD}",
            f"NEW.at <= {dialect.latest_time()} OR NEW.at = (SELECT b.at {before})",
        ),
        Guard(
            f"{name}_hash",
            "INSERT",
            f"{log}: the hash of a {noun} is the SHA-256 of the previous hash and its payload.",
            f"NEW.hash = {dialect.sha256(chained)}",
        ),
    ]


def decision_payload(dialect: Dialect) -> str:
    """The canonical payload that a decision's columns make; its evidence as the payload spells it."""
    string = dialect.json_string
    actor = {"username": "NEW.actor_username", "name": "NEW.actor_name", "role": "NEW.actor_role"}

    def uuid_of(claim: str) -> str:
        return dialect.json_uuid(f"(SELECT c.uuid FROM stories_claim c WHERE c.id = {claim})")

    return dialect.json_object(
        {
            "format": "'1'",
            "seq": dialect.json_or_null("NEW.seq"),
            "claim": uuid_of("NEW.claim_id"),
            "suppresses": dialect.json_or_null("NEW.suppresses_id"),
            "previous": dialect.json_or_null("NEW.previous_id"),
            **{
                column: string(f"NEW.{column}")
                for column in ("verdict", "wording", "basis", "rationale", "correction_kind", "public_note")
            },
            "replaced_by": uuid_of("NEW.replaced_by_id"),
            "accepts_inferred": "CASE WHEN NEW.accepts_inferred THEN 'true' ELSE 'false' END",
            "evidence": dialect.fragment("NEW.payload", "evidence"),
            "evidence_digest": string("NEW.evidence_digest"),
            "actor": dialect.json_object({key: string(column) for key, column in actor.items()}),
            "at": f"'\"' || {dialect.moment('NEW.at')} || '\"'",
            "publication": dialect.json_or_null("NEW.publication_id"),
        }
    )


def ledger_guards(dialect: Dialect) -> list[Guard]:
    """Every guard of the ledger."""

    def on_insert(name: str, refusal: str, holds: str, when: str = "TRUE") -> Guard:
        return Guard(f"decision_{name}", "INSERT", f"Ledger: {refusal}", holds, when)

    def on_verdict(*verdicts: Verdict) -> str:
        return f"NEW.verdict IN {write_list(verdicts)}"

    newest = "(SELECT max(d.seq) FROM stories_decision d WHERE d.{0} = NEW.{0})"
    somebody_else = "p.actor_id <> NEW.actor_id AND p.actor_username <> NEW.actor_username"
    proposed = f"p.verdict = '{Verdict.PROPOSED}'"
    by_an_editor, proposed_by_an_editor = (f"{row}.actor_role = '{Role.EDITOR}'" for row in ("NEW", "p"))
    proposed_by_another_editor = previous_has(f"{proposed} AND {proposed_by_an_editor} AND {somebody_else}")
    claim_kind = "(SELECT c.kind FROM stories_claim c WHERE c.id = NEW.claim_id)"
    allowed = write_list(f"{kind} {basis}" for kind in ClaimKind for basis in kind.bases)
    agreed = (
        "wording",
        "basis",
        "correction_kind",
        "public_note",
        "replaced_by_id",
        "accepts_inferred",
        "evidence_digest",
    )
    return [
        *append_only(dialect, DECISION, "seq", noun="decision", log="Ledger"),
        on_insert(
            "payload",
            "the payload of a decision says exactly what its columns say, in canonical form.",
            f"NEW.payload = {decision_payload(dialect)}"
            f" AND {dialect.same_json('NEW.evidence', dialect.json_member('NEW.payload', 'evidence'))}",
        ),
        on_insert(
            "follows_newest",
            "a decision follows the newest one on the same claim or publication; somebody decided meanwhile.",
            f"CASE WHEN NEW.claim_id IS NOT NULL THEN {dialect.same('NEW.previous_id', newest.format('claim_id'))}"
            f" ELSE {dialect.same('NEW.previous_id', newest.format('suppresses_id'))} END",
        ),
        on_insert(
            "own_publication",
            "a decision makes a publication of its own; this position belongs to a story version.",
            "NOT EXISTS (SELECT 1 FROM stories_storyversion v WHERE v.publication_id = NEW.publication_id)",
            "NEW.publication_id IS NOT NULL",
        ),
        on_insert(
            "fits_its_target",
            "a publication is only suppressed (proposed, returned, suppressed), and a claim never is.",
            f"CASE WHEN NEW.claim_id IS NULL"
            f" THEN {on_verdict(Verdict.PROPOSED, Verdict.RETURNED, Verdict.SUPPRESSED)}"
            f" ELSE NOT {on_verdict(Verdict.SUPPRESSED)} END",
        ),
        on_insert(
            "confirmed_by_second_person",
            "a confirmation follows a proposal by somebody else.",
            previous_has(f"{proposed} AND {somebody_else}"),
            on_verdict(Verdict.CONFIRMED),
        ),
        on_insert(
            "confirmed_by_an_editor",
            "one of the two who confirm is an editor.",
            f"{by_an_editor} OR {previous_has(proposed_by_an_editor)}",
            on_verdict(Verdict.CONFIRMED),
        ),
        on_insert(
            "confirmed_as_proposed",
            "a confirmation is identical to its proposal in wording, basis, correction, note and evidence.",
            previous_has(" AND ".join(dialect.same(f"p.{column}", f"NEW.{column}") for column in agreed)),
            on_verdict(Verdict.CONFIRMED),
        ),
        on_insert(
            "kind_can_be_confirmed",
            "a claim is confirmed only on a basis that its kind may have, and some kinds never.",
            f"({claim_kind} || ' ' || NEW.basis) IN {allowed}",
            on_verdict(Verdict.CONFIRMED),
        ),
        on_insert(
            "returned_proposal",
            "only a proposal is returned, by an editor or by the one who made it.",
            previous_has(f"{proposed} AND ({by_an_editor} OR p.actor_id = NEW.actor_id)"),
            on_verdict(Verdict.RETURNED),
        ),
        on_insert(
            "disputed_by_an_editor",
            "an editor disputes or refutes, and never what has that verdict already.",
            f"{by_an_editor} AND (NEW.previous_id IS NULL OR {previous_has('p.verdict <> NEW.verdict')})",
            on_verdict(Verdict.DISPUTED, Verdict.REFUTED),
        ),
        on_insert(
            "disputed_ends_the_fact",
            "disputing or refuting ends the fact exactly when one is in force.",
            f"(NEW.publication_id IS NOT NULL) = {fact_is_in_force('NEW.claim_id')}",
            on_verdict(Verdict.DISPUTED, Verdict.REFUTED),
        ),
        on_insert(
            "withdrawn_by_an_editor",
            "only an editor withdraws a fact.",
            by_an_editor,
            on_verdict(Verdict.WITHDRAWN),
        ),
        on_insert(
            "withdrawn_in_force",
            "only a fact in force can be withdrawn.",
            fact_is_in_force("NEW.claim_id"),
            on_verdict(Verdict.WITHDRAWN),
        ),
        on_insert(
            "suppressed_by_two_editors",
            "a suppression is proposed by one editor and signed by another.",
            f"{by_an_editor} AND ({on_verdict(Verdict.PROPOSED)} OR {proposed_by_another_editor})",
            f"NEW.suppresses_id IS NOT NULL AND {on_verdict(Verdict.PROPOSED, Verdict.SUPPRESSED)}",
        ),
    ]
