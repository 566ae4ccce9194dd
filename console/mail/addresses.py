"""The addresses in a header, with the names beside them: quoted or not, encoded or not, in groups or not."""

from __future__ import annotations

import re

from console.mail import headers
from console.mail.parsed import Address

MOST = 500  # addresses of one header
LONGEST = 254  # characters of an address

_PLAIN = re.compile(r"[^\s<>()\"',;:\[\]]+@[^\s<>()\"',;:]+|\"[^\"<>]{1,64}\"@[^\s<>()\"',;:]+")
_SPACES = re.compile(r"\s+")


def addresses(values: list[str]) -> list[Address]:
    """Every address of these raw values, each once."""
    found: dict[str, Address] = {}
    for value in values:
        for each in _of(value):
            found.setdefault(each.address, each)
    return list(found.values())[:MOST]


def _of(value: str) -> list[Address]:
    result: list[Address] = []
    waiting = ""  # words in front of a comma that is part of a name: Doe, John <john@doe.example>
    for piece in _pieces(value):
        one = _one(f"{waiting}, {piece}" if waiting else piece)
        if one is None:
            waiting = f"{waiting}, {piece}".strip(", ") if "@" not in piece and len(waiting) < 500 else ""
        else:
            result.append(one)
            waiting = ""
    return result


def _pieces(value: str) -> list[str]:
    """Split at commas and semicolons that stand in no quotes, comments, brackets or encoded words; groups lose their name."""
    pieces, start, index, quoted, depth, angle = [], 0, 0, False, 0, False
    while index < len(value):
        char = value[index]
        if char == "\\" and (quoted or depth):
            index += 1
        elif char == '"' and not depth:
            quoted = not quoted and value.find('"', index + 1) >= 0
        elif quoted:
            pass
        elif char == "(" and not angle:
            depth += value.find(")", index) >= 0
        elif char == ")" and depth:
            depth -= 1
        elif depth:
            pass
        elif char == "<":
            angle = value.find(">", index) >= 0
        elif char == ">":
            angle = False
        elif value.startswith("=?", index) and (end := value.find("?=", index + 2)) > 0 and not angle:
            # the first ?= may end the charset or the mark of a Q word that begins with =
            following = value.find("?=", end + 1) if value[index + 2 : end].count("?") < 2 else end
            index = (following if following > 0 else end) + 1
        elif char in ",;" and not angle:
            pieces.append(value[start:index])
            start = index + 1
        elif char == ":" and not angle and "@" not in value[start:index] and "=?" not in value[start:index]:
            start = index + 1
        index += 1
    pieces.append(value[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _one(piece: str) -> Address | None:
    """The address in a piece, and the rest as its name."""
    opened = piece.rfind("<")
    closed = piece.find(">", opened)
    if opened >= 0:
        inside = piece[opened + 1 : closed if closed >= 0 else len(piece)]
        address = _address(inside)
        if address is not None:
            name = piece[:opened] or (piece[closed + 1 :] if closed >= 0 else "")
            return Address(address, _name(name))
        piece = piece[:opened] + piece[closed + 1 :] if closed >= 0 else piece
    decoded = piece if "=?" not in piece else headers.text(piece)
    found = _PLAIN.search(decoded)
    if found is None:
        return None
    address = _address(found[0])
    if address is None:
        return None
    return Address(address, _name(decoded[: found.start()] + decoded[found.end() :]))


def _address(inside: str) -> str | None:
    plain = headers.text(inside).strip().strip("'\"") if not inside.strip().startswith('"') else headers.text(inside)
    plain = plain.removeprefix("mailto:").removeprefix("MAILTO:").removeprefix("SMTP:").removeprefix("smtp:")
    if plain.startswith("@") and ":" in plain:  # a route
        plain = plain.rpartition(":")[2]
    plain = _SPACES.sub("", plain).strip("<>.,;").lower() if not plain.startswith('"') else plain.strip().lower()
    local, at, domain = plain.rpartition("@")
    if not at or not local or not domain or len(plain) > LONGEST or any(char in domain for char in '()<>,;:\\"'):
        return None
    if "@" in local and not local.startswith('"'):
        return None
    return plain


def _name(raw: str) -> str:
    """The words beside an address, or those of its comment."""
    name = raw.strip()
    comment = ""
    if "(" in name and not name.startswith('"'):
        comment = name[name.find("(") + 1 : name.rfind(")") if ")" in name else len(name)]
        name = name[: name.find("(")] + (name[name.rfind(")") + 1 :] if ")" in name else "")
    plain = _unquoted(headers.text(_unquoted(name.strip()))) or headers.text(_unquoted(comment))
    return plain.strip().strip("'").strip() if plain.strip().startswith("'") else plain.strip()


def _unquoted(name: str) -> str:
    name = name.strip()
    if len(name) > 1 and name[0] == '"' == name[-1]:
        name = name[1:-1]
    return re.sub(r"\\(.)", r"\1", name.replace('"', "") if name.count('"') == 1 else name).strip()
