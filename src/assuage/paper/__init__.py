"""Paper: what a person holds and what another program reads, all from one Plan."""

from assuage.paper.printing import FORMATS, Format, PaperSize, render

__all__ = ["FORMATS", "Format", "PaperSize", "render"]
