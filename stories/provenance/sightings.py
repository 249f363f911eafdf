"""What was stopped because it may name a protected source, as the readers of its list deal with it."""

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from stories.chain import Refused
from stories.models import NameReader, Ruling, Sighting, Source
from stories.provenance.readers import is_reader
from stories.stamps import LIVE, Stamps
from stories.texts import RATIONALE, is_blank, reasons_against_text


def open_sightings(*, person: User | AnonymousUser) -> QuerySet[Sighting]:
    """Those that `person` may look at, as a reader of the source, and that nobody has ruled on; the newest first."""
    lists = NameReader.objects.current().filter(person=person.pk, person__is_active=True).values("source")
    return _unruled().filter(source__in=lists).select_related("source", "claim").order_by("-at", "-pk")


def unread_sources() -> QuerySet[Source]:
    """The sources that something was stopped for, and on whose list nobody stands who still works here."""
    readers = NameReader.objects.current().filter(source=OuterRef("pk"), person__is_active=True)
    stopped = _unruled().filter(source=OuterRef("pk"))
    return Source.objects.filter(Exists(stopped.order_by())).exclude(Exists(readers.order_by())).order_by("pk")


def _unruled() -> QuerySet[Sighting]:
    """Sightings without a ruling of their own, and of no surname and story that a later ruling covers."""
    same = Ruling.objects.filter(
        sighting__source=OuterRef("source"), sighting__story=OuterRef("story"), sighting__surname=OuterRef("surname")
    )
    own = Ruling.objects.filter(sighting=OuterRef("pk")).order_by()
    covered = same.filter(at__gte=OuterRef("at")).exclude(sighting__surname="").order_by()
    return Sighting.objects.exclude(Exists(own)).exclude(Exists(covered))


def rule_on(sighting: Sighting, *, by: User, is_another: bool, reason: str, stamps: Stamps = LIVE) -> Ruling:
    """Say whether the words of `sighting` mean another person than the source: then they pass in that story.

    `Refused` for who is not on the reader list, without a reason, and for a whole name, which is the source's.
    """
    with transaction.atomic():
        reasons = [] if is_reader(by, sighting.source) else ["Only who is on the reader list of the source does this."]
        reasons += ["Write the reason: how do you know?"] if is_blank(reason) else []
        reasons += reasons_against_text(RATIONALE, reason)
        if is_another and not sighting.surname:
            reasons.append("These words are a whole name of the source: only a surname alone may be another person's.")
        if reasons:
            raise Refused(reasons)
        return Ruling.objects.create(
            sighting=sighting,
            is_another=is_another,
            reason=reason,
            by=by,
            by_username=by.get_username(),
            at=stamps.now(),
        )
