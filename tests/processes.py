"""Whether processes run, and a patient look at it."""

import shutil
import subprocess
import time
from collections.abc import Callable


SECONDS = 100


def eventually(condition: Callable[[], bool]) -> bool:
    """Say whether a condition comes true soon."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def runs(number: int) -> bool:
    """Say whether a process runs; one that ended and was not reaped does not."""
    ps = shutil.which("ps") or "ps"
    said = subprocess.run(
        [ps, "-o", "stat=", "-p", str(number)],
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip()[:1] not in ("", "Z")
