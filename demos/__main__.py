"""`python -m demos`: see runner.py."""

import sys

try:
    from demos.runner import main

    code = main()
except KeyboardInterrupt:  # Ctrl-C while the imports are still running
    code = 130
sys.exit(code)
