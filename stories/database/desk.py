"""Guards of what decisions rest on: stories, sources, articles, claims, evidence, versions.

Rules: exact-evidence, never-deleted, ids-for-good, open-disagreements, voices, story-versions, two-people.
Rules: changes-have-names.
"""

from stories.choices import DisagreementState, Role
from stories.database.guard import Dialect, Guard, kept_columns, unchanged

NEVER_DELETED = ("story", "source", "alias", "voice", "article", "claim", "evidence", "chainlink", "contradiction")
CLAIM_FROZEN = ("story_id", "statement", "kind", "language", "says_id")
ARTICLE_FROZEN = ("slug", "outlet_id", "kind", "received_at", "text", "sha256", "body_start", "body_end")
VERSION = "stories_storyversion"
CLOSING = ("state", "reason", "closed_at", "closed_by_id")
"""What is written when a disagreement is closed."""


def desk_guards(dialect: Dialect) -> list[Guard]:
    """Every guard of the desk's working tables."""
    return [
        *(guard for noun in (*NEVER_DELETED, "storyversion") for guard in never_deleted(noun)),
        *frozen_guards(dialect),
        *evidence_guards(dialect),
        *version_guards(dialect),
    ]


def never_deleted(noun: str) -> list[Guard]:
    """Guards: no row of the model `noun` is ever deleted."""
    refusal = f"{noun}: rows are never deleted; decisions rest on them."
    return [Guard(f"{noun}_no_delete", "DELETE", refusal), Guard(f"{noun}_no_truncate", "TRUNCATE", refusal)]


def is_person(column: str) -> str:
    """SQL: `column` names somebody with an active account."""
    return f"EXISTS (SELECT 1 FROM auth_user u WHERE u.id = {column} AND u.is_active)"


def retired_once(dialect: Dialect, noun: str) -> list[Guard]:
    """Guards: somebody records a row; nothing of it changes but that somebody retires it, once."""
    kept = kept_columns(dialect, f"stories_{noun}", but=["retired_at", "retired_by_id"])
    same = " AND ".join(dialect.same(f"NEW.{name}", f"OLD.{name}") for name in ("retired_at", "retired_by_id"))
    return [
        Guard(
            f"{noun}_only_retired",
            "UPDATE",
            f"{noun}: it is never edited; add a new one and retire this one, once.",
            f"{kept} AND (OLD.retired_at IS NULL AND NEW.retired_at IS NOT NULL OR {same})",
        ),
        # Whoever recorded or retired what is loaded may have left since.
        Guard(
            f"{noun}_recorded_by_a_person",
            "INSERT",
            f"{noun}: it says who recorded it and, once it is retired, who retired it.",
            "NEW.recorded_by_id IS NOT NULL AND (NEW.retired_at IS NOT NULL) = (NEW.retired_by_id IS NOT NULL)",
        ),
        Guard(
            f"{noun}_retired_by_a_person",
            "UPDATE",
            f"{noun}: somebody with an active account retires it.",
            is_person("NEW.retired_by_id"),
            "OLD.retired_at IS NULL AND NEW.retired_at IS NOT NULL",
        ),
    ]


def closed_once(dialect: Dialect, noun: str) -> list[Guard]:
    """Guards: nothing of a disagreement changes but that somebody resolves or dismisses it; so it stays on record."""
    closed, when = f"NEW.state <> '{DisagreementState.OPEN}'", f"OLD.state <> '{DisagreementState.OPEN}'"
    refusal = f"{noun}: once closed it stays as it is; open it again as a new row."
    guards = [
        Guard(f"{noun}_stays_closed", "UPDATE", refusal, kept_columns(dialect, f"stories_{noun}"), when),
        Guard(
            f"{noun}_only_closed",
            "UPDATE",
            f"{noun}: it is never edited, only closed; open another one.",
            f"{kept_columns(dialect, f'stories_{noun}', but=CLOSING)} AND ({closed} OR NEW.closed_by_id IS NULL)",
            f"NOT ({when})",
        ),
        Guard(
            f"{noun}_closed_by_a_person",
            "UPDATE",
            f"{noun}: somebody with an active account closes it.",
            is_person("NEW.closed_by_id"),
            f"{closed} AND NOT ({when})",
        ),
        # What is found again as somebody closed it stays closed by them, also when they have left.
        Guard(
            f"{noun}_comes_closed_by_a_person",
            "INSERT",
            f"{noun}: what is closed says who closed it, and what is open does not.",
            f"({closed}) = (NEW.closed_by_id IS NOT NULL)",
        ),
    ]
    if noun not in NEVER_DELETED:
        guards.append(Guard(f"{noun}_closed_no_delete", "DELETE", refusal, when=when))
    return guards


