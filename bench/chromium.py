"""A Chromium for measuring pages: one browser, a fresh context (empty cache) for each visit."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench.stage import ROOT, Server, Stage
from console import viewer

FLAGS = (
    "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync "
    "--disable-dev-shm-usage"
)


def program() -> tuple[str, list[str]]:
    """The path of the Chromium that the tests use, and its flags here."""
    found = subprocess.run([str(ROOT / "bin/chromium")], check=True, capture_output=True, text=True).stdout.strip()
    return found, FLAGS.split() + (["--no-sandbox"] if os.geteuid() == 0 else [])


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium that the tests use, without a screen, until the end of the block."""
    found, flags = program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def signed_in(browser: Browser, server: Server, stage: Stage, name: str) -> Iterator[BrowserContext]:
    """A fresh profile with this person's session."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.add_cookies([{"name": viewer.COOKIE, "value": stage.cookies[name], "url": server.address}])
    try:
        yield context
    finally:
        context.close()
