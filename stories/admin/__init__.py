"""The desk in Django's admin, one file a screen: presentation and forms. What is decided goes through the verbs."""

from django.contrib import admin

from stories.admin import (
    articles,
    claims,
    disagreements,
    evidence,
    ledger,
    log,
    sources,
    stories,
    versions,
)

admin.site.site_header = "Fact desk"
admin.site.site_title = "Fact desk"
admin.site.index_title = "What needs whom"

__all__ = ["articles", "claims", "disagreements", "evidence", "ledger", "log", "sources", "stories", "versions"]
