"""Guards of the public log, its texts, its sources and the facts in force.

Rules: only-published, append-only, hash-chain, made-by-a-decision, suppression.
"""

from stories.database.guard import Dialect, Guard, Keeper, kept_columns, refused
from stories.database.ledger import append_only

PUBLICATION = "stories_publication"
TEXT = "stories_publicationtext"
SOURCE = "stories_publicationsource"
FACT_IN_FORCE = "stories_factinforce"

FACT_COLUMNS = ("position", "story", "fact_id", "kind", "basis", "language", "independent_sources")

FACTS_KEEPER = Keeper(
    "guard_publication_keeps_facts_in_force",
    FACT_IN_FORCE,
    PUBLICATION,
    "INSERT",
    (
        f"DELETE FROM {FACT_IN_FORCE} WHERE position = NEW.ends_id",
        f"INSERT INTO {FACT_IN_FORCE} ({', '.join(FACT_COLUMNS)})"
        f" SELECT {', '.join(f'NEW.{column}' for column in FACT_COLUMNS)}"
        " WHERE NEW.event IN ('confirmed', 'reworded')"
        f" AND NOT EXISTS (SELECT 1 FROM {PUBLICATION} e WHERE e.ends_id = NEW.position)",
    ),
)
"""A publication ends one fact, begins one, or both, and the list of those in force says so at once.

Of several in one statement PostgreSQL has all rows there before it says so of the first: one may have ended already.
"""

# What the newest event of NEW's fact left: a position in force, or NULL.
IN_FORCE = """(
    SELECT CASE WHEN p.event <> 'withdrawn' THEN p.position END FROM stories_publication p
    WHERE p.fact_id = NEW.fact_id AND p.fact_id IS NOT NULL AND p.event IN ('confirmed', 'reworded', 'withdrawn')
    ORDER BY p.position DESC LIMIT 1
  )"""

# Which verdicts make which event.
MADE_BY = """CASE NEW.event
      WHEN 'withdrawn' THEN d.verdict IN ('withdrawn', 'disputed', 'refuted')
      ELSE d.verdict = 'confirmed' AND d.basis = NEW.basis AND c.kind = NEW.kind AND c.language = NEW.language END"""


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
    return [
        *publication_guards(dialect),
        *text_guards(dialect),
        *source_guards(dialect),
        *fact_in_force_guards(dialect),
    ]


def publication_guards(dialect: Dialect) -> list[Guard]:
    """Guards of the log itself."""

    def on_insert(name: str, refusal: str, holds: str, when: str) -> Guard:
        return Guard(f"publication_{name}", PUBLICATION, "INSERT", f"Public log: {refusal}", holds, when)

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
            "NEW.event IN ('confirmed', 'reworded', 'withdrawn')",
        ),
        on_insert(
            "version_was_cut",
            "nobody cut this: a story version is published together with the cut that says the same.",
            """EXISTS (
    SELECT 1 FROM stories_storyversion v JOIN stories_story s ON s.id = v.story_id
    WHERE v.publication_id = NEW.position AND v.number = NEW.version AND s.slug = NEW.story
      AND CASE v.change_kind WHEN 'new' THEN NEW.correction_kind = ''
          ELSE NEW.correction_kind = v.change_kind AND NEW.note = v.change_note AND NEW.replaced_by IS NULL END
  )""",
            "NEW.event = 'version'",
        ),
        on_insert(
            "suppression_was_signed",
            "nobody signed this: a suppression is published together with the decision on the same position.",
            """EXISTS (
    SELECT 1 FROM stories_decision d WHERE d.publication_id = NEW.position
      AND d.verdict = 'suppressed' AND d.suppresses_id = NEW.suppresses_id
      AND d.correction_kind = NEW.correction_kind
      AND (d.correction_kind = '' OR d.public_note = NEW.note AND NEW.replaced_by IS NULL)
  )""",
            "NEW.event = 'suppressed'",
        ),
        on_insert(
            "suppresses_what_ended",
            "only a fact that has ended or a story version can be suppressed, under its own story and id.",
            f"""EXISTS (
    SELECT 1 FROM stories_publication p WHERE p.position = NEW.suppresses_id AND p.story = NEW.story
      AND {same("p.fact_id", "NEW.fact_id")} AND {same("p.version", "NEW.version")}
      AND (p.event = 'version' OR p.event IN ('confirmed', 'reworded')
           AND EXISTS (SELECT 1 FROM stories_publication e WHERE e.ends_id = p.position))
  )""",
            "NEW.event = 'suppressed'",
        ),
        on_insert(
            "confirms_what_is_not_in_force",
            "this fact is in force: another wording of it is a rewording, which ends the old one.",
            f"{IN_FORCE} IS NULL",
            "NEW.event = 'confirmed'",
        ),
        on_insert(
            "ends_what_is_in_force",
            "a rewording or withdrawal ends exactly the publication of its fact that is in force.",
            f"NEW.ends_id = {IN_FORCE}",
            "NEW.event IN ('reworded', 'withdrawn')",
        ),
    ]


