"""Static files under one address that changes with their content: /static/<hash>/…, so browsers may keep them for ever.

The style sheets are joined in the order of their names, the modules that an entry loads in the order they need each
other: a page asks for one of each. What a module may say is kept to what `joined` knows; anything else raises.
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
_IMPORT = re.compile(r"""^import\s+(?:(\{[^}]*\})\s+from\s+)?"(\.[^"]+\.js)";[ \t]*""", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_COMMENTS = re.compile(r"^[ \t]*//[^\n]*\n|^/\*.*?\*/\n", re.MULTILINE | re.DOTALL)
_UNKNOWN = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
ENTRIES = ("console.js", "portal.js")
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
        self._scripts: dict[str, tuple[str, list[str]]] = {}
        self._known = {str(file.relative_to(self.folder)): file for file in files}

    def url(self, path: str) -> str:
        return f"/static/{self.hash}/{path}"

    @property
    def css(self) -> str:
        return self.url("console.css")

    @property
    def icons(self) -> str:
        return self.url(next(path for path in self._known if path.endswith("/icons.svg")))

    def script(self, entry: str) -> str:
        """An entry and all the modules that it imports, as one module."""
        return self._joined(entry)[0]

    def vendored(self, entry: str) -> tuple[str, ...]:
        """The addresses that the joined modules of an entry import, for preloading."""
        return tuple(map(self.url, self._joined(entry)[1]))

    def _joined(self, entry: str) -> tuple[str, list[str]]:
        if entry not in self._scripts:
            self._scripts[entry] = self._join(f"js/{entry}")
        return self._scripts[entry]

    def _join(self, entry: str) -> tuple[str, list[str]]:
        """One module that does what the entry and all it imports do, and what of others' code it imports.

        Each module is a block of its own, behind those it needs, and leaves what it exports in `modules`. Raises
        ValueError for modules that need each other in a ring, and for imports and exports of another shape.
        """
        outside: list[str] = []
        head, blocks = list[str](), dict[str, str]()
        under_way: list[str] = []

        def add(path: str) -> None:
            if path in blocks:
                return
            if path in under_way:
                raise ValueError(f"{' needs '.join([*under_way, path])}: modules may not need each other in a ring.")
            under_way.append(path)
            text = _COMMENTS.sub("", self._known[path].read_text())
            text = _IMPORT.sub(lambda found: imported(path, found[1], found[2]), text)
            exported = _EXPORT.findall(text)
            text = _EXPORT.sub("", text)
            if unknown := _UNKNOWN.search(text):
                raise ValueError(f"{path}: {unknown[0]!r} is no import or export that can be joined.")
            blocks[path] = f"{{ // {path}\n{text}modules[{path!r}] = {{ {', '.join(exported)} }};\n}}\n"
            under_way.pop()

        def imported(path: str, names: str | None, target: str) -> str:
            other = str((self.folder / path).parent.joinpath(target).resolve().relative_to(self.folder))
            if other.startswith("vendor/"):
                outside.append(other)
                head.append(f'import {names} from "./{other}";\n')
                return ""
            add(other)
            return f"const {names.replace(' as ', ': ')} = modules[{other!r}];" if names else ""

        add(entry)
        return "".join([*head, "const modules = {};\n", *blocks.values()]), outside

    @cached_property
    def joined_css(self) -> str:
        sheets = (file.read_text() for path, file in self._known.items() if path.startswith("css/"))
        return _COMMENTS.sub("", "\n".join(sheets))

    def favicon(self) -> Response:
        return FileResponse(self._known["favicon.svg"], media_type="image/svg+xml")

    async def show(self, request: Request) -> Response:
        """`GET /static/{hash}/{path}`. An older hash still finds its file, but nobody keeps the answer."""
        path: str = request.path_params["path"]
        headers = {"cache-control": FOREVER if request.path_params["hash"] == self.hash else "no-cache"}
        if path == "console.css":
            return Response(self.joined_css, media_type="text/css", headers=headers)
        if path in ENTRIES:
            return Response(self.script(path), media_type="text/javascript", headers=headers)
        if path not in self._known:
            raise HTTPException(404)
        return FileResponse(self._known[path], headers=headers)
