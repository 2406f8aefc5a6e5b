"""How generated examples are made: the same ones on every run, and as long as each takes."""

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci")
