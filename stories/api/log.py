"""Reads of the public log on the hot paths, in SQL: rows as they lie, no model instances.

The same vocabulary as `PublicationQuerySet`, held equal by a test; the plans are held by another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from stories.api.filters import FactFilters, compile_conditions
from stories.search import COLUMNS, MOST_COUNTED, POSTGRES_VECTOR, TABLE, write_sqlite_match

LogRow = tuple[Any, ...]
"""One row of a statement below, in the order that its function names."""

TEXT, NOTE = "s.part <> 'note'", "s.part = 'note'"
"""What can be taken down. Format 1 names no part: it was the text."""


def select_downs(columns: str, part: str, *, of: str) -> str:
    """SQL: `columns` of what took the `part` of the publication at `of` down, unless it was restored since.

    What is down is not shown, whether or not its row has gone already (rule: suppression).
    """
    return (
        f"SELECT {columns} FROM stories_publication s WHERE s.suppresses_id = {of} AND {part} AND NOT EXISTS ("  # noqa: S608
        "SELECT 1 FROM stories_publication r WHERE r.restores_id = s.suppresses_id AND r.part = s.part"
        " AND r.position > s.position)"
    )


def write_shown(what: str, part: str, *, of: str = "p.position") -> str:
    """SQL: `what` of the `part` of the publication at `of`; NULL while it is down."""
    # A place and not EXISTS: PostgreSQL would gather the suppressions of the whole log before it shows one text.
    return f"CASE WHEN ({select_downs('MAX(s.position)', part, of=of)}) IS NULL THEN {what} END"


def write_note(of: str) -> str:
    """SQL: the public note of the publication at `of`, or what stands in its place: the note of what took it down."""
    further = select_downs("MAX(s.position)", NOTE, of="d.position")
    return (
        f"(WITH RECURSIVE d(position) AS (SELECT {of} UNION ALL SELECT ({further}) FROM d WHERE d.position IS NOT NULL)"  # noqa: S608
        " SELECT n.text FROM stories_publicationnote n WHERE n.position = (SELECT MAX(d.position) FROM d))"
    )


NOTHING = (None, None)
"""What is served of a salt and what it salts, while that is down."""
SUPPRESSED = f"EXISTS ({select_downs('1', TEXT, of='{position}')})"
SHOWN_TEXT = write_shown("t.text", TEXT)
SHOWN_NOTE = write_note("p.position")
IS_FACT = "p.event IN ('confirmed', 'reworded')"
# In force now: the list that the database keeps, so that what has ended is not even passed over. At any earlier
# position: the log, less what had ended by then.
NOW, THEN = "stories_factinforce", "stories_publication"
IS_HEAD = "(SELECT MAX(h.position) FROM stories_publication h) = %s"
ENDED = "EXISTS (SELECT 1 FROM stories_publication e WHERE e.ends_id = {position} AND e.position <= %s)"

JOIN_TEXT = "LEFT JOIN stories_publicationtext t ON t.position = p.position"
FROM_LOG = f"stories_publication p {JOIN_TEXT}"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a list: at most `size` rows downwards from `before`, or upwards from `after` when that is given."""

    size: int
    before: Any = None
    after: Any = None

    @property
    def direction(self) -> str:
        """ASC when the stretch goes upwards from `after`, else DESC."""
        return "ASC" if self.after is not None else "DESC"

    @property
    def values(self) -> list[Any]:
        """The values that the condition of `write` is about."""
        return [value for value in (self.before, self.after) if value is not None]

    def write(self, column: str) -> tuple[str, str]:
        """The condition on `column` (beginning with AND, or empty) and the ORDER BY with the limit."""
        bound = f"AND {column} < %s" if self.before is not None else ""
        bound += f" AND {column} > %s" if self.after is not None else ""
        return bound, f"ORDER BY {column} {self.direction} LIMIT {self.size:d}"


