"""The WSGI entry point of the desk. It refuses to load, in one line, without a key or the database's guards."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

CANNOT_BOOT = 3
"""The exit status at which gunicorn gives up at once; after any other it starts a failing worker again for ever."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
try:
    application = get_wsgi_application()

    from newsroom.health import refuse_unready  # the apps must be loaded first

    refuse_unready()
except ImproperlyConfigured as error:
    print(error, file=sys.stderr)
    raise SystemExit(CANNOT_BOOT) from None
