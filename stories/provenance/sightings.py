"""What was stopped because it may name a protected source, as the readers of its list deal with it."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from stories.chain import Overtaken, Refused, digest, format_time
from stories.models import NameReader, Naming, Ruling, Sighting, Source
from stories.provenance.printed import ONCE
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


class RuledMeanwhile(Overtaken):
    """Somebody said whom the words mean after the page was opened; `ruling` is what they said."""

    def __init__(self, ruling: Ruling) -> None:
        whom = "another person" if ruling.is_another else "the source"
        self.ruling = ruling
        super().__init__([f"Said meanwhile: {whom}, by {ruling.by_username} at {format_time(ruling.at)}."])


def rulings_on(sighting: Sighting) -> QuerySet[Ruling]:
    """What was said of `sighting`, or of the same surname in the same story, the newest first."""
    same = {name: getattr(sighting, name) for name in ("source", "story", "surname")}
    rows = Ruling.objects.filter(**{f"sighting__{name}": value for name, value in same.items()})
    return (rows if sighting.surname else rows.filter(sighting=sighting.pk)).order_by("-at", "-pk")


def newest_ruling(sighting: Sighting) -> Ruling | None:
    """What was said last of `sighting`; None when nothing was."""
    return rulings_on(sighting).first()


def sighting_of(naming: Naming, *, by: User) -> Sighting:
    """What `naming`, found in what is printed, is to be ruled on as; not saved. It holds the found words alone."""
    story, surname = naming.publication.story, naming.surname
    said = {"place": naming.places[:60], "text": naming.words, "words": naming.words, "surname": surname}
    told = {"text_sha256": digest(naming.words), "by": by, "by_username": by.get_username()}
    return Sighting(source=naming.source, story=story, **said, **told)


def rule_on(
    sighting: Sighting, *, by: User, is_another: bool, reason: str, follows: int | None, stamps: Stamps = LIVE
) -> Ruling:
    """Say whether the words of `sighting` mean another person than the source: then they pass in that story.

    One that is not saved yet (`sighting_of`) is, with the ruling. `follows` is the newest ruling that the caller saw;
    None when there was none. `Refused` for who is not on the reader list, without a reason, and for a whole name, which
    is the source's; `RuledMeanwhile` for who was slower.
    """
    with transaction.atomic():
        source = Source.objects.select_for_update(of=("self",)).get(pk=sighting.source_id)
        reasons = [] if is_reader(by, source) else ["Only who is on the reader list of the source does this."]
        newest = newest_ruling(sighting)
        if not reasons and newest is not None and newest.pk != follows:
            raise RuledMeanwhile(newest)
        reasons += ["Write the reason: how do you know?"] if is_blank(reason) else []
        reasons += reasons_against_text(RATIONALE, reason)
        if is_another and not sighting.surname:
            reasons.append("These words are a whole name of the source: only a surname alone may be another person's.")
        if reasons:
            raise Refused(reasons)
        said = {"is_another": is_another, "reason": reason, "by": by, "by_username": by.get_username()}
        now = stamps.now()
        return Ruling.objects.create(sighting=_put_on_record(sighting, at=now), at=now, **said)


def _put_on_record(sighting: Sighting, *, at: datetime) -> Sighting:
    if sighting.pk is not None:
        return sighting
    told = {name: getattr(sighting, name) for name in ONCE}
    rest = {name: getattr(sighting, name) for name in ("place", "text", "words", "surname", "by_username")}
    return Sighting.objects.get_or_create(**told, defaults={**rest, "at": at})[0]
