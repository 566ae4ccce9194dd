"""The vendored front end is what bin/vendor made, file by file."""

import base64
import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "static" / "vendor"


def test_every_vendored_file_is_listed_with_its_checksum() -> None:
    listed = json.loads((VENDOR / "checksums.json").read_text())
    present = {
        file.relative_to(VENDOR).as_posix(): "sha384-"
        + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()
        for file in VENDOR.rglob("*")
        if file.is_file() and file.name != "checksums.json"
    }
    assert present == listed
