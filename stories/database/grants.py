"""Two roles for PostgreSQL: what the desk's processes and the API's may do, and nothing beyond.

Neither owns anything, so neither can take a guard away or switch it off. Migrations run as the owner.
"""

from django.apps import apps

PUBLIC_LOG = ("stories_publication", *(f"stories_publication{beside}" for beside in ("text", "note", "source")))
"""What we told the world."""

PUBLIC_TABLES = (*PUBLIC_LOG, "stories_factinforce", "stories_heartbeat")
"""All that the API reads (rule: only-published): the log, what of it is in force, and how old its copy may be."""

RECOMPUTED_TABLES = ("stories_discrepancy",)
PASSING_TABLES = ("stories_presence", "stories_doubt")
"""Who has which claim open, which facts are to be weighed anew: rows that come and go."""
ENDED_TABLES = ("stories_factinforce",)
"""Rows of these go when a publication ends the fact; triggers see to that."""
SUPPRESSED_TABLES = (*PUBLIC_LOG[1:], "stories_sealedtext")
"""Rows of these may go once a publication takes them down, or two editors have signed; triggers see to that."""


def housekeeping_tables() -> list[str]:
    """Tables of Django and its apps from which a running site deletes: sessions, log-in attempts, memberships."""
    models = [apps.get_model("sessions", "session"), *apps.get_app_config("axes").get_models()]
    auth = apps.get_app_config("auth").get_models(include_auto_created=True)
    models += [model for model in auth if model._meta.auto_created]
    return sorted(model._meta.db_table for model in models)


def quote(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


HELD_BY_ALL = (
    "SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
    r" AND (proname ~ '^(lo_|loread$|lowrite$)' OR proname ~ '^pg_.*advisory')"
)
"""The functions by which anybody fills the disk with large objects, or the shared table of locks with advisory ones."""

FROM_ALL = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC', current_database()); END $$",
    f"DO $$ DECLARE one regprocedure; BEGIN FOR one IN {HELD_BY_ALL}"
    " LOOP EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one); END LOOP; END $$",
)
"""What PostgreSQL gives to every role and neither of ours needs; a superuser takes the functions away."""


def start_afresh(role: str) -> list[str]:
    """Statements that leave `role` with nothing but the use of the schema."""
    return [
        *FROM_ALL,
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
    ]


def app_grants(role: str) -> list[str]:
    """Statements for the role of the desk itself: it reads and writes, and deletes only what it must."""
    role = quote(role)
    deletes = sorted([*housekeeping_tables(), *SUPPRESSED_TABLES, *ENDED_TABLES, *RECOMPUTED_TABLES, *PASSING_TABLES])
    return [
        *start_afresh(role),
        f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {role}",
        f"REVOKE INSERT, UPDATE ON django_migrations FROM {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"GRANT DELETE ON {', '.join(deletes)} TO {role}",
        # To see whether the standby is there and how far the API databases have come; a superuser grants it.
        f"GRANT pg_read_all_stats TO {role}",
    ]


def api_grants(role: str) -> list[str]:
    """Statements for the role of the API: it reads what is published and nothing else (rule: only-published)."""
    role = quote(role)
    return [
        *start_afresh(role),
        f"GRANT SELECT ON {', '.join(PUBLIC_TABLES)} TO {role}",
        f"ALTER ROLE {role} SET default_transaction_read_only = on",
    ]
