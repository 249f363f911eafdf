"""One noun a file: fields, constraints and the vocabulary of querysets. Imports `choices` alone."""

from stories.models.article import Article
from stories.models.change import Change
from stories.models.claim import Claim, Contradiction
from stories.models.decision import Decision
from stories.models.evidence import ChainLink, Discrepancy, Evidence
from stories.models.fact_in_force import FactInForce
from stories.models.heartbeat import Heartbeat
from stories.models.naming import LookedThrough, Naming
from stories.models.presence import Presence
from stories.models.protection import FormerName, Lift, NameLook, NameReader
from stories.models.publication import Publication, PublicationNote, PublicationSource, PublicationText, SealedText
from stories.models.queue import FactToWeigh, QueueItem
from stories.models.sighting import Ruling, Sighting
from stories.models.source import Alias, Source, Voice
from stories.models.story import Story
from stories.models.version import StoryVersion

__all__ = [
    "Alias",
    "Article",
    "ChainLink",
    "Change",
    "Claim",
    "Contradiction",
    "Decision",
    "Discrepancy",
    "Evidence",
    "FactInForce",
    "FactToWeigh",
    "FormerName",
    "Heartbeat",
    "Lift",
    "LookedThrough",
    "NameLook",
    "NameReader",
    "Naming",
    "Presence",
    "Publication",
    "PublicationNote",
    "PublicationSource",
    "PublicationText",
    "QueueItem",
    "Ruling",
    "SealedText",
    "Sighting",
    "Source",
    "Story",
    "StoryVersion",
    "Voice",
]
