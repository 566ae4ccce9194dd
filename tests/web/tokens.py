"""A detector of secrets: finds a token in what somebody received, also encoded, compressed, or split by markup."""

from __future__ import annotations

import base64
import html
import quopri
import re
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import unquote_to_bytes

HALF = 8  # bytes; half a token is found too, so a cut-off excerpt does not hide one


def token() -> str:
    """128 random bits, in letters and digits."""
    return secrets.token_hex(2 * HALF)


# How a token could travel. Each turns everything somebody received into the same, disguised.
DISGUISES: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda said: said,
    "in capitals": bytes.upper,
    "base64, first alignment": lambda said: base64.b64encode(said),
    "base64, second alignment": lambda said: base64.b64encode(b"x" + said),
    "base64, third alignment": lambda said: base64.b64encode(b"xx" + said),
    "base64 for addresses": lambda said: base64.urlsafe_b64encode(b"\xff\xfe" + said),
    "base64 in lines": lambda said: base64.encodebytes(said),
    "quoted-printable": lambda said: b"".join(
        b"=%02X" % byte + (b"" if at % 24 else b"=\r\n") for at, byte in enumerate(said)
    ),
    "percent signs": lambda said: b"".join(b"%%%02x" % byte for byte in said),
    "decimal entities": lambda said: b"".join(b"&#%d;" % byte for byte in said),
    "hexadecimal entities": lambda said: b"".join(b"&#x%X;" % byte for byte in said),
    "JSON escapes": lambda said: b'"' + b"".join(b"\\u%04x" % byte for byte in said) + b'"',
    "hex": lambda said: said.hex().encode(),
    "gzip": lambda said: b"\x00\x01" + _gzip(said) + b"behind",
    "zlib": lambda said: b"before" + zlib.compress(said),
    "gzip in chunks": lambda said: _chunked(_gzip(said)),
    "split by markup": lambda said: b"<wbr>".join(said[at : at + 5] for at in range(0, len(said), 5)),
    "split by invisible characters": lambda said: "\u200b".encode().join(
        said[at : at + 7] for at in range(0, len(said), 7)
    ),
    "split by lines": lambda said: b"\r\n ".join(said[at : at + 9] for at in range(0, len(said), 9)),
    "base64 in JSON escapes": lambda said: b"".join(b"\\u%04x" % byte for byte in base64.b64encode(said)),
}

_TAG = re.compile(rb"<[^<>]{0,400}>")
_UNSEEN = re.compile(rb"\s|\xc2\xad|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81\xa0|\xef\xbb\xbf")
_ESCAPE = re.compile(rb"\\u00([0-9a-fA-F]{2})")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){16,}")
_CHUNK = re.compile(rb"\r\n[0-9a-fA-F]{1,8}\r\n")
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")


def found(heard: Iterable[bytes], tokens: Mapping[str, str]) -> set[str]:
    """The names of the tokens that are in there, whole or by half."""
    halves = [
        (name, half.encode()) for name, token in tokens.items() for half in (token[: 2 * HALF], token[2 * HALF :])
    ]
    seen: set[str] = set()
    for said in heard:
        for view in _views(said):
            lower = view.lower()
            seen |= {name for name, half in halves if half in lower}
    return seen


def unpacked(said: bytes) -> Iterator[bytes]:
    """What was said, without the frames of chunks, and whatever was compressed in it."""
    for form in (said, _CHUNK.sub(b"", said)):
        yield form
        for start in _PACKED.finditer(form):
            try:
                yield zlib.decompressobj(32 + 15).decompress(form[start.start() :])
            except zlib.error:
                continue


def _views(said: bytes) -> Iterator[bytes]:
    """What was said, and everything it could be read as."""
    for part in unpacked(said):
        for text in (part, *_read(part)):
            yield text
            yield b"\n".join(_decoded(_BASE64, text, _from_base64))
            yield b"\n".join(_decoded(_HEX, text, _from_hex))


def _read(said: bytes) -> Iterator[bytes]:
    plain = _ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()), said)
    plain = unquote_to_bytes(plain)
    plain = html.unescape(plain.decode("latin-1")).encode("latin-1", "replace")
    for text in (plain, quopri.decodestring(plain)):
        yield text
        yield _UNSEEN.sub(b"", text)
        yield _UNSEEN.sub(b"", _TAG.sub(b"", text))


def _decoded(pattern: re.Pattern[bytes], text: bytes, decode: Callable[[bytes], Iterator[bytes]]) -> Iterator[bytes]:
    for run in pattern.finditer(text):
        yield from decode(run[0])


def _from_base64(run: bytes) -> Iterator[bytes]:
    run = run.replace(b"-", b"+").replace(b"_", b"/")
    for start in range(4):
        part = run[start:]
        yield base64.b64decode(part[: len(part) // 4 * 4])


def _from_hex(run: bytes) -> Iterator[bytes]:
    for start in range(2):
        part = run[start:]
        yield bytes.fromhex(part[: len(part) // 2 * 2].decode())


def _gzip(said: bytes) -> bytes:
    packer = zlib.compressobj(wbits=16 + 15)
    return packer.compress(said) + packer.flush()


def _chunked(said: bytes) -> bytes:
    parts = (said[at : at + 200] for at in range(0, len(said), 200))
    return b"\r\n" + b"\r\n".join(b"%x\r\n" % len(part) + part for part in parts) + b"\r\n0\r\n\r\n"
