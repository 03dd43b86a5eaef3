# SPDX-License-Identifier: EUPL-1.2
"""What only a store on disk promises: it is still there after a stop or a kill, and it is nobody else's."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hub.streams.errors import StoreLocked
from hub.streams.store import EMPTY, RocksStore

WRITER = """
import sys, os, signal
from pathlib import Path
from hub.streams.store import RocksStore
store = RocksStore(Path(sys.argv[1]))
store.reset("cluster/topic/0")
for turn in range(1, 6):
    store.apply([(b"key-%d" % row, b"%d" % turn) for row in range(100)], turn * 100)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_rows_and_offset_are_there_after_a_restart(tmp_path: Path) -> None:
    store = RocksStore(tmp_path / "0")
    store.reset("cluster/topic/0")
    store.apply([(b"a", b"1")], 41)
    store.close()
    again = RocksStore(tmp_path / "0")
    assert again.get(b"a") == b"1"
    assert (again.applied.source, again.applied.offset) == ("cluster/topic/0", 41)
    assert again.applied.at == store.applied.at
    again.close()


def test_a_kill_loses_no_turn_and_halves_none(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", WRITER, str(tmp_path / "0")], check=False)
    assert killed.returncode == -signal.SIGKILL
    store = RocksStore(tmp_path / "0")
    assert store.applied.offset == 500
    assert {value for _, value in store.scan(b"", None)} == {b"5"}
    store.close()


def test_a_second_process_is_told_who_holds_it(tmp_path: Path) -> None:
    holder = RocksStore(tmp_path / "0")
    with pytest.raises(StoreLocked, match="stop that worker"):
        RocksStore(tmp_path / "0")
    holder.close()


def test_unreadable_files_are_thrown_away(tmp_path: Path) -> None:
    store = RocksStore(tmp_path / "0")
    store.apply([(b"a", b"1")], 41)
    store.close()
    (tmp_path / "0" / "CURRENT").write_text("nonsense")
    again = RocksStore(tmp_path / "0")
    assert again.applied == EMPTY
    assert again.get(b"a") is None
    again.close()


def test_what_is_not_a_store_is_not_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "0").write_text("somebody's notes")
    with pytest.raises(Exception, match="File exists"):
        RocksStore(tmp_path / "0")
    assert (tmp_path / "0").read_text() == "somebody's notes"
