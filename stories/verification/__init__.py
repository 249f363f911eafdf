"""The one door: the verbs that write decisions, on claims and on what is taken down. Imports record and policy."""

from stories.verification.suppression import (
    destroy,
    propose_restoration,
    restore,
    return_suppression,
    suppress,
)
from stories.verification.verbs import confirm, dispute, newest_decision, propose, refute, return_proposal, withdraw

__all__ = [
    "confirm",
    "destroy",
    "dispute",
    "newest_decision",
    "propose",
    "propose_restoration",
    "refute",
    "restore",
    "return_proposal",
    "return_suppression",
    "suppress",
    "withdraw",
]
