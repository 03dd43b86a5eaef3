# SPDX-License-Identifier: EUPL-1.2
"""The broker's operating system process: started, stopped, killed, and found again after its owner was killed."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil

from hub.broker import tether
from hub.broker.directory import Directory
from hub.broker.errors import BrokerNotReady

LAST_WORDS_BYTES = 64 * 1024
DISK_FULL = "No space left on device"


class Process:
    """A running broker."""

    def __init__(self, command: list[str], directory: Directory, *, tethered: bool) -> None:
        self._directory = directory
        self._log_begin = directory.log.stat().st_size if directory.log.exists() else 0
        self._ended = threading.Event()
        started = threading.Event()
        failure: list[OSError] = []

        def keep() -> None:
            # The kernel ties a tethered process to the thread that started it, so that thread waits until it has ended.
            try:
                self._popen = _popen(command, directory, tethered=tethered)
            except OSError as error:
                failure.append(error)
                return
            finally:
                started.set()
            self._popen.wait()
            self._ended.set()

        threading.Thread(target=keep, name="broker", daemon=True).start()
        started.wait()
        if failure:
            raise failure[0]

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def running(self) -> bool:
        return not self._ended.is_set()

    def last_words(self) -> str:
        """The end of what this process (no earlier one) wrote to its log and its console."""
        told = ""
        for path, begin in ((self._directory.log, self._log_begin), (self._directory.console, 0)):
            with contextlib.suppress(FileNotFoundError), path.open("rb") as stream:
                end = path.stat().st_size
                stream.seek(max(end - LAST_WORDS_BYTES, begin if begin <= end else 0))
                told += stream.read().decode(errors="replace")
        return told

    def stop(self, timeout: float) -> None:
        """Ask it to end; after ``timeout`` seconds, end it."""
        self._popen.terminate()
        if not self._ended.wait(timeout):
            self.kill()

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._popen.kill()
        self._ended.wait()


def _popen(command: list[str], directory: Directory, *, tethered: bool) -> subprocess.Popen[bytes]:
    if tethered:
        command = [sys.executable, "-I", "-S", str(Path(tether.__file__)), str(os.getpid()), *command]
    with directory.console.open("wb") as console:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            cwd=directory.root,
            start_new_session=True,  # Ctrl-C is for the hub, which stops its broker last
        )


def run(command: list[str], directory: Directory) -> None:
    """Run one of Kafka's tools to its end. Raises BrokerNotReady, or OSError where a full disk was the reason."""
    ended = subprocess.run(command, capture_output=True, text=True, cwd=directory.root, check=False)
    if ended.returncode == 0:
        return
    if DISK_FULL in ended.stdout + ended.stderr:
        raise OSError(errno.ENOSPC, DISK_FULL)
    directory.console.write_text(ended.stdout + ended.stderr, encoding="utf-8")
    raise BrokerNotReady("Kafka could not prepare the broker's data directory; console.log there says why.")


def main_arguments(directory: Directory) -> list[str]:
    """The last words of the broker's command line: what to run, and with which settings."""
    return ["kafka.Kafka", str(directory.properties)]


def end_orphan(directory: Directory) -> None:
    """End the broker that an earlier owner of this directory left running; the caller occupies the directory.

    It is known by its command line, which ends in this directory's settings: a recorded pid could be a stranger's.
    """
    for found in psutil.process_iter(["cmdline"]):
        if (found.info["cmdline"] or [])[-2:] == main_arguments(directory):
            with contextlib.suppress(psutil.NoSuchProcess):
                found.kill()
                found.wait()
