"""Bytes of a mail as text, whatever charset they claim: the claim is tried first, and believed only if it fits."""

from __future__ import annotations

import codecs
import re

CLAIM = 60  # characters of the name of a charset; what is longer is none
GUESSED = 32  # bytes from which on a guess is worth more than Windows' western letters
LOOKED_AT = 4_096  # bytes that a guess looks at, because it takes about a second per megabyte
DENSE = 0.2  # share of bytes beyond ASCII from which on a text is hardly western

_ALIASES = {
    "ansi": "cp1252",
    "ascii": "cp1252",
    "us": "cp1252",
    "usascii": "cp1252",
    "ansix341968": "cp1252",
    "ansix341986": "cp1252",
    "iso646us": "cp1252",
    "iso88591": "cp1252",
    "iso885915": "iso8859_15",
    "iso88599": "cp1254",
    "iso885911": "cp874",
    "tis620": "cp874",
    "latin1": "cp1252",
    "l1": "cp1252",
    "windows1252": "cp1252",
    "win1252": "cp1252",
    "win1251": "cp1251",
    "win1250": "cp1250",
    "cp1252": "cp1252",
    "iso88598": "cp1255",
    "iso88598i": "cp1255",
    "iso88598e": "cp1255",
    "gb2312": "gb18030",
    "gb231280": "gb18030",
    "gb": "gb18030",
    "gbk": "gb18030",
    "xgbk": "gb18030",
    "cp936": "gb18030",
    "euccn": "gb18030",
    "ksc5601": "cp949",
    "ksc56011987": "cp949",
    "ksc56011989": "cp949",
    "euckr": "cp949",
    "korean": "cp949",
    "windows949": "cp949",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "windows31j": "cp932",
    "big5": "cp950",
    "cnbig5": "cp950",
    "xxbig5": "cp950",
    "iso2022jp": "iso-2022-jp",
    "iso2022jp1": "iso-2022-jp",
    "iso2022jp2": "iso-2022-jp",
    "iso2022jpms": "iso-2022-jp",
    "cp50220": "iso-2022-jp",
    "cp50221": "iso-2022-jp",
    "cp50222": "iso-2022-jp",
    "csiso2022jp": "iso-2022-jp",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode11utf8": "utf-8",
    "unicode11utf7": "utf-7",
    "unicode20utf7": "utf-7",
    "xunicode20utf7": "utf-7",
    "utf7": "utf-7",
    "unicode": "utf-16",
    "ucs2": "utf-16",
    "iso10646ucs2": "utf-16",
    "utf16": "utf-16",
    "macintosh": "mac_roman",
    "mac": "mac_roman",
    "xmacroman": "mac_roman",
    "xmaccyrillic": "mac_cyrillic",
    "cp1251": "cp1251",
    "koi8": "koi8_r",
    "koi8u": "koi8_u",
    "koi8ru": "koi8_u",
}
# They turn bytes into text and are no charset of a mail: some run over escapes, some take quadratic time.
_NOT_OF_MAIL = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7_imap", "oem", "mbcs"}
_WINDOWS = "".join(letter if (letter := bytes([byte]).decode("cp1252", "ignore")) else chr(byte) for byte in range(256))
_JAPANESE = ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_ext")
_GUESSES = (
    "cp1251 koi8_r cp1252 cp1250 iso8859_2 cp1253 cp1254 cp1255 cp1256 cp874 gb18030 cp950 cp932 euc_jp cp949".split()
)

_LEADING = (b"\xc2", b"\xc3", b"\xe2")  # at the end they are rather half a character than a letter

_ESCAPED = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_STRETCH = re.compile(rb"\x1b(\$[@B]|\$\([DOPQ]|\([BJI])")
_SURROGATES = re.compile("[\ud800-\udfff]")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def decode(raw: bytes, claim: str | None = None, hint: str | None = None) -> str:
    """`raw` as text without control characters but tab and line ends, which all are `\\n`; never a lone surrogate.

    `claim` is the charset its sender declared; `hint` one that fits what stands around, for bytes that claim none.
    """
    return tidy(_decoded(raw, charset(claim), charset(hint)))


def tidy(text: str) -> str:
    """`text` without control characters and lone surrogates, each line end as `\\n`."""
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return _NOT_TEXT.sub("", text).removeprefix("\ufeff")


def charset(name: str | None) -> str | None:
    """The codec for the name of a charset, or None if there is none."""
    squeezed = re.sub(r"[^a-z0-9]", "", (name or "")[:CLAIM].lower())
    known = _ALIASES.get(squeezed) or _ALIASES.get(squeezed.removeprefix("x").removeprefix("cs"))
    if known or not squeezed:
        return known
    for spelling in ((name or "").strip(" \t'\""), squeezed, squeezed.removeprefix("x")):
        try:
            found = codecs.lookup(spelling.replace("windows-", "cp").replace("windows", "cp"))
        except (LookupError, ValueError):
            continue
        known = found.name.replace("-", "_")
        if getattr(found, "_is_text_encoding", True) and known not in _NOT_OF_MAIL:
            return found.name
    return None


