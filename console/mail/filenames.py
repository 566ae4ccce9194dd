"""Names of attached files: what a stranger wrote made harmless, and made up where nobody wrote one."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from functools import cache

LONGEST = 200  # characters; most file systems take 255 bytes

_STEMS = {"image": "image", "audio": "audio", "video": "video", "text": "text"}
_ENDINGS = {
    "message/rfc822": "message.eml",
    "text/calendar": "invite.ics",
    "text/x-vcard": "contact.vcf",
    "text/vcard": "contact.vcf",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "version.asc",
    "application/pgp-keys": "key.asc",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/ms-tnef": "winmail.dat",
    "image/jpeg": "image.jpg",
    "image/jpg": "image.jpg",
}


def harmless(name: str) -> str:
    """`name` without a path, invisible characters and what turns the direction of writing; "" if nothing is left."""
    visible = "".join(letter for letter in name if unicodedata.category(letter) not in ("Cf", "Cc", "Cs", "Co"))
    last = re.split(r"[\\/]", visible)[-1].strip()
    if not last.strip(". "):
        return ""
    if len(last) > LONGEST:
        stem, dot, ending = last.rpartition(".")
        last = f"{stem[: LONGEST - 12]}.{ending}" if dot and len(ending) <= 11 else last[:LONGEST]
    return last


def made_up(content_type: str) -> str:
    """A name for a file of this type."""
    if content_type in _ENDINGS:
        return _ENDINGS[content_type]
    stem = _STEMS.get(content_type.partition("/")[0], "attachment")
    return f"{stem}{_types().guess_extension(content_type) or '.bin'}"


def of_mail(subject: str) -> str:
    """The name of an attached mail."""
    stem = harmless(re.sub(r'[\\/:*?"<>|]+', "_", subject))[:150].strip()
    return f"{stem}.eml" if stem else "message.eml"


def type_by_name(name: str) -> str:
    """The type that the ending of a name stands for."""
    return _types().guess_type(name)[0] or "application/octet-stream"


@cache
def _types() -> mimetypes.MimeTypes:
    return mimetypes.MimeTypes()  # only what Python knows, so that every machine gives the same names
