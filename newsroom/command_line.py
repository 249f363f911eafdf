"""What `manage.py` does around Django's commands: UTF-8 everywhere, and one line for what a person can mend."""

import json
import locale
import os
import platform
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error, connection

from newsroom import __version__
from stories.monitor.files import NO_FILE, find_damage, is_file

MEND = {
    (NO_FILE,): "`manage.py migrate` begins a desk there; else, is DATABASE_URL right?",
    ("no such table", "no such column", "does not exist"): (
        "Is DATABASE_URL the desk's database, and has `manage.py migrate` run on it?"
    ),
    ("malformed", "not a database", "damaged"): "Keep the file, and restore a backup: docs/backup.md.",
    ("readonly", "unable to open"): "May this user read and write the file, and its folder?",
}
"""Words of an error → what to do about it."""


def speak_utf8() -> None:
    """Read and write UTF-8 whatever the locale says: files as well as what is printed.

    Python decides that as it starts, so it is started again where the locale says something else.
    """
    if not sys.flags.utf8_mode and locale.getpreferredencoding(False).lower() not in ("utf-8", "utf8"):
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


def describe(error: Exception) -> str:
    """One line on `error` for whoever has the database in hand; empty when it is no fault of the database."""
    if isinstance(error, Error):
        reason = str(error).partition("\n")[0]
    else:
        name = str(connection.settings_dict["NAME"])
        damage = find_damage(name) if connection.vendor == "sqlite" and is_file(name) else ""
        if not damage and not isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
            return ""
        reason = damage or f"it is damaged: {error}"
    mend = next((mend for words, mend in MEND.items() if any(word in reason for word in words)), "")
    return " ".join(f"The database refuses: {reason.rstrip('.')}. {mend} --traceback says more.".split())


def main(arguments: list[str]) -> None:
    """Run the command that `arguments` name. What is wrong with settings or database ends it in one line, exit 1."""
    if arguments[1:] in (["version"], ["--version"]):  # Django answers these with its own, before it looks for commands
        print(f"Fact desk {__version__} (Django {django.get_version()}, Python {platform.python_version()})")
        return
    try:
        execute_from_command_line(arguments)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except Exception as error:
        said = "" if "--traceback" in arguments else describe(error)
        if not said:
            raise
        sys.exit(said)