def frozen_guards(dialect: Dialect) -> list[Guard]:
    """Guards of columns that never change."""

    def frozen(noun: str, name: str, refusal: str, columns: tuple[str, ...], when: str = "TRUE") -> Guard:
        kept = kept_columns(dialect, f"stories_{noun}", columns)
        return Guard(f"{noun}_{name}", "UPDATE", f"{noun}: {refusal}", kept, when)

    decided = "EXISTS (SELECT 1 FROM stories_decision d WHERE d.claim_id = OLD.id)"
    return [
        frozen("story", "keeps_its_slug", "the slug of a story is public and never changes.", ("slug",)),
        frozen("source", "keeps_its_slug", "the slug of a source is public and never changes.", ("slug",)),
        frozen(
            "article",
            "keeps_its_text",
            "a text stays as it was received: take the new text in as a new article.",
            ARTICLE_FROZEN,
        ),
        Guard(
            "article_hash_is_of_its_text",
            "INSERT",
            "article: sha256 is the hash of the text, and the body lies within the text.",
            f"NEW.sha256 = {dialect.sha256('NEW.text')} AND NEW.body_end <= length(NEW.text)",
        ),
        *published_guards(),
        frozen("claim", "keeps_its_id", "the fact id of a claim is for good.", ("uuid",)),
        frozen(
            "claim",
            "keeps_its_statement",
            "once somebody decided on it, a claim stays as it is: write a new claim.",
            CLAIM_FROZEN,
            decided,
        ),
        frozen(
            "alias",
            "keeps_its_words",
            "a spelling stays as it was seen: add another, and say of this one that no wording may use it.",
            ("source_id", "text"),
        ),
        *retired_once(dialect, "voice"),
        Guard(
            "contradiction_opened_by_a_person",
            "INSERT",
            "contradiction: it says who opened it.",
            "NEW.opened_by_id IS NOT NULL",
        ),
        *(guard for noun in ("contradiction", "discrepancy") for guard in closed_once(dialect, noun)),
    ]


def published_guards() -> list[Guard]:
    """Guards: an article's time exists where it comes or changes; what stood there before stays."""
    refusal = "article: the time of publication is an ISO time that exists, as precise as given: 2025-11-21T12:21."
    return [
        Guard("article_time_exists_on_insert", "INSERT", refusal, exists_as_given("NEW.published")),
        Guard(
            "article_time_exists_on_update",
            "UPDATE",
            refusal,
            exists_as_given("NEW.published"),
            "NEW.published <> OLD.published",
        ),
    ]


