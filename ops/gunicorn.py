"""Settings of gunicorn for the desk and for API processes: `gunicorn -c ops/gunicorn.py newsroom.wsgi` (or wsgi_api).

Logs are JSON lines on stderr, each request with the id that nginx gave it, or one of its own.
"""

import os
from typing import Any
from uuid import uuid4

from newsroom.logs import LOGGING

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WORKERS", "2"))
preload_app = True  # a worker that dies is replaced at once, and what must not serve does not start
timeout = 60  # longer than the locks of the database (20 s) and than a large page
graceful_timeout = 25
keepalive = 5
limit_request_line = 8190  # the most it can, so that the API itself says of a longer query what is wrong
forwarded_allow_ips = "127.0.0.1"
logconfig_dict = LOGGING
accesslog = "-"


def pre_request(worker: Any, request: Any) -> None:
    """Give a request an id when the proxy in front did not."""
    if not any(name == "X-REQUEST-ID" for name, _ in request.headers):
        request.headers.append(("X-REQUEST-ID", uuid4().hex))


def post_worker_init(worker: Any) -> None:
    """Let an API worker look at the heartbeat also while nobody asks it."""
    from stories.api.http.lease import watch_heartbeat  # the settings are known only now

    watch_heartbeat()