def fetch_rows(sql: str, values: Sequence[Any] = ()) -> list[LogRow]:
    """All rows of `sql`."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def fetch_row(sql: str, values: Sequence[Any] = ()) -> LogRow | None:
    """The first row of `sql`, if there is one."""
    return next(iter(fetch_rows(sql, values)), None)


def write_marks(values: Sequence[Any]) -> str:
    """One placeholder for each of `values`."""
    return ", ".join(["%s"] * len(values))


def adapt_value(value: Any) -> Any:
    """`value` as this database stores it: times and UUIDs are text on SQLite."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def read_head() -> tuple[int, str]:
    """(position, hash) of the newest publication; (0, "") on an empty log."""
    row = fetch_row("SELECT p.position, p.hash FROM stories_publication p ORDER BY p.position DESC LIMIT 1")
    return (row[0], row[1]) if row else (0, "")


def read_publication(position: int) -> LogRow | None:
    """(hash, payload) of the publication at `position`, if there is one."""
    return fetch_row("SELECT p.hash, p.payload FROM stories_publication p WHERE p.position = %s", [position])


def read_position_at(moment: datetime, *, by: str = "<=") -> int:
    """The last position at or before `moment` (with `by` "<": before it); 0 when there was none yet."""
    row = fetch_row(
        f"SELECT p.position FROM stories_publication p WHERE p.at {by} %s ORDER BY p.at DESC, p.position DESC LIMIT 1",  # noqa: S608
        [adapt_value(moment)],
    )
    return row[0] if row else 0


@dataclass(slots=True)
class Walk:
    """Where a list of facts is read from, in the order of `place`, and what its rows must fulfil."""

    source: str
    place: str = "p.position"
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def ask(self, condition: str, *values: Any) -> None:
        """Leave out the rows that do not fulfil `condition`."""
        self.conditions.append(condition)
        self.values += [adapt_value(value) for value in values]


def choose_walk(filters: Mapping[str, Any], *, table: str) -> Walk:
    """Where to find the facts of `table` that match `filters`, but for the bounds: what reads the fewest rows in vain.

    `table` is NOW or THEN.
    """
    left = {name: filters[name] for name in compile_conditions() if name in filters}
    if "q" in filters and connection.vendor == "sqlite":
        # CROSS JOIN keeps the index the outer loop: it yields positions newest first, so a page ends early.
        walk = Walk(f"{TABLE} x CROSS JOIN {table} p ON p.position = x.rowid {JOIN_TEXT}", place="x.rowid")
        walk.ask(f"{TABLE} MATCH %s", write_sqlite_match(filters["q"], filters))
        found = {*COLUMNS, "min_sources"} if filters.get("min_sources", 0) <= MOST_COUNTED else {*COLUMNS}
        left = {name: value for name, value in left.items() if name not in found}
    else:
        walk = Walk(f"{table} p {JOIN_TEXT}")
        if "q" in filters:
            walk.ask(f"{POSTGRES_VECTOR.format(row='t')} @@ plainto_tsquery('simple', %s)", " ".join(filters["q"]))
        elif "source" in filters and "story" not in filters:
            # A source that stands behind few facts would let the log be walked to its end.
            cross = "CROSS JOIN" if connection.vendor == "sqlite" else "JOIN"
            walk.source = f"stories_publicationsource r {cross} {table} p ON p.position = r.position {JOIN_TEXT}"
            walk.place = "r.position"
            walk.ask("r.slug = %s", left.pop("source"))
        if table == THEN:
            walk.ask(IS_FACT)
    for name, value in left.items():
        walk.ask(compile_conditions()[name], value)
    return walk


