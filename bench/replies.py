"""How well the visible reply is found in the corpus of replies: `python -m bench.replies [--worst]`.

exact: mails whose reply is the expected one but for white space. F1: of words, mean of the mails. kept: of all expected
words, how many are in the reply. clean: mails whose reply has at most 2 % words that nobody expects there.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from console.mail.visible import Visible, split

CORPUS = Path(__file__).parent.parent / "tests/mail/corpus"


@dataclass(frozen=True)
class Reply:
    """A mail of the corpus: its text and HTML, and what a person wrote in it."""

    client: str
    language: str
    name: str
    text: str
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


def measure(replies: Iterable[Reply], find: Callable[[str, str | None], Visible] = split) -> Figures:
    """The figures of `find` on these mails."""
    mails, exact, f1, clean, kept, expected = 0, 0, 0.0, 0, 0, 0
    for each in replies:
        found = find(each.text, each.html).reply
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
    worst = parser.parse_args().worst
    replies = corpus()
    groups = {"all": replies}
    for key in ("language", "client"):
        for value in sorted({getattr(each, key) for each in replies}):
            groups[f"{key} {value}"] = [each for each in replies if getattr(each, key) == value]
    print(f"{'':24}mails  exact     F1   kept  clean")
    for name, group in groups.items():
        it = measure(group)
        print(f"{name:24}{it.mails:5}  {it.exact:5.1f}  {it.f1:5.1f}  {it.kept:5.1f}  {it.clean:5.1f}")
    for each in replies if worst else ():
        found = split(each.text, each.html)
        if found.reply.split() != each.reply.split():
            print(f"\n{each.client}, {each.language}, {each.name}: {found.reply!r} instead of {each.reply!r}")


if __name__ == "__main__":
    main()
