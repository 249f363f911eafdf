"""What made-up facts stand on, as `provenance` and `publishing` would describe it (a test holds them equal)."""

from typing import Any

from bench.load.invention import GROUP, MadeUpFact
from stories.choices import Stance
from stories.provenance.snapshots import Snapshot


def describe_evidence(fact: MadeUpFact) -> Snapshot:
    """The snapshot of `fact` on its passages."""
    sources = sorted({source for chain in fact.chains for source in chain}, key=lambda source: source.slug)
    passages = sorted(zip(map(str, fact.passages), fact.articles, fact.chains, strict=True), key=lambda one: one[0])
    place = fact.number % GROUP
    return {
        "claim": {
            "uuid": str(fact.uuid),
            "statement": fact.statement,
            "kind": fact.kind,
            "says": fact.chains[0][0].slug if fact.says_document else None,
        },
        "passages": [
            {
                "uuid": uuid,
                "claim": str(fact.uuid),
                "article": article.slug,
                "article_kind": article.kind,
                "start": article.places[place][0],
                "end": article.places[place][1],
                "quote": article.text[slice(*article.places[place])],
                "stance": Stance.SUPPORTS.value,
                "attribution": "",
                "inferred": False,
                "own_reporting": False,
                "chain": [source.slug for source in chain],
                "retired": False,
                "retracted": False,
                "held": article.is_document,
            }
            for uuid, article, chain in passages
        ],
        "voices": {source.slug: [source.slug] for source in sources},
        "contradictions": [],
        "contradicted_by": [],
        "discrepancies": [],
        "sources": {
            source.slug: {
                "slug": source.slug,
                "name": source.name,
                "kind": source.kind,
                "confidential": False,
                "held": source.is_document,
                "names": [source.name],
            }
            for source in sources
        },
    }


def cite(fact: MadeUpFact) -> list[dict[str, Any]]:
    """The published articles that `fact` stands in."""
    return [
        {
            "outlet": article.outlet.name,
            "headline": article.headline,
            "url": article.url,
            "published_at": article.published,
            "quote": fact.statement.removesuffix("."),
        }
        for article in fact.articles
        if not article.is_document
    ]
