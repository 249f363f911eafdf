"""Words of an article → evidence for or against a claim."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from stories.choices import Stance
from stories.disagreements.discrepancies import refresh_discrepancies
from stories.models import Article, ChainLink, Claim, Evidence, Source
from stories.provenance.chains import chain_problems
from stories.roles import require_role
from stories.stamps import LIVE, Stamps

CONTEXT = 32
"""How many code points around a quotation are kept with it, to show and to check its place."""

RECORDING = "record and retire passages"


def add_evidence(
    claim: Claim,
    article: Article,
    *,
    by: User,
    start: int,
    end: int,
    chain: Sequence[Source],
    stance: str = Stance.SUPPORTS,
    quote: str | None = None,
    attribution: str = "",
    inferred: bool = False,
    own_reporting: bool = False,
    stamps: Stamps = LIVE,
) -> Evidence:
    """Record the words of `article` from `start` to `end` (code points, end exclusive) as evidence for `claim`.

    Quote, prefix and suffix are taken from the text; where the caller gives `quote`, it must be those very
    words (rule: exact-evidence). `chain` leads from the article's outlet to the origin; an empty one is our own
    reporting, or one that nobody knows and that counts for nothing. What the claim's passages then disagree on
    is found anew. Raises `ValidationError`, also when `by` has no role, and then writes nothing.
    """
    require_role(by, RECORDING)
    problems = [f"{article.slug}: {problem}" for problem in _place_problems(article, start, end, quote)]
    problems += chain_problems(article, chain, own_reporting=own_reporting)
    if problems:
        raise ValidationError(problems)
    with transaction.atomic():
        # A passage that was retired can be recorded anew, so its name counts the times.
        times = Evidence.objects.filter(claim=claim, article=article, start=start, end=end).count()
        evidence = Evidence(
            uuid=stamps.uuid(f"evidence/{claim.uuid}/{article.slug}/{start}-{end}/{times + 1}"),
            claim=claim,
            article=article,
            stance=stance,
            quote=article.text[start:end],
            start=start,
            end=end,
            prefix=article.text[max(0, start - CONTEXT) : start],
            suffix=article.text[end : end + CONTEXT],
            attribution=attribution,
            inferred=inferred,
            own_reporting=own_reporting,
            created_at=stamps.now(),
            recorded_by=by,
        )
        evidence.full_clean()
        evidence.save(force_insert=True)
        for place, source in enumerate(chain):
            ChainLink.objects.create(evidence=evidence, place=place, source=source)
        refresh_discrepancies(claim, stamps=stamps)
    return evidence


def retire_evidence(evidence: Evidence, *, by: User, stamps: Stamps = LIVE) -> Evidence:
    """Retire `evidence`: it counts no more from now on, and stays on record. A second time changes nothing.

    Raises `ValidationError` when `by` has no role.
    """
    require_role(by, RECORDING)
    with transaction.atomic():
        if Evidence.objects.current().filter(pk=evidence.pk).update(retired_at=stamps.now(), retired_by=by):
            refresh_discrepancies(evidence.claim, stamps=stamps)
        evidence.refresh_from_db(fields=["retired_at", "retired_by"])
    return evidence


def _place_problems(article: Article, start: int, end: int, quote: str | None) -> list[str]:
    """Say what is wrong with a place in the text of `article`; nothing when the words stand there."""
    length = len(article.text)
    if not 0 <= start < end <= length:
        return [f"no passage lies at {start}–{end}; the text runs from 0 to {length}."]
    found = article.text[start:end]
    if quote is not None and quote != found:
        return [f"at {start}–{end} stands “{found[:80]}”, not “{quote[:80]}”; mark the passage again."]
    return []
