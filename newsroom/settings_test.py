"""Settings of the test suite: the desk's own, with DEBUG's key and fast password hashes."""

import os

os.environ["DJANGO_DEBUG"] = "1"

from newsroom.settings import *  # noqa: F403

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "newsroom.desk_sqlite":  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405
