"""Settings of the API-only process: no admin, no sessions, no accounts; a database role that sees the public log alone.

The models of the desk are known here (so that their names resolve), their tables are not: they need not exist.
"""

import os

from newsroom.settings import *  # noqa: F403
from newsroom.settings import STATIC_FILES, database_from_url, lease_from_text

INSTALLED_APPS = [
    "stories",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "newsroom.middleware.match_content",
    "django.middleware.security.SecurityMiddleware",
    *STATIC_FILES,
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "newsroom.urls_api"
WSGI_APPLICATION = "newsroom.wsgi_api.application"
TEMPLATES = []  # the tags of the desk's pages need the admin; the page at /api/docs/ brings an engine of its own
SECURE_SSL_REDIRECT = False  # what stands in front speaks HTTPS, and says so
SECURE_HSTS_SECONDS = 0

# A connection that broke is found out by the request that it fails, which is then served again: no look beforehand.
# Of a file of SQLite nothing breaks when another takes its place, so that each request looks, and asks no SQL for it.
database = database_from_url(os.environ.get("DATABASE_URL", "")) | {"CONN_MAX_AGE": None}
if database["ENGINE"] == "newsroom.desk_sqlite":
    database |= {"ENGINE": "newsroom.public_sqlite", "OPTIONS": {"timeout": 20}}
else:
    # The role's own default, too, when manage.py print_grants made it; a search that takes too long ends as a 503.
    # Statements are parsed once a connection, and planned for what each asks: a common word is no rare one.
    database["CONN_HEALTH_CHECKS"] = False
    database["OPTIONS"] |= {
        "options": "-c default_transaction_read_only=on -c statement_timeout=10s -c plan_cache_mode=force_custom_plan",
        "server_side_binding": True,
        "prepare_threshold": 5,
    }
DATABASES = {"default": database}

# On a replicated database: 503 instead of an answer when the desk's heartbeat is older than so many seconds. Without
# replication there is nothing to lag behind.
LEASE = lease_from_text(os.environ.get("LEASE", ""))