def select_facts(filters: Mapping[str, Any], *, at: int, head: int, span: Span) -> tuple[str, list[Any]]:
    """The SQL and values that select the facts in force at `at` that match `filters`, newest first within `span`.

    Rows are (position, fact id, text or None when suppressed). With `span.after` they come oldest first. There are
    none when `at` is `head` and the log has gone on since `head` was read.
    """
    table = NOW if at == head else THEN
    walk = choose_walk(filters, table=table)
    place = walk.place
    newest, oldest = narrow(filters, at=at, span=span)
    walk.ask(f"{place} <= %s", newest)
    if oldest is not None:
        walk.ask(f"{place} > %s", oldest)
    text = "t.text"  # what is in force now is not suppressed: only ended facts can be
    if table == NOW:
        walk.ask(IS_HEAD, at)
    else:
        text = SHOWN_TEXT
        # Once a text is suppressed, no more than its story is public of what filters ask about.
        if filters.keys() & ({*compile_conditions(), "q"} - {"story"}):
            walk.ask(f"NOT {SUPPRESSED.format(position=place)}")
        walk.ask(f"NOT {ENDED.format(position=place)}", at)
    sql = (
        f"SELECT p.position, p.fact_id, {text} FROM {walk.source} "  # noqa: S608
        f"WHERE {' AND '.join(walk.conditions)} ORDER BY {place} {span.direction} LIMIT {span.size:d}"
    )
    return sql, walk.values


def narrow(filters: Mapping[str, Any], *, at: int, span: Span) -> tuple[int, int | None]:
    """The last position, and the one before the first (None for the beginning), between which `span` lies.

    Times never go back along the log, so a time is a place in it. One bound on either side and no more: SQLite would
    search by the first and test every row for the second.
    """
    newest = [at] if span.before is None else [at, span.before - 1]
    oldest = [] if span.after is None else [span.after]
    for name, one in FactFilters.base_filters.items():
        if one.field_name == "at" and one.method is None and name in filters:
            if one.lookup_expr == "lt":
                newest.append(read_position_at(filters[name], by="<"))
            else:
                oldest.append(read_position_at(filters[name]))
    return min(newest), max(oldest, default=None)


def read_facts(filters: Mapping[str, Any], *, at: int, head: int, span: Span) -> list[LogRow]:
    """The rows that `select_facts` selects: (position, fact id, text or None), also when the log has gone on."""
    rows = fetch_rows(*select_facts(filters, at=at, head=head, span=span))
    if not rows and at == head and (newest := read_head()[0]) != at:
        return fetch_rows(*select_facts(filters, at=at, head=newest, span=span))
    return rows


def read_fact(fact_id: UUID, *, at: int) -> LogRow | None:
    """(position, event, payload, note, text or None) of the fact's newest publication up to `at`, if there is one."""
    return fetch_row(
        f"SELECT p.position, p.event, p.payload, {SHOWN_NOTE}, {SHOWN_TEXT} FROM {FROM_LOG} "  # noqa: S608
        "WHERE p.fact_id = %s AND p.position <= %s AND p.event IN ('confirmed', 'reworded', 'withdrawn') "
        "ORDER BY p.position DESC LIMIT 1",
        [adapt_value(fact_id), at],
    )


def read_standing(facts: Sequence[UUID], *, at: int) -> list[LogRow]:
    """(position, fact id, text or None) of those of `facts` in force at `at`, newest first."""
    sql = (
        f"SELECT p.position, p.fact_id, {SHOWN_TEXT} FROM {FROM_LOG} WHERE {IS_FACT} AND p.position <= %s "  # noqa: S608
        f"AND NOT {ENDED.format(position='p.position')} AND p.fact_id IN ({{facts}})"
    )
    return sorted(fetch_rows_of(facts, sql, [at, at]), key=lambda row: -row[0])


def fetch_rows_of(facts: Sequence[UUID], sql: str, values: Sequence[Any]) -> list[LogRow]:
    """All rows of `sql`, in which `{facts}` follows the `values`: in portions that one statement can name."""
    rows: list[LogRow] = []
    for begin in range(0, len(facts), 500):
        some = [adapt_value(fact) for fact in facts[begin : begin + 500]]
        rows += fetch_rows(sql.format(facts=write_marks(some)), [*values, *some])
    return rows


