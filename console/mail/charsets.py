"""Bytes of a mail to text, whatever their charset is said to be. Charsets lie, and nobody's words may get lost by that."""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

GUESSED_FROM = 32  # bytes; of fewer a guess is worth nothing
GUESSED_ON = 20_000  # bytes

ALIASES = {
    **dict.fromkeys(("ascii", "us-ascii", "ansi_x3.4-1968", "646", "iso646-us"), "cp1252"),
    **dict.fromkeys(
        ("iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso_8859-1", "cp-1252", "ansi", "x-ansi"), "cp1252"
    ),
    **dict.fromkeys(("windows-1252", "cp1252", "x-cp1252", "win-1252", "iso-8859-1-windows-3.1-latin-1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936", "euc-cn", "hz-gb-2312x", "chinese"), "gb18030"),
    **dict.fromkeys(("big5", "big-5", "x-x-big5", "cn-big5", "csbig5"), "big5hkscs"),
    **dict.fromkeys(
        ("ks_c_5601-1987", "ks_c_5601", "euc-kr", "euckr", "ksc5601", "windows-949", "korean", "uhc"), "cp949"
    ),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "cswindows31j"), "cp932"),
    **dict.fromkeys(("iso-2022-jp", "csiso2022jp", "iso-2022-jp-ms", "cp50220", "cp50221"), "iso2022_jp_ext"),
    **dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e", "logical", "visual"), "iso8859_8"),
    **dict.fromkeys(("windows-874", "tis-620", "iso-8859-11", "x-windows-874"), "cp874"),
    **dict.fromkeys(
        ("utf8", "utf-8", "utf_8", "utf8mb4", "utf-8mb4", "x-utf-8", "unicode", "unicode-1-1-utf-8"), "utf-8"
    ),
    **dict.fromkeys(("unicode-1-1-utf-7", "x-unicode-2-0-utf-7", "utf-7"), "utf-7"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("x-mac-roman", "macintosh", "mac", "x-macintosh", "mac-roman"), "mac_roman"),
    **dict.fromkeys(("koi8-r", "koi8r", "x-koi8-r"), "koi8_r"),
    **dict.fromkeys(("iso-8859-6-i", "iso-8859-6-e"), "iso8859_6"),
    **dict.fromkeys(("euc-jp", "x-euc-jp", "x-euc"), "euc_jp"),
}
# Charsets that can't be told from others by what is invalid in them: text that is UTF-8 all the same says so by itself.
_SINGLE = re.compile(r"cp125\d|iso8859.*|iso-8859.*|koi8.*|cp874|mac.*|latin.*")
_UNKNOWN = {
    "",
    "unknown-8bit",
    "unknown",
    "x-unknown",
    "8bit",
    "7bit",
    "binary",
    "default",
    "default_charset",
    "iso-8859",
}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_ISO_2022 = re.compile(rb"\x1b\$[@B(]")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """What is no UTF-8 inside UTF-8 came from a program that mixed it with Windows' own charset."""
    assert isinstance(error, UnicodeDecodeError)
    piece = error.object[error.start : error.end]
    return "".join(bytes([each]).decode("cp1252", "ignore") for each in piece), error.end


codecs.register_error("console-mail", _as_windows)


def decode(data: bytes, charset: str | None) -> str:
    """`data` as text; never raises, and gives no U+FFFD that is not in it."""
    name = (charset or "").strip().strip("\"'").lower().partition("*")[0].strip()
    return cleaned(_decode(data, name))


def cleaned(text: str) -> str:
    """Without controls and lone surrogates; lines end with a newline."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    """For headers: one line, without what is invisible and turns text around."""
    text = "".join(
        char
        for char in text
        if unicodedata.category(char) not in ("Cs", "Co") and char not in "\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return " ".join(_CONTROLS.sub("", text.replace("\0", "")).replace("\ufeff", "").split())


def _decode(data: bytes, name: str) -> str:
    if data.startswith(codecs.BOM_UTF8):
        data, name = data[3:], "utf-8"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and len(data) % 2 == 0:
        name = "utf-16"
    if not data.isascii() or name.startswith("utf-16") or name.startswith("utf-32"):
        return _of_eight_bits(data, name)
    if b"\x1b" in data and (_ISO_2022.search(data) or name.startswith("iso-2022")):
        return _strictly(data, "iso2022_jp_ext" if not name.startswith("iso-2022-kr") else "iso2022_kr") or data.decode(
            "ascii"
        )
    if name in ("utf-7", "hz-gb-2312", "hz", "iso-2022-kr") or ALIASES.get(name) == "utf-7":
        return _strictly(data, ALIASES.get(name, name)) or data.decode("ascii")
    return data.decode("ascii")


def _of_eight_bits(data: bytes, name: str) -> str:
    own = ALIASES.get(name, name)
    if own in _UNKNOWN:
        return _guess(data)
    if own == "utf-8":
        return _mostly_utf8(data)
    if _SINGLE.fullmatch(own):
        found = _strictly(data, "utf-8")
        if found is not None:
            return found
        if own == "cp1252":
            return data.decode("utf-8", "console-mail") if _is_mixed(data) else data.decode("cp1252", "ignore")
    found = _strictly(data, own)
    if found is None and own.startswith("utf-16"):  # a line end of one byte was put behind it
        found = _strictly(data[:-1], own)
    if found is not None:
        return found
    utf8 = _strictly(data, "utf-8")
    if utf8 is not None:
        return utf8
    try:
        lenient = data.decode(own, "replace")
    except (LookupError, ValueError):
        return _guess(data)
    if lenient.count("\ufffd") * 20 <= len(lenient):
        return lenient.replace("\ufffd", "")
    return _guess(data)


def _mostly_utf8(data: bytes) -> str:
    found = _strictly(data, "utf-8")
    if found is not None:
        return found
    if _is_mixed(data):
        return data.decode("utf-8", "console-mail")
    return _guess(data)


def _is_mixed(data: bytes) -> bool:
    """Whether there is more UTF-8 in it than anything else of eight bits."""
    valid = sum(len(char.encode()) for char in data.decode("utf-8", "ignore") if ord(char) > 127)
    return valid * 2 > sum(byte > 127 for byte in data)


def _guess(data: bytes) -> str:
    found = _strictly(data, "utf-8")
    if found is not None:
        return found
    if len(data) >= GUESSED_FROM:
        best = from_bytes(data[:GUESSED_ON]).best()
        if best is not None and best.encoding and best.encoding not in ("utf_16", "utf_16_be", "utf_16_le", "utf_32"):
            guessed = _strictly(data, best.encoding)
            if guessed is not None:
                return guessed
    return data.decode("cp1252", "ignore")


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (LookupError, ValueError, TypeError):
        return None
