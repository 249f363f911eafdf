"""A text as received → article."""

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from stories.choices import ArticleKind, SourceKind
from stories.intake.plain_text import INVISIBLE, read_article
from stories.models import Article, Source, Story


def register_article(
    raw: str,
    *,
    slug: str,
    story: Story,
    outlet: Source | None,
    kind: str = ArticleKind.PUBLISHED,
    language: str = "en",
    received_at: datetime,
    url: str = "",
    copy_of: Article | None = None,
    authentication: str = "",
) -> Article:
    """Store `raw` exactly as received, with what it says about itself, and return the article.

    `outlet` is who put it out: for a document that we hold the document's own source, for a note of our own
    None. `received_at` is an aware time. Raises `ValidationError` saying what is wrong and what to do.
    """
    problems = _text_problems(raw) or _outlet_problems(kind, outlet)
    if problems:
        raise ValidationError([f"{slug}: {problem}" for problem in problems])
    parsed = read_article(raw)
    article = Article(
        slug=slug,
        story=story,
        outlet=outlet,
        kind=kind,
        headline=parsed.headline or "",
        url=url,
        language=language,
        published=parsed.published,
        received_at=received_at,
        text=raw,
        sha256=hashlib.sha256(raw.encode()).hexdigest(),
        body_start=parsed.body_start,
        body_end=parsed.body_end,
        copy_of=copy_of,
        authentication=authentication,
    )
    with transaction.atomic():
        article.full_clean()
        article.save(force_insert=True)
    return article


def _text_problems(raw: str) -> list[str]:
    """Say why `raw` cannot be stored as it came; nothing when it can."""
    if not raw.strip().strip(INVISIBLE).strip():
        return ["there is no text in it; nothing can be quoted from it."]
    if "\0" in raw:
        return [f"there is a NUL character at {raw.index(chr(0))}; this is no text file, export it as plain text."]
    try:
        raw.encode()
    except UnicodeEncodeError as error:
        return [f"the character at {error.start} is half a code point; read the file as UTF-8 again."]
    return []


def _outlet_problems(kind: str, outlet: Source | None) -> list[str]:
    """Say whether `outlet` fits an article of this kind; nothing when it does."""
    if kind == ArticleKind.OWN_NOTE:
        return ["a note of our own has no outlet; leave it empty."] if outlet else []
    if outlet is None:
        return ["it has no outlet; say who put it out, or register it as a note of our own."]
    if kind == ArticleKind.DOCUMENT and outlet.kind != SourceKind.DOCUMENT:
        return [f"a document's outlet is the document itself; {outlet.slug} is of the kind {outlet.kind}."]
    return []
