"""What all tests share: the Hypothesis profile, and the terms in which tests compare floats."""

from hypothesis import settings

# No deadline: a slow machine is not a wrong gradient. The blob lets a failure be repeated anywhere.
settings.register_profile("autograd-mini", deadline=None, print_blob=True)
settings.load_profile("autograd-mini")
