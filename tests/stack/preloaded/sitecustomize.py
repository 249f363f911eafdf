"""Loaded by every Python process whose clock `tests/stack/clock.py` sets: libfaketime's own sleep fails there."""

import select
import time


def sleep(seconds: float) -> None:
    """As `time.sleep`, by the one wait that libfaketime leaves alone."""
    select.select([], [], [], seconds)


time.sleep = sleep
