"""`/healthz` and `/readyz` of the desk, and the check that its WSGI process makes before it serves."""

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsroom import __version__
from stories.api.http.lease import find_lag
from stories.api.reader import find_missing, find_too_much
from stories.models import Decision, Publication
from stories.monitor.files import find_change
from stories.monitor.health import AWAY, NEWER, find_file_fault, find_stopped_time, problems


def refuse_unready() -> None:
    """Raise `ImproperlyConfigured`, in one line, when this process must not serve. Leaves no connection open.

    System checks do not run when WSGI loads, so that nothing else would notice.
    """
    found = problems(connection)
    connection.close()  # a server that forks after loading must not share it
    if found:
        where, change = connection.settings_dict["NAME"], find_file_fault(connection, find=find_change)
        is_mended = (change or not find_file_fault(connection)) and not found[0].startswith(NEWER)
        mend = " Run `manage.py migrate`." if is_mended else ""
        raise ImproperlyConfigured(f"The desk does not serve from {where}: {' '.join(found)}{mend}")


def answer(found: list[str], **more: str) -> JsonResponse:
    """200 when nothing was `found`, else 503 with it; `more` stands beside it."""
    status = ("unavailable", 503) if found else ("ok", 200)
    return JsonResponse({"status": status[0], **more, "problems": found}, status=status[1])


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the process lives. Asks nothing of the database."""
    return answer([])


@never_cache
@require_safe
def readyz_api(request: HttpRequest) -> JsonResponse:
    """Whether an API-only process may serve: a role that only reads, a copy that is up to date, and no stopped time."""
    found = find_faults()
    if found and not connection.in_atomic_block:
        connection.close()  # it may be the connection that broke
        found = find_faults()
    return answer(found, version=__version__)


def find_faults() -> list[str]:
    """Why an API-only process must not serve, one sentence each; empty when it may."""
    if fault := find_file_fault(connection, find=find_change):
        return [fault]
    try:
        found = [f"It cannot read {line}." for line in find_missing(connection)]
        found = found or [f"Its database role can do too much: {line}." for line in find_too_much(connection)]
        found = found or [lag for lag in [find_lag()] if lag]
        return found or find_stopped_time(Publication.objects.all())
    except Error:
        return [AWAY]


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the process may serve: a database that takes what is written, migrations, guards, and no stopped time."""
    sequences = Decision.objects.all(), Publication.objects.all()
    return answer(problems(connection) or find_stopped_time(*sequences), version=__version__)
