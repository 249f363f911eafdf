"""A browser of its own, for the proofs of forms that race: `python -m tests.saver TITLE`, on DATABASE_URL.

It opens the form of the story, says that it is ready, waits for a line on standard input, saves the form under TITLE
and prints the status. A save takes its time, so that all meet. With `broken` as the last word no row is locked.
With `signs` as the last word it signs the lifting of a source's protection in its place, which `proposes` proposes.
"""

import os
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from html import unescape
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings_test")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.test import Client  # noqa: E402

from stories.admin import stale  # noqa: E402
from stories.models import Lift, Source, Story  # noqa: E402
from stories.provenance.protection import propose_lift, protect  # noqa: E402

TIME_TO_MEET = 0.2


def save(title: str) -> int:
    """The status of the answer to the form of the story, sent with `title`."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="editor"))
    page = f"/admin/stories/story/{Story.objects.get(slug='harbour').pk}/change/"
    (read,) = re.findall('name="_read" value="([^"]*)"', client.get(page).content.decode())
    meet()
    return client.post(page, {"title": title, "_read": unescape(read)}).status_code


def propose() -> str:
    """The minister is protected, and that this ends is proposed."""
    editor, minister = User.objects.get(username="editor"), Source.objects.get(slug="minister")
    protect(minister, by=editor, public_name="an official")
    return str(propose_lift(minister, by=editor, ground="consent", record="A letter, in the safe."))


def sign() -> int:
    """The status of the answer to the other editor who signs the lifting that waits."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="second-editor"))
    lift = Lift.objects.proposed().get()
    page = f"/admin/stories/source/{lift.source_id}/protection/"
    assert f"sign-{lift.pk}" in client.get(page).content.decode()
    meet()
    return client.post(page, {"step": f"sign-{lift.pk}"}).status_code


def meet() -> None:
    """Wait until everybody has the form open."""
    print("ready", flush=True)
    sys.stdin.readline()


def slowly(save: Callable[..., None]) -> Callable[..., None]:
    """`save`, some time after the form was found to be as it should."""

    def save_slowly(*args: Any, **options: Any) -> None:
        time.sleep(TIME_TO_MEET)
        save(*args, **options)

    return save_slowly


ACTS: dict[str, Callable[[], object]] = {"proposes": propose, "signs": sign}

if __name__ == "__main__":
    Story.save = slowly(Story.save)
    Lift.save = slowly(Lift.save)
    if sys.argv[-1] == "broken":
        stale.lock_row = lambda row: None
    print(ACTS.get(sys.argv[-1], partial(save, sys.argv[1]))())
