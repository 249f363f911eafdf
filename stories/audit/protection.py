"""Protected sources: a public name that hides nobody, which a rule refuses since, and older desks may have."""

from collections.abc import Iterator

from stories.audit.violations import Violation, violation_of
from stories.models import Decision, Source
from stories.provenance.protected import reasons_against_public_name

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


def _is_from_before() -> bool:
    """Whether the first decision of this desk was judged by the first rules, which let any public name stand."""
    first = Decision.objects.filter(evidence__isnull=False).order_by("seq").values_list("evidence", flat=True).first()
    return first is not None and first.get("rules", 1) < 2
