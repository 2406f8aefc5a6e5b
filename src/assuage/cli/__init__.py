"""The command line: words in, one call, text or JSON out."""

from assuage.cli.door import main

__all__ = ["main"]
