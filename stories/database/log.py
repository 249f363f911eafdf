"""Guards of the public log, its texts, its sources and the facts in force.

Rules: only-published, append-only, hash-chain, made-by-a-decision, suppression.
"""

from stories.choices import ENDINGS, FACT_EVENTS, ChangeKind, Event, Part, Verdict
from stories.database.guard import Dialect, Guard, Keeper, unchanged, write_list
from stories.database.ledger import append_only, last_act

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
    """Every guard of the log, its texts, notes and sources, what of them is sealed, and the facts in force."""
    parts = (publication_guards, text_guards, note_guards, source_guards, sealed_guards, fact_in_force_guards)
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


def text_guards(dialect: Dialect) -> list[Guard]:
    """Guards of the texts beside the log."""

    def on_insert(name: str, refusal: str, holds: str, when: str = "TRUE") -> Guard:
        return Guard(f"publicationtext_{name}", "INSERT", f"Public text: {refusal}", holds, when)

    def said(column: str, *path: str) -> str:
        return dialect.same(dialect.member("NEW.text", *path), f"CAST({column} AS TEXT)")

    def of_publication(condition: str) -> str:
        return f"EXISTS (SELECT 1 FROM {PUBLICATION} p WHERE p.position = NEW.position AND {condition})"

    fact = " AND ".join(
        [
            said("d.wording", "statement"),
            said(dialect.dashed("p.fact_id"), "id"),
            said("p.position", "revision"),
            said("p.story", "story", "slug"),
            *(said(f"p.{column}", column) for column in ("kind", "language", "basis", "independent_sources")),
        ]
    )
    version = " AND ".join(
        [
            said("v.headline", "headline"),
            said("v.standfirst", "standfirst"),
            dialect.same(dialect.texts(dialect.json_member("NEW.text", "blocks")), dialect.texts("v.blocks")),
        ]
    )
    return [
        on_insert(
            "is_the_hashed_one",
            "the text is the one whose salted hash its publication carries.",
            of_publication(f"p.text_sha256 = {dialect.sha256('(NEW.salt || NEW.text)')}"),
        ),
        on_insert(
            "is_not_suppressed",
            "this text was taken down, and nothing has restored it.",
            f"NOT {is_down('NEW.position', TEXT_PART)}",
        ),
        on_insert(
            "fact_as_decided",
            "the wording of a fact is exactly its decision's, and so are kind, basis and counts.",
            f"""EXISTS (
    SELECT 1 FROM {PUBLICATION} p JOIN stories_decision d ON d.publication_id = p.position
    WHERE p.position = NEW.position AND {fact}
  )""",
            of_publication(IS_FACT.format("p")),
        ),
        on_insert(
            "version_as_cut",
            "the text of a version is exactly what was cut: headline, standfirst and blocks.",
            f"""EXISTS (
    SELECT 1 FROM stories_storyversion v WHERE v.publication_id = NEW.position AND {version}
  )""",
            of_publication(f"p.event = '{Event.VERSION}'"),
        ),
        *kept_until_sealed(dialect, Part.TEXT, "publicationtext", "Public text", "text"),
    ]


def note_guards(dialect: Dialect) -> list[Guard]:
    """Guards of the public notes beside the log."""

    def on_insert(name: str, refusal: str, holds: str) -> Guard:
        return Guard(f"publicationnote_{name}", "INSERT", f"Public note: {refusal}", holds)

    salted = f"(NEW.salt || {dialect.json_string('NEW.text')})"
    return [
        on_insert(
            "is_the_hashed_one",
            "the note is the one whose salted hash its publication carries.",
            f"""EXISTS (
    SELECT 1 FROM {PUBLICATION} p WHERE p.position = NEW.position AND p.note_sha256 = {dialect.sha256(salted)}
  )""",
        ),
        on_insert(
            "is_not_suppressed",
            "this note was taken down, and nothing has restored it.",
            f"NOT {is_down('NEW.position', NOTE_PART)}",
        ),
        on_insert(
            "as_decided",
            "a note is exactly what was decided, or cut with the version.",
            """EXISTS (
    SELECT 1 FROM stories_decision d WHERE d.publication_id = NEW.position AND d.public_note = NEW.text
  ) OR EXISTS (
    SELECT 1 FROM stories_storyversion v WHERE v.publication_id = NEW.position AND v.change_note = NEW.text
  )""",
        ),
        *kept_until_sealed(dialect, Part.NOTE, "publicationnote", "Public note", "note"),
    ]


