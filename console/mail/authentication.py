"""What trusted hosts said of a mail's sender. Anybody can write such a header, so only those of named hosts count."""

from __future__ import annotations

import re
from collections.abc import Collection

from console.desk.mail import Verdict
from console.mail.parsed import Address

_DMARC = re.compile(r"(?:^|[;\s])dmarc\s*=\s*([a-z]+)")
_FROM = re.compile(r"header\.from\s*=\s*\"?([^\s;\"]+)")


def verdict(results: Collection[str], trusted: Collection[str], author: Address | None) -> Verdict | None:
    """`pass` or `fail` of DMARC for the domain of this author, None if nobody trusted said so.

    One failure fails, whatever another header says; a pass for another domain is none.
    """
    said: set[str] = set()
    for value in results:
        host, _, rest = value.lower().partition(";")
        words = host.split()
        if not words or words[0] not in trusted:
            continue
        found = _DMARC.search(rest)
        if found is None:
            continue
        stated = _FROM.search(rest, found.end())
        domain = "" if author is None else author.address.rpartition("@")[2]
        named = domain if stated is None else stated[1].rpartition("@")[2]
        said.add(found[1] if found[1] != "pass" or _aligned(domain, named) else "none")
    if "fail" in said:
        return "fail"
    return "pass" if said == {"pass"} else None


def _aligned(domain: str, named: str) -> bool:
    return bool(domain) and (domain == named or (domain.endswith(f".{named}") and "." in named))
