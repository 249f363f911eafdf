"""Logs as JSON lines: when, how bad, what, and the id of the request. No claim text, no personal data, no query."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

# What gunicorn says of an answered request → what stands in the line. Not the query: a search is somebody's words.
ACCESS = {"m": "method", "U": "path", "s": "status", "D": "microseconds", "B": "bytes"}
REQUEST_ID = "{x-request-id}i"


class JsonLine(logging.Formatter):
    """One line of JSON a record, from Django and from gunicorn alike."""

    def format(self, record: logging.LogRecord) -> str:
        """`record` as a line; control characters in a path or message stay escaped within it."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if isinstance(record.args, dict) and REQUEST_ID in record.args:
            line |= {name: record.args.get(atom) for atom, name in ACCESS.items()}
            line["request"] = record.args[REQUEST_ID]
        else:
            line["message"] = record.getMessage()
            request = getattr(record, "request", None)
            if headers := getattr(request, "headers", None):
                line["request"] = headers.get("X-Request-ID")
        if record.exc_info:
            # Where, and which kind; not what it says: a database quotes the row that it refuses.
            line["error"] = getattr(record.exc_info[0], "__name__", None)
            line["trace"] = trace_of(record.exc_info[2])
        return json.dumps(line, ensure_ascii=True, default=str)


def trace_of(traceback: Any) -> list[str]:
    """Each frame of `traceback` as file:line in function, outermost first."""
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{code.co_filename}:{traceback.tb_lineno} in {code.co_name}")
        traceback = traceback.tb_next
    return frames


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "newsroom.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handlers are for development: with them every line would stand twice.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "stories": {"level": "INFO"},
        "gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
"""For Django's settings, when DEBUG is off, and for gunicorn's `logconfig_dict`."""
