"""How well the visible reply is found in mails: `python -m bench.replies [--set NAME] [--worst]`.

Without `--set` it reads the corpus; the sets are mails that were written before the code was looked at (docs/mail.md).

exact: mails whose reply is the expected one but for white space. F1: of words, mean of the mails. kept: of all expected
words, how many are in the reply. clean: mails whose reply has at most 2 % words that nobody expects there.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path

from console.mail.parse import parse

CORPUS = Path(__file__).parent.parent / "tests/mail/corpus"
FRESH = CORPUS / "fresh"
SETS = ("tuning", "held_out", "later", "last", "third", "fourth", "fifth")


@dataclass(frozen=True)
class Reply:
    """A mail: its text, its HTML, or both, and what a person wrote in it."""

    client: str
    language: str
    name: str
    text: str | None
    html: str | None
    reply: str


@dataclass(frozen=True)
class Figures:
    """Percentages over `mails` mails."""

    mails: int
    exact: float
    f1: float
    kept: float
    clean: float


def corpus() -> list[Reply]:
    """All mails of the corpus, by client."""
    return [
        Reply(path.stem, each["language"], each["name"], each["text"], each.get("html"), each["reply"])
        for path in sorted(CORPUS.glob("*.json"))
        for each in json.loads(path.read_text())
    ]


def fresh(name: str) -> list[Reply]:
    """The mails of one of SETS."""
    return [
        Reply(each["client"], each["language"], each["name"], each.get("text"), each.get("html"), each["reply"])
        for each in json.loads((FRESH / f"{name}.json").read_text())
    ]


def found_in(each: Reply) -> str:
    """The reply that is found in this mail, sent as its program sends it."""
    mail = EmailMessage(policy=SMTPUTF8)
    mail["From"], mail["Subject"] = "ada@example.org", "Re: 1042"
    if each.text is not None:
        mail.set_content(each.text.replace("\r\n", "\n"))
        if each.html is not None:
            mail.add_alternative(each.html, subtype="html")
    else:
        mail.set_content(each.html or "", subtype="html")
    return parse(mail.as_bytes()).reply


def measure(replies: Iterable[Reply]) -> Figures:
    """How well the replies of these mails are found."""
    mails, exact, f1, clean, kept, expected = 0, 0, 0.0, 0, 0, 0
    for each in replies:
        found = found_in(each)
        wanted, got = Counter(words(each.reply)), Counter(words(found))
        common, total = (wanted & got).total(), wanted.total() + got.total()
        mails += 1
        exact += each.reply.split() == found.split()
        f1 += 2 * common / total if total else 1
        kept, expected = kept + common, expected + wanted.total()
        clean += got.total() - common <= 0.02 * got.total()
    if not mails:
        raise ValueError("no mails to measure")
    share = 100 / mails
    return Figures(mails, exact * share, f1 * share, 100 * kept / max(expected, 1), clean * share)


def words(text: str) -> list[str]:
    """Words in lower case; of scripts without spaces, each run of letters."""
    return re.findall(r"\w+", text.casefold())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", action="store_true", help="name the mails whose reply is not the expected one")
    parser.add_argument("--set", choices=SETS, help="read this set instead of the corpus")
    asked = parser.parse_args()
    replies = fresh(asked.set) if asked.set else corpus()
    groups = {"all": replies}
    for key in ("language", "client"):
        for value in sorted({getattr(each, key) for each in replies}):
            groups[f"{key} {value}"] = [each for each in replies if getattr(each, key) == value]
    print(f"{'':24}mails  exact     F1   kept  clean")
    for name, group in groups.items():
        it = measure(group)
        print(f"{name:24}{it.mails:5}  {it.exact:5.1f}  {it.f1:5.1f}  {it.kept:5.1f}  {it.clean:5.1f}")
    for each in replies if asked.worst else ():
        found = found_in(each)
        if found.split() != each.reply.split():
            print(f"\n{each.client}, {each.language}, {each.name}: {found!r} instead of {each.reply!r}")


if __name__ == "__main__":
    main()
