"""Guards of the public log and the facts in force. What lies beside it: `beside_log`.

Rules: only-published, append-only, hash-chain, made-by-a-decision, suppression.
"""

from stories.choices import ENDINGS, FACT_EVENTS, ChangeKind, Event, Part, Verdict
from stories.database.guard import Dialect, Guard, Keeper, unchanged, write_list
from stories.database.ledger import append_only

PUBLICATION = "stories_publication"
TEXT = "stories_publicationtext"
NOTE = "stories_publicationnote"
SEALED = "stories_sealedtext"
BESIDE = {Part.TEXT: TEXT, Part.NOTE: NOTE}
FACT_IN_FORCE = "stories_factinforce"

FACT_COLUMNS = ("position", "story", "fact_id", "kind", "basis", "language", "independent_sources")

IS_FACT = f"{{0}}.event IN {write_list(FACT_EVENTS)}"
IS_ENDED = f"EXISTS (SELECT 1 FROM {PUBLICATION} e WHERE e.ends_id = {{0}}.position)"
IS_IN_FORCE = f"{IS_FACT} AND NOT {IS_ENDED}"
"""Over a row of the log: it began a fact that none has ended. What `PublicationQuerySet.in_force` says at the head."""

FACTS_KEEPER = Keeper(
    "guard_publication_keeps_facts_in_force",
    FACT_IN_FORCE,
    PUBLICATION,
    "INSERT",
    (
        f"DELETE FROM {FACT_IN_FORCE} WHERE position = NEW.ends_id",
        f"INSERT INTO {FACT_IN_FORCE} ({', '.join(FACT_COLUMNS)})"
        f" SELECT {', '.join(f'NEW.{column}' for column in FACT_COLUMNS)} WHERE {IS_IN_FORCE.format('NEW')}",
    ),
)
"""A publication ends one fact, begins one, or both, and the list of those in force says so at once.

Of several in one statement PostgreSQL has all rows there before it says so of the first: one may have ended already.
"""

FACT_OF_NEW = f"{PUBLICATION} p WHERE p.fact_id = NEW.fact_id AND {IS_IN_FORCE.format('p')}"
"""The publication in force of the fact that NEW is about."""

MADE_BY = f"""CASE NEW.event
      WHEN '{Event.WITHDRAWN}' THEN d.verdict IN {write_list(ENDINGS)}
      ELSE d.verdict = '{Verdict.CONFIRMED}'
        AND d.basis = NEW.basis AND c.kind = NEW.kind AND c.language = NEW.language END"""
"""Which verdicts make which event."""


def is_down(position: str, part: str) -> str:
    """SQL: the `part` (SQL) of the publication at `position` was taken down, and nothing restored it since.

    Format 1 names no part: it was the text, and for good.
    """
    return f"""EXISTS (
    SELECT 1 FROM {PUBLICATION} s WHERE s.suppresses_id = {position} AND (s.part = 'note') = ({part} = 'note')
      AND NOT EXISTS (
        SELECT 1 FROM {PUBLICATION} r WHERE r.restores_id = s.suppresses_id AND r.part = s.part
          AND r.position > s.position
      )
  )"""


