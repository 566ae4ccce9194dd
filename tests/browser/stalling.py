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
        self._turn = threading.Lock()
        self._closed = False
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def stall(self) -> None:
        self._flowing.clear()

    def close(self) -> None:
        self._flowing.set()
        with self._turn:
            self._closed = True
            for end in (self._listener, *self._ends):
                _end(end)

    def _keep(self, end: socket.socket) -> socket.socket:
        """Have it closed at the end; a browser may come at the very last moment."""
        with self._turn:
            self._ends.append(end)
            if self._closed:
                _end(end)
        return end

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                browser = self._keep(self._listener.accept()[0])
                threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        with suppress(OSError):
            if not (first := browser.recv(CHUNK)):
                return
            method, target, _ = first.split(b" ", 2)
            host, _, port = target.removeprefix(b"http://").split(b"/")[0].partition(b":")
            desk = self._keep(socket.create_connection((host.decode(), int(port))))
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


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
