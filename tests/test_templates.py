"""What templates may contain: nothing inline, nothing unescaped, and only files and icons that exist."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path

import pytest

from console.statics import Statics

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"
TEMPLATES = ROOT / "console/templates"
ALL = sorted(path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.html"))

LETTER = Path("mail/letter.html")
VENDORED = ("vendor/socket.io-client@4.8.4/dist/socket.io.esm.min.js",)

INLINE = {
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an inline style sheet": r"<style\b",
    "a style attribute": r"\sstyle\s*=",
    "a handler attribute": r"""\son[a-z]+\s*=\s*["'{]""",
    "an address that is a script": r"javascript:",
    "an expression of htmx": r"hx-on|hx-vals\s*=\s*[\"']js:",
    "something unescaped": r"\|\s*safe\b|\|\s*tojson\b",
}
# icon("x"), icon("x" if … else "y"), icon({…: "x"}.get(slug, "y")), and the marks of entries: event(entry, "x", …)
ICON = re.compile(
    r"""(?:icon\(|\b(?:act|event)\(entry, )"""
    r"""(?:"([a-z0-9-]+)"(?: if .*? else "([a-z0-9-]+)")?|\{([^}]*)\}\.get\(\w+, "([a-z0-9-]+)"\))"""
)


def source(name: Path) -> str:
    return re.sub(r"{#.*?#}", "", (TEMPLATES / name).read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("name", ALL, ids=str)
def test_a_template_has_nothing_that_the_policy_of_its_page_forbids(name: Path) -> None:
    # A letter is read by mail programs, which know no style sheet, and is shown under a policy of its own.
    rules = {what: each for what, each in INLINE.items() if name != LETTER or what != "a style attribute"}
    for what, pattern in rules.items():
        assert not re.search(pattern, source(name), re.IGNORECASE), f"templates/{name} has {what}"


@pytest.mark.parametrize("name", ALL, ids=str)
def test_only_a_sentence_for_the_screen_reader_is_not_escaped(name: Path) -> None:
    spoken = re.sub(r"{% block say %}.*?{% endblock %}", "", source(name), flags=re.DOTALL)
    assert "autoescape" not in spoken, f"templates/{name}: only a `say`, which is plain text, may switch escaping off"


@pytest.mark.parametrize("name", [name for name in ALL if name.parts[0] == "public"], ids=str)
def test_a_requesters_template_uses_nothing_of_the_staffs(name: Path) -> None:
    for used in re.findall(r"""{%-?\s*(?:from|import|include|extends)\s+["']([^"']+)""", source(name)):
        assert used in ("macros.html", "layout/portal.html") or used.startswith("public/"), f"templates/{name}: {used}"


def test_files_and_icons_named_in_templates_exist() -> None:
    (sprite,) = STATIC.glob("vendor/*/icons.svg")
    icons = set(re.findall(r'<symbol id="([^"]+)"', sprite.read_text()))
    used: set[str] = set()
    for name in ALL:
        for file in re.findall(r"""static\(["']([^"']+)["']\)""", source(name)):
            assert (STATIC / file).is_file(), f"templates/{name}: static/{file} is not there"
        for first, second, words, otherwise in ICON.findall(source(name)):
            used |= {first, second, otherwise, *re.findall(r': "([a-z0-9-]+)"', words)} - {""}
    assert len(used) > 30
    assert used <= icons, f"the sprite has no {used - icons}"


def test_every_module_of_the_page_is_there_and_used() -> None:
    """From the two entries every module is reached, and each import finds its file."""
    reached, waiting = set[Path](), [STATIC / "js/console.js", STATIC / "js/portal.js"]
    while waiting:
        module = waiting.pop()
        assert module.is_file(), f"{module.relative_to(ROOT)} is imported and not there"
        if module not in reached:
            reached.add(module)
            named = re.findall(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']""", module.read_text())
            waiting += [(module.parent / each).resolve() for each in named]
    left = set((STATIC / "js").rglob("*.js")) - reached
    assert not left, f"nobody imports {[str(each.relative_to(ROOT)) for each in left]}"


def test_requesters_load_what_they_need_of_the_modules_and_each_only_once() -> None:
    statics = Statics()
    staff, portal = (re.findall(r"^\{ // (.+)$", statics.script(f"{each}.js"), re.M) for each in ("console", "portal"))
    assert len(staff) == len(set(staff)) and len(portal) == len(set(portal))
    assert "js/live/connection.js" in {*staff} & {*portal}
    assert "js/elements/bulk-bar.js" in {*staff} - {*portal}
    assert "js/elements/new-request.js" in {*portal} - {*staff}
    assert len(gzip.compress(statics.script("portal.js").encode())) < 35_000, "a requester's first visit is on a phone"
    assert statics.vendored("portal.js") == tuple(statics.url(each) for each in VENDORED)


def joined(folder: Path, **files: str) -> str:
    """The script of modules with these names, `console` being the entry."""
    (folder / "js").mkdir()
    for name, text in files.items():
        (folder / f"js/{name}.js").write_text(text)
    return Statics(folder).script("console.js")


def test_joined_modules_run_once_each_behind_what_they_need(tmp_path: Path) -> None:
    script = joined(
        tmp_path,
        console='import "./one.js";\nimport { say as tell } from "./two.js";\ntell("console");\nconsole.log(said.join());\n',
        one='// why\nimport {\n  say,\n} from "./two.js";\nconst name = "one";\nsay(name);\n',
        two='const name = "two";\nglobalThis.said = [name];\nexport function say(what) { said.push(what); }\n',
    )
    assert "why" not in script
    told = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    assert told.stdout == "two,one,console\n"


@pytest.mark.parametrize(
    ("console", "one"),
    [
        ('import "./one.js";\n', 'import "./console.js";\n'),
        ('import it from "./one.js";\n', "const it = 1;\n"),
        ('import "./one.js";\n', "export default 1;\n"),
        ('import "./one.js";\n', "export let it = 1;\n"),
    ],
)
def test_modules_that_cannot_be_joined_are_refused(console: str, one: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"ring|can be joined"):
        joined(tmp_path, console=console, one=one)
