"""A letter as it would leave, with an example in the place of what is told."""

from __future__ import annotations

from datetime import UTC, datetime

from console.desk.errors import N_
from console.desk.spoken import words_html
from console.language import translate
from console.mail.composing import rating_ways
from console.mail.outgoing import Letter, Said, body_of
from console.mail.wording import Wording
from console.templating import Templates

EXAMPLE = N_("The printer in hall 3 works again: it was the cable.")


def preview(kind: str, language: str, words: Wording, templates: Templates, desk: str, address: str) -> str:
    """The letter's HTML."""
    said = translate(language, EXAMPLE)
    values = {
        "number": "4821",
        "subject": translate(language, N_("Printer in hall 3")),
        "name": "Rita Sousa",
        "author": "Ana Torres",
        "desk": desk,
        "status": translate(language, N_("Pending")),
        "days": "4",
        "old": "4711",
    }
    letter = Letter(
        kind=kind,
        language=language,
        wording=words,
        values=values,
        sender="",
        sender_name=desk,
        reply_to="",
        to="",
        to_name=values["name"],
        mail_id="",
        references=(),
        loop_mark="",
        at=datetime.now(UTC),
        message=Said(said, words_html(said, "mail")),
        missed=Said(said, words_html(said, "mail")),
        link=f"{address}/",
        rating=rating_ways(f"{address}/"),
    )
    return body_of(letter, templates)
