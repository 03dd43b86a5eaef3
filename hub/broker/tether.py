# SPDX-License-Identifier: EUPL-1.2
"""Become another program that the kernel kills when its parent is gone: ``tether.py PARENT_PID COMMAND...``.

Run as a program of its own before the real one, because what it asks for is lost by a fork but kept by an exec.
Linux only; elsewhere an orphan lives until the next start on its data directory ends it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Tie this process to ``parent`` and turn into ``command``."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the line above
            raise SystemExit(1)
    os.execv(command[0], command)  # noqa: S606  no shell is meant


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