def text_guards(dialect: Dialect) -> list[Guard]:
    """Guards of the texts beside the log."""

    def on_insert(name: str, refusal: str, holds: str, when: str = "TRUE") -> Guard:
        return Guard(f"publicationtext_{name}", TEXT, "INSERT", f"Public text: {refusal}", holds, when)

    def said(column: str, *path: str) -> str:
        return dialect.same(dialect.member("NEW.text", *path), f"CAST({column} AS TEXT)")

    def event_in(events: str) -> str:
        return f"EXISTS (SELECT 1 FROM {PUBLICATION} p WHERE p.position = NEW.position AND p.event IN ({events}))"

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
            dialect.same(dialect.texts(dialect.blocks_of("NEW.text")), dialect.texts("v.blocks")),
        ]
    )
    return [
        on_insert(
            "is_the_hashed_one",
            "the text is the one whose salted hash its publication carries.",
            f"""EXISTS (SELECT 1 FROM {PUBLICATION} p WHERE p.position = NEW.position
    AND p.text_sha256 = {dialect.sha256("(NEW.salt || NEW.text)")})""",
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
            event_in("'confirmed', 'reworded'"),
        ),
        on_insert(
            "version_as_cut",
            "the text of a version is exactly what was cut: headline, standfirst and blocks.",
            f"""EXISTS (
    SELECT 1 FROM stories_storyversion v WHERE v.publication_id = NEW.position AND {version}
  )""",
            event_in("'version'"),
        ),
        Guard(
            "publicationtext_no_update",
            TEXT,
            "UPDATE",
            "Public text: what was published is never changed.",
            kept_columns(dialect, TEXT),
        ),
        *only_suppressed_may_go(TEXT, "Public text: a text"),
    ]


def source_guards(dialect: Dialect) -> list[Guard]:
    """Guards of the sources beside the log."""
    return [
        Guard(
            "publicationsource_on_its_routes",
            SOURCE,
            "INSERT",
            "Public sources: a source is one that stands on the routes of the published text.",
            f"""EXISTS (
    SELECT 1 FROM {TEXT} t WHERE t.position = NEW.position AND {dialect.stands_on_routes("t.text", "NEW.slug")}
  )""",
        ),
        Guard(
            "publicationsource_no_update",
            SOURCE,
            "UPDATE",
            "Public sources: what was published is never changed.",
            kept_columns(dialect, SOURCE),
        ),
        *only_suppressed_may_go(SOURCE, "Public sources: a source"),
    ]


def only_suppressed_may_go(table: str, noun: str) -> list[Guard]:
    """Guards: rows of `table` go only once a publication suppresses their position."""
    name = table.removeprefix("stories_")
    refusal = f"{noun} is deleted only after its publication was suppressed."
    return [
        Guard(
            f"{name}_delete_only_suppressed",
            table,
            "DELETE",
            refusal,
            f"EXISTS (SELECT 1 FROM {PUBLICATION} p WHERE p.suppresses_id = OLD.position)",
        ),
        refused(f"{name}_no_truncate", table, "TRUNCATE", refusal),
    ]


def fact_in_force_guards(dialect: Dialect) -> list[Guard]:
    """Guards of what the API's lists walk: exactly what the log says is in force comes in, what has ended goes."""
    same = " AND ".join(f"p.{column} = NEW.{column}" for column in FACT_COLUMNS)
    ended = f"EXISTS (SELECT 1 FROM {PUBLICATION} e WHERE e.ends_id = {{position}})"
    refusal = "Facts in force: a fact goes when a publication ends it, and not before."
    return [
        Guard(
            "factinforce_is_in_force",
            FACT_IN_FORCE,
            "INSERT",
            "Facts in force: a row says what a publication says that began a fact and that none has ended.",
            f"""EXISTS (
    SELECT 1 FROM {PUBLICATION} p WHERE {same} AND p.event IN ('confirmed', 'reworded')
      AND NOT {ended.format(position="p.position")}
  )""",
        ),
        Guard(
            "factinforce_no_update",
            FACT_IN_FORCE,
            "UPDATE",
            "Facts in force: what was published is never changed.",
            kept_columns(dialect, FACT_IN_FORCE),
        ),
        Guard(
            "factinforce_delete_only_ended",
            FACT_IN_FORCE,
            "DELETE",
            refusal,
            ended.format(position="OLD.position"),
        ),
        refused("factinforce_no_truncate", FACT_IN_FORCE, "TRUNCATE", refusal),
    ]
