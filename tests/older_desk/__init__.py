"""A desk as an older release made it, on which every later migration is tested.

`desk.sqlite3.xz` and `desk.sql.xz` are the desk as of commit b990105, after `migrate` and `loaddata`
of all its fixtures: one on SQLite, vacuumed, one on PostgreSQL (`pg_dump --no-owner --no-privileges`, without the
`\\restrict` lines). `answers.json` is what its API answered, the same on both: media type, address, status and SHA-256
of the body. The addresses are those of `tests/asking.py` and every position. Left out are answers with a page cursor,
since whoever has another key signs another one, and refusals, which name the parameters of their release.

None of the three is ever made anew: a later release adds its own desk beside them where it must.
"""
