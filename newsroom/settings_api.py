"""Settings of the API-only process: no admin, no sessions, no accounts; a database role that sees the public log alone.

The models of the desk are known here (so that their names resolve), their tables are not: they need not exist.
"""

import os
from importlib.util import find_spec

from newsroom import logs
from newsroom.settings import (
    ALLOWED_HOSTS,
    CONTENT_SECURITY_POLICY,
    DEBUG,
    DEFAULT_AUTO_FIELD,
    EMBEDDED_DATABASE,
    LANGUAGE_CODE,
    REST_FRAMEWORK,
    SECRET_KEY,
    SPECTACULAR_SETTINGS,
    STATIC_ROOT,
    STATIC_URL,
    TIME_ZONE,
    USE_I18N,
    USE_TZ,
    database_from_url,
    lease_from_text,
)

__all__ = [
    "ALLOWED_HOSTS",
    "CONTENT_SECURITY_POLICY",
    "DEBUG",
    "DEFAULT_AUTO_FIELD",
    "LANGUAGE_CODE",
    "REST_FRAMEWORK",
    "SECRET_KEY",
    "SPECTACULAR_SETTINGS",
    "STATIC_ROOT",
    "STATIC_URL",
    "TIME_ZONE",
    "USE_I18N",
    "USE_TZ",
]

INSTALLED_APPS = [
    "stories",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "newsroom.middleware.PolicyMiddleware",
    "django.middleware.common.CommonMiddleware",
]
if find_spec("whitenoise"):  # in production, for the page at /api/docs/
    MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = False

if not DEBUG:
    LOGGING = logs.LOGGING

ROOT_URLCONF = "newsroom.urls_api"
WSGI_APPLICATION = "newsroom.wsgi_api.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

database = database_from_url(os.environ.get("DATABASE_URL") or f"sqlite:///{EMBEDDED_DATABASE}")
if database["ENGINE"] == "django.db.backends.sqlite3":
    database |= {"ENGINE": "newsroom.public_sqlite", "OPTIONS": {"timeout": 20}}
else:
    # The role's own default, too, when manage.py print_grants made it; a search that takes too long ends as a 503.
    # Statements are parsed once a connection, and planned for what each asks: a common word is no rare one.
    limits = {
        "default_transaction_read_only": "on",
        "statement_timeout": 10_000,
        "plan_cache_mode": "force_custom_plan",
    }
    database["OPTIONS"] = {
        "options": " ".join([f"-c {name}={value}" for name, value in limits.items()]),
        "server_side_binding": True,
        "prepare_threshold": 5,
    }
DATABASES = {"default": database}

# On a replicated database: 503 instead of an answer when the desk's heartbeat is older than so many seconds. Without
# replication there is nothing to lag behind.
LEASE = lease_from_text(os.environ.get("LEASE", ""))
