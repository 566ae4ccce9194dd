"""The library's methods that ours replace or lean on, as they were when ours were written.

If one of these fails after an upgrade: read what changed in that method, adapt ours, then renew the number.
"""

from __future__ import annotations

import hashlib
import inspect
from typing import Any

import pytest
from engineio.async_drivers import asgi
from engineio.async_server import AsyncServer as Engine
from engineio.async_socket import AsyncSocket
from engineio.base_server import BaseServer
from engineio.base_socket import BaseSocket
from socketio.async_manager import AsyncManager
from socketio.async_server import AsyncServer
from socketio.base_manager import BaseManager
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from console.realtime.answering import Server
from console.realtime.engine import Engine as OurEngine
from console.realtime.engine import Members
from console.realtime.sockets import Socket
from console.realtime.transport import Protocol

PINNED: dict[Any, str] = {
    WebSocketsSansIOProtocol.handle_connect: "fc648c2161ff",
    WebSocketsSansIOProtocol.pause_writing: "4830f7e0d81f",
    WebSocketsSansIOProtocol.resume_writing: "ef79384e5fff",
    WebSocketsSansIOProtocol.connection_lost: "dd116afc4d80",
    WebSocketsSansIOProtocol.shutdown: "e8ace796ada6",
    WebSocketsSansIOProtocol.send: "d4919ed760ce",
    WebSocketsSansIOProtocol.handle_close: "62fd412b1f5b",
    AsyncSocket.send: "0437276ccba7",
    AsyncSocket.receive: "a91ae36ec2fb",
    AsyncSocket.close: "faa2e9390254",
    AsyncSocket.schedule_ping: "fe316639159c",
    AsyncSocket.check_ping_timeout: "77616d5ca780",
    AsyncSocket.handle_get_request: "05eaae9f0a60",
    AsyncSocket._upgrade_websocket: "820b83efe96a",
    AsyncSocket._websocket_handler: "27f120df4d71",
    BaseSocket.__init__: "8532b631a4dc",
    Engine._handle_connect: "5bd7edc1d1ae",
    BaseServer._cors_allowed_origins: "d0cad0c66d53",
    Engine._trigger_event: "4a09b6e47eb6",
    Engine.send_packet: "c54317440865",
    Engine.handle_request: "1a8c878e3516",
    asgi.WebSocket: "ce9c81653992",
    AsyncServer._engineio_server_class: "199c42bf1492",
    AsyncServer._handle_eio_connect: "76704886d944",
    AsyncServer._handle_eio_message: "bef50fc0e163",
    AsyncServer._handle_eio_disconnect: "9344593148b6",
    AsyncServer._handle_connect: "c97c480cf777",
    AsyncServer._handle_disconnect: "c0b32ada5b37",
    AsyncServer._send_packet: "a00022b42c1c",
    AsyncServer.disconnect: "7d2f76686c12",
    AsyncManager.disconnect: "88bed2cbade0",
    BaseManager.basic_disconnect: "2933b50bc4b2",
    BaseManager.basic_enter_room: "3f509586d2d7",
    BaseManager.basic_leave_room: "e27f3eea06d1",
    BaseManager.pre_connect: "bfdba4c0c8f1",
    BaseManager.is_connected: "d37721466718",
}


def number(method: Any) -> str:
    return hashlib.sha256(inspect.getsource(method).encode()).hexdigest()[:12]


@pytest.mark.parametrize("method", PINNED, ids=lambda method: method.__qualname__)
def test_a_method_of_the_library_is_as_it_was(method: Any) -> None:
    assert number(method) == PINNED[method]


@pytest.mark.parametrize("ours", [Server, OurEngine, Members, Socket, Protocol])
def test_everything_that_is_replaced_is_pinned(ours: type) -> None:
    library = ours.__mro__[1:]
    replaced = {name for name, member in vars(ours).items() if inspect.isfunction(member)}
    replaced -= {"__init__"}
    for name in replaced:
        for base in library:
            if name in vars(base) and base.__module__.partition(".")[0] in ("engineio", "socketio", "uvicorn"):
                assert vars(base)[name] in PINNED, f"{base.__qualname__}.{name}"
                break
