"""Guards of the public log, its texts, its sources and the facts in force.

Rules: only-published, append-only, hash-chain, made-by-a-decision, suppression.
"""

from stories.choices import ENDINGS, FACT_EVENTS, ChangeKind, Event, Verdict
from stories.database.guard import Dialect, Guard, Keeper, unchanged, write_list
from stories.database.ledger import append_only

PUBLICATION = "stories_publication"
TEXT = "stories_publicationtext"
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


def publication_payload(dialect: Dialect) -> str:
    """The canonical public event that a publication's columns make."""
    string = dialect.json_string
    correction = dialect.json_object(
        {
            "kind": string("NEW.correction_kind"),
            "note": string("NEW.note"),
            "replaced_by": dialect.json_uuid("NEW.replaced_by"),
        }
    )
    return dialect.json_object(
        {
            "format": "'1'",
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
        }
    )


def log_guards(dialect: Dialect) -> list[Guard]:
    """Every guard of the log, its texts, its sources and the facts in force."""
    parts = (publication_guards, text_guards, source_guards, fact_in_force_guards)
    return [guard for part in parts for guard in part(dialect)]


def publication_guards(dialect: Dialect) -> list[Guard]:
    """Guards of the log itself."""

    def on_insert(name: str, refusal: str, holds: str, when: str) -> Guard:
        return Guard(f"publication_{name}", "INSERT", f"Public log: {refusal}", holds, when)

    same = dialect.same
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
      AND (d.correction_kind = '' OR d.public_note = NEW.note AND {same("r.uuid", "NEW.replaced_by")})
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
          ELSE NEW.correction_kind = v.change_kind AND NEW.note = v.change_note AND NEW.replaced_by IS NULL END
  )""",
            f"NEW.event = '{Event.VERSION}'",
        ),
        on_insert(
            "suppression_was_signed",
            "nobody signed this: a suppression is published together with the decision on the same position.",
            f"""EXISTS (
    SELECT 1 FROM stories_decision d WHERE d.publication_id = NEW.position
      AND d.verdict = '{Verdict.SUPPRESSED}' AND d.suppresses_id = NEW.suppresses_id
      AND d.correction_kind = NEW.correction_kind
      AND (d.correction_kind = '' OR d.public_note = NEW.note AND NEW.replaced_by IS NULL)
  )""",
            f"NEW.event = '{Event.SUPPRESSED}'",
        ),
        on_insert(
            "suppresses_what_ended",
            "only a fact that has ended or a story version can be suppressed, under its own story and id.",
            f"""EXISTS (
    SELECT 1 FROM stories_publication p WHERE p.position = NEW.suppresses_id AND p.story = NEW.story
      AND {same("p.fact_id", "NEW.fact_id")} AND {same("p.version", "NEW.version")}
      AND (p.event = '{Event.VERSION}' OR {IS_FACT.format("p")} AND {IS_ENDED.format("p")})
  )""",
            f"NEW.event = '{Event.SUPPRESSED}'",
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
            "this text was suppressed and does not come back.",
            f"NOT EXISTS (SELECT 1 FROM {PUBLICATION} p WHERE p.suppresses_id = NEW.position)",
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
        *kept_until_suppressed(dialect, "publicationtext", "Public text", "text"),
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
        *kept_until_suppressed(dialect, "publicationsource", "Public sources", "source"),
    ]


def kept_until_suppressed(dialect: Dialect, model: str, log: str, noun: str) -> list[Guard]:
    """Guards: rows of `model` never change, and go only once a publication suppresses their position."""
    refusal = f"{log}: a {noun} is deleted only after its publication was suppressed."
    is_suppressed = f"EXISTS (SELECT 1 FROM {PUBLICATION} p WHERE p.suppresses_id = OLD.position)"
    return [
        unchanged(dialect, model, f"{log}: what was published is never changed."),
        Guard(f"{model}_delete_only_suppressed", "DELETE", refusal, is_suppressed),
        Guard(f"{model}_no_truncate", "TRUNCATE", refusal),
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
