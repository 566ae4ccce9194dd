"""One person's browser: a context with their session, its tabs, and everything that went wrong in them."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, WebSocket, expect

# How long a thing may take, in ms: what the product promises times three.
LIVE = 6_000  # what somebody else did is here within 2 s, however busy the machine
BACK = 15_000  # a lost line is tried again after at most 5 s
ASKED = 9_000  # without a line the page asks every 3 s

# The live regions, written so that equal pages are equal texts: attributes and classes in one order.
SAME = """(marks) => {
  const written = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\\s+/g, ' ').trim();
    if (node.nodeType !== Node.ELEMENT_NODE || 'client' in node.dataset || 'pending' in node.dataset) return '';
    const attributes = [...node.attributes].map(({name, value}) => name !== 'class' ? `${name}=${value}`
      : 'class=' + [...node.classList].filter((one) => !marks.includes(one)).sort().join(' '));
    const inside = [...node.childNodes].map(written).filter(Boolean).join('|');
    return `<${node.localName} ${attributes.filter((each) => each !== 'class=').sort().join(' ')}>${inside}</>`;
  };
  const parts = document.querySelectorAll('#thread, #activity-log, [id^="panel-"]');
  return Object.fromEntries([...parts].map((part) => [part.id, written(part)]));
}"""


class Screen:
    """What one person has before them. Whatever no test forgave (`forgive`) fails the test when it ends."""

    def __init__(self, context: BrowserContext, name: str | None, url: str) -> None:
        self.context, self.name, self.url = context, name, url
        self.frames: list[str] = []  # received over sockets
        self.posts: list[str] = []  # paths of the commands sent
        self._problems: list[str] = []
        self._forgiven: list[str] = ["net::ERR_ABORTED"]  # the page itself gave up asking
        context.on("page", self._watch)
        self.page = context.new_page()

    # going

    def open(self, path: str, *, live: bool = True) -> Screen:
        self.page.goto(self.url + path)
        if live:
            self.wait_live()
        return self

    def wait_live(self, timeout: float = BACK) -> None:
        self.page.locator(".link-state[data-state=live]").wait_for(state="attached", timeout=timeout)

    def other_tab(self, path: str) -> Screen:
        """Another tab with the same session; it is watched like the first."""
        tab = Screen.__new__(Screen)
        tab.__dict__ = self.__dict__ | {"page": self.context.new_page()}
        return tab.open(path)

    # looking

    @property
    def thread(self) -> Locator:
        return self.page.locator("#thread")

    @property
    def log(self) -> Locator:
        return self.page.locator("#activity-log > li.act")

    @property
    def field(self) -> Locator:
        """The text field of the composer."""
        return self.page.locator("reply-composer textarea[name=body]")

    @property
    def problem(self) -> Locator:
        return self.page.locator("reply-composer .problem")

    def message(self, text: str) -> Locator:
        return self.thread.locator("li.msg", has_text=text)

    def sent(self, text: str) -> Locator:
        """The message as an entry of the log, not as a bubble on its way."""
        return self.thread.locator("li.msg[data-seq]", has_text=text)

    def panel(self, name: str) -> Locator:
        return self.page.locator(f"#panel-{name}")

    def picker(self, field: str) -> Locator:
        return self.page.locator(f"field-picker[data-field={field}] button.pick")

    def content(self) -> dict[str, str]:
        """The live regions, without what only this browser added and the marks of who looks."""
        found: dict[str, str] = self.page.evaluate(SAME, ["mine", "fresh"])
        return found

    def caret(self) -> dict[str, Any]:
        """What must not move while other people work: focus, text, selection, and where the conversation stands."""
        found: dict[str, Any] = self.page.evaluate(
            """() => {
              const text = document.querySelector('reply-composer textarea[name=body]');
              return {focus: document.activeElement === text, text: text.value, start: text.selectionStart,
                      end: text.selectionEnd, inner: text.scrollTop,
                      top: document.querySelector('[data-stick]').scrollTop};
            }"""
        )
        return found

    # doing

    def mode(self, name: str) -> None:
        self.page.locator(f"reply-composer [data-mode={name}]").click()

    def send(self) -> None:
        self.page.locator("reply-composer button[type=submit]").click()

    def reply(self, text: str) -> None:
        """Write, read what others said meanwhile, send."""
        self.field.fill(text)
        self.read()
        self.send()
        expect(self.sent(text)).to_have_count(1, timeout=LIVE)

    def read(self) -> None:
        """Wait until what arrived on screen was there long enough to have been seen."""
        expect(self.page.locator(".notice.unseen")).to_be_hidden()

    def send_anyway(self) -> None:
        """Send past what arrived and was not seen."""
        self.forgive("409")
        self.field.press("Control+Enter")
        self.page.locator("[data-guard=anyway]").click()

    def note(self, text: str) -> None:
        self.mode("note")
        self.reply(text)

    def choose(self, field: str, value: str) -> None:
        self.picker(field).click()
        self.page.locator(f"field-picker[data-field={field}] [role=option][data-value='{value}']").click()

    # what goes wrong

    def forgive(self, *patterns: str) -> None:
        """Problems that fit one of these regular expressions are what the test is about."""
        self._forgiven.extend(patterns)

    def problems(self) -> list[str]:
        return [each for each in self._problems if not _fits(each, self._forgiven)]

    def _watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._problems.append(f"page error: {error}"))
        page.on("crash", lambda _: self._problems.append("the page crashed"))
        page.on("requestfailed", self._failed)
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("websocket", self._socket)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._problems.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        self._problems.append(f"request failed: {request.method} {request.url} {request.failure}")

    def _request(self, request: Request) -> None:
        if request.method == "POST":
            self.posts.append(request.url.removeprefix(self.url))

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._problems.append(f"answer {response.status}: {response.request.method} {response.url}")

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.frames.append(str(frame)))


def _fits(problem: str, patterns: tuple[str, ...] | list[str]) -> bool:
    return any(re.search(pattern, problem) for pattern in patterns)
