"""Guards of what lies beside the public log: texts, notes, sources, and what of them is sealed.

Rules: only-published, append-only, hash-chain, made-by-a-decision, suppression.
"""

from stories.choices import Event, Part, Verdict
from stories.database.guard import Dialect, Guard, unchanged
from stories.database.ledger import last_act
from stories.database.log import BESIDE, IS_FACT, PUBLICATION, SEALED, TEXT, is_down


def beside_log_guards(dialect: Dialect) -> list[Guard]:
    """Every guard of texts, notes, sources and what is sealed."""
    parts = (text_guards, note_guards, source_guards, sealed_guards)
    return [guard for part in parts for guard in part(dialect)]


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
