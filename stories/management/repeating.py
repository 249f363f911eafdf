"""Doing one thing again and again until the process is told to stop."""

import signal
import threading
from collections.abc import Callable

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection


def repeat(command: BaseCommand, act: Callable[[], object], *, every: float, once: bool, away: str, back: str) -> None:
    """`act` every so many seconds until SIGTERM or SIGINT, or only `once`. A database that is away is waited for.

    `away` (with {error}) is said when it goes and `back` when it comes back, not every time; `once` it is an error.
    """
    if once:
        try:
            act()
        except Error as error:
            raise CommandError(away.format(error=str(error).strip())) from error
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    is_away = False
    while not stop.wait(every):
        try:
            act()
        except Error as error:
            connection.close()
            if not is_away:
                command.stderr.write(away.format(error=str(error).strip()))
            is_away = True
        else:
            if is_away:
                command.stdout.write(back)
                command.stdout.flush()
            is_away = False
