"""Logs as JSON lines: when, how bad, what, and the id of the request. No claim text, no personal data, no query."""

import logging
from datetime import UTC, datetime
from traceback import walk_tb
from typing import Any

from pythonjsonlogger.json import JsonFormatter

# What gunicorn says of an answered request → what stands in the line. Not the query: a search is somebody's words.
ACCESS = {"m": "method", "U": "path", "s": "status", "D": "microseconds", "B": "bytes", "{x-request-id}i": "request"}


class JsonLine(JsonFormatter):
    """One line of JSON a record, from Django and from gunicorn alike."""

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Put into `log_data` what is told of `record`, and nothing that came with it unasked."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data |= {"at": at, "level": record.levelname.lower(), "logger": record.name}
        if isinstance(record.args, dict) and "U" in record.args:
            log_data |= {name: record.args.get(atom) for atom, name in ACCESS.items()}
        else:
            log_data["message"] = without_query(record)
            if headers := getattr(getattr(record, "request", None), "headers", None):
                log_data["request"] = headers.get("X-Request-ID")
        if record.exc_info:
            # Where, and which kind; not what it says: a database quotes the row that it refuses.
            kind, _, trace = record.exc_info
            frames = [(frame.f_code, line) for frame, line in walk_tb(trace)]
            log_data["error"] = getattr(kind, "__name__", None)
            log_data["trace"] = [f"{code.co_filename}:{line} in {code.co_name}" for code, line in frames]


def without_query(record: logging.LogRecord) -> str:
    """The message of `record`; gunicorn speaks of a request that failed by its whole address, or by its first line."""
    message = record.getMessage()
    return message.partition("?")[0] if record.name == "gunicorn.error" else message


def is_fault(record: logging.LogRecord) -> bool:
    """Whether `record` tells more than the line of the request: of an answer that was planned, Django has no error."""
    return record.levelno >= logging.ERROR and record.exc_info is not None


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "newsroom.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handlers are for development: with them every line would stand twice.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"filters": [is_fault]},
        "stories": {"level": "INFO"},
        "gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
"""For Django's settings, when DEBUG is off, and for gunicorn's `logconfig_dict`."""
