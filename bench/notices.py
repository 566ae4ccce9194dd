"""How well the kind of a mail is told in the corpus of notices: `python -m bench.notices [--worst]`.

right: mails of a class that got it. address, status, kind: bounces whose failed address, status and
permanence are the expected ones.
"""

from __future__ import annotations

import argparse
import email
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from console.mail.kind import classify
from console.mail.parsed import Kind

CORPUS = Path(__file__).parent.parent / "tests/mail/notices"


@dataclass(frozen=True)
class Notice:
    """A mail of the corpus, its class, and for bounces the address, status and permanence."""

    name: str
    wanted: str
    raw: str
    address: str = ""
    status: str = ""
    permanence: str = ""


@dataclass(frozen=True)
class Figures:
    """Percentages over `mails` mails of one class."""

    mails: int
    right: float
    address: float
    status: float
    permanence: float


def corpus() -> list[Notice]:
    """All mails of the corpus, by file."""
    found = []
    for path in sorted(CORPUS.glob("*.txt")):
        for each in path.read_text().split("=== ")[1:]:
            title, _, raw = each.partition("\n")
            name, wanted, *about = (cell.strip() for cell in title.split("|"))
            found.append(Notice(name, wanted, raw, *about))
    return found


def kind_of(notice: Notice) -> Kind:
    """What the classifier says of it."""
    message = email.message_from_bytes(notice.raw.encode())
    subject = next((line[9:] for line in notice.raw.splitlines() if line.startswith("Subject: ")), "")
    return classify(message, text_of(message), subject)


def text_of(message: Message) -> str:
    """The first text of a mail; those of the corpus are not encoded."""
    part = next((each for each in message.walk() if each.get_content_type() == "text/plain"), None)
    return "" if part is None else part.get_payload(decode=True).decode()  # type: ignore[union-attr]


def faults(notice: Notice) -> list[str]:
    """What is not as expected: "class", "address", "status", "permanence"."""
    found = kind_of(notice)
    if notice.wanted != "bounce" or found.bounce is None:
        return [] if found.name == notice.wanted else ["class", "address", "status", "permanence"]
    bounce = found.bounce
    return [
        *(["address"] if bounce.recipients != (notice.address,) else []),
        *(["status"] if str(bounce.status) != notice.status else []),
        *(["permanence"] if bounce.kind != notice.permanence else []),
    ]


def measure(notices: Iterable[Notice]) -> Figures:
    """The figures on these mails."""
    told = [faults(each) for each in notices]
    if not told:
        raise ValueError("no mails to measure")
    names = ("class", "address", "status", "permanence")
    return Figures(len(told), *(100 * sum(name not in each for each in told) / len(told) for name in names))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", action="store_true", help="name the mails that are not told as expected")
    worst = parser.parse_args().worst
    notices = corpus()
    print(f"{'':16}mails  right  address  status  kind")
    for wanted in sorted({each.wanted for each in notices}):
        it = measure(each for each in notices if each.wanted == wanted)
        about = f"{it.address:8.1f}  {it.status:6.1f}  {it.permanence:4.1f}" if wanted == "bounce" else ""
        print(f"{wanted:16}{it.mails:5}  {it.right:5.1f}  {about}".rstrip())
    for each in notices if worst else ():
        if wrong := faults(each):
            print(f"\n{each.name}: {', '.join(wrong)}: {kind_of(each)}")


if __name__ == "__main__":
    main()
