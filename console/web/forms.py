"""Reading a form with files: the files are stored first, and forgotten again if the message is refused."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from console.desk.attachment import StoredFile, while_there_is_room
from console.desk.errors import N_, Invalid
from console.web.door import asked_still, house

FIELD_BYTES = 1 << 20  # one text field; the longest message has 64,000 characters of at most 4 bytes
FIELDS = 100
COMMAND_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")  # the desk's own errands use a colon, which pages can't


def plain(value: object) -> str:
    """What somebody typed into a field, or "" if it is a file. NUL is no character that anybody wrote: it is left out."""
    return value.replace("\0", "") if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came: its text fields, and its files already on disk."""

    form: FormData
    files: tuple[StoredFile, ...]

    def text(self, name: str) -> str:
        return plain(self.form.get(name))

    def all(self, name: str) -> list[str]:
        return [text for text in map(plain, self.form.getlist(name)) if text.strip()]

    def whole(self, name: str) -> int | None:
        """A whole number, or None if the field is missing or something else."""
        value = self.text(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None

    def value(self, name: str) -> str:
        """A text that may be empty but has to be there. Raises Invalid."""
        if name not in self.form:
            raise Invalid(N_("%(name)s is missing."), field=name, name=name)
        return self.text(name)

    def number(self, name: str) -> int | None:
        """A whole number, or None if the field is missing. Raises Invalid if it is something else."""
        value = self.whole(name)
        if value is None and name in self.form:
            raise Invalid(N_("%(value)s is not a possible value here."), field=name, value=self.text(name)[:40])
        return value

    def switch(self, name: str) -> bool:
        """On (1) or off (0). Raises Invalid for anything else."""
        if self.text(name) not in ("0", "1"):
            raise Invalid(N_("%(value)s is not a possible value here."), field=name, value=self.text(name)[:100])
        return self.text(name) == "1"

    def switch_or_none(self, name: str) -> bool | None:
        """The same, or None if the field is missing. Raises Invalid."""
        return self.switch(name) if name in self.form else None

    @property
    def command_id(self) -> str | None:
        """The id that the page drew for this command. Raises Invalid if it is none."""
        drawn = self.text("command_id")
        if drawn and not COMMAND_ID.fullmatch(drawn):
            raise Invalid(N_("%(value)s is not a possible value here."), field="command_id", value=drawn[:100])
        return drawn or None


@asynccontextmanager
async def read_form(request: Request, *, files: int = 0, fields: int = 10) -> AsyncIterator[FormData]:
    """The form of this request, in UTF-8 as browsers send it: in another charset there could be what is no text."""
    _, options = parse_options_header(request.headers.get("content-type", ""))
    if options.get(b"charset", b"utf-8").lower() != b"utf-8":
        raise HTTPException(400)
    with while_there_is_room():  # large files wait in the system's folder for temporary ones
        form = await request.form(max_files=files, max_fields=fields, max_part_size=FIELD_BYTES)
    try:
        if (viewer := getattr(request.state, "viewer", None)) is not None:
            await asked_still(request, viewer)
        yield form
    finally:
        await form.close()


@asynccontextmanager
async def sent(request: Request, *, images: int | None = None, documents: int | None = None) -> AsyncIterator[Sent]:
    """The form of this request. `images` and `documents` are how many a message may carry (None: the staff's limit)."""
    place = house(request)
    most = place.settings.message_files
    async with read_form(request, files=most + 50, fields=FIELDS) as form:
        uploads = [each for each in form.getlist("files") if isinstance(each, UploadFile) and each.filename]
        if len(uploads) > most:
            raise Invalid(N_("A message may carry %(limit)s files."), field="files", limit=most)
        stored: list[StoredFile] = []
        try:
            room = place.settings.message_bytes
            for upload in uploads:
                file = await asyncio.to_thread(place.files.save, upload.filename or "", upload.file, room)
                stored.append(file)
                room -= file.size_bytes
            _check_portal(stored, images, documents)
            yield Sent(form, tuple(stored))
        except Exception:
            # Not when the request is merely cancelled: the change goes on without it, and its files have to be there.
            await asyncio.to_thread(place.files.drop, stored)
            raise


def _check_portal(stored: list[StoredFile], images: int | None, documents: int | None) -> None:
    pictures = sum(file.is_image for file in stored)
    if images is not None and pictures > images:
        raise Invalid(N_("A message may carry %(limit)s images."), field="files", limit=images)
    if documents is not None and len(stored) - pictures > documents:
        raise Invalid(N_("A message may carry %(limit)s documents."), field="files", limit=documents)