def exists_as_given(column: str) -> str:
    """SQL, on either engine: `column` is empty or `stories.reading.times.is_time_as_given`."""
    shape = column
    for digit in "123456789":
        shape = f"replace({shape}, '{digit}', '0')"
    hours = ["0000-00-00T00:00" + seconds for seconds in ("", ":00")]
    zoned = [hour + zone for hour in hours for zone in ("", "Z", "+00:00", "-00:00")]
    shapes = ", ".join(f"'{one}'" for one in ("", "0000", "0000-00", "0000-00-00", *zoned))

    def part(start: int) -> str:
        return f"substr({column}, {start}, 2)"

    fours = ", ".join(f"'{number:02}'" for number in range(4, 100, 4))
    leap = f"({part(3)} IN ({fours}) OR {part(3)} = '00' AND ({part(1)} = '00' OR {part(1)} IN ({fours})))"
    last = (
        f"CASE WHEN {part(6)} = '02' THEN CASE WHEN {leap} THEN '29' ELSE '28' END"
        f" WHEN {part(6)} IN ('04', '06', '09', '11') THEN '30' ELSE '31' END"
    )
    off = f"substr({column}, length({column}) - 4, 2) <= '23' AND substr({column}, length({column}) - 1, 2) <= '59'"
    return (
        f"({shape}) IN ({shapes}) AND ({column} = '' OR substr({column}, 1, 4) <> '0000')"
        f" AND (length({column}) < 7 OR {part(6)} BETWEEN '01' AND '12')"
        f" AND (length({column}) < 10 OR {part(9)} BETWEEN '01' AND {last})"
        f" AND (length({column}) < 16 OR {part(12)} <= '23' AND {part(15)} <= '59')"
        f" AND (substr({column}, 17, 1) <> ':' OR {part(18)} <= '59')"
        f" AND (length({column}) < 21 OR {off})"
    )


def evidence_guards(dialect: Dialect) -> list[Guard]:
    """Guards of passages and their chains."""
    listed = dialect.lists_passage("d.evidence", "e.uuid")
    return [
        Guard(
            "evidence_is_exact",
            "INSERT",
            "evidence: the quote is not what stands in the article at these offsets.",
            """NEW.quote = (
    SELECT substr(a.text, NEW.start + 1, NEW."end" - NEW.start) FROM stories_article a WHERE a.id = NEW.article_id
  )""",
        ),
        *retired_once(dialect, "evidence"),
        unchanged(
            dialect, "chainlink", "chainlink: a chain is never edited; add the passage anew and retire this one."
        ),
        Guard(
            "chainlink_not_after_decision",
            "INSERT",
            "chainlink: a decision used this passage with its chain as it is; add the passage anew.",
            f"""NOT EXISTS (
    SELECT 1 FROM stories_evidence e JOIN stories_decision d ON d.claim_id = e.claim_id
    WHERE e.id = NEW.evidence_id AND d.evidence IS NOT NULL AND {listed}
  )""",
        ),
    ]


def version_guards(dialect: Dialect) -> list[Guard]:
    """Guards of story versions: numbered in order, cut by two editors, then unchanging."""
    cut_by_two = (
        "NEW.cut_by_id <> NEW.drafted_by_id AND NEW.cut_by_username <> NEW.drafted_by_username"
        f" AND NEW.drafted_by_role = '{Role.EDITOR}' AND NEW.cut_by_role = '{Role.EDITOR}'"
    )
    own = "NOT EXISTS (SELECT 1 FROM stories_decision d WHERE d.publication_id = NEW.publication_id)"
    published = "NEW.publication_id IS NOT NULL"

    def guard(name: str, on: str, refusal: str, holds: str, when: str = "TRUE") -> Guard:
        return Guard(f"storyversion_{name}", on, f"story version: {refusal}", holds, when)

    return [
        guard(
            "next_number",
            "INSERT",
            "versions of a story are numbered from 1 without gaps.",
            f"NEW.number = coalesce((SELECT max(v.number) FROM {VERSION} v WHERE v.story_id = NEW.story_id), 0) + 1",
        ),
        guard(
            "keeps_its_number",
            "UPDATE",
            "a version keeps its story and number.",
            kept_columns(dialect, VERSION, ("story_id", "number")),
        ),
        guard(
            "never_changes_once_cut",
            "UPDATE",
            "once cut, a version never changes; cut a new one.",
            kept_columns(dialect, VERSION),
            "OLD.publication_id IS NOT NULL",
        ),
        *(
            check
            for on in ("INSERT", "UPDATE")
            for check in (
                guard(
                    f"cut_by_second_editor_on_{on.lower()}",
                    on,
                    "one editor drafts a version and another cuts it.",
                    cut_by_two,
                    published,
                ),
                guard(
                    f"own_publication_on_{on.lower()}",
                    on,
                    "a cut makes a publication of its own; this position belongs to a decision.",
                    own,
                    published,
                ),
            )
        ),
    ]
