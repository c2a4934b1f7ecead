"""`python -m nn`: networks trained, tried and shown from the command line; see `nn/command`."""

import sys

from nn.command import main

if __name__ == "__main__":
    sys.exit(main())
