"""Protecting a source, renaming it while it is protected, and taking protection off (rules: lifting, former-names)."""

from collections.abc import Iterable

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from stories.chain import Overtaken, Refused, format_time
from stories.changes.writing import save_on_record
from stories.choices import EDITORS, LiftGround, Role
from stories.models import Alias, Lift, LookedThrough, Naming, Source
from stories.provenance.protected import reasons_against_public_name
from stories.provenance.readers import NOT_ON_THE_LIST, begin_list, is_reader
from stories.roles import role_of, still_here
from stories.stamps import LIVE, Stamps
from stories.texts import is_blank

NOT_PROTECTED = "This source is not protected."
PROTECTED = "Protected at once, which anybody may."
"""The reason on record: nobody is asked for another one."""
SHORTEST = 3
"""So many letters has a name that is looked for in what Django noted."""


def protect(source: Source, *, by: User, public_name: str, code: str = "", stamps: Stamps = LIVE) -> None:
    """Protect `source` at once: its name leaves the desk no more, and `by` is the first on its reader list.

    `Refused` for who is neither reporter nor editor, without a public name, and for what is protected already.
    """
    with transaction.atomic():
        source = _locked(source)
        reasons = [] if role_of(by) else ["Reporters and editors protect a source."]
        if source.confidential:
            reasons.append("This source is protected already.")
        source.confidential, source.public_name, source.code = True, public_name, code
        reasons += _reasons_against_public_name(source)
        _require(reasons)
        save_on_record(source, by=by, reason=PROTECTED, stamps=stamps)
        begin_protection(source, by=by, stamps=stamps)


def begin_protection(source: Source, *, by: User, stamps: Stamps = LIVE) -> None:
    """What goes with protecting `source`: its list begins with `by`, and what Django noted of it names it no more.

    Called inside the transaction that protects it.
    """
    begin_list(source, by=by, stamps=stamps)
    forget_in_history(names_of(source), instead=str(source))


def names_of(source: Source) -> list[str]:
    """Every name of `source` that is protected with it: its own, its spellings, those it had."""
    spelt = [alias.text for alias in source.aliases.all() if alias.text != alias.text.lower()]
    return list(dict.fromkeys([source.name, *spelt, *(former.text for former in source.former_names.all())]))


def forget_in_history(names: Iterable[str], *, instead: str) -> None:
    """Write `instead` for each of `names` in what Django's admin noted of anything."""
    for name in sorted(names, key=len, reverse=True):
        if len(name) < SHORTEST or name == instead:
            continue
        for entry in LogEntry.objects.filter(Q(object_repr__contains=name) | Q(change_message__contains=name)):
            entry.object_repr = entry.object_repr.replace(name, instead)[:200]
            entry.change_message = entry.change_message.replace(name, instead)
            entry.save(update_fields=["object_repr", "change_message"])


def rename(source: Source, *, by: User, name: str) -> None:
    """Give the protected `source` another name; the one that it had stays protected.

    `Refused` for who is not on its list, and for a blank name. A code will do: then the name is not on the desk.
    """
    with transaction.atomic():
        source = _locked(source)
        reasons = _reasons_against_reader(source, by)
        if is_blank(name):
            reasons.append("Give a name, or a code that stands for it.")
        _require(reasons)
        source.name = name
        _require(_reasons_against_public_name(source))
        save_on_record(source, by=by)


def add_spelling(source: Source, *, by: User, text: str) -> None:
    """Record a spelling of the protected `source`, which is protected as well. `Refused` for who is not on its list."""
    with transaction.atomic():
        source = _locked(source)
        reasons = _reasons_against_reader(source, by)
        if is_blank(text):
            reasons.append("Give the spelling.")
        if source.aliases.filter(text=text).exists():
            reasons.append("This spelling is recorded already.")
        _require(reasons)
        save_on_record(Alias(source=source, text=text, printable=False), by=by)


def proposed_lift(source: Source) -> Lift | None:
    """The lifting of the protection of `source` that waits for a second editor; None when there is none."""
    return Lift.objects.proposed().filter(source=source).first()


def reasons_not_to_propose_lift(source: Source, *, by: User) -> list[str]:
    """Why `by` may not propose to take the protection of `source` off; empty when they may."""
    reasons = [] if role_of(by) == Role.EDITOR else ["Only an editor proposes to take protection off."]
    reasons += _reasons_against_reader(source, by)
    if proposed_lift(source) is not None:
        reasons.append("It is proposed already: another editor signs or returns it.")
    return reasons


