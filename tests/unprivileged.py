"""Runs commands as an unprivileged user, for whom file permissions hold, even where the tests run as root."""

import os
import shutil

import pytest

# Root without the capabilities to pass over permissions: another user might not be let into the folder of the tests.
_SHED = "-dac_override,-dac_read_search"
AS_ANYBODY = ["setpriv", f"--bounding-set={_SHED}", f"--inh-caps={_SHED}"] if os.geteuid() == 0 else []

needs_permissions = pytest.mark.skipif(
    bool(AS_ANYBODY) and not shutil.which("setpriv"),
    reason="root may read and write everything, without setpriv",
)
