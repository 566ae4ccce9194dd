"""Which address a notice in prose means: servers set it apart, but name themselves, the sender and a helper as well."""

from __future__ import annotations

import re

from console.mail.plain_headers import ADDRESS, addresses

LINES = 400
LONGEST = 1_000  # characters of a line

_OPENS = re.compile(r"[\s<\"'(*>•|\[-]{0,24}(?:mailto:|rfc822;|smtp:)?[\s<]{0,3}", re.IGNORECASE)
_CUE = re.compile(
    r"rcpt[ -]to|recipients?|undeliver|failed|failure|unknown user|no such user|user unknown|user mailbox|mailbox|addressed to"
    r"|(?:delivered|delivery|deliver|message|mail|sent|contact|entregar|reach|wrote|delivering .{0,30}) (?:to|for|a|an|à|al?)\b"
    r"|could ?n[o'’]|does ?n[o'’]|wasn['’]t|didn['’]t|was not|entreg|zugestellt|remis|destinat|empfänger|emailaddress"
    r"|original-recipient|final-recipient|[45]\d\d[ -]|\b[45]\.\d\.\d",
    re.IGNORECASE,
)
_TO = re.compile(r"[\s>]{0,9}(?:to|para|an|à|a|宛先)[ \t]{0,9}:", re.IGNORECASE)
_NOT = re.compile(
    r"[\s>]{0,9}(?:from|sender|reply-to|message-?id|references|in-reply-to|return-path|reporting|mail from|subject|de|von"
    r"|x-[\w-]{1,40}|received|errors-to|cc|date)[ \t]{0,9}:|.{0,200}(?:please (?:contact|forward|send|include)|for (?:help|"
    r"assistance|further)|mail from:|if you (?:have|need)|help@|support desk|contact your|administrator at|envelope-from)",
    re.IGNORECASE,
)
_SERVER = re.compile(r"(?:mailer-daemon|postmaster|abuse|mail-daemon|mdaemon)@", re.IGNORECASE)
_JSON = re.compile(r"\"emailAddress\"\s{0,9}:\s{0,9}\"([^\s\"<>]{1,64}@[^\s\"<>]{1,255})\"")
_VERP = re.compile(r"[\w.+-]{1,60}?[-+]([\w.-]{1,60})=([\w-]{1,60}(?:\.[\w-]{1,60}){1,6})@")
STARTS, CUED, NAMED, MENTIONED = 4, 3, 2, 1


def failed_addresses(notice: str, own: set[str]) -> tuple[str, ...]:
    """The addresses that the notice sets apart most clearly; `own` are those of the notice's sender and reader."""
    if stated := [each[1].lower() for each in _JSON.finditer(notice)]:
        return tuple(dict.fromkeys(stated))
    ranked: dict[str, int] = {}
    for line in notice.splitlines()[:LINES]:
        for address in addresses(line[:LONGEST]):
            if not _SERVER.match(address):
                ranked[address] = max(ranked.get(address, 0), _rank(line[:LONGEST]))
    others = {address: rank for address, rank in ranked.items() if rank and address not in own}
    # Who writes to oneself gets a notice about oneself.
    told = others or {address: rank for address, rank in ranked.items() if rank >= CUED}
    best = max(told.values(), default=0)
    return tuple(address for address, rank in told.items() if rank == best)


def _rank(line: str) -> int:
    if _NOT.match(line):
        return 0
    opening = _OPENS.match(line)
    if opening and ADDRESS.match(line, opening.end()):
        return STARTS
    if _TO.match(line):
        return NAMED
    return CUED if _CUE.search(line) else MENTIONED


def returned_to(address: str) -> str | None:
    """The recipient that a sender wrote into the return address itself (bounces+ada=example.org@…)."""
    found = _VERP.match(address)
    return f"{found[1]}@{found[2]}".lower() if found else None
