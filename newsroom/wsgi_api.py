"""The WSGI entry point of the API-only process. It does not start with a database role that can do too much."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings_api")
application = get_wsgi_application()

from stories.api.reader import require_reader  # noqa: E402 (the models load with Django's application)

require_reader(connection)
connection.close()  # before the server forks: no two processes share a connection
