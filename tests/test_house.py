"""The law of the house: who may import whom, how long a file may be, what a kind needs, and that the docs are true."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from jinja2 import Environment
from jinja2.ext import InternationalizationExtension
from starlette.routing import Mount, Route

from console.config import Settings
from console.desk.kinds import KINDS
from console.statics import Statics

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "console/templates"
STATIC = ROOT / "static"
LINES = 300  # of a Python or JavaScript file

# Which of our own packages each may import, besides itself and `config`; "desk.people" is that module alone.
# What is not in the table may import everything: it composes, and only its like and the command line may import it.
RENDERING = {"templating", "fragments", "language", "statics"}
MAY_IMPORT = {
    "config": set[str](),
    "folding": set[str](),
    "database": {"folding"},
    "line": set[str](),
    "connections": set[str](),
    "logs": set[str](),
    "supervising": set[str](),
    "passwords": set[str](),
    "limiting": {"line"},
    "statics": set[str](),
    "recent": set[str](),
    "language": set[str](),
    "templating": {"language", "statics"},
    "fragments": {"desk", "recent", "templating"},
    "viewer": {"desk", "language"},
    "migrating": {"database", "desk.tables"},
    "desk": {"database", "folding"},
    "robots": set[str](),  # they use the desk through its doors, as anybody from outside
    "mail": {"desk", *RENDERING},
    "presence": {"desk.people", "line"},
    "assist": {"desk.conversation"},
    "followers": {"desk", "mail", "assist", "presence", *RENDERING},
    "realtime": {"desk", "line", "presence", "viewer", *RENDERING},
    "house": {"desk", "mail", "limiting", "passwords", "presence", *RENDERING},
    "web": {"desk", "mail", "logs", "presence", "viewer", "assist", "house", *RENDERING},
    "api": {"desk", "limiting", "logs", "presence", "viewer", "assist", "house", *RENDERING},
}
MUST_NOT_IMPORT = {"realtime": "desk.actions", "desk": "desk.actions"}
COMPOSING = {
    "__main__",
    "app",
    "archive",
    "checking",
    "command_group",
    "command_options",
    "demo",
    "desk_commands",
    "mail_command",
    "measures",
    "postal",
    "receiving",
    "robot_command",
    "routes",
    "search_command",
    "serving",
}
STRANGERS_TO_THE_DESK = {"starlette", "uvicorn", "socketio", "engineio", "redis", "jinja2"}
SHAPELESS = {"utils", "util", "helpers", "helper", "services", "service", "managers", "manager", "common", "misc"}


def modules() -> Iterator[tuple[str, Path]]:
    """Our modules by name, without `console.`."""
    for path in sorted((ROOT / "console").rglob("*.py")):
        yield ".".join(path.relative_to(ROOT / "console").with_suffix("").parts).removesuffix(".__init__"), path


def imports(path: Path) -> Iterator[str]:
    """The full names of what a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield from (f"{node.module}.{each.name}" for each in node.names)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize(("module", "path"), [each for each in modules() if each[0] != "__init__"])
def test_a_module_imports_only_what_its_package_may(module: str, path: Path) -> None:
    package = module.split(".")[0]
    assert package in MAY_IMPORT.keys() | COMPOSING, f"{package}: say in MAY_IMPORT of {__file__} what it may import"
    for full in imports(path):
        name = full.removeprefix("console.")
        if name == full or within(name, package) or within(name, "config") or name == "__version__":
            forbidden = MUST_NOT_IMPORT.get(package) if not within(module, "desk.actions") else None
        elif package in COMPOSING:
            forbidden = next(
                (each for each in ("app", "__main__") if package != "__main__" and within(name, each)), None
            )
        else:
            allowed = any(within(name, each) for each in MAY_IMPORT[package])
            forbidden = MUST_NOT_IMPORT.get(package) if allowed else name
        assert forbidden is None or not within(name, forbidden), f"console.{module} must not import console.{name}"


