"""What all tests share: the Hypothesis profile, and the language, English whatever the machine speaks (their subprocesses too)."""

import os

from hypothesis import settings

pytest_plugins = ["pytester"]

# No deadline: a slow machine is not a wrong gradient. The blob lets a failure be repeated anywhere.
settings.register_profile("autograd-mini", deadline=None, print_blob=True)
settings.load_profile("autograd-mini")

os.environ["LANGUAGE"] = "en"
