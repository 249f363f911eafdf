"""The facts that the Django peers serve: by the join that their manuals lead to, or in the product's own words."""

import os

from django.db.models import QuerySet

from stories.models import Publication

LAST = 2**62
"""A position that no log reaches: the peers need not ask for the head."""


def in_force() -> QuerySet[Publication]:
    if os.environ.get("BENCH_IN_FORCE"):
        chosen = Publication.objects.in_force(at=LAST)
    else:
        chosen = Publication.objects.facts().filter(ended_by__isnull=True)
    return chosen.select_related("body").order_by("-position")
