"""A parsed mail as a line of JSON."""

from __future__ import annotations

import json
import os
from typing import Any

from console.mail.parse import NoMessage, parse

EX_FAULT = os.EX_SOFTWARE


def tell(raw: bytes) -> tuple[int, bytes, str]:
    """The exit code, the line, and words for whoever reads errors."""
    try:
        parsed = parse(raw)
    except NoMessage as refusal:
        return os.EX_DATAERR, b"", str(refusal)
    except Exception as fault:  # the contract has a code for it, and the others of a batch go on
        return EX_FAULT, b"", f"This mail could not be parsed ({type(fault).__name__}); that is our fault."
    return os.EX_OK, line(parsed.as_json()), ""


def line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
