"""C6: readers that answer every ping and never read, while a ticket that they have joined changes all the time."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import struct
from time import monotonic

import httpx2

from bench.faults.fleet import Fleet, Worker

READERS = 20
RECEIVES = 4_096  # bytes that a reader's kernel takes in
NOTES = 4_000  # characters of each note
FLOOD = 20.0  # seconds
CUT_WITHIN = 15.0  # seconds: the promise
GROWTH = 40.0  # MiB: the promise


async def silent_readers(fleet: Fleet, _seconds: float) -> list[str]:
    """Twenty of them on one worker; each has to be cut off, and the worker's memory stays bounded."""
    worker = fleet.workers[0]
    async with httpx2.AsyncClient(base_url=worker.url, timeout=30, trust_env=False) as client:
        account = fleet.technicians[-1]
        asked = {"email": account.email, "password": account.password, "name": "flood"}
        token = (await client.post("/api/v1/tokens", json=asked)).raise_for_status().json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        opened = {
            "subject": "A flood",
            "body": "It rains.",
            "department": "Support",
            "requester": fleet.requesters[0].email,
        }
        number = (await client.post("/api/v1/tickets", json=opened)).raise_for_status().json()["number"]
        readers = [await Reader.open(worker, token, number) for _ in range(READERS)]
        before, began = worker.memory(), monotonic()
        pinging = [asyncio.create_task(each.answer_pings()) for each in readers]
        most = before
        while monotonic() - began < FLOOD and not all(each.done() for each in pinging):
            note = {"kind": "note", "body": "Drop after drop. " * (NOTES // 17)}
            await asyncio.gather(*(client.post(f"/api/v1/tickets/{number}/messages", json=note) for _ in range(4)))
            most = max(most, worker.memory())
        done, left = await asyncio.wait(pinging, timeout=max(0.1, 3 * CUT_WITHIN - (monotonic() - began)))
        for each in left:
            each.cancel()
        await asyncio.gather(*pinging, return_exceptions=True)
    wrong = [f"{len(left)} of {READERS} silent readers were never cut off"] if left else []
    if most - before > GROWTH:
        wrong.append(f"memory grew by {most - before:.0f} MiB, promised are {GROWTH:.0f}")
    latest = max((each.result() - began for each in done), default=0.0)
    if latest > 3 * CUT_WITHIN:
        wrong.append(f"the last silent reader was cut off after {latest:.0f} s")
    print(f"  silent readers: {len(done)} cut off, the last after {latest:.1f} s; memory +{most - before:.1f} MiB")
    return wrong


class Reader:
    """A WebSocket by hand: it writes, and reads nothing after the handshake."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line

    @classmethod
    async def open(cls, worker: Worker, token: str, number: int) -> Reader:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVES)
        line.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(line, ("127.0.0.1", worker.port))
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{worker.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        await loop.sock_sendall(line, head.encode())
        answer = await loop.sock_recv(line, 1_000)
        assert b" 101 " in answer, answer
        reader = cls(line)
        await reader.send(f"40/staff,{json.dumps({'token': token, 'language': 'en'})}")
        await loop.sock_recv(line, 1_000)
        await reader.send(f'42/staff,1["join",{{"channel":"ticket:{number}"}}]')
        return reader

    async def send(self, text: str) -> None:
        data, mask = text.encode(), os.urandom(4)
        size = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + struct.pack("!H", len(data))
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
        await asyncio.get_running_loop().sock_sendall(self.line, b"\x81" + size + mask + masked)

    async def answer_pings(self) -> float:
        """Answer blindly until the connection is ended; gives when it was."""
        try:
            while True:
                await self.send("3")
                await asyncio.sleep(1.0)
        except OSError:
            return monotonic()
        finally:
            self.line.close()
