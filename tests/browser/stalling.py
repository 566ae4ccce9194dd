"""A proxy between a browser and the desk that can stop carrying anything without a word, as a dead wireless link does."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

CHUNK = 1 << 16


class Stalling:
    """Give its `address` to a browser as a proxy. After `stall` both ends believe that the other is only silent."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._flowing = threading.Event()
        self._flowing.set()
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def stall(self) -> None:
        self._flowing.clear()

    def close(self) -> None:
        self._flowing.set()
        for end in (self._listener, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._ends.append(self._listener.accept()[0])
                threading.Thread(target=self._serve, args=(self._ends[-1],), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        with suppress(OSError):
            if not (first := browser.recv(CHUNK)):
                return
            method, target, _ = first.split(b" ", 2)
            host, _, port = target.removeprefix(b"http://").split(b"/")[0].partition(b":")
            desk = socket.create_connection((host.decode(), int(port)))
            self._ends.append(desk)
            threading.Thread(target=self._carry, args=(desk, browser), daemon=True).start()
            if method == b"CONNECT":
                browser.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            else:
                desk.sendall(first)
            self._carry(browser, desk)

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self._flowing.wait()
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
