"""The tree of parts that a mail is, read, written and mended where its sender broke it."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message

from console.mail.bodies import children, source
from console.mail.encoded_words import as_bytes

_BOUNDARY = re.compile(rb"^--([^\s].{0,200}?)[ \t]*\r?$", re.MULTILINE)


def read_message(raw: bytes) -> Message:
    """The message that `raw` is; if its structure is beyond reading, its headers and one body as it stands."""
    try:
        return message_from_bytes(raw)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        head, blank, body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")
        lines = [line for line in head.splitlines() if not line.lower().startswith(b"content-type:")]
        return message_from_bytes(b"\n".join([*lines, b"Content-Type: text/plain"]) + b"\n" + (blank or b"\n") + body)


def written(part: Message) -> bytes:
    """A part as bytes; of one that is too deep or too broken to be written, the headers and texts in their order."""
    try:
        return part.as_bytes()
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        pieces, left = list[str | bytes](), [part]
        while left:
            each = left.pop()
            pieces += ["".join(f"{name}: {value}\n" for name, value in each.raw_items()), "\n", source(each), "\n"]
            left += reversed(children(each))
        return b"".join(as_bytes(each) if isinstance(each, str) else each for each in pieces)


def with_boundary(raw: bytes) -> Message | None:
    """The parts of a body whose boundary nobody told, by the line that stands more than once or ends in `--`."""
    lines = [each[1] for each in _BOUNDARY.finditer(raw)]
    for line in dict.fromkeys(lines[:50]):
        if lines.count(line) > 1 or line + b"--" in lines:
            return read_message(b'Content-Type: multipart/mixed; boundary="%s"\n\n%s' % (line.replace(b'"', b""), raw))
    return None


def behind_the_end(part: Message) -> Message | None:
    """What follows the end of the parts, if there are more of them."""
    boundary = part.get_boundary() if part.epilogue else None
    if not boundary or not part.epilogue or f"--{boundary}" not in part.epilogue:
        return None
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n'
    rest = read_message((head + part.epilogue).encode("utf-8", "surrogateescape"))
    return rest if rest.is_multipart() else None