@pytest.mark.parametrize(("module", "path"), [each for each in modules() if within(each[0], "desk")])
def test_the_desk_knows_no_http_no_sockets_and_no_templates(module: str, path: Path) -> None:
    known = {full.split(".")[0] for full in imports(path)} & STRANGERS_TO_THE_DESK
    assert not known, f"console.{module} imports {known}"


def test_no_module_has_a_shapeless_name() -> None:
    for folder in ("console", "tests", "bench", "static/js"):
        for path in (ROOT / folder).rglob("*"):
            assert path.stem not in SHAPELESS, f"{path}: name it by what it holds"


def test_no_file_is_longer_than_300_lines() -> None:
    files = [path for ending in ("py", "js") for path in ROOT.glob(f"[!.]*/**/*.{ending}")]
    ours = [path for path in files if not {"vendor", "migrations", "node_modules", "data"} & set(path.parts)]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in ours}
    assert len(lengths) > 100
    assert not {name: length for name, length in lengths.items() if length > LINES}


# Kinds of activity


@cache
def blocks(name: str) -> dict[str, str]:
    """The blocks of a template, with their sources."""
    path = TEMPLATES / name
    if not path.exists():
        return {}
    environment = Environment(extensions=[InternationalizationExtension])
    environment.parse(path.read_text())
    found = re.findall(r"{%-?\s*block (\w+).*?%}(.*?){%-?\s*endblock", path.read_text(), re.DOTALL)
    return dict(found)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.of_ticket], ids=lambda kind: kind.name)
def test_a_kind_has_its_templates_and_panels(kind: object) -> None:
    from console.desk.kinds import Kind

    assert isinstance(kind, Kind)
    staff, public = f"tickets/entries/{kind.name}.html", f"public/entries/{kind.name}.html"
    assert blocks(staff), f"kind {kind.name!r}: add templates/{staff}"
    chat = {"chat"} if kind.chat else set()
    assert blocks(staff).keys() == {"thread", "line", "say", *chat}, (
        f"templates/{staff}: its blocks are thread, line, say"
    )
    if kind.public:
        assert blocks(public), f"kind {kind.name!r}: add templates/{public}, because requesters may know of it"
        assert blocks(public).keys() == {"thread", "say", *chat}, f"templates/{public}: its blocks are thread and say"
    else:
        assert not blocks(public), f"kind {kind.name!r} is for staff only: take templates/{public} away"
        assert not kind.public_panels, f"kind {kind.name!r} is for staff only and touches no panel of requesters"
    for folder, panels in (("tickets", kind.panels), ("public", kind.public_panels)):
        for name in panels:
            found = blocks(f"{folder}/panels.html").get(f"panel_{name}")
            assert found, f"kind {kind.name!r}: add block panel_{name} to templates/{folder}/panels.html"
    assert {"counts_conversation", "counts_activity"} <= set(kind.panels), "each activity moves the counts on the tabs"


def test_no_template_of_a_kind_is_left_behind() -> None:
    for folder in ("tickets", "public"):
        left = {path.stem for path in (TEMPLATES / folder / "entries").glob("*.html")} - KINDS.keys()
        assert not left, f"templates/{folder}/entries: no kind is called {left}"


@pytest.mark.parametrize("folder", ("tickets", "public"))
def test_a_panel_is_one_element_named_after_it_and_shown_on_the_page(folder: str) -> None:
    page = (TEMPLATES / folder / "show.html").read_text()
    for block, source in blocks(f"{folder}/panels.html").items():
        name = block.removeprefix("panel_")
        assert re.search(rf"""panel-{name}["']""", source), f"{folder}/panels.html: {block} is an element panel-{name}"
        assert re.search(rf"""(?:panel|picker)\("{name}\"""", page), f"{folder}/show.html shows no panel {name}"