def read_ending(position: int, *, at: int) -> LogRow | None:
    """(payload, note) of the publication that ended the one at `position` by `at`, if one did."""
    return fetch_row(
        f"SELECT e.payload, {write_note('e.position')} FROM stories_publication e "  # noqa: S608
        "WHERE e.ends_id = %s AND e.position <= %s",
        [position, at],
    )


def read_wordings(fact_id: UUID, *, at: int, span: Span) -> list[LogRow]:
    """(position, payload, note, text or None, payload and note of what ended it or None) of its wordings, in order."""
    bound, order = span.write("p.position")
    return fetch_rows(
        f"SELECT p.position, p.payload, {SHOWN_NOTE}, {SHOWN_TEXT}, e.payload, {write_note('e.position')} "  # noqa: S608
        f"FROM {FROM_LOG} "
        "LEFT JOIN stories_publication e ON e.ends_id = p.position AND e.position <= %s "
        f"WHERE p.fact_id = %s AND {IS_FACT} AND p.position <= %s {bound} {order}",
        [at, adapt_value(fact_id), at, *span.values],
    )


def read_stories(*, at: int, span: Span, story: str | None = None) -> list[LogRow]:
    """(slug, newest version's number, newest text of the story) of stories with a version, by slug."""
    bound, order = span.write("p.story")
    within = "AND p.story = %s" if story is not None else ""
    return fetch_rows(
        "SELECT v.story, v.number, (SELECT t.text FROM stories_publication p "  # noqa: S608
        "JOIN stories_publicationtext t ON t.position = p.position WHERE p.story = v.story AND p.position <= %s "
        f"AND p.event IN ('confirmed', 'reworded', 'version') "
        f"AND NOT {SUPPRESSED.format(position='p.position')} ORDER BY p.position DESC LIMIT 1) "
        "FROM (SELECT p.story, MAX(p.version) AS number FROM stories_publication p "
        # The plus and the least version keep SQLite to the index of versions; a story's whole log would be far longer.
        "WHERE p.event = 'version' AND p.version > 0 AND +p.position <= %s "
        f"{within} {bound} GROUP BY p.story {order}) v "
        f"ORDER BY v.story {span.direction}",
        [at, at, *([story] if story is not None else []), *span.values],
    )


def count_facts(stories: Sequence[str], *, at: int) -> list[LogRow]:
    """(slug, facts in force, corrections) of each of `stories`."""
    # A rewording ends one fact and begins another, so confirmations less withdrawals are what is in force.
    return fetch_rows(
        "SELECT p.story, SUM(CASE p.event WHEN 'confirmed' THEN 1 WHEN 'withdrawn' THEN -1 ELSE 0 END), "  # noqa: S608
        "(SELECT COUNT(*) FROM stories_publication c "
        "WHERE c.story = p.story AND c.correction_kind > '' AND c.position <= %s) "
        f"FROM stories_publication p WHERE p.story IN ({write_marks(stories)}) AND p.position <= %s GROUP BY p.story",
        [at, *stories, at],
    )


def read_versions(story: str, *, at: int, span: Span) -> list[LogRow]:
    """(number, position, payload, note, text or None) of the versions of `story`, by number."""
    bound, order = span.write("p.version")
    return fetch_rows(
        f"SELECT p.version, p.position, p.payload, {SHOWN_NOTE}, {SHOWN_TEXT} FROM {FROM_LOG} "  # noqa: S608
        f"WHERE p.event = 'version' AND p.story = %s AND p.position <= %s {bound} {order}",
        [story, at, *span.values],
    )


