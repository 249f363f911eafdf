"""The desks that a browser is let loose on, each a SQLite file made in a process of its own.

`python -m tests.browser.desks seeds|hostile FILE` makes one and prints, as JSON, where its things are.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

PASSWORD = "words-for-this-proof-alone"
"""Of every account; the desk ends with the proof."""

ADMINISTRATOR = "administrator"
"""A superuser who is an editor too: sees every page with all that can stand on it."""

NEWCOMERS = {"new-reporter": "Reporters", "new-editor": "Editors"}
"""User name → group: people who have decided nothing yet."""

CORPUS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '"><svg/onload=alert(3) id="',
    "</textarea></title><script>alert(4)</script>",
    "<details open ontoggle=alert(5)>",
    "<a href=javascript:alert(6)>x</a>",
    "' autofocus onfocus=alert(7) '",
    "{{ 7|add:7 }}${alert(8)}",
    "<!--&lt;b&gt;",
)
"""Markup that must arrive on every page as text."""

HOSTILE = " ".join(CORPUS)


def hostile(field: str) -> str:
    """The whole corpus as the content of `field`, which it names."""
    return f"{field}: {HOSTILE}"


def _people() -> None:
    """Every account with the password, two newcomers, the administrator, and somebody who failed to log in."""
    from axes.models import AccessAttempt, AccessFailureLog, AccessLog
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import Group, User

    for username, group in NEWCOMERS.items():
        User.objects.create(username=username, is_staff=True).groups.add(Group.objects.get(name=group))
    administrator = User.objects.create(username=ADMINISTRATOR, is_staff=True, is_superuser=True)
    administrator.groups.add(Group.objects.get(name="Editors"))
    User.objects.update(password=make_password(PASSWORD))
    seen = {"username": hostile("user name")[:255], "user_agent": HOSTILE[:255], "path_info": HOSTILE[:255]}
    AccessAttempt.objects.create(**seen, failures_since_start=1)
    for record in (AccessLog, AccessFailureLog):
        record.objects.create(**seen)


def _stop_a_name() -> None:
    """A protected source whose name the administrator reads, and a text that was stopped because it may name it."""
    from django.contrib.auth.models import User

    from stories.chain import digest
    from stories.models import NameReader, Naming, Publication, Sighting, Source
    from tests.world import NOON

    reader = User.objects.get(username=ADMINISTRATOR)
    source = Source.objects.create(
        slug="protected", name="Jane Roe", kind="person", confidential=True, public_name=hostile("public name")[:200]
    )
    NameReader.objects.create(source=source, person=reader, added_by=reader, added_at=NOON)
    Sighting.objects.create(
        source=source,
        place="wording",
        story="story",
        text=hostile("Roe"),
        text_sha256=digest(hostile("Roe")),
        words="Roe",
        surname="roe",
        by=reader,
        by_username=ADMINISTRATOR,
        at=NOON,
    )
    printed = Publication.objects.facts().order_by("position")[0]
    Naming.objects.create(source=source, publication=printed, part="text", surname="roe", words="Roe", places="wording")


def make_seeds() -> None:
    """The desk as a newcomer loads it."""
    from django.core.management import call_command

    from stories.management.commands.build_fixtures import FIXTURES

    call_command("loaddata", *FIXTURES, verbosity=0)


def make_hostile() -> None:
    """A desk on which everything that somebody can type is markup: a fact, a version, a proposal, a draft."""
    from stories.disagreements.contradictions import open_contradiction
    from stories.models import Article, Claim, Discrepancy
    from stories.versions.compose import compose_blocks
    from stories.versions.drafts import save_draft
    from tests.published import Desk
    from tests.world import NOON, on_record

    desk = Desk()
    on_record(desk.story, title=hostile("title")[:300])
    for slug in ("courier", "mirror", "wire"):
        source = desk.source(slug)
        on_record(source, name=f"{slug}{CORPUS[0]}{CORPUS[1]}", notes=hostile("notes"))
        desk.alias(slug, f"{slug} {CORPUS[1]}")
    fact, proposed = (desk.claim(hostile(f"statement {number}"), note=hostile("remark")) for number in (1, 2))
    for claim, outlet in ((fact, "courier"), (fact, "mirror"), (proposed, "courier")):
        text = f"{hostile('before')}\n{hostile('quote')}\n{hostile('after')}"
        article = desk.article(
            outlet, text, headline=hostile("headline")[:300], authentication=hostile("authentication")
        )
        desk.passage(claim, outlet, "wire", quote=hostile("quote"), article=article, attribution=hostile("attribution"))
    first = Article.objects.first()
    against = desk.passage(proposed, "mirror", quote=hostile("after"), article=first, stance="contradicts")
    Discrepancy.objects.create(
        claim=fact,
        kind="name",
        first=fact.evidence.first(),
        second=fact.evidence.last(),
        first_words=hostile("first words"),
        second_words=hostile("second words"),
        found_at=NOON,
    )
    typed: dict[str, Any] = {
        "wording": f"{hostile('quote')}, says {desk.source('wire').name}.",
        "rationale": hostile("reason"),
    }
    desk.fact(fact, **typed)
    desk.cut_version(hostile("version")[:300], note=hostile("change"))
    open_contradiction(fact, proposed, by=desk.editor, note=hostile("contradiction"), stamps=desk.stamps)
    desk.proposal(proposed, *proposed.evidence.exclude(pk=against.pk), **typed)
    save_draft(
        desk.story,
        by=desk.editor,
        headline=hostile("draft")[:300],
        standfirst=hostile("standfirst"),
        blocks=[*compose_blocks(desk.story), {"text": hostile("connecting"), "facts": []}],
        change_kind="update",
        change_note=hostile("change"),
        stamps=desk.stamps,
    )
    assert Claim.objects.count() == 2


def _places() -> dict[str, Any]:
    """The key of one row of every kind, and of one claim in every state: what addresses are made of."""
    from django.contrib.admin import site

    from stories.models import Naming, QueueItem, Sighting

    rows = {model._meta.model_name: model._default_manager.order_by("pk").first() for model in site._registry}
    places = {name: row.pk for name, row in rows.items() if name and row is not None}
    places["sighting"] = Sighting.objects.get().pk
    places["naming"] = Naming.objects.get(surname="roe").pk
    places["protected"] = Sighting.objects.get().source_id
    for item in QueueItem.objects.order_by("claim_id"):
        places.setdefault("fact" if item.in_force else item.state, item.claim_id)
    return places


DESKS = {"seeds": make_seeds, "hostile": make_hostile}


def main(kind: str, file: str) -> None:
    """Make the desk `kind` in `file`, migrated and with its people."""
    # The settings are those of a desk, not those of the test suite that calls: its password hashes are others.
    os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
    os.environ.update({"DJANGO_DEBUG": "1", "DATABASE_URL": f"sqlite:///{Path(file).resolve()}"})
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    DESKS[kind]()
    _people()
    _stop_a_name()
    print(json.dumps(_places()))


if __name__ == "__main__":
    main(*sys.argv[1:])
