"""The one door: the verbs that write decisions, on claims and on suppressing. Imports record and policy."""

from stories.verification.suppression import propose_suppression, return_suppression, sign_suppression
from stories.verification.verbs import confirm, dispute, newest_decision, propose, refute, return_proposal, withdraw

__all__ = [
    "confirm",
    "dispute",
    "newest_decision",
    "propose",
    "propose_suppression",
    "refute",
    "return_proposal",
    "return_suppression",
    "sign_suppression",
    "withdraw",
]
