"""What makes a PostgreSQL database a copy of the public tables and of nothing else: DDL, publication, subscription."""

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from stories.database.grants import PUBLIC_TABLES, quote
from stories.search import POSTGRES_INDEX

PUBLICATION = "facts"
"""What the desk's database offers to its copies."""


def quote_text(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def publication_sql(role: str) -> list[str]:
    """For the desk's database: offer the public tables, and let `role` read and replicate them. May be run again."""
    tables = ", ".join(PUBLIC_TABLES)
    return [
        f"DO $$ BEGIN CREATE PUBLICATION {PUBLICATION}; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        f"ALTER PUBLICATION {PUBLICATION} SET TABLE {tables}",
        f"ALTER ROLE {quote(role)} REPLICATION",
        f"GRANT USAGE ON SCHEMA public TO {quote(role)}",
        f"GRANT SELECT ON {tables} TO {quote(role)}",
    ]


def tables_sql(connection: BaseDatabaseWrapper) -> list[str]:
    """For an empty API database: the public tables with their indexes and constraints, as the migrations leave them."""
    models = {model._meta.db_table: model for model in apps.get_app_config("stories").get_models()}
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for table in PUBLIC_TABLES:
            editor.create_model(models[table])
        editor.execute(POSTGRES_INDEX.strip())
        editor.collected_sql += [str(statement) for statement in editor.deferred_sql]
        editor.deferred_sql.clear()
        return [statement.rstrip(";") for statement in editor.collected_sql]


def create_subscription(name: str, *, primary: str) -> str:
    """For an API database whose tables are empty: copy them from `primary`, and follow."""
    return f"CREATE SUBSCRIPTION {quote(name)} CONNECTION {quote_text(primary)} PUBLICATION {PUBLICATION}"
