"""What the program writes about itself, on its standard error."""

from __future__ import annotations

import logging

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def begin() -> None:
    """Write warnings and worse, from now on and in this process."""
    logging.basicConfig(level=logging.WARNING, format=FORMAT)