def read_endings(facts: Sequence[UUID], *, at: int) -> list[LogRow]:
    """(fact id, position, payload and note of what ended it) for every ended wording of `facts`, in order."""
    sql = (
        f"SELECT p.fact_id, p.position, e.payload, {write_note('e.position')} FROM stories_publication p "  # noqa: S608
        "JOIN stories_publication e ON e.ends_id = p.position AND e.position <= %s "
        "WHERE p.fact_id IN ({facts}) ORDER BY e.position"
    )
    return fetch_rows_of(facts, sql, [at])


def read_corrections(story: str, *, at: int, span: Span) -> list[LogRow]:
    """(position, payload, note, new text, old payload, old text) of every correction of `story`, by position.

    Old is the wording that was ended, or the version before a corrected version.
    """
    bound, order = span.write("p.position")
    return fetch_rows(
        f"SELECT p.position, p.payload, {SHOWN_NOTE}, {SHOWN_TEXT}, o.payload, "  # noqa: S608
        f"{write_shown('u.text', TEXT, of='o.position')} FROM {FROM_LOG} "
        "LEFT JOIN stories_publication o ON o.position = COALESCE(p.ends_id, (SELECT v.position "
        "FROM stories_publication v WHERE v.event = 'version' AND v.story = p.story AND v.version = p.version - 1)) "
        "LEFT JOIN stories_publicationtext u ON u.position = o.position "
        f"WHERE p.story = %s AND p.correction_kind > '' AND p.position <= %s {bound} {order}",
        [story, at, *span.values],
    )


def read_takedowns(story: str, *, most: int) -> list[LogRow]:
    """(payload,) of the newest `most` publications of `story` that took a part of another down, or put it back."""
    # All of them are few: found by their own indexes, where the story's would be a long walk.
    return fetch_rows(
        "SELECT p.payload FROM stories_publication p WHERE (p.suppresses_id > 0 OR p.restores_id > 0) "  # noqa: S608
        f"AND p.story || '' = %s ORDER BY p.position DESC LIMIT {most:d}",
        [story],
    )


def read_corrections_of(
    story: str, *, positions: Sequence[int], ends: Sequence[int], versions: Sequence[int], at: int
) -> list[LogRow]:
    """(position, what it ends, version) of the corrections of `story` that are at `positions`, end one of `ends`, or
    are one of `versions` or the version after it."""
    numbers = [*versions, *(number + 1 for number in versions)]
    conditions = [("p.position", positions), ("p.ends_id", ends), ("p.version", numbers)]
    asked = [f"{column} IN ({write_marks(values)})" for column, values in conditions if values]
    if not asked:
        return []
    return fetch_rows(
        "SELECT p.position, p.ends_id, p.version FROM stories_publication p "  # noqa: S608
        f"WHERE p.story = %s AND p.correction_kind > '' AND p.position <= %s AND ({' OR '.join(asked)})",
        [story, at, *positions, *ends, *numbers],
    )


def read_changes(*, after: int, at: int, story: str | None, size: int) -> list[LogRow]:
    """(position, payload, hash, salt, text, note salt, note) of at most `size` publications after `after`, in order.

    What is down is None, with its salt.
    """
    within = "AND p.story = %s " if story is not None else ""
    downs = [f"({select_downs('MAX(s.position)', part, of='p.position')})" for part in (TEXT, NOTE)]
    rows = fetch_rows(
        f"SELECT p.position, p.payload, p.hash, t.salt, t.text, n.salt, n.text, {', '.join(downs)} "  # noqa: S608
        f"FROM {FROM_LOG} LEFT JOIN stories_publicationnote n ON n.position = p.position "
        f"WHERE p.position > %s AND p.position <= %s {within}ORDER BY p.position LIMIT {size:d}",
        [after, at, *([story] if story is not None else [])],
    )
    return [
        (*event, *(text if text_down is None else NOTHING), *(note if note_down is None else NOTHING))
        for *event, text_down, note_down in rows
        for event, text, note in [(event[:3], event[3:5], event[5:])]
    ]
