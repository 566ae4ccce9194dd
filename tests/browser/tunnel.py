"""A page without a connection: neither its socket nor what it asks for over HTTP arrives."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from browser.screen import Screen
from browser.wire import Wire

WAITING = "Waiting for the connection"


class Away(Wire):
    """The line of a screen, and everything that the page asks for over HTTP once it is open."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.screen = screen
        screen.forgive("ERR_FAILED", "WebSocket connection", "409")

    def lose(self) -> None:
        self.blocked = True
        for path in ("**/since/**", "**/replies", "**/notes"):
            self.screen.page.route(path, lambda route: route.abort())
        self.cut()
        expect(self.screen.page.locator("reply-composer form.is-offline")).to_be_visible()

    def return_(self) -> None:
        self.blocked = False
        self.screen.page.unroute_all()


def sends(screen: Screen) -> int:
    return len([path for path in screen.posts if path.endswith(("/replies", "/notes"))])


def waiting(screen: Screen, text: str) -> Locator:
    bubble = screen.message(text)
    expect(bubble).to_contain_text(WAITING)
    return bubble
