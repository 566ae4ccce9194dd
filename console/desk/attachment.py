"""Files of messages: what may be attached, and where the bytes lie (random names, outside every web root)."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

import puremagic

from console.desk.errors import N_, Invalid, NoRoom, TooLarge

log = logging.getLogger(__name__)

NAME_LIMIT = 150  # characters

IMAGES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}
DOCUMENTS = {
    "pdf": "application/pdf",
    "txt": "text/plain",
    "log": "text/plain",
    "md": "text/plain",
    "csv": "text/csv",
    "json": "application/json",
    "eml": "message/rfc822",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "zip": "application/zip",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
}
TYPES = IMAGES | DOCUMENTS
MERE_BYTES = "application/octet-stream"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose bytes are on disk under `key`; it belongs to nothing until a change inserts its row."""

    key: str
    name: str
    media_type: str
    size_bytes: int
    digest: str

    @property
    def is_image(self) -> bool:
        return self.media_type in IMAGES.values()


def clean_name(name: str) -> str:
    """The name to show: the last part of a path, without control, format or invisible characters, at most 150 long.

    Every check runs on this name: an invisible character must not turn `.php` into something allowed.
    """
    last = PurePath(unicodedata.normalize("NFKC", name).replace("\\", "/")).name
    kept = "".join(char for char in last if unicodedata.category(char)[0] not in "CZ" or char == " ").strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if len(kept) <= NAME_LIMIT:
        return kept
    return stem[: NAME_LIMIT - len(ending) - 1] + dot + ending if len(ending) < 20 else kept[:NAME_LIMIT]


class FileStore:
    """A folder of files named by random keys (32 hex digits), two levels deep, readable by the desk alone."""

    def __init__(self, folder: Path, message_bytes: int = 20_000_000) -> None:
        self.folder, self.message_bytes = folder, message_bytes

    def path(self, key: str) -> Path:
        return self.folder / key[:2] / key

    def keep(self, data: bytes) -> str:
        """Keep bytes of the desk's own, such as a mail as it came; gives their key. Raises NoRoom."""
        key = secrets.token_hex(16)
        self._write(key, data)
        return key

    def read(self, key: str) -> bytes:
        return self.path(key).read_bytes()

    def forget(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def save_mailed(self, name: str, data: bytes) -> StoredFile:
        """Keep a file that came by mail, whatever it is; what has no type of the list is downloaded as mere bytes."""
        name = clean_name(name) or "file"
        media_type = TYPES.get(name.rpartition(".")[2].lower(), MERE_BYTES) if "." in name else MERE_BYTES
        if media_type in IMAGES.values() and _sniffed(data) != media_type:
            media_type = MERE_BYTES
        return StoredFile(self.keep(data), name, media_type, len(data), hashlib.sha256(data).hexdigest())

    def save(self, name: str, content: BinaryIO, room: int) -> StoredFile:
        """Keep one file. Raises Invalid for a type that is not allowed, TooLarge if it needs more than `room` bytes, NoRoom."""
        name = clean_name(name)
        media_type = TYPES.get(name.rpartition(".")[2].lower())
        if media_type is None or "." not in name:
            raise Invalid(N_("%(name)s can't be attached: this type of file is not allowed."), field="files", name=name)
        data = content.read(room + 1)
        if len(data) > room:
            raise TooLarge(
                N_("%(name)s is too large: the files of a message may have %(limit)s MB together."),
                field="files",
                name=name,
                limit=self.message_bytes // 1_000_000,
            )
        if media_type in IMAGES.values() and _sniffed(data) != media_type:
            raise Invalid(
                N_("%(name)s can't be attached: it is not the image its name says."), field="files", name=name
            )
        key = self.keep(data)
        return StoredFile(key, name, media_type, len(data), hashlib.sha256(data).hexdigest())

    def _write(self, key: str, data: bytes) -> None:
        path = self.path(key)
        try:
            with while_there_is_room():
                path.parent.mkdir(exist_ok=True, mode=0o700)
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def drop(self, files: list[StoredFile]) -> None:
        """Forget files whose message was refused."""
        for file in files:
            self.path(file.key).unlink(missing_ok=True)


@contextmanager
def while_there_is_room() -> Iterator[None]:
    """Turn the system's word that the disk is full, or may not be written to, into NoRoom."""
    try:
        yield
    except OSError as problem:
        if problem.errno not in FULL:
            raise
        log.error("there is no room for files: %s", problem.strerror)
        raise NoRoom from None


def _sniffed(data: bytes) -> str | None:
    try:
        return puremagic.from_string(data, mime=True)
    except (puremagic.PureError, ValueError):
        return None
