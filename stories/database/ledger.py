"""Guards of the private ledger; they never read the public log.

Rules: append-only, one-sequence, hash-chain, two-people, transitions, claim-kinds, suppression.
"""

from stories.chain import CLOCK_IS_AHEAD, FORMAT
from stories.choices import ON_PARTS, ClaimKind, Role, Verdict
from stories.database.guard import Dialect, Guard, unchanged, write_list

DECISION = "stories_decision"


def fact_is_in_force(claim: str) -> str:
    """SQL: the newest decision on `claim` (a key) that made anything public confirmed it (`Decision.leaves_a_fact`)."""
    return f"""coalesce((
    SELECT f.verdict = '{Verdict.CONFIRMED}' FROM {DECISION} f
    WHERE f.claim_id = {claim} AND f.publication_id IS NOT NULL ORDER BY f.seq DESC LIMIT 1
  ), FALSE)"""


def last_act(row: str, publication: str, part: str) -> str:
    """SQL: the newest verdict of the ledger that took the `part` of a `publication` down, destroyed or restored it.

    `row` names the decision that is read, so that it can be asked within another one's question. Format 1 names no
    part: it was the text.
    """
    return f"""(
    SELECT {row}.verdict FROM {DECISION} {row} WHERE {row}.suppresses_id = {publication}
      AND ({row}.part = 'note') = ({part} = 'note') AND {row}.verdict IN {write_list(ON_PARTS)}
    ORDER BY {row}.seq DESC LIMIT 1
  )"""


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
        Guard(
            f"{name}_format",
            "INSERT",
            f"{log}: a {noun} is of a known format, and never of an older one than the one before it.",
            f"NEW.format IN (1, {FORMAT}) AND coalesce(NEW.format >= (SELECT b.format {before}), NEW.{key} = 1)",
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
            "format": dialect.json_or_null("NEW.format"),
            "part": string("NEW.part"),
            "because": string("NEW.because"),
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
        },
        only={"part": "NEW.format > 1", "because": "NEW.format > 1"},
    )


def ledger_guards(dialect: Dialect) -> list[Guard]:
    """Every guard of the ledger."""

    def on_insert(name: str, refusal: str, holds: str, when: str = "TRUE") -> Guard:
        return Guard(f"decision_{name}", "INSERT", f"Ledger: {refusal}", holds, when)

    def on_verdict(*verdicts: Verdict) -> str:
        return f"NEW.verdict IN {write_list(verdicts)}"

    newest = "(SELECT max(d.seq) FROM stories_decision d WHERE d.{0} = NEW.{0})"
    newest_on_part = f"{newest.format('suppresses_id')[:-1]} AND (d.part = 'note') = (NEW.part = 'note'))"
    last = last_act("f", "NEW.suppresses_id", "NEW.part")
    sealed_by_another = f"""EXISTS (
    SELECT 1 FROM {DECISION} p WHERE p.seq = (
      SELECT max(f.seq) FROM {DECISION} f WHERE f.suppresses_id = NEW.suppresses_id
        AND (f.part = 'note') = (NEW.part = 'note') AND f.verdict = '{Verdict.SUPPRESSED}'
    ) AND p.actor_id <> NEW.actor_id AND p.actor_username <> NEW.actor_username
  )"""
    is_sealed = f"coalesce({last} = '{Verdict.SUPPRESSED}', FALSE)"
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
            f" ELSE {dialect.same('NEW.previous_id', newest_on_part)} END",
        ),
        on_insert(
            "own_publication",
            "a decision makes a publication of its own; this position belongs to a story version.",
            "NOT EXISTS (SELECT 1 FROM stories_storyversion v WHERE v.publication_id = NEW.publication_id)",
            "NEW.publication_id IS NOT NULL",
        ),
        on_insert(
            "fits_its_target",
            "a part of a publication is suppressed, destroyed or restored (proposed, returned), and a claim never is.",
            f"CASE WHEN NEW.claim_id IS NULL"
            f" THEN {on_verdict(Verdict.PROPOSED, Verdict.RETURNED, *ON_PARTS)}"
            f" ELSE NOT {on_verdict(*ON_PARTS)} END",
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
            "in format 1 a suppression is proposed by one editor and signed by another.",
            f"{by_an_editor} AND ({on_verdict(Verdict.PROPOSED)} OR {proposed_by_another_editor})",
            f"NEW.format = 1 AND NEW.suppresses_id IS NOT NULL AND {on_verdict(Verdict.PROPOSED, Verdict.SUPPRESSED)}",
        ),
        on_insert(
            "suppressed_by_an_editor",
            "an editor takes down what is not down already.",
            f"{by_an_editor} AND coalesce({last} = '{Verdict.RESTORED}', TRUE)",
            f"NEW.format > 1 AND {on_verdict(Verdict.SUPPRESSED)}",
        ),
        on_insert(
            "destroyed_by_another_editor",
            "what one editor sealed, another destroys.",
            f"{by_an_editor} AND {is_sealed} AND {sealed_by_another}",
            on_verdict(Verdict.DESTROYED),
        ),
        on_insert(
            "restored_by_two_editors",
            "what is sealed is restored by two editors: one proposes it and another signs.",
            f"{by_an_editor} AND {is_sealed} AND ({on_verdict(Verdict.PROPOSED)} OR {proposed_by_another_editor})",
            f"NEW.format > 1 AND NEW.suppresses_id IS NOT NULL AND {on_verdict(Verdict.PROPOSED, Verdict.RESTORED)}",
        ),
    ]
