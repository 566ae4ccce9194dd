"""The headers of a mail or of one of its parts: decoded, in one line each, however they are broken."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.message import Message
from email.utils import parsedate_tz
from urllib.parse import unquote_to_bytes

from console.mail.addresses import Listed, read_list
from console.mail.charsets import decode
from console.mail.encoded_words import LONGEST, as_bytes, read

HEADERS = 262_144  # characters of all headers together that are read
IDS = 500  # of References; the first and the newest
ID_LENGTH = 998  # characters, as long as a line of a mail may be

_ID = re.compile(r"<([^<>]{1,998})>")
_BLANK = re.compile(r"\s+")
_PARAMETER = re.compile(r"[;\s]*([^\s=;\"]{1,80})\s*=\s*")
_CONTINUED = re.compile(r"([^*]+)\*(?:(\d{1,4})\*?)?")
_TYPE = re.compile(r"\s*\"?([\w!#$&^.+-]{1,120})\s*(?:/\s*([\w!#$&^.+-]{1,120}))?", re.ASCII)
_ISO = re.compile(r"\s*(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)


class Headers:
    """The headers of `message` by their names in lower case; what is behind the limit is as if it were not there.

    `hint` is a charset for bytes that declare none.
    """

    def __init__(self, message: Message, hint: str | None = None) -> None:
        self.hint = hint
        self.cut = False
        self._values = dict[str, list[str]]()
        size = 0
        for name, value in message.raw_items():
            text = str(value)
            size += len(name) + len(text)
            if size > HEADERS:
                self.cut = True
                text = text[: max(0, HEADERS - size + len(text))]
                if not text:
                    break
            self._values.setdefault(name.strip().lower(), []).append(text)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def named(self, start: str) -> bool:
        """Whether there is a header whose name starts so."""
        return any(name.startswith(start) for name in self._values)

    def raw(self, name: str) -> list[str]:
        """Its values as they stand in the mail."""
        return self._values.get(name, [])

    def texts(self, *names: str) -> list[str]:
        """The values of these headers, decoded."""
        return [read(value, self.hint) for name in names for value in self.raw(name)]

    def text(self, name: str) -> str:
        """The first value that says something, decoded; "" if there is none."""
        return next((text for text in self.texts(name) if text), "")

    def addresses(self, *names: str) -> Listed:
        """The addresses in these headers."""
        return read_list([value for name in names for value in self.raw(name)], self.hint)

    def ids(self, name: str) -> tuple[str, ...]:
        """The ids of mails in this header, in their order, each once."""
        found = dict[str, None]()
        for value in self.raw(name):
            text = read(value) if "=?" in value else decode(as_bytes(value[:LONGEST]))
            inside = _ID.findall(text)
            if not inside:
                inside = [each.strip("<>,;\"'") for each in text.split() if "@" in each or name == "message-id"]
            for each in inside:
                found.setdefault(_BLANK.sub("", each)[:ID_LENGTH], None)
        found.pop("", None)
        ids = tuple(found)
        return ids if len(ids) <= IDS else (ids[0], *ids[1 - IDS :])

    def valued(self, name: str, default: str = "") -> Valued:
        """The first value of a header of the form `value; name=value`."""
        values = self.raw(name)
        return _valued(values[0][:LONGEST], self.hint) if values else Valued(default)


@dataclass(frozen=True)
class Valued:
    """A value in lower case, and its parameters, decoded, by their names in lower case."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)


def _valued(header: str, hint: str | None) -> Valued:
    start = _TYPE.match(header)
    value = "/".join(each for each in start.groups() if each).lower() if start else ""
    rest = header[start.end() :] if start else header
    if rest.lstrip()[:1] == "=":  # it begins with a parameter
        value, rest = "", header
    plain, pieces = dict[str, str](), dict[str, list[tuple[int, str, bool]]]()
    position = 0
    while position < len(rest):
        found = _PARAMETER.match(rest, position)
        if not found:
            following = rest.find(";", position + 1)
            position = following if following >= 0 else len(rest)
            continue
        name = found[1].lower()
        text, position = _parameter(rest, found.end())
        continued = _CONTINUED.fullmatch(name)
        if continued:
            number = int(continued[2]) if continued[2] else -1
            pieces.setdefault(continued[1], []).append((number, text, name.endswith("*")))
        elif name not in plain or not plain[name]:
            plain[name] = read(text, hint)
    for name, parts in pieces.items():
        plain[name] = _assembled(sorted(parts, key=lambda part: part[0]), hint) or plain.get(name, "")
    return Valued(value, plain)


def _parameter(header: str, start: int) -> tuple[str, int]:
    """The text of the parameter that starts here and where it ends."""
    if header.startswith('"', start):
        position = start + 1
        while position < len(header) and header[position] != '"':
            position += 2 if header[position] == "\\" and header[position + 1 : position + 2] in ('"', "\\") else 1
        text = re.sub(r'\\(["\\])', r"\1", header[start + 1 : position])
        following = header.find(";", position)
        behind = header[position + 1 : following if following >= 0 else len(header)].strip()
        if behind and behind.endswith('"') and "=" not in behind:  # a quote inside that nobody escaped
            return f'{text}"{behind[:-1]}', following if following >= 0 else len(header)
        return text, position + 1
    end = header.find(";", start)
    word = header.find("=?", start)
    if 0 <= word < end and (close := header.find("?=", header.find("?", word + 2) + 3)) > end:
        end = header.find(";", close)  # an encoded word with a semicolon in it
    end = end if end >= 0 else len(header)
    return header[start:end].strip().strip('"'), end


def _assembled(parts: list[tuple[int, str, bool]], hint: str | None) -> str:
    """What RFC 2231 cut into pieces; only those with `*` at the end of the name are percent-encoded."""
    charset, raw = "", b""
    for index, (_, text, encoded) in enumerate(parts):
        if index == 0 and encoded and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw += unquote_to_bytes(as_bytes(text)) if encoded else as_bytes(text)
    if "=?" in (plain := raw.decode("utf-8", "surrogateescape")):
        return read(plain, hint)
    return read(decode(raw, charset or None, hint))


def moment(text: str) -> datetime | None:
    """The date that a header tells, or None if it tells none."""
    iso = _ISO.match(text)
    try:
        if iso:
            zone = (iso[3] or "Z").upper()
            return _possible(datetime.fromisoformat(f"{iso[1]}T{iso[2]}{zone}"))
        told = parsedate_tz(text[:200])
        if told is None:
            return None
        zone_seconds = told[9] or 0
        zone_at = timezone(timedelta(seconds=zone_seconds)) if abs(zone_seconds) < 86_400 else UTC
        return _possible(datetime(*told[:6], tzinfo=zone_at))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _possible(date: datetime) -> datetime | None:
    """`date`, unless it is so near the ends of time that it can't be told in UTC."""
    return date if 1 < date.year < 9_999 else None
