"""The line between a page and the desk, in the hands of a test: cut, blocked, silent or slow."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import WebSocketRoute

from browser.screen import Screen


class Wire:
    """Every socket of a screen goes through this; make it before the page opens."""

    def __init__(self, screen: Screen) -> None:
        self.blocked = self.silent = self.held = False
        self.losing = 0  # so many of the next events never arrive
        self._lines: list[WebSocketRoute] = []
        self._waiting: list[Callable[[], None]] = []
        screen.context.route_web_socket("**/socket.io/**", self._opened)

    def cut(self) -> None:
        """End the lines there are, as a dying worker does."""
        for each in self._lines:
            each.close(code=1012)
        self._lines.clear()

    def release(self) -> None:
        """Let go what the page sent while the line was held."""
        self.held = False
        for send in self._waiting:
            send()
        self._waiting.clear()

    def _opened(self, page_side: WebSocketRoute) -> None:
        if self.blocked:
            page_side.close(code=1008)
            return
        server_side = page_side.connect_to_server()
        self._lines.append(page_side)

        def to_server(message: str | bytes) -> None:
            if self.held:
                self._waiting.append(lambda: server_side.send(message))
            elif not self.silent:
                server_side.send(message)

        def to_page(message: str | bytes) -> None:
            if self.losing and '"event"' in str(message):
                self.losing -= 1
            elif not self.silent:
                page_side.send(message)

        page_side.on_message(to_server)
        server_side.on_message(to_page)
