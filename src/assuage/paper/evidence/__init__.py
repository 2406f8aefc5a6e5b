"""Evidence on paper: one Answer as text, JSON, HTML and PDF, and the list of what can be asked."""

from assuage.paper.evidence.printing import FORMATS, Format, render

__all__ = ["FORMATS", "Format", "render"]
