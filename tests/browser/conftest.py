# SPDX-License-Identifier: EUPL-1.2
"""A real browser: Debian's Chromium without a window, for one file of tests at a time.

Not for the whole session: Playwright keeps an event loop running, and tests with a loop of their own cannot start then.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.machine import program


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = program("chromium", "chromium")
    rights = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium has no sandbox for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*rights, "--disable-dev-shm-usage"])
        yield browser
        browser.close()
