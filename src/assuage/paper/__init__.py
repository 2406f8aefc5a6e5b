"""Paper: what a person holds and what another program reads, all from one Plan."""

from assuage.paper.printing import FORMATS, WITH_CHARTS, Format, PaperSize, render

__all__ = ["FORMATS", "WITH_CHARTS", "Format", "PaperSize", "render"]
