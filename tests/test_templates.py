"""What templates may contain: nothing inline, nothing unescaped, and only files and icons that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.statics import Statics

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"
TEMPLATES = ROOT / "console/templates"
ALL = sorted(path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.html"))

LETTER = Path("mail/letter.html")

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


def test_a_page_preloads_what_its_entry_loads_and_requesters_load_half_of_it() -> None:
    statics = Statics()
    staff, portal = (set(statics.modules(f"js/{entry}.js")) for entry in ("console", "portal"))
    assert statics.url("js/live/connection.js") in staff & portal
    assert statics.url("js/elements/bulk-bar.js") in staff - portal
    assert statics.url("js/elements/new-request.js") in portal - staff
    assert len(portal) < 45, "a requester's first visit is on a phone"
