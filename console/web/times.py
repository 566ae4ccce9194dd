"""Lengths of time as admins type them and read them again: 30 min, 4 h, 4 h 30 min."""

from __future__ import annotations

import re

from console.desk.errors import N_, Invalid
from console.web.forms import Sent

TIME = re.compile(r"(?=.)(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*(?:m|min)?)?", re.IGNORECASE | re.ASCII)


def minutes(form: Sent, name: str) -> int | None:
    """The minutes typed into this field; None if it is empty. Raises Invalid."""
    text = form.text(name).strip()
    if not text:
        return None
    found = TIME.fullmatch(text)
    if found is None:
        raise Invalid(N_("Write a time like 30 min, 4 h or 4 h 30 min."), field=name)
    return int(found[1] or 0) * 60 + int(found[2] or 0)


def written(count: int | None) -> str:
    """So many minutes, as `minutes` reads them; "" for none."""
    hours, rest = divmod(count or 0, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest))
