"""Settings of the desk. The environment decides: DJANGO_DEBUG, SECRET_KEY, DATABASE_URL, ALLOWED_HOSTS."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from newsroom import __version__, logs

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("DJANGO_DEBUG", "") == "1"

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set: put one into the environment, or set DJANGO_DEBUG=1 on your own machine."
        )
    SECRET_KEY = "only-for-a-machine-of-your-own-with-debug-on"  # noqa: S105

SHORTEST_KEY = 32
"""Characters: what signs sessions and hides second factors must not be guessed."""
if not DEBUG and len(SECRET_KEY) < SHORTEST_KEY:
    raise ImproperlyConfigured(
        f"SECRET_KEY has {len(SECRET_KEY)} characters, and needs {SHORTEST_KEY}: put one into the environment that "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(50))' prints."
    )
SECRET_KEY_FALLBACKS = os.environ.get("SECRET_KEY_FALLBACKS", "").split()

ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "stories",  # first: its loaddata, migrate and admin templates stand before Django's
    "newsroom.apps.DeskAdminConfig",  # Django's admin, with a front page of our own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_otp_webauthn",
    "csp",
    "bench",  # for `generate_load`
]

# Style, script and pictures, served by the process itself; on a machine of one's own `runserver` does it.
STATIC_FILES = [] if DEBUG else ["whitenoise.middleware.WhiteNoiseMiddleware"]
WHITENOISE_USE_FINDERS = True  # also before `collectstatic`

MIDDLEWARE = [
    "newsroom.middleware.match_content",
    "newsroom.middleware.refuse_unmeasured",
    "django.middleware.security.SecurityMiddleware",
    *STATIC_FILES,
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "stories.admin.person.sessions.note_session_use",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "stories.admin.withheld.withhold_words",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# SQLite: writers queue up for the lock instead of failing, and every commit reaches the disk (rollback
# journal, not WAL: before SQLite 3.51.3 a WAL reset by several processes can lose pages). What is deleted is
# overwritten: a text that was taken down does not live on in free pages.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    " PRAGMA secure_delete=ON;",
}


EMBEDDED_DATABASE = BASE_DIR / "var" / "desk.sqlite3"


def database_from_url(url: str) -> dict[str, Any]:
    """Django's database settings for `url`, with this project's options; empty: a file of the checkout's own."""
    kept = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    if not url:  # never through an address, in which # and ? of the checkout's path would mean something else
        return {"ENGINE": "newsroom.desk_sqlite", "NAME": str(EMBEDDED_DATABASE), "OPTIONS": SQLITE_OPTIONS, **kept}
    try:
        database: dict[str, Any] = {**dj_database_url.parse(url), **kept}
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be used: {' '.join(str(error).split())}") from error
    is_sqlite = database["ENGINE"] == "django.db.backends.sqlite3"
    if "#" in url or (is_sqlite and "?" in url):
        raise ImproperlyConfigured("DATABASE_URL cannot be used: write # as %23, and ? of a file's path as %3F.")
    if is_sqlite:
        return {**database, "ENGINE": "newsroom.desk_sqlite", "OPTIONS": SQLITE_OPTIONS}
    options = {**database.get("OPTIONS", {}), "options": "-c lock_timeout=20000"}  # as long as SQLite's timeout
    return {**database, "OPTIONS": options}


DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL", ""))}


def count_from_text(text: str) -> int:
    """The number of proxies that `text` gives; 0 when it is empty."""
    if text and not re.fullmatch(r"\d", text, re.ASCII):
        raise ImproperlyConfigured(f"TRUSTED_PROXIES is how many proxies stand in front, 0 to 9: not “{text}”.")
    return int(text or 0)


# How many proxies of ours stand between a reader and this process, each of which adds to X-Forwarded-For whom it heard.
TRUSTED_PROXIES = count_from_text(os.environ.get("TRUSTED_PROXIES", ""))


def lease_from_text(text: str) -> float | None:
    """The seconds that `text` gives; None when it is empty."""
    if text and not re.fullmatch(r"\d{1,5}(\.\d+)?", text, re.ASCII):
        raise ImproperlyConfigured(f"LEASE is a number of seconds, such as 15: not “{text}”.")
    return float(text) if text else None


# Seconds for which an API process answers after the desk's last heartbeat (newsroom.settings_api). The desk reads its
# own database and needs none; it waits so long, after a publication, for the API databases that have not said they
# have it, and a second more, since clocks differ (stories/api/http/lease.py): then they answer no more.
LEASE: float | None = None
WATCHED_LEASE = (lease_from_text(os.environ.get("LEASE", "")) or 15) + 1
VERSION = __version__  # for the foot of the admin's pages; the API states a version of its own
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # from elsewhere its owner still comes in
AXES_CLIENT_IP_CALLABLE = "newsroom.proxies.address_of"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True  # each failure stays on record; the count of attempts ends with a log-in

SESSION_ENGINE = "stories.people.sessions"


def moment_from_text(text: str) -> datetime | None:
    """The moment that `text` gives, of UTC where it names no zone, and midnight where it is a day; None when empty."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise ImproperlyConfigured(f"SECOND_FACTOR_FROM is a day such as 2026-12-01: not “{text}”.") from error
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


# From when the members of these groups, and superusers, reach nothing without a second factor; before, they are asked
# to set one up each time they log in. Empty: nobody has to, and whoever wants to may.
SECOND_FACTOR_FROM = moment_from_text(os.environ.get("SECOND_FACTOR_FROM", ""))
SECOND_FACTOR_GROUPS = [one for one in os.environ.get("SECOND_FACTOR_GROUPS", "Editors").split(",") if one]
PASSWORD_RESET_TIMEOUT = 48 * 3600  # seconds that an invitation link is good
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "passkey"]
OTP_WEBAUTHN_RP_NAME = OTP_TOTP_ISSUER = "Fact desk"
OTP_WEBAUTHN_RP_ID_CALLABLE = "stories.people.passkeys.domain_of"
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
# Where a passkey may be used follows from the request's host, which ALLOWED_HOSTS holds, and from no list beside it.
SILENCED_SYSTEM_CHECKS = ["otp_webauthn.E030"]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False

STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("STATIC_ROOT") or BASE_DIR / "staticfiles"  # where `collectstatic` puts them

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # stock admin's stylesheets carry their icons as data: URLs
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come over plain HTTP from the machine itself
if not DEBUG:
    LOGGING = logs.LOGGING
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = os.environ.get("SECURE_SSL_REDIRECT", "1") == "1"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["stories.api.http.renderers.FrozenJSON"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "stories.api.http.negotiation.Negotiation",
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.NamespaceVersioning",
    "DEFAULT_VERSION": "v1",
    "EXCEPTION_HANDLER": "stories.api.http.problems.report_problem",
    "URL_FORMAT_OVERRIDE": None,  # `Accept` alone decides; there is no parameter `format`
    "DEFAULT_SCHEMA_CLASS": "stories.api.openapi.EndpointSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Facts API",
    "DESCRIPTION": "What the desk stands behind, worded so that it is safe to print, and every change of it.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        name: f"stories.choices.{name}" for name in ("ClaimKind", "CorrectionKind", "ChangeKind", "Basis", "Event")
    },
}
