"""From pain scores to what a course did: baseline, response at day 14, how long relief lasts."""

from assuage.response.duration import Relief, relief
from assuage.response.responder import Response, response
from assuage.response.scores import Baseline, baseline

__all__ = ["Baseline", "Relief", "Response", "baseline", "relief", "response"]
