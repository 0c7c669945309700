"""How tests of properties search for counterexamples: always alike, unless `make soak` asks for another seed."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

TIMED = [HealthCheck.too_slow]
"""What fails because the machine is busy."""

settings.register_profile("fixed", derandomize=True, database=None, deadline=None, suppress_health_check=TIMED)
settings.register_profile("random", database=None, deadline=None, suppress_health_check=TIMED, print_blob=True)
settings.load_profile("fixed")  # the option --hypothesis-profile is read later, and wins