def table(name: str) -> dict[str, list[str]]:
    """The rows of the tables in a page of docs, by their first cell; `\\|` is a bar."""
    rows = re.findall(r"^\| (.*) \|$", (ROOT / "docs" / name).read_text(), re.MULTILINE)
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)] for row in rows]
    return {row[0].strip("`"): row for row in cells if row[0].startswith("`")}


def test_the_docs_tell_every_kind_as_it_is() -> None:
    told = table("kinds.md")
    assert told.keys() == KINDS.keys(), (
        f"docs/kinds.md: its rows differ from the catalogue in {told.keys() ^ KINDS.keys()}"
    )
    for kind in KINDS.values():
        who = "–" if not kind.of_ticket else "everybody" if kind.public else "staff"
        marks = ", ".join(mark for mark in ("guards", "quiet", "evicts") if getattr(kind, mark)) or "–"
        panels = " ".join(each for each in kind.panels if not each.startswith("counts_")) or "–"
        expected = [who, panels, " ".join(kind.public_panels) or "–", marks]
        assert told[kind.name][1:5] == expected, f"docs/kinds.md: the row of {kind.name!r} is {expected}"
        assert len(told[kind.name]) == 6 and told[kind.name][5], f"docs/kinds.md: say when {kind.name!r} happens"


# Docs of addresses, settings and commands


def test_the_docs_tell_every_address() -> None:
    import console.app  # noqa: F401  (it registers the converters that routes need)
    from console.routes import routes

    page, api = ((ROOT / f"docs/{name}.md").read_text() for name in ("routes", "api"))
    told = set(re.findall(r"^\| (GET|POST) \| `(/[^`…]*)` \|", page, re.MULTILINE))
    there = set()
    for route in routes(Statics()):
        if isinstance(route, Mount):
            assert f"`{route.path}/v1/…`" in page
            for own in (each for each in route.routes if isinstance(each, Route)):
                there |= {(method, f"{route.path}{own.path}") for method in (own.methods or set()) - {"HEAD"}}
            for inner in (each for mount in route.routes if isinstance(mount, Mount) for each in mount.routes):
                assert isinstance(inner, Route)
                path = re.escape(f"/api/v1{inner.path}").replace(r"\{number\}", r"\d+").replace(r"\{id\}", r"\d+")
                for method in (inner.methods or set()) - {"HEAD"}:
                    assert re.search(rf"{method} {path}\b(?!/)", api), f"docs/api.md: tell {method} /api/v1{inner.path}"
        elif isinstance(route, Route):
            path = re.sub(r":\w+}", "}", route.path)
            there |= {(method, path) for method in (route.methods or set()) - {"HEAD"}}
    assert told == there, f"docs/routes.md differs from console/routes.py in {told ^ there}"


def test_the_docs_tell_every_setting() -> None:
    told = table("settings.md")
    assert told.keys() == Settings.model_fields.keys(), "docs/settings.md differs from console/config.py"
    for name, field in Settings.model_fields.items():
        assert told[name][1] == f"`CONSOLE_{name.upper()}`"
        assert told[name][2] == ("empty" if field.default == "" else f"`{field.default}`"), f"the default of {name}"


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for word, inner in command.commands.items():
            yield from commands(inner, f"{name} {word}")
    else:
        yield name, command


def test_the_docs_tell_every_command_with_its_options() -> None:
    from console.__main__ import cli

    page, there = (ROOT / "docs/commands.md").read_text(), dict(commands(cli, "console"))
    words = re.compile(r"console(?: [a-z]+(?:-[a-z]+)*)*")  # without options and arguments
    assert {words.match(cell)[0] for cell in table("commands.md")} == there.keys()  # type: ignore[index]
    for name, command in there.items():
        for option in (each for each in command.params if isinstance(each, click.Option)):
            for flag in option.opts + option.secondary_opts:
                assert flag in page, f"docs/commands.md: {name} has an option {flag}"
