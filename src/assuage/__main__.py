"""`python -m assuage` is the command `assuage`."""

import sys

from assuage.cli import main

if __name__ == "__main__":
    sys.exit(main())