def publication_payload(dialect: Dialect) -> str:
    """The canonical public event that a publication's columns make."""
    string = dialect.json_string
    correction = dialect.json_object(
        {
            "kind": string("NEW.correction_kind"),
            "note": string("NEW.note"),
            "note_sha256": string("NEW.note_sha256"),
            "replaced_by": dialect.json_uuid("NEW.replaced_by"),
        },
        only={"note": "NEW.format = 1", "note_sha256": "NEW.format > 1"},
    )
    return dialect.json_object(
        {
            "format": dialect.json_or_null("NEW.format"),
            "position": dialect.json_or_null("NEW.position"),
            "event": string("NEW.event"),
            "at": f"'\"' || {dialect.moment('NEW.at')} || '\"'",
            "story": string("NEW.story"),
            "fact_id": dialect.json_uuid("NEW.fact_id"),
            "version": dialect.json_or_null("NEW.version"),
            "correction": f"CASE WHEN NEW.correction_kind <> '' THEN {correction}"
            " WHEN NEW.note = '' AND NEW.replaced_by IS NULL THEN 'null' END",
            "ends": dialect.json_or_null("NEW.ends_id"),
            "suppresses": dialect.json_or_null("NEW.suppresses_id"),
            "text_sha256": f"CASE WHEN NEW.text_sha256 = '' THEN 'null' ELSE {string('NEW.text_sha256')} END",
            "part": string("NEW.part"),
            "because": string("NEW.because"),
            "restores": dialect.json_or_null("NEW.restores_id"),
            "note_sha256": string("NEW.note_sha256"),
        },
        only={
            "part": "NEW.part <> ''",
            "because": "NEW.because <> ''",
            "restores": "NEW.restores_id IS NOT NULL",
            "note_sha256": "NEW.note_sha256 <> '' AND NEW.correction_kind = ''",
        },
    )


def log_guards(dialect: Dialect) -> list[Guard]:
    """Every guard of the log and of the facts in force."""
    parts = (publication_guards, fact_in_force_guards)
    return [guard for part in parts for guard in part(dialect)]


