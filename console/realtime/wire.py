"""What travels on a socket: Socket.IO packets in text, and the WebSocket frames that carry them.

A packet for many recipients is encoded and framed once. Payloads here are whole Engine.IO packets, the leading `4` included.
"""

from __future__ import annotations

import logging
from typing import Any, Literal

import msgspec
import socketio.packet

from console.desk.kinds import Audience

NAMESPACES: dict[Audience, str] = {"staff": "/staff", "public": "/portal"}
AUDIENCES: tuple[Audience, ...] = ("staff", "public")
LARGEST = 1 << 53  # the largest integer that a browser's JSON keeps exact

# The library tells here of bad origins and bad handshakes; at INFO it would write every packet, words included.
LIBRARY_LOG = logging.getLogger("console.realtime.library")
LIBRARY_LOG.setLevel(logging.ERROR)


class Json:
    """The codec in the shape that the library expects of a JSON module."""

    @staticmethod
    def dumps(value: Any, **_layout: Any) -> str:
        return _encoder.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes) -> Any:
        return msgspec.json.decode(text)


class Packet(socketio.packet.Packet):  # type: ignore[misc]
    """The library's packet with our codec. Set on a class of our own, because the library's `json=` is process-wide."""

    json = Json


class Malformed(Exception):
    """A packet that no client of ours sends; the connection that sent it ends."""


def read(text: Any) -> tuple[Literal["connect", "disconnect", "event"], str, int | None, Any]:
    """What a client's packet says: its type, namespace, the number to acknowledge or None, and its data.

    Raises Malformed. Acknowledgements and binary packets are refused: the server asks for none.
    """
    if not isinstance(text, str) or text[:1] not in ("0", "1", "2"):
        raise Malformed
    try:
        packet = Packet(encoded_packet=text)
    except (ValueError, RecursionError):
        raise Malformed from None
    if packet.attachment_count or (packet.id is not None and packet.id > LARGEST):
        raise Malformed
    namespace = packet.namespace or "/"
    if text[0] == "0" and (packet.data is None or isinstance(packet.data, dict)):
        return "connect", namespace, None, packet.data
    if text[0] == "1":
        return "disconnect", namespace, None, None
    if text[0] == "2" and isinstance(packet.data, list) and packet.data and isinstance(packet.data[0], str):
        return "event", namespace, packet.id, packet.data
    raise Malformed


def event(namespace: str, name: str, data: dict[str, Any]) -> bytes:
    """The payload of one event."""
    return b"42%b,%b" % (namespace.encode(), _encoder.encode((name, data)))


def ack(namespace: str, number: int, answer: dict[str, Any]) -> bytes:
    """The payload that answers the client's packet with this number."""
    return b"43%b,%d%b" % (namespace.encode(), number, _encoder.encode((answer,)))


def frame(payload: bytes) -> bytes:
    """A whole text message as one unmasked WebSocket frame (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return b"\x81" + bytes((size,)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def _plain(value: Any) -> str:
    if isinstance(value, str):  # markup; msgspec takes exact strings only
        return str.__str__(value)
    raise NotImplementedError


_encoder = msgspec.json.Encoder(enc_hook=_plain)
