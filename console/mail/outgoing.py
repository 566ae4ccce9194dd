"""A letter's bytes: who it is from and to, its threading headers, its words in text and HTML, its files."""

from __future__ import annotations

import email.policy
import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from markupsafe import Markup

from console.desk.attachment import FileStore, StoredFile
from console.language import translate
from console.mail.wording import Wording, fill, paragraphs
from console.templating import Templates

MOST_BYTES = 20_000_000  # of files in one mail; beyond that it has links
REFERENCES = 12  # ids
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.@-]+")
LOOP_HEADER = "X-Agent-Console"


class Unsendable(Exception):
    """This address can't be written to."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words in a letter: as they were typed, and as HTML."""

    text: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a letter is made of. `link` is the way to the ticket, "" if there is none; ids are without `<>`."""

    kind: str
    language: str
    wording: Wording
    values: dict[str, str]
    sender: str
    sender_name: str
    reply_to: str
    to: str
    to_name: str
    mail_id: str
    references: Sequence[str]
    loop_mark: str
    at: datetime
    message: Said | None = None
    happened: str = ""  # when it did, if not when it was written
    solution: Said | None = None
    missed: Said | None = None
    link: str = ""
    rating: Sequence[tuple[str, str]] = ()  # each answer to "How was it?" and the way to give it
    files: Sequence[StoredFile] = ()
    file_links: Sequence[tuple[str, str]] = ()  # name and address
    by_person: bool = False  # it carries somebody's own words to a requester


def render(letter: Letter, templates: Templates, files: FileStore) -> bytes:
    """The mail as it leaves. Raises Unsendable for an address that no header takes."""
    subject = _line(fill(letter.wording.subject, letter.values))
    body = paragraphs(letter.wording.body, letter.values)
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = _address(letter.sender, letter.sender_name)
    mail["To"] = _address(letter.to, letter.to_name)
    mail["Reply-To"] = _address(letter.reply_to, letter.sender_name)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{letter.mail_id}>"
    known = [each for each in letter.references if _ATOMS.fullmatch(each)]
    if known:
        mail["In-Reply-To"] = f"<{known[-1]}>"
        mail["References"] = " ".join(f"<{each}>" for each in [known[0], *known[1:][-REFERENCES:]])
    for name, value in _manners(letter).items():
        mail[name] = value
    mail.set_content(_text(letter, body), cte="quoted-printable")
    mail.add_alternative(body_of(letter, templates), subtype="html", cte="quoted-printable")
    for file in letter.files:
        main, _, sub = (file.media_type or mimetypes.guess_type(file.name)[0] or "application/octet-stream").partition(
            "/"
        )
        content = files.read(file.key)
        if main in ("text", "message", "multipart"):
            main, sub = "application", "octet-stream"
        mail.add_attachment(content, maintype=main, subtype=sub, filename=_line(file.name))
    return mail.as_bytes()


def body_of(letter: Letter, templates: Templates) -> str:
    """The letter's HTML."""
    subject = _line(fill(letter.wording.subject, letter.values))
    context = {"letter": letter, "paragraphs": paragraphs(letter.wording.body, letter.values), "subject": subject}
    return templates.page(letter.language, "mail/letter.html", context)


def _manners(letter: Letter) -> dict[str, str]:
    """What keeps other programs from answering. A person's words must not look like a machine's."""
    if letter.by_person:
        return {"X-Auto-Response-Suppress": "OOF, AutoReply", LOOP_HEADER: letter.loop_mark}
    answer = letter.kind in ("confirmation", "follow_up", "too_large")
    return {
        "Auto-Submitted": "auto-replied" if answer else "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "bulk",
        LOOP_HEADER: letter.loop_mark,
    }


def _text(letter: Letter, body: list[tuple[str, str]]) -> str:
    parts = []
    for name, words in body:
        if name == "text":
            parts.append(words)
        elif name == "message" and letter.message is not None:
            parts.append(letter.message.text)
            if letter.happened:
                parts.append(translate(letter.language, "Happened %(time)s", time=letter.happened))
            if letter.solution is not None:
                parts.append(f"{translate(letter.language, 'Solution')}\n\n{letter.solution.text}")
        elif name == "missed" and letter.missed is not None:
            parts.append("\n".join(f"> {line}" for line in letter.missed.text.split("\n")))
        elif name == "link" and letter.link:
            parts.append(letter.link)
        elif name == "rating" and letter.rating:
            ways = (f"{translate(letter.language, answer)}: {way}" for answer, way in letter.rating)
            parts.append("\n".join((translate(letter.language, "How was it?"), *ways)))
    if letter.file_links:
        parts.append("\n".join(f"{name}: {address}" for name, address in letter.file_links))
    return "\n\n".join(parts) + f"\n\n-- \n{letter.values['desk']}\n"


def _line(text: str) -> str:
    """On one line, and no encoded word: the library decodes one that somebody wrote, with line ends and all."""
    return " ".join(_CONTROL.sub(" ", text).replace("=?", "= ?").split())


def _address(address: str, name: str) -> Address:
    if not _ATOMS.fullmatch(address) or address.count("@") != 1:
        raise Unsendable(address)
    local, _, domain = address.partition("@")
    if not local or not domain or local.startswith(".") or local.endswith(".") or ".." in address:
        raise Unsendable(address)
    return Address(display_name=_line(name), username=local, domain=domain)
