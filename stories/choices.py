"""The desk's closed vocabularies: verdicts, kinds, bases, states, roles. Every word is in docs/glossary.md."""

from enum import StrEnum
from typing import Any

from django.db.models import TextChoices


class SourceKind(TextChoices):
    """What can be quoted."""

    OUTLET = "outlet", "outlet"
    AGENCY = "agency", "agency"
    DOCUMENT = "document", "document"
    PERSON = "person", "person"
    INSTITUTION = "institution", "institution"
    ANONYMOUS = "anonymous-person", "anonymous person"


class ArticleKind(TextChoices):
    """What sort of text an article is. Only published articles are cited in public."""

    PUBLISHED = "published", "published article"
    WIRE = "wire", "wire copy"
    RELEASE = "release", "press release"
    DOCUMENT = "document", "document we hold"
    OWN_NOTE = "own-note", "own note"


class ArticleStatus(TextChoices):
    """Whether its outlet still stands behind it. A retracted article supports nothing."""

    CURRENT = "current", "current"
    CORRECTED = "corrected", "corrected by its outlet"
    RETRACTED = "retracted", "retracted by its outlet"


class Basis(TextChoices):
    """Why a wording may be printed."""

    CORROBORATED = "corroborated", "corroborated: two independent sources"
    DOCUMENTED = "documented", "documented: the document is in our hands"
    ATTRIBUTED = "attributed", "attributed: the wording names its source"


class Heading(StrEnum):
    """Under what a story version puts its facts, in this order."""

    ESTABLISHED = "What is established"
    DOCUMENTS = "What the documents say"
    SAID = "What is being said"


ANY_BASIS = tuple(Basis)
NO_BASIS: tuple[Basis, ...] = ()


class ClaimKind(TextChoices):
    """What is being claimed (rule: claim-kinds), and all that hangs on it.

    `bases` are those that its facts may have: without any it is never confirmed. `heading` is where a story version
    puts them, None where there are none. `is_said` when a wording must report it as somebody's words.
    """

    bases: tuple[Basis, ...]
    heading: Heading | None
    is_said: bool

    def __new__(cls, value: str, *about: Any) -> "ClaimKind":
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.bases, kind.heading, kind.is_said = about
        return kind

    FACT = "fact", ANY_BASIS, Heading.ESTABLISHED, False, "fact"
    PLAN_TERM = "plan-term", ANY_BASIS, Heading.DOCUMENTS, False, "term of a plan or document"
    QUOTE = "quote", ANY_BASIS, Heading.DOCUMENTS, False, "quotation"
    DATE = "date", ANY_BASIS, Heading.ESTABLISHED, False, "date"
    FIGURE = "figure", ANY_BASIS, Heading.ESTABLISHED, False, "figure"
    POSITION = "position", ANY_BASIS, Heading.SAID, True, "statement of position"
    CHARACTERISATION = "characterisation", (Basis.ATTRIBUTED,), Heading.ESTABLISHED, False, "characterisation"
    PREDICTION = "prediction", NO_BASIS, None, False, "prediction"
    ANALYSIS = "analysis", NO_BASIS, None, False, "analysis"
    QUESTION = "question", NO_BASIS, None, False, "open question"


class LiftGround(TextChoices):
    """Why the protection of a source may be taken off (rule: lifting)."""

    CONSENT = "consent", "the source agreed, and that is on record"
    PUBLICATION = "publication", "the source published it under its own name"


class Stance(TextChoices):
    """What a passage does to a claim."""

    SUPPORTS = "supports", "supports"
    CONTRADICTS = "contradicts", "contradicts"


class DiscrepancyKind(TextChoices):
    """In what the passages of one claim disagree.

    While one of a kind that `blocks` is open among the listed passages, no basis holds (rule: open-disagreements).
    """

    blocks: bool

    def __new__(cls, value: str, *about: Any) -> "DiscrepancyKind":
        kind = str.__new__(cls, value)
        kind._value_ = value
        (kind.blocks,) = about
        return kind

    QUOTATION = "quotation", True, "quotation wording"
    NAME = "name", False, "name or spelling"
    FIGURE = "figure", True, "figure"
    DATE = "date", False, "date"
    STRENGTH = "strength", True, "strength of the statement"
    FORM = "form", False, "form of a quotation"
    ONLY_ONE = "only-one", False, "only one outlet says it"


BLOCKING_DISCREPANCIES = tuple(kind for kind in DiscrepancyKind if kind.blocks)
"""The kinds that block."""


class DisagreementState(TextChoices):
    """Where a discrepancy or a contradiction stands."""

    OPEN = "open", "open"
    RESOLVED = "resolved", "resolved"
    DISMISSED = "dismissed", "dismissed"


class Verdict(TextChoices):
    """What a decision says."""

    PROPOSED = "proposed", "proposed"
    CONFIRMED = "confirmed", "confirmed"
    RETURNED = "returned", "returned"
    DISPUTED = "disputed", "disputed"
    REFUTED = "refuted", "refuted"
    WITHDRAWN = "withdrawn", "withdrawn"
    SUPPRESSED = "suppressed", "suppressed"
    DESTROYED = "destroyed", "destroyed"
    RESTORED = "restored", "restored"


ON_PARTS = (Verdict.SUPPRESSED, Verdict.DESTROYED, Verdict.RESTORED)
"""The verdicts on a part of a publication, and on no claim."""

ENDINGS = (Verdict.DISPUTED, Verdict.REFUTED, Verdict.WITHDRAWN)
"""The verdicts that end the fact in force, if there is one."""

UNVERIFIED = "unverified"
"""The state of a claim on which nothing was decided yet."""


class CorrectionKind(TextChoices):
    """Why something we published was changed or taken down."""

    UPDATE = "update", "update: events moved on, it was not wrong when printed"
    CLARIFICATION = "clarification", "clarification: right, but misleading"
    CORRECTION = "correction", "correction: it was wrong"
    WITHHELD = "withheld", "withheld: taken down while we check"
    RETRACTION = "retraction", "retraction: it should not have been published"


class ChangeKind(TextChoices):
    """What a story version is to the one before: new material, or a correction of a kind."""

    NEW = "new", "new"
    UPDATE = "update", "update"
    CLARIFICATION = "clarification", "clarification"
    CORRECTION = "correction", "correction"
    WITHHELD = "withheld", "withheld"
    RETRACTION = "retraction", "retraction"


class Event(TextChoices):
    """What a publication did."""

    CONFIRMED = "confirmed", "confirmed"
    REWORDED = "reworded", "reworded"
    WITHDRAWN = "withdrawn", "withdrawn"
    VERSION = "version", "story version"
    SUPPRESSED = "suppressed", "suppressed"
    RESTORED = "restored", "restored"


class Part(TextChoices):
    """What of a publication lies beside the log, so that it can be taken down."""

    TEXT = "text", "text"
    NOTE = "note", "public note"


class Because(TextChoices):
    """Why a part was taken down, as far as readers are told."""

    COURT = "court", "court: an order or a ruling"
    SAFETY = "safety", "safety: somebody is in danger"
    PRIVACY = "privacy", "privacy: somebody's own affairs"


FACT_EVENTS = (Event.CONFIRMED, Event.REWORDED)
"""The events that begin a fact."""


class Role(TextChoices):
    """What a person may decide; read from the groups that migrate creates."""

    REPORTER = "reporter", "reporter"
    EDITOR = "editor", "editor"


REPORTERS = "Reporters"
EDITORS = "Editors"
AUDITORS = "Auditors"
