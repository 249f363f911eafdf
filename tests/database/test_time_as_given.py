"""The guard of an article's time and the form say the same of every time, on either engine (rule: exact-evidence)."""

import pytest
from django.db import connection

from stories.database.desk import exists_as_given
from stories.reading.times import is_time_as_given
from tests.reading.test_times import EXISTING, IMPOSSIBLE

pytestmark = pytest.mark.django_db

MONTHS = [
    f"{year}-{month:02}-{day:02}" for year in (1900, 2000, 2024, 2025) for month in range(14) for day in range(33)
]


def test_form_and_guard_agree() -> None:
    times = [*EXISTING, *IMPOSSIBLE, *MONTHS]
    rows = ", ".join(["(%s)"] * len(times))
    accepted_here = exists_as_given("published")
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH given(published) AS (VALUES {rows}) SELECT published FROM given WHERE {accepted_here}",
            times,
        )
        accepted = [published for (published,) in cursor.fetchall()]
    assert sorted(accepted) == sorted(filter(is_time_as_given, times))