def source_guards(dialect: Dialect) -> list[Guard]:
    """Guards of the sources beside the log."""
    return [
        Guard(
            "publicationsource_on_its_routes",
            "INSERT",
            "Public sources: a source is one that stands on the routes of the published text.",
            f"""EXISTS (
    SELECT 1 FROM {TEXT} t WHERE t.position = NEW.position AND {dialect.stands_on_routes("t.text", "NEW.slug")}
  )""",
        ),
        unchanged(dialect, "publicationsource", f"Public sources: {NEVER_CHANGED}"),
        Guard(
            "publicationsource_delete_only_suppressed",
            "DELETE",
            "Public sources: a source is deleted only after the text of its publication was taken down.",
            is_down("OLD.position", TEXT_PART),
        ),
        Guard("publicationsource_no_truncate", "TRUNCATE", "Public sources: they are never all deleted."),
    ]


NEVER_CHANGED = "what was published is never changed."
TEXT_PART, NOTE_PART = (f"'{part}'" for part in (Part.TEXT, Part.NOTE))


def kept_until_sealed(dialect: Dialect, part: Part, model: str, log: str, noun: str) -> list[Guard]:
    """Guards: rows of `model`, the `part` beside the log, never change, and go once they are sealed as they are."""
    refusal = f"{log}: a {noun} is deleted only once it was taken down, and is sealed."
    return [
        unchanged(dialect, model, f"{log}: {NEVER_CHANGED}"),
        Guard(
            f"{model}_delete_only_sealed",
            "DELETE",
            refusal,
            f"""{is_down("OLD.position", f"'{part}'")} AND EXISTS (
    SELECT 1 FROM {SEALED} k WHERE k.position = OLD.position AND k.part = '{part}'
      AND k.salt = OLD.salt AND k.text = OLD.text
  )""",
        ),
        Guard(f"{model}_no_truncate", "TRUNCATE", refusal),
    ]


def sealed_guards(dialect: Dialect) -> list[Guard]:
    """Guards of what is sealed: it comes in as it was published, and goes when it was destroyed or is back."""
    salted = f"(NEW.salt || CASE NEW.part WHEN '{Part.NOTE}' THEN {dialect.json_string('NEW.text')} ELSE NEW.text END)"
    refusal = "Sealed text: it goes once a second editor has signed that, or once it is shown again."
    back = " OR ".join(
        f"OLD.part = '{part}' AND EXISTS (SELECT 1 FROM {table} b WHERE b.position = OLD.position)"
        for part, table in BESIDE.items()
    )
    last = last_act("d", "OLD.position", "OLD.part")
    return [
        Guard(
            "sealedtext_is_the_hashed_one",
            "INSERT",
            "Sealed text: it is the one whose salted hash its publication carries.",
            f"""EXISTS (
    SELECT 1 FROM {PUBLICATION} p WHERE p.position = NEW.position AND {dialect.sha256(salted)} =
      CASE NEW.part WHEN '{Part.NOTE}' THEN p.note_sha256 ELSE p.text_sha256 END
  )""",
        ),
        Guard(
            "sealedtext_was_taken_down",
            "INSERT",
            "Sealed text: only what a publication took down, and nothing restored since, is sealed.",
            is_down("NEW.position", "NEW.part"),
        ),
        unchanged(dialect, "sealedtext", f"Sealed text: {NEVER_CHANGED}"),
        Guard(
            "sealedtext_delete_only_signed",
            "DELETE",
            refusal,
            f"CASE {last} WHEN '{Verdict.DESTROYED}' THEN TRUE WHEN '{Verdict.RESTORED}' THEN {back} ELSE FALSE END",
        ),
        Guard("sealedtext_no_truncate", "TRUNCATE", refusal),
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
