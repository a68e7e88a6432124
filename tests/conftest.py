"""No timing is asserted in tests: they run side by side, on machines of any speed."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
