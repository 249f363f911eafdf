"""Who reads the name of a protected source: its list, and the one place where the name is read (rule: reader-lists).

Whoever records a source as protected is on its list, one editor is responsible for it and keeps it, and everybody
else, superusers and auditors included, sees the code or the public name.
"""

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from stories.chain import Refused
from stories.choices import Role
from stories.models import NameLook, NameReader, Source
from stories.roles import role_of
from stories.stamps import LIVE, Stamps

NOT_RESPONSIBLE = "Only the editor responsible for this source changes who reads its name."
NOT_ON_THE_LIST = "Only those on the reader list of this source do this."


def readers_of(source: Source) -> list[User]:
    """The people on the reader list of `source` who still work here, the one who came first in front."""
    rows = NameReader.objects.current().filter(source=source, person__is_active=True).select_related("person")
    return [row.person for row in rows.order_by("added_at", "pk")]


def is_reader(user: User | AnonymousUser, source: Source) -> bool:
    """Whether `user` may read the name of `source`, as the database has it now; being a superuser is no reason."""
    if user.pk is None:
        return False
    rows = NameReader.objects.current().filter(source=source.pk, person=user.pk, person__is_active=True)
    return rows.exists()


def sources_shown_to(person: User | AnonymousUser) -> QuerySet[Source]:
    """The protected sources of which `person` is told what names them: those whose list they stand on.

    For an editor also those that nobody who still works here reads: somebody must see to them.
    """
    lists = NameReader.objects.current().filter(source=OuterRef("pk"), person__is_active=True).order_by()
    protected, mine = Source.objects.filter(confidential=True), Exists(lists.filter(person=person.pk))
    return protected.filter(mine | ~Exists(lists) if role_of(person) == Role.EDITOR else mine)


def responsible_for(source: Source) -> User | None:
    """The editor who keeps the list of `source`; None when there is none, or they are no editor any more."""
    row = NameReader.objects.current().filter(source=source, is_responsible=True).select_related("person").first()
    return row.person if row is not None and role_of(row.person) == Role.EDITOR else None


def name_for(source: Source, user: User, *, stamps: Stamps = LIVE) -> str:
    """What `source` is called, for `user`: its name for who is on its list, else what everybody sees.

    The one place where a protected name is read for a person. The look is on record: the first of a day.
    """
    if not source.confidential or not is_reader(user, source):
        return str(source)
    now = stamps.now()
    NameLook.objects.get_or_create(source=source, person=user, day=now.date(), defaults={"at": now})
    return source.name


def begin_list(source: Source, *, by: User, stamps: Stamps = LIVE) -> None:
    """Put `by`, who recorded `source` as protected, on its list; an editor is responsible for it.

    Nothing when somebody is on the list already. Called inside the transaction that protects it.
    """
    if not NameReader.objects.current().filter(source=source).exists():
        _add(source, by, by=by, is_responsible=role_of(by) == Role.EDITOR, stamps=stamps)


def reasons_not_to_appoint(source: Source, *, by: User) -> list[str]:
    """Why `by` may not say which editor is responsible for `source`; empty when they may.

    The responsible editor hands over. Where there is none, anybody on the list names one; where nobody who still
    works here is on it, as after an update from a release without lists, an editor takes it on themself.
    """
    responsible = responsible_for(source)
    if responsible is not None:
        return [] if responsible == by else [NOT_RESPONSIBLE]
    if readers_of(source):
        return [] if is_reader(by, source) else [NOT_ON_THE_LIST]
    return [] if role_of(by) == Role.EDITOR else ["Only an editor takes on a source that nobody is responsible for."]


def appoint(source: Source, editor: User, *, by: User, stamps: Stamps = LIVE) -> None:
    """Make `editor` responsible for `source`; who was, stays on the list. `Refused` with the reasons not to."""
    with transaction.atomic():
        source = _locked(source)
        reasons = reasons_not_to_appoint(source, by=by)
        if role_of(editor) != Role.EDITOR:
            reasons.append(f"{editor.get_username()} is no editor: only an editor is responsible for a source.")
        if not reasons and not readers_of(source) and editor != by:
            reasons.append("Nobody is on the list: take the source on yourself, then add others.")
        if responsible_for(source) == editor:
            reasons.append(f"{editor.get_username()} is responsible for this source already.")
        _require(reasons)
        rows = NameReader.objects.current().filter(source=source)
        for row in rows.filter(is_responsible=True) | rows.filter(person=editor):
            _retire(row, by=by, stamps=stamps)
            if row.person_id != editor.pk and row.person.is_active:
                _add(source, row.person, by=by, stamps=stamps)
        _add(source, editor, by=by, is_responsible=True, stamps=stamps)


def add_reader(source: Source, person: User, *, by: User, stamps: Stamps = LIVE) -> None:
    """Let `person` read the name of `source`. `Refused` unless `by` is the editor responsible for it."""
    with transaction.atomic():
        source = _locked(source)
        reasons = [] if responsible_for(source) == by else [NOT_RESPONSIBLE]
        if not (person.is_active and person.is_staff):
            reasons.append(f"{person.get_username()} does not work on this desk (any more).")
        if is_reader(person, source):
            reasons.append(f"{person.get_username()} is on the list already.")
        _require(reasons)
        _add(source, person, by=by, stamps=stamps)


def remove_reader(source: Source, person: User, *, by: User, stamps: Stamps = LIVE) -> None:
    """Take `person` off the list of `source`: they do not see its name from now on.

    `Refused` unless `by` is the editor responsible for it, or the person; and for the responsible editor, who hands
    over first.
    """
    with transaction.atomic():
        source = _locked(source)
        row = NameReader.objects.current().filter(source=source, person=person).first()
        reasons = [] if by in (person, responsible_for(source)) else [NOT_RESPONSIBLE]
        if row is None:
            reasons.append(f"{person.get_username()} is not on the list.")
        elif row.is_responsible:
            reasons.append("The responsible editor stays on the list: hand the source over first.")
        _require(reasons)
        if row is not None:
            _retire(row, by=by, stamps=stamps)


def _locked(source: Source) -> Source:
    """`source` as the database has it, locked until the transaction ends: one list is changed by one at a time."""
    kept: Source = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    _require([] if kept.confidential else ["This source is not protected, so it has no reader list."])
    return kept


def _require(reasons: list[str]) -> None:
    if reasons:
        raise Refused(list(dict.fromkeys(reasons)))


def _add(source: Source, person: User, *, by: User, stamps: Stamps, is_responsible: bool = False) -> None:
    NameReader.objects.create(
        source=source, person=person, is_responsible=is_responsible, added_by=by, added_at=stamps.now()
    )


def _retire(row: NameReader, *, by: User, stamps: Stamps) -> None:
    NameReader.objects.current().filter(pk=row.pk).update(retired_by=by, retired_at=stamps.now())
