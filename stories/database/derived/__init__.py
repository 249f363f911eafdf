"""What triggers derive and keep: the queue, the facts to weigh anew, the facts in force, the indexes of words."""

from collections.abc import Iterator, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper


def select_differing(due: str, table: str, columns: Sequence[str]) -> str:
    """SQL: of the rows that `due` selects those that `table` has not, or not so, in its `columns`, the key first."""
    return f"{due} EXCEPT SELECT {', '.join(columns)} FROM {table}"


def find_differing(
    connection: BaseDatabaseWrapper, due: str, table: str, columns: Sequence[str]
) -> Iterator[tuple[int, list[str]]]:
    """The keys of those rows, in order, with the columns that `table` has otherwise; none when it lacks the row."""
    with connection.cursor() as cursor:
        cursor.execute(f"{select_differing(due, table, columns)} ORDER BY 1")
        for wanted in cursor.fetchall():
            cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[0]} = %s", wanted[:1])
            kept = cursor.fetchone() or wanted
            yield wanted[0], [name for name, one, other in zip(columns, wanted, kept, strict=True) if one != other]
