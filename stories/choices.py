"""The desk's closed vocabularies: verdicts, kinds, bases, states, roles. Every word is in docs/glossary.md."""

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


class ClaimKind(TextChoices):
    """What is being claimed; it decides which bases a fact of it may have (rule: claim-kinds)."""

    FACT = "fact", "fact"
    PLAN_TERM = "plan-term", "term of a plan or document"
    QUOTE = "quote", "quotation"
    DATE = "date", "date"
    FIGURE = "figure", "figure"
    POSITION = "position", "statement of position"
    CHARACTERISATION = "characterisation", "characterisation"
    PREDICTION = "prediction", "prediction"
    ANALYSIS = "analysis", "analysis"
    QUESTION = "question", "open question"


class Stance(TextChoices):
    """What a passage does to a claim."""

    SUPPORTS = "supports", "supports"
    CONTRADICTS = "contradicts", "contradicts"


class DiscrepancyKind(TextChoices):
    """In what the passages of one claim disagree."""

    QUOTATION = "quotation", "quotation wording"
    NAME = "name", "name or spelling"
    FIGURE = "figure", "figure"
    DATE = "date", "date"
    STRENGTH = "strength", "strength of the statement"
    ONLY_ONE = "only-one", "only one outlet says it"


BLOCKING_DISCREPANCIES = (DiscrepancyKind.QUOTATION, DiscrepancyKind.FIGURE, DiscrepancyKind.STRENGTH)
"""While one of these is open among the listed passages, no basis holds (rule: open-disagreements)."""


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


UNVERIFIED = "unverified"
"""The state of a claim on which nothing was decided yet."""


class Basis(TextChoices):
    """Why a wording may be printed."""

    CORROBORATED = "corroborated", "corroborated: two independent sources"
    DOCUMENTED = "documented", "documented: the document is in our hands"
    ATTRIBUTED = "attributed", "attributed: the wording names its source"


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


FACT_EVENTS = (Event.CONFIRMED, Event.REWORDED)
"""The events that begin a fact."""


class Role(TextChoices):
    """What a person may decide; read from the groups that migrate creates."""

    REPORTER = "reporter", "reporter"
    EDITOR = "editor", "editor"


REPORTERS = "Reporters"
EDITORS = "Editors"
AUDITORS = "Auditors"
