"""The language of a fact beside what else facts/ filters by: in the list of facts in force, in the indexes, in search."""

from django.db import migrations, models


INDEXES = {
    "fact_in_force_newest": ("factinforce", ["-position"]),
    "fact_in_force_story": ("factinforce", ["story", "-position"]),
    "publication_newest": ("publication", ["-position", "event"]),
    "publication_story_newest": ("publication", ["story", "-position", "event"]),
}
FILTERED = ["kind", "basis", "language", "independent_sources", "fact_id"]

# A guard of the older desk may stand here: it knows nothing of the new column, and lets it alone be written.
LANGUAGES = """
UPDATE stories_factinforce SET language = (
    SELECT p.language FROM stories_publication p WHERE p.position = stories_factinforce.position
)
"""
SEARCH = "statement, story, kind, basis, source, sources"
SEARCH_WITH_LANGUAGE = "statement, story, kind, basis, language, source, sources"


def recreate_search(columns):
    """SQLite's index of the published words anew, with `columns`; it is empty until `migrate` ends by filling it."""

    def recreate(apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute("DROP TABLE stories_search")
            schema_editor.execute(
                f"CREATE VIRTUAL TABLE stories_search\nUSING fts5({columns}, content='',"
                ' tokenize="unicode61 remove_diacritics 0")'
            )

    return recreate


class Migration(migrations.Migration):

    dependencies = [("stories", "0001_squashed_0009_bounded_counts")]

    operations = [
        *(migrations.RemoveIndex(model, name) for name, (model, _) in INDEXES.items()),
        migrations.AddField(
            "factinforce", "language", models.CharField(max_length=12, default=""), preserve_default=False
        ),
        migrations.RunSQL(LANGUAGES, migrations.RunSQL.noop),
        *(
            migrations.AddIndex(model, models.Index(fields=[*first, *FILTERED], name=name))
            for name, (model, first) in INDEXES.items()
        ),
        migrations.RunPython(recreate_search(SEARCH_WITH_LANGUAGE), recreate_search(SEARCH)),
    ]
