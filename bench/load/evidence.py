"""What made-up facts stand on, as `provenance` and `publishing` would describe it (a test holds them equal)."""

from bench.load.invention import GROUP, MadeUpFact, story_slug
from stories.chain import format_time
from stories.choices import Stance
from stories.provenance.snapshots import FORMAT, RULES, Snapshot


def describe_evidence(fact: MadeUpFact, *, story_title: str) -> Snapshot:
    """The snapshot of `fact`, which belongs to the story of that title, on its passages."""
    sources = sorted({source for chain in fact.chains for source in chain}, key=lambda source: source.slug)
    passages = sorted(zip(map(str, fact.passages), fact.articles, fact.chains, strict=True), key=lambda one: one[0])
    place = fact.number % GROUP
    return {
        "format": FORMAT,
        "rules": RULES,
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
        "settled": {"contradictions": [], "discrepancies": []},
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
        "story": {"slug": story_slug(fact.story), "title": story_title},
        "language": "en",
        "articles": {
            article.slug: {
                "outlet": article.outlet.name,
                "headline": article.headline or None,
                "url": article.url or None,
                "published_at": article.published or None,
                "received_at": format_time(article.at),
            }
            for article in fact.articles
            if not article.is_document
        },
    }