def _decoded(raw: bytes, claim: str | None, hint: str | None) -> str:
    if raw.startswith(codecs.BOM_UTF8):
        return _mixed(raw[3:])
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and raw.count(0) * 4 > len(raw):
        return raw.decode("utf-16", "ignore")
    if claim == "utf-7":
        return _loose(raw, "utf-7") if raw.isascii() else _guessed(raw, hint)
    if claim == "utf-16":
        little = raw[1::2].count(0) >= raw[::2].count(0)
        return _loose(raw, "utf-16-le" if little else "utf-16-be") if 0 in raw else _guessed(raw, hint)
    if claim == "iso-2022-jp" or (claim in (None, "cp1252", "utf-8") and _ESCAPED.search(raw)):
        return _japanese(raw)
    if raw.isascii() and claim in (None, "cp1252", "utf-8"):
        return raw.decode("ascii")
    if claim is None:
        return _guessed(raw, hint)
    if claim == "cp1252":  # most often a program's default: UTF-8 does not arise by chance
        return _strictly(raw, "utf-8") or _western(raw)
    if claim == "utf-8":
        return _mixed(raw) if _is_mostly_utf8(raw) else _guessed(raw, hint)
    return _strictly(raw, claim) or _strictly(raw, "utf-8") or _loose(raw, claim)


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _loose(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec, "ignore" if codec.startswith("utf") else "western")
    except (UnicodeError, LookupError, ValueError):
        return _western(raw)


def _western(raw: bytes) -> str:
    return codecs.charmap_decode(raw, "strict", _WINDOWS)[0]


def _one_western(error: UnicodeError) -> tuple[str, int]:
    """The byte that does not fit, as Windows would show it; a character that is cut off at the end is nothing."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.end >= len(error.object) and error.reason.startswith(("unexpected end", "incomplete")):
        return "", len(error.object)
    return _WINDOWS[error.object[error.start]], error.start + 1


codecs.register_error("western", _one_western)


def _mixed(raw: bytes) -> str:
    """UTF-8 with bytes of Windows' western letters in it, as lists and quotes make it."""
    if raw[-1:] not in _LEADING and any(byte > 127 for byte in raw[-1:]) and raw[:-1].isascii():
        return _western(raw)
    return raw.decode("utf-8", "western")


def _is_mostly_utf8(raw: bytes) -> bool:
    kept = raw.decode("utf-8", "ignore")
    sound = len(kept.encode("utf-8", "ignore"))
    return sound == len(raw) or any(ord(letter) > 127 for letter in kept) or len(raw) - sound < 2


def _guessed(raw: bytes, hint: str | None) -> str:
    text = _strictly(raw, "utf-8")
    if text is None and hint not in (None, "utf-8", "utf-7", "utf-16", "cp1252"):
        text = _strictly(raw, hint or "")
    if text is not None:
        return text
    lines = b"\n".join(line for line in raw.split(b"\n") if not line.isascii())[:LOOKED_AT]
    beyond = len(lines.translate(None, bytes(range(128))))
    if len(raw) < GUESSED or beyond < DENSE * len(lines):
        return _mixed(raw) if _is_mostly_utf8(raw) else _western(raw)
    from charset_normalizer import from_bytes

    best = from_bytes(lines, cp_isolation=_GUESSES, preemptive_behaviour=False).best()
    return _loose(raw, best.encoding) if best else _western(raw)


def _japanese(raw: bytes) -> str:
    """ISO-2022-JP, also with the characters that only Windows has in it."""
    for codec in _JAPANESE:
        text = _strictly(raw, codec)
        if text is not None:
            return text
    pieces = _STRETCH.split(raw)
    text = _guessed(pieces[0], None)
    for escape, stretch in zip(pieces[1::2], pieces[2::2], strict=True):
        if escape in (b"$@", b"$B"):
            text += _windows_japanese(stretch)
        elif escape == b"(I":
            text += bytes(byte | 0x80 for byte in stretch).decode("cp932", "ignore")
        else:
            text += _guessed(stretch, None)
    return text


def _windows_japanese(stretch: bytes) -> str:
    """Pairs of ISO-2022-JP as Windows' Shift JIS reads them; what ends the line ends the pairs."""
    result, index = bytearray(), 0
    while index < len(stretch):
        row = stretch[index] & 0x7F
        if row < 0x21 or index + 1 == len(stretch):
            result.append(row)
            index += 1
            continue
        cell = stretch[index + 1] & 0x7F
        lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
        trail = cell + (0x1F if cell < 0x60 else 0x20) if row % 2 else cell + 0x7E
        result += bytes((lead & 0xFF, trail & 0xFF))
        index += 2
    return bytes(result).decode("cp932", "ignore")
