"""`python -m autograd_mini`: see cli.py."""

import sys

try:
    from autograd_mini.cli import main

    code = main()
except KeyboardInterrupt:  # Ctrl-C while the imports are still running
    code = 130
sys.exit(code)
