"""Static files under one address that changes with their content: /static/<hash>/…, so browsers may keep them for ever.

The style sheets are joined in the order of their names; modules import each other by relative paths and need no map.
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

FOLDER = Path(__file__).parent.parent / "static"
_IMPORTED = re.compile(r"""^(?:import|export)\b[^"']*["'](\.[^"']+\.js)["']""", re.MULTILINE)
FOREVER = "public, max-age=31536000, immutable"


class Statics:
    """The files of `static/` as a door, and the addresses that pages use for them."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder.resolve()
        files = sorted(each for each in self.folder.rglob("*") if each.is_file())
        digest = hashlib.sha256()
        for file in files:
            digest.update(str(file.relative_to(self.folder)).encode() + b"\0" + file.read_bytes())
        self.hash = digest.hexdigest()[:12]
        self._modules: dict[str, tuple[str, ...]] = {}
        self._known = {str(file.relative_to(self.folder)): file for file in files}

    def url(self, path: str) -> str:
        return f"/static/{self.hash}/{path}"

    @property
    def css(self) -> str:
        return self.url("console.css")

    @property
    def icons(self) -> str:
        return self.url(next(path for path in self._known if path.endswith("/icons.svg")))

    def modules(self, entry: str) -> tuple[str, ...]:
        """The addresses of the modules that this entry module loads, for preloading."""
        if entry not in self._modules:
            self._modules[entry] = self._loaded_by(entry)
        return self._modules[entry]

    def _loaded_by(self, entry: str) -> tuple[str, ...]:
        found, waiting = set[str](), [entry]
        while waiting:
            path = waiting.pop()
            for name in _IMPORTED.findall(self._known[path].read_text()):
                each = str((self.folder / path).parent.joinpath(name).resolve().relative_to(self.folder))
                if each not in found:
                    found.add(each)
                    waiting.append(each)
        return tuple(map(self.url, sorted(found)))

    @cached_property
    def joined_css(self) -> str:
        return "\n".join(file.read_text() for path, file in self._known.items() if path.startswith("css/"))

    def favicon(self) -> Response:
        return FileResponse(self._known["favicon.svg"], media_type="image/svg+xml")

    async def show(self, request: Request) -> Response:
        """`GET /static/{hash}/{path}`. An older hash still finds its file, but nobody keeps the answer."""
        path: str = request.path_params["path"]
        headers = {"cache-control": FOREVER if request.path_params["hash"] == self.hash else "no-cache"}
        if path == "console.css":
            return Response(self.joined_css, media_type="text/css", headers=headers)
        if path not in self._known:
            raise HTTPException(404)
        return FileResponse(self._known[path], headers=headers)