def publication_guards(dialect: Dialect) -> list[Guard]:
    """Guards of the log itself."""

    def on_insert(name: str, refusal: str, holds: str, when: str) -> Guard:
        return Guard(f"publication_{name}", "INSERT", f"Public log: {refusal}", holds, when)

    def note_is(said: str) -> str:
        # From format 2 on the note lies beside, and is held against what was decided there.
        return f"CASE NEW.format WHEN 1 THEN NEW.note = {said} ELSE NEW.note_sha256 <> '' END"

    same = dialect.same
    same_subject = f"""p.story = NEW.story AND {same("p.fact_id", "NEW.fact_id")}
      AND {same("p.version", "NEW.version")}"""
    return [
        *append_only(dialect, PUBLICATION, "position", noun="publication", log="Public log"),
        on_insert(
            "payload",
            "the payload of a publication says exactly what its columns say, in canonical form.",
            f"NEW.payload = {publication_payload(dialect)}",
            "TRUE",
        ),
        on_insert(
            "fact_was_decided",
            "no decision made this: a fact is published, reworded or withdrawn together with the decision that"
            " says the same.",
            f"""EXISTS (
    SELECT 1 FROM stories_decision d
    JOIN stories_claim c ON c.id = d.claim_id
    JOIN stories_story s ON s.id = c.story_id
    LEFT JOIN stories_claim r ON r.id = d.replaced_by_id
    WHERE d.publication_id = NEW.position AND {MADE_BY}
      AND c.uuid = NEW.fact_id AND s.slug = NEW.story AND d.correction_kind = NEW.correction_kind
      AND (d.correction_kind = '' OR {note_is("d.public_note")} AND {same("r.uuid", "NEW.replaced_by")})
  )""",
            f"NEW.event IN {write_list([*FACT_EVENTS, Event.WITHDRAWN])}",
        ),
        on_insert(
            "version_was_cut",
            "nobody cut this: a story version is published together with the cut that says the same.",
            f"""EXISTS (
    SELECT 1 FROM stories_storyversion v JOIN stories_story s ON s.id = v.story_id
    WHERE v.publication_id = NEW.position AND v.number = NEW.version AND s.slug = NEW.story
      AND CASE v.change_kind WHEN '{ChangeKind.NEW}' THEN NEW.correction_kind = ''
          ELSE NEW.correction_kind = v.change_kind AND {note_is("v.change_note")} AND NEW.replaced_by IS NULL END
  )""",
            f"NEW.event = '{Event.VERSION}'",
        ),
        on_insert(
            "suppression_was_signed",
            "nobody signed this: a part is taken down together with the decision that says the same.",
            f"""EXISTS (
    SELECT 1 FROM stories_decision d WHERE d.publication_id = NEW.position
      AND d.verdict = '{Verdict.SUPPRESSED}' AND d.suppresses_id = NEW.suppresses_id
      AND d.part = NEW.part AND d.because = NEW.because AND NEW.correction_kind = ''
  )""",
            f"NEW.event = '{Event.SUPPRESSED}'",
        ),
        on_insert(
            "suppresses_what_ended",
            "only a fact that has ended, a story version or a note is taken down, under its own story and id.",
            f"""EXISTS (
    SELECT 1 FROM {PUBLICATION} p WHERE p.position = NEW.suppresses_id AND {same_subject}
      AND CASE NEW.part WHEN '{Part.NOTE}' THEN p.note_sha256 <> ''
          ELSE p.event = '{Event.VERSION}' OR {IS_FACT.format("p")} AND {IS_ENDED.format("p")} END
  )""",
            f"NEW.event = '{Event.SUPPRESSED}'",
        ),
        on_insert(
            "suppresses_what_is_shown",
            "this part was taken down already, and nothing has restored it.",
            f"NOT {is_down('NEW.suppresses_id', 'NEW.part')}",
            f"NEW.event = '{Event.SUPPRESSED}'",
        ),
        on_insert(
            "restoration_was_signed",
            "nobody signed this: a part is restored together with the decision that says the same.",
            f"""EXISTS (
    SELECT 1 FROM stories_decision d WHERE d.publication_id = NEW.position
      AND d.verdict = '{Verdict.RESTORED}' AND d.suppresses_id = NEW.restores_id AND d.part = NEW.part
      AND NEW.correction_kind = ''
  )""",
            f"NEW.event = '{Event.RESTORED}'",
        ),
        on_insert(
            "restores_what_is_down",
            "only a part that was taken down is restored, under its own story and id.",
            f"""{is_down("NEW.restores_id", "NEW.part")} AND EXISTS (
    SELECT 1 FROM {PUBLICATION} p WHERE p.position = NEW.restores_id AND {same_subject}
  )""",
            f"NEW.event = '{Event.RESTORED}'",
        ),
        on_insert(
            "confirms_what_is_not_in_force",
            "this fact is in force: another wording of it is a rewording, which ends the old one.",
            f"NOT EXISTS (SELECT 1 FROM {FACT_OF_NEW})",
            f"NEW.event = '{Event.CONFIRMED}'",
        ),
        on_insert(
            "ends_what_is_in_force",
            "a rewording or withdrawal ends exactly the publication of its fact that is in force.",
            f"EXISTS (SELECT 1 FROM {FACT_OF_NEW} AND p.position = NEW.ends_id)",
            f"NEW.event IN {write_list([Event.REWORDED, Event.WITHDRAWN])}",
        ),
    ]


def fact_in_force_guards(dialect: Dialect) -> list[Guard]:
    """Guards of what the API's lists walk: exactly what the log says is in force comes in, what has ended goes."""
    same = " AND ".join(f"p.{column} = NEW.{column}" for column in FACT_COLUMNS)
    refusal = "Facts in force: a fact goes when a publication ends it, and not before."
    return [
        Guard(
            "factinforce_is_in_force",
            "INSERT",
            "Facts in force: a row says what a publication says that began a fact and that none has ended.",
            f"EXISTS (SELECT 1 FROM {PUBLICATION} p WHERE {same} AND {IS_IN_FORCE.format('p')})",
        ),
        unchanged(dialect, "factinforce", "Facts in force: what was published is never changed."),
        Guard("factinforce_delete_only_ended", "DELETE", refusal, IS_ENDED.format("OLD")),
        Guard("factinforce_no_truncate", "TRUNCATE", refusal),
    ]
