"""A browser of its own, for the proofs of forms that race: `python -m tests.saver TITLE`, on DATABASE_URL.

It opens the form of the story, says that it is ready, waits for a line on standard input, saves the form under TITLE
and prints the status. A save takes its time, so that all meet. With `broken` as the last word no row is locked.
"""

import os
import re
import sys
import time
from html import unescape
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings_test")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.test import Client  # noqa: E402

from stories.admin import stale  # noqa: E402
from stories.models import Story  # noqa: E402

TIME_TO_MEET = 0.2


def save(title: str) -> int:
    """The status of the answer to the form of the story, sent with `title`."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="editor"))
    page = f"/admin/stories/story/{Story.objects.get(slug='harbour').pk}/change/"
    (read,) = re.findall('name="_read" value="([^"]*)"', client.get(page).content.decode())
    print("ready", flush=True)
    sys.stdin.readline()
    return client.post(page, {"title": title, "_read": unescape(read)}).status_code


def save_slowly(self: Story, **options: Any) -> None:
    """Django's, some time after the form was found to be as it should."""
    time.sleep(TIME_TO_MEET)
    super(Story, self).save(**options)


if __name__ == "__main__":
    Story.save = save_slowly
    if sys.argv[-1] == "broken":
        stale.lock_row = lambda row: None
    print(save(sys.argv[1]))
