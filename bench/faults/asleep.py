"""C14: a laptop sleeps: every process of a real browser is stopped, and wakes up later to a ticket that went on."""

from __future__ import annotations

import asyncio
import signal
from time import monotonic

import httpx2
import psutil
from playwright.async_api import Browser, async_playwright

from bench.chromium import program
from bench.faults.broken import LEAVES
from bench.faults.fleet import Fleet
from bench.faults.watching import watched
from console.robots.door import Account

GONE_WITHIN, BACK_WITHIN = 15.0, 3.0  # seconds: the promises
SLEEPS = 60.0  # seconds; ten minutes are the same, only longer: every timeout there is has passed by then


async def browser_asleep(fleet: Fleet, _seconds: float, *, sleeps: float = SLEEPS) -> list[str]:
    """Others are told in time that the person is away, and the page shows what is new soon after it wakes."""
    await asyncio.sleep(LEAVES)
    sleeper = fleet.workers[0]
    account, asker, colleague = fleet.technicians[-3:]
    path, flags = await asyncio.to_thread(program)
    witness = (fleet.workers[1].url, asker)
    async with (
        async_playwright() as playwright,
        watched((sleeper.url, colleague), witness) as (
            roster,
            _,
            number,
        ),
    ):
        browser = await playwright.chromium.launch(executable_path=path, args=flags)
        page = await (await browser.new_context(locale="en-GB")).new_page()
        await page.goto(f"{sleeper.url}/sign-in?next=/tickets/{number}")
        await page.locator("input[name=email]").fill(account.email)
        await page.locator("input[name=password]").fill(account.password)
        await page.get_by_role("button", name="Sign in").click()
        await page.locator(".link-state[data-state=live]").wait_for()
        await roster.until(lambda states: len(states) == 3)
        processes = _processes(browser)
        _send(processes, signal.SIGSTOP)
        try:
            gone = await roster.until(lambda states: len(states) == 2)
            await asyncio.sleep(max(0.0, sleeps - (gone or 0)))
            await _write((sleeper.url, colleague), number, "While you slept")
        finally:
            _send(processes, signal.SIGCONT)
        woke = monotonic()
        await page.get_by_text("While you slept").first.wait_for(timeout=60_000)
        shown = monotonic() - woke
        back = await roster.until(lambda states: len(states) == 3)
        await browser.close()
    print(f"  a sleeping browser was gone after {gone or 0:.1f} s; awake it showed what was new after {shown:.1f} s")
    wrong = [] if gone is not None and gone < 3 * GONE_WITHIN else [f"a sleeper was gone after {gone} s"]
    wrong += [] if shown < 3 * BACK_WITHIN else [f"what was new was shown {shown:.1f} s after waking"]
    return wrong + ([] if back is not None else ["nobody saw the sleeper come back"])


def _processes(browser: Browser) -> list[psutil.Process]:
    """Every process of the browser."""
    assert browser.is_connected()
    found = psutil.Process().children(recursive=True)
    return [
        each for each in found if "--user-data-dir" in " ".join(each.cmdline()) or "--type=" in " ".join(each.cmdline())
    ]


def _send(processes: list[psutil.Process], sign: signal.Signals) -> None:
    for each in processes:
        if each.is_running():
            each.send_signal(sign)


async def _write(writer: tuple[str, Account], number: int, body: str) -> None:
    url, account = writer
    async with httpx2.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        await client.post("/sign-in", data={"email": account.email, "password": account.password})
        answer = await client.post(
            f"/tickets/{number}/notes", data={"body": body}, headers={"accept": "application/json"}
        )
        answer.raise_for_status()
