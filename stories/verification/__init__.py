"""The one door: the verbs that write decisions, on claims and on suppressing. Imports record and policy."""

from stories.verification.suppression import propose_suppression, sign_suppression
from stories.verification.verbs import confirm, dispute, propose, refute, return_proposal, withdraw

__all__ = [
    "confirm",
    "dispute",
    "propose",
    "propose_suppression",
    "refute",
    "return_proposal",
    "sign_suppression",
    "withdraw",
]
