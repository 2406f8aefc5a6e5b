"""From counts to what they can and cannot say."""

from assuage.evidence.proportion import Proportion, wilson

__all__ = ["Proportion", "wilson"]
