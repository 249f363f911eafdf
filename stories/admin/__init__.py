"""The desk in Django's admin, one file a screen: presentation and forms. What is decided goes through the verbs.

May import every room of the pipeline; only the commands stand above it.
"""

from stories.admin.article import admin as articles
from stories.admin.article import evidence
from stories.admin.claim import admin as claims
from stories.admin.claim import disagreements
from stories.admin.person import admin as people
from stories.admin.record import ledger, log
from stories.admin.source import admin as sources
from stories.admin.story import admin as stories
from stories.admin.story import versions

__all__ = [
    "articles",
    "claims",
    "disagreements",
    "evidence",
    "ledger",
    "log",
    "people",
    "sources",
    "stories",
    "versions",
]