def propose_lift(source: Source, *, by: User, ground: str, record: str, stamps: Stamps = LIVE) -> Lift:
    """Propose to take the protection of `source` off, on `ground`, of which `record` says where it is kept.

    `Refused` unless `by` is an editor on its list, and without a ground and its record.
    """
    with transaction.atomic():
        source = _locked(source)
        reasons = reasons_not_to_propose_lift(source, by=by)
        if ground not in LiftGround.values:
            reasons.append("Say whether the source agreed, or published it under its own name.")
        if is_blank(record):
            reasons.append("Say where the consent is kept, or where the source published it.")
        _require(reasons)
        return Lift.objects.create(
            source=source,
            ground=ground,
            record=record,
            proposed_by=by,
            proposed_by_role=Role.EDITOR,
            proposed_at=stamps.now(),
        )


class LiftEndedMeanwhile(Overtaken):
    """Somebody signed or returned `lift` after the page was opened."""

    def __init__(self, lift: Lift) -> None:
        by, at = (lift.signed_by, lift.signed_at) if lift.signed_at else (lift.returned_by, lift.returned_at)
        verb, so = ("Signed", "protection is off") if lift.signed_at else ("Returned", "the source stayed protected")
        who = by.get_username() if by else "nobody on record"
        super().__init__([f"{verb} meanwhile by {who} at {format_time(at) if at else 'no known time'}: {so}."])


def reasons_not_to_sign_lift(lift: Lift, *, by: User) -> list[str]:
    """Why `by` may not take protection off by signing `lift`, which waits; empty when they may."""
    reasons = [] if role_of(by) == Role.EDITOR else ["Only an editor signs that protection is taken off."]
    if lift.proposed_by_id == by.pk:
        reasons.append("You proposed it: another editor signs.")
    elif not still_here([lift.proposed_by_id], groups=[EDITORS]):
        who = f"{lift.proposed_by.get_username()}, who proposed it,"
        reasons.append(f"{who} is no editor any more. Return it; an editor on the list proposes anew.")
    return reasons


def sign_lift(lift: Lift, *, by: User, stamps: Stamps = LIVE) -> None:
    """Take protection off, as `lift` proposes.

    `Refused` unless `by` is another editor than who proposed it; `LiftEndedMeanwhile` for who was slower.
    """
    with transaction.atomic():
        source = _locked(lift.source)
        waiting = _still_waiting(lift)
        _require(reasons_not_to_sign_lift(waiting, by=by))
        waiting.signed_by, waiting.signed_by_role, waiting.signed_at = by, Role.EDITOR, stamps.now()
        waiting.save(update_fields=["signed_by", "signed_by_role", "signed_at"])
        source.confidential, source.lift = False, waiting
        save_on_record(source, by=by, reason=waiting.record, stamps=stamps)
        # Protected again, what was printed in between names it rightly.
        Naming.objects.filter(source=source).delete()
        LookedThrough.objects.filter(source=source).delete()


def return_lift(lift: Lift, *, by: User, stamps: Stamps = LIVE) -> None:
    """Leave the source protected: `lift` is over.

    `Refused` unless `by` is an editor; `LiftEndedMeanwhile` for who was slower.
    """
    with transaction.atomic():
        _locked(lift.source)
        waiting = _still_waiting(lift)
        _require([] if role_of(by) == Role.EDITOR else ["Only an editor returns it."])
        waiting.returned_by, waiting.returned_at = by, stamps.now()
        waiting.save(update_fields=["returned_by", "returned_at"])


def _still_waiting(lift: Lift) -> Lift:
    """`lift` as the database has it, its source locked; `LiftEndedMeanwhile` once it was signed or returned."""
    stored: Lift = Lift.objects.select_related("proposed_by", "signed_by", "returned_by").get(pk=lift.pk)
    if stored.signed_at or stored.returned_at:
        raise LiftEndedMeanwhile(stored)
    return stored


def _locked(source: Source) -> Source:
    kept: Source = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    return kept


def _reasons_against_public_name(source: Source) -> list[str]:
    spelt, former = (rows.values_list("text", flat=True) for rows in (source.aliases.all(), source.former_names.all()))
    return reasons_against_public_name(source, spellings=spelt, former=former)


def _reasons_against_reader(source: Source, by: User) -> list[str]:
    if not source.confidential:
        return [NOT_PROTECTED]
    return [] if is_reader(by, source) else [NOT_ON_THE_LIST]


def _require(reasons: list[str]) -> None:
    if reasons:
        raise Refused(list(dict.fromkeys(reasons)))
