"""Who writes the desk's letters."""

from __future__ import annotations

from dataclasses import dataclass

from console.desk.post import Post


@dataclass(frozen=True, slots=True)
class Sender:
    """What letters have in common: how the desk takes part in mail, its name, and its address on the web."""

    post: Post
    name: str
    address: str
    language: str
