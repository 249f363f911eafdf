#!/usr/bin/env python
"""The desk's command line: `./manage.py help`."""

import os
import sys

from newsroom.command_line import main, speak_utf8

if __name__ == "__main__":
    speak_utf8()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    main(sys.argv)
