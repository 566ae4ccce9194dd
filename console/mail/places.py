"""Where mail comes from and goes to, as the settings write it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

SENDING = ("smtp", "smtps", "smtp+plain")
LISTENING = ("lmtp", "smtp")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is: `imaps://name:password@host/INBOX`, `imap://…` for TLS by STARTTLS, `imap+plain://…` without."""

    kind: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @property
    def name(self) -> str:
        """The mailbox as people are shown it: without its password."""
        return f"{self.user}@{self.host}/{self.folder}"[:80]


def place(address: str) -> Place:
    """Raises ValueError for an address that is none."""
    parts = urlsplit(address)
    if parts.scheme not in ("imaps", "imap", "imap+plain") or not parts.hostname or not parts.username:
        raise ValueError("it should read imaps://name:password@host/folder")
    port = parts.port or (993 if parts.scheme == "imaps" else 143)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return Place(parts.scheme, parts.hostname, port, unquote(parts.username), unquote(parts.password or ""), folder)


def checked(address: str, kinds: tuple[str, ...]) -> None:
    """Raises ValueError for an address that is none of these kinds, or has no host."""
    parts = urlsplit(address)
    if parts.scheme not in kinds or not parts.hostname or (kinds is LISTENING and parts.port is None):
        raise ValueError(f"it should begin with {' or '.join(f'{kind}://' for kind in kinds)}, and name host and port")
