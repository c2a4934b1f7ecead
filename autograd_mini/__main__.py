"""`python -m autograd_mini`: see cli.py."""

import sys

from autograd_mini.cli import main

if __name__ == "__main__":
    sys.exit(main())
