"""What is printed now and names a source that was protected since (rule: protection-that-comes-later)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from stories.models import Claim, FactInForce, PublicationText, Source, StoryVersion
from stories.provenance.printed import find_names, read_document
from stories.provenance.protected import protected_sources


@dataclass(frozen=True)
class Naming:
    """A published text that names `source`: a fact in force, of `claim`, or a current `version`; `spots` say where."""

    source: Source
    words: str
    spots: tuple[str, ...]
    claim: Claim | None = None
    version: StoryVersion | None = None


def published_naming(versions: Sequence[StoryVersion], *, most: int) -> list[Naming]:
    """Which of the newest `most` facts in force, and of `versions`, name a protected source in full, newest first.

    Whether the source is on the fact's chain does not matter. A surname alone, which may be another person's, is no
    naming. One query where nothing is protected.
    """
    protected = protected_sources()
    if not protected:
        return []
    facts = list(FactInForce.objects.order_by("-position").values_list("position", "fact_id")[:most])
    cut = {one.publication_id: one for one in versions}
    bodies = PublicationText.objects.filter(position__in=[*(position for position, _ in facts), *cut])
    named: list[tuple[int, Source, str, tuple[str, ...]]] = []
    for position, text in sorted(bodies.values_list("position", "text"), reverse=True):
        if not any(one.find_in(text) for one in protected):
            continue
        document = json.loads(text)
        printed = read_document("version" if position in cut else "fact", document)
        found = [one for one in find_names(printed, story=document["story"]["slug"]) if not one.surname]
        words = document["headline"] if position in cut else document["statement"]
        for source in {one.source.pk: one.source for one in found}.values():
            spots = dict.fromkeys(one.printed.spot for one in found if one.source == source)
            named.append((position, source, words, tuple(spots)))
    ids = dict(facts)
    claims = Claim.objects.filter(uuid__in=[ids[position] for position, *_ in named if position in ids])
    by_id = {claim.uuid: claim for claim in claims}
    return [
        Naming(source, words, spots, by_id[ids[position]] if position in ids else None, cut.get(position))
        for position, source, words, spots in named
    ]
