#!/usr/bin/env python
"""The desk's command line: `./manage.py help`."""

import os
import platform
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError

from newsroom import __version__

if __name__ == "__main__":
    if sys.argv[1:] in (["version"], ["--version"]):  # Django answers these with its own, before it looks for commands
        print(f"Fact desk {__version__} (Django {django.get_version()}, Python {platform.python_version()})")
        sys.exit()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except (OperationalError, ProgrammingError) as error:
        if "--traceback" in sys.argv:
            raise
        reason = str(error).partition("\n")[0]
        sys.exit(
            f"The database refuses: {reason}\n"
            "Is DATABASE_URL the desk's database, and has `manage.py migrate` run on it? --traceback says more."
        )
