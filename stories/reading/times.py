"""Times as an article gives them: no more precise than they stand there, and none that does not exist. Pure text."""

import re
from datetime import date, time

from stories.reading.dates import number_month

_SHAPE = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    r"(?:Z|[+-](?P<off>[0-9]{2}):(?P<off_minute>[0-9]{2}))?)?)?)?"
)
_DAY = (
    r"(?:(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"|(?P<day2>[0-9]{1,2})\.(?P<month2>[0-9]{1,2})\.(?P<year2>[0-9]{4})"
    r"|(?P<day3>[0-9]{1,2})(?:st|nd|rd|th|\.|er)?\s(?:de\s)?(?P<name3>[^\W\d_]{3,12})\.?,?\s(?:de\s)?(?P<year3>[0-9]{4})"
    r"(?:\s(?:року|р\.|года|г\.))?"
    r"|(?P<name4>[A-Z][a-z]{2,8})\.?\s(?P<day4>[0-9]{1,2})(?:st|nd|rd|th)?,?\s(?P<year4>[0-9]{4}))"
)
_HOUR = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
_WRITTEN = re.compile(
    rf"{_DAY}(?:(?:\s?,\s?|\s(?:at\s|о\s|в\s)?|T){_HOUR}\s?(?P<zone>Z|[+-][0-9]{{2}}:?[0-9]{{2}}|[A-Z]{{2,4}})?)?"
)
_ZONES = {
    "Z": "Z", "UTC": "Z", "GMT": "Z", "CET": "+01:00", "CEST": "+02:00", "EET": "+02:00", "EEST": "+03:00",
    "MSK": "+03:00", "BST": "+01:00", "EST": "-05:00", "EDT": "-04:00",
}  # fmt: skip


def is_time_as_given(words: str) -> bool:
    """Say whether `words` is an ISO time of any precision, from the year to the second with its zone, that exists."""
    found = _SHAPE.fullmatch(words)
    if not found:
        return False
    parts = {name: int(value) for name, value in found.groupdict().items() if value}
    try:
        date(parts["year"], parts.get("month", 1), parts.get("day", 1))
        time(parts.get("hour", 0), parts.get("minute", 0), parts.get("second", 0))
        time(parts.get("off", 0), parts.get("off_minute", 0))
    except ValueError:
        return False
    return True


def read_time(words: str) -> str:
    """Give `words` as an ISO time of the precision it has, with the zone that it has; "" when it is none we know.

    Day/month/year with slashes is left out on purpose: nobody can tell 03/04 from 04/03.
    """
    found = _WRITTEN.fullmatch(words.strip(" .\u00a0"))
    if not found:
        return ""
    parts = {name.rstrip("234"): value for name, value in found.groupdict().items() if value}
    month = number_month(parts["name"]) if "name" in parts else int(parts["month"])
    if not month:
        return ""
    given = f"{parts['year']}-{month:02}-{int(parts['day']):02}"
    if "hour" in parts:
        given += f"T{int(parts['hour']):02}:{parts['minute']}" + (f":{parts['second']}" if "second" in parts else "")
    if zone := parts.get("zone"):
        if zone[0] in "+-":
            given += zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
        elif zone in _ZONES:
            given += _ZONES[zone]
        else:
            return ""
    return given if is_time_as_given(given) else ""
