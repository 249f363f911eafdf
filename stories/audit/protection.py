"""Protected sources: public names that hide nobody, and what is printed that names one.

Older desks may have the first, from before a rule refused it; any desk the second, from before the source was
protected. Neither breaks a rule, and both are to be mended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from stories.audit.violations import CHUNK, Violation, violation_of
from stories.chain import digest
from stories.insight.namings import BATCH, Search, find_namings, searches_of
from stories.models import Decision, Naming, Sighting, Source
from stories.provenance.protected import reasons_against_public_name
from stories.record.publications import head_position

HIDES_NOBODY = "its public name hides nobody: who reads its name gives it another one, on its form in the admin"


def check_public_names() -> Iterator[Violation]:
    """Every public name hides (rule: public-name-hides). On a desk from before the rule see `mend_public_names`."""
    if not _is_from_before():
        yield from _bad_public_names()


def mend_public_names() -> Iterator[Violation]:
    """The public names of an older desk that hide nobody: no violation, since nothing forbade them; to be mended."""
    if _is_from_before():
        yield from _bad_public_names()


def _bad_public_names() -> Iterator[Violation]:
    sources = Source.objects.filter(confidential=True).prefetch_related("aliases", "former_names").order_by("pk")
    for source in sources:
        spellings, former = ([one.text for one in rows.all()] for rows in (source.aliases, source.former_names))
        if reasons_against_public_name(source, spellings=spellings, former=former):
            yield violation_of(source, HIDES_NOBODY)


def check_printed() -> Iterator[Violation]:
    """Nothing names, in full, a source that was protected, under that name, before it was published.

    Every place of every publication since is looked through (rule: everything-printed).
    """
    head = head_position()
    known = [replace(one, through=one.since) for one in searches_of(head) if not one.is_new]
    for one in _named_in_full(known, min((one.since for one in known), default=head), head):
        # Not whom: who knows a protected name from its list finds this on the front page.
        yield violation_of(one.publication, f"its {one.places} may not name whom we protect: take it down")


def check_sightings() -> Iterator[Violation]:
    """A text that was stopped is the one that its SHA-256 says: readers rule on what somebody wanted to print."""
    for sighting in Sighting.objects.order_by("pk").iterator(chunk_size=CHUNK):
        if digest(sighting.text) != sighting.text_sha256:
            yield violation_of(sighting, "its text does not match its SHA-256")


def mend_printed() -> Iterator[str]:
    """What names, in full, a source that was protected since it was published: how much, and who is told which."""
    head = head_position()
    older = [replace(one, through=0) for one in searches_of(head)]
    since = {one.protected.source.pk: one.since for one in older}
    named = _named_in_full(older, 0, max(since.values(), default=0))
    if count := len({one.publication_id for one in named if one.publication_id <= since[one.source_id]}):
        yield (
            f"{count} publication(s) name a source that was protected since: those on its reader list, or where nobody"
            " is on it all editors, see which on the front page, and take them down"
        )


def _named_in_full(searches: Sequence[Search], after: int, head: int) -> Iterator[Naming]:
    """What in the publications behind `after` names a source of `searches` by more than the surname."""
    for place in range(after + 1, head + 1 if searches else 0, BATCH):
        found = find_namings(searches, range(place, min(place + BATCH, head + 1)))
        yield from (one for one in found if not one.surname)


def _is_from_before() -> bool:
    """Whether the first decision of this desk was judged by the first rules, which let any public name stand."""
    first = Decision.objects.filter(evidence__isnull=False).order_by("seq").values_list("evidence", flat=True).first()
    return first is not None and first.get("rules", 1) < 2
