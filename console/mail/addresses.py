"""Lists of addresses in headers, as people and programs write them and not only as RFC 5322 wants them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from console.mail.encoded_words import LONGEST, read
from console.mail.parsed import Address

MOST = 2_000  # addresses of one header
ADDRESS_LENGTH = 320  # characters; a longer one can't be delivered to

# What one step of the reader takes: an encoded word is a whole, whatever is in it.
_TOKEN = re.compile(
    r"""=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s]{0,2000}\?=|\s+|[",;:<>()]|[^\s",;:<>()=]+|=""",
)
_BARE = re.compile(r"[^\s@<>\[\](),;:\"]+@[^\s@<>\[\](),;:\"]+|[^\s@<>\[\](),;:\"]+@\[[^\s\]]+\]")
_MAILTO = re.compile(r"\[mailto:([^\]\s]{3,320})\]", re.IGNORECASE)  # as Outlook writes an address into a text
_QUOTED = re.compile(r"(?<!\\)\"((?:[^\"\\]|\\.)*)\"")
_PLAIN_LOCAL = re.compile(r"\"([\w.!#$%&'*+/=?^`{|}~-]+)\"(?=@)")


@dataclass
class _Entry:
    """What stands between two commas."""

    words: list[str] = field(default_factory=list)  # as written, with the blanks between them
    quoted: list[bool] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)
    glued: bool = False  # an address stands right before "<"

    @property
    def phrase(self) -> str:
        return "".join(self.words).strip()

    @property
    def empty(self) -> bool:
        return not (self.phrase or self.angles or self.comments)


@dataclass(frozen=True)
class Listed:
    """The addresses of a header; `unclear` if programs would differ on whom it names."""

    addresses: tuple[Address, ...]
    unclear: bool = False


def read_list(values: list[str], hint: str | None = None) -> Listed:
    """The addresses of these headers, as the parser keeps them; groups are flattened, the same address is told once."""
    found, unclear = dict[str, Address](), False
    for value in values:
        carried = ""
        for entry in _entries(_MAILTO.sub(r"<\1>", value[:LONGEST])):
            if entry.empty:
                continue
            if not entry.angles and not entry.comments and "@" not in entry.phrase and "=40" not in entry.phrase:
                carried = f"{carried}, {entry.phrase}" if carried else entry.phrase
                continue
            addresses, doubtful = _of(entry, carried, hint)
            unclear |= doubtful
            if carried and not entry.angles:
                _add(found, _local(carried, hint))
            carried = ""
            for each in addresses:
                _add(found, each)
        for word in carried.split(", ") if carried else ():
            _add(found, _local(word, hint))
    return Listed(tuple(list(found.values())[:MOST]), unclear)


def _add(found: dict[str, Address], address: Address | None) -> None:
    if address is not None and address.address and (address.address not in found or not found[address.address].name):
        found[address.address] = address


def _of(entry: _Entry, carried: str, hint: str | None) -> tuple[list[Address], bool]:
    """The addresses of one entry, most often one, and whether it is in doubt which is meant."""
    phrase = f"{carried}, {entry.phrase}" if carried and entry.angles else entry.phrase
    if entry.angles:
        name = _name(phrase, hint) or _name(" ".join(entry.comments), hint)
        addresses = [_spec(each, hint) for each in entry.angles]
        inside = [each for each in addresses if each]
        if not any("@" in each for each in inside) and (bare := _BARE.search(phrase)):
            return [Address(_spec(bare[0], hint))], False
        glued = entry.glued and bool(inside) and _BARE.findall(phrase)[-1:] != []
        other = glued and _spec(_BARE.findall(phrase)[-1], hint) != inside[0]
        return [Address(each, name) for each in inside], len(set(inside)) > 1 or other
    if "@" not in phrase and "=?" in phrase:
        phrase = read(phrase, hint)
    if phrase.startswith('"') and '"@' in phrase:
        return [Address(_spec(phrase, hint), _name(" ".join(entry.comments), hint))], False
    bare_ones = _BARE.findall(phrase)
    if not bare_ones:
        joined = re.sub(r"\s*@\s*", "@", phrase)
        bare_ones = _BARE.findall(joined)
        phrase = joined if bare_ones else phrase
    if not bare_ones:
        local = _local(phrase, hint) if entry.comments else None
        name = _name(" ".join(entry.comments), hint)
        return ([Address(local.address, name)] if local else []), False
    name = phrase
    for each in bare_ones:
        name = name.replace(each, " ", 1)
    name = _name(name.strip(" \t[]<>"), hint) or _name(" ".join(entry.comments), hint)
    several = len({each.lower() for each in bare_ones}) > 1 or phrase.count("@") > len(bare_ones)
    return [Address(_spec(each, hint), name if len(bare_ones) == 1 else "") for each in bare_ones], several


def _local(word: str, hint: str | None) -> Address | None:
    """A mailbox of the machine itself, as in `From: root`; a word among others is none."""
    text = read(word, hint).strip("\"' ")
    if "@" in text and (bare := _BARE.search(text)):
        return Address(_spec(bare[0], hint), _name(text.replace(bare[0], " ").strip(" <>"), hint))
    return Address(text.lower()) if re.fullmatch(r"[\w.+-]{1,64}", text, re.ASCII) else None


def _spec(text: str, hint: str | None) -> str:
    """An address without what does not belong to it."""
    text = read(text, hint)
    text = re.sub(r"\s+", "" if '"' not in text else " ", text).strip("<>, ;\t'")
    text = re.sub(r"^mailto:|^smtp:", "", text, flags=re.IGNORECASE)
    if text.startswith("@") and ":" in text:  # the route of RFC 822
        text = text.rpartition(":")[2]
    return _PLAIN_LOCAL.sub(r"\1", text).lower()[:ADDRESS_LENGTH]


def _name(text: str, hint: str | None) -> str:
    text = re.sub(r"\s+", " ", read(_unescaped(_QUOTED.sub(r"\1", text)), hint)).strip()
    while len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text.strip(' "')


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\"\\()])", r"\1", text)


def _entries(value: str) -> list[_Entry]:
    entries, position = [_Entry()], 0
    last_quote, last_angle, comments = value.rfind('"'), value.rfind(">"), True
    while position < len(value):
        entry = entries[-1]
        token = _TOKEN.match(value, position)
        text = token[0] if token else value[position]
        end = position + len(text)
        if text == '"' and last_quote > position:
            end = _closing(value, position, '"')
            entry.words.append(value[position:end])
        elif text == "(" and comments and (close := _closing(value, position, ")")) > 0:
            end = close
            entry.comments.append(value[position + 1 : end - 1])
        elif text == "(":
            comments = False  # this one never ends, nor does any behind it
        elif text == "<" and last_angle > position:
            end = value.find(">", position) + 1
            entry.glued |= bool(entry.words) and "@" in entry.words[-1] and not entry.words[-1].startswith('"')
            entry.angles.append(value[position + 1 : end - 1])
        elif text == "<":  # never closed: what is left is the address
            end = len(value) if "," not in value[position:] else value.find(",", position)
            entry.angles.append(value[position + 1 : end])
        elif text in ",;":
            entries.append(_Entry())
        elif text == ":" and not entry.angles and "@" not in entry.phrase and entry.phrase.lower() != "mailto":
            entries[-1] = _Entry()  # the name of a group
        elif text != ">":
            entry.words.append(text)
        position = end
        if len(entries) > MOST * 2:
            break
    return entries


def _closing(value: str, opening: int, mark: str) -> int:
    """Index behind the quote or comment that opens here; 0 if a comment never ends."""
    depth, position = 0, opening
    while position < len(value):
        letter = value[position]
        if letter == "\\":
            position += 1
        elif letter == "(" and mark == ")":
            depth += 1
        elif letter == mark and position > opening:
            depth -= 1
            if depth <= 0:
                return position + 1
        position += 1
    return 0 if mark == ")" else value.rfind('"') + 1
