"""What holds for all tests, however they are started.

Tests of properties search for counterexamples alike in each run, unless `make soak` asks for another seed.
"""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

TIMED = [HealthCheck.too_slow]
"""What fails because the machine is busy."""

settings.register_profile("fixed", derandomize=True, database=None, deadline=None, suppress_health_check=TIMED)
settings.register_profile(
    "random", derandomize=False, database=None, deadline=None, suppress_health_check=TIMED, print_blob=True
)  # said in full: with CI set, what is not said is Hypothesis' own profile for CI, which has no seed
settings.load_profile("fixed")  # the option --hypothesis-profile is read later, and wins

# A shell that starts pytest in the background has it ignore SIGINT, and so has what the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
