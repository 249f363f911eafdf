"""The search index over published statements."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from stories.database.derived.words import PUBLISHED_WORDS


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    PUBLISHED_WORDS.install(schema_editor.connection)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    PUBLISHED_WORDS.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("stories", "0001_initial")]

    operations = [migrations.RunPython(install, drop)]
