"""Message text to safe HTML: Markdown shortcuts in, an allow-list of tags out.

Raw HTML is shown as text, images by address are not loaded (they would tell a stranger who reads), headings are plain
text (a message must not change the page's outline). The sanitiser behind the renderer is a second wall.
"""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup, escape

TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "span"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}, "span": {"class"}}
CACHED = 4_096  # rendered messages kept in memory; a page of 200 costs 60 ms without

_cleaner = nh3.Cleaner(
    tags=TAGS | TABLE_TAGS,
    attributes=ATTRIBUTES,
    allowed_classes={},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    attribute_filter=lambda tag, name, value: value if (tag, name) != ("span", "class") or value == "mention" else None,
)


def _mark_mentions(state: StateCore) -> None:
    names: tuple[str, ...] = state.env.get("mentions", ())
    if not names:
        return
    pattern = re.compile(r"(?<!\w)@(?:" + "|".join(map(re.escape, names)) + r")(?!\w)", re.IGNORECASE)
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = [part for child in block.children for part in _split(child, pattern)]


def _split(child: Token, pattern: re.Pattern[str]) -> list[Token]:
    if child.type != "text":
        return [child]
    parts: list[Token] = []
    end = 0
    for found in pattern.finditer(child.content):
        parts.append(Token("text", "", 0, content=child.content[end : found.start()]))
        parts.append(Token("html_inline", "", 0, content=f'<span class="mention">{escape(found[0])}</span>'))
        end = found.end()
    return [*parts, Token("text", "", 0, content=child.content[end:])] if parts else [child]


_markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
_markdown.enable(["table", "strikethrough", "linkify"]).disable(
    ["heading", "lheading", "image", "html_block", "html_inline"]
)
# Without a scheme in front the search for addresses is quadratic: 64,000 characters of "//a.co/" cost ten seconds.
if _markdown.linkify is not None:
    _markdown.linkify.add("//", None)
_markdown.core.ruler.push("mentions", _mark_mentions)


@lru_cache(CACHED)
def to_html(text: str, mentions: tuple[str, ...] = ()) -> Markup:
    """`text` as HTML that is safe in a page; `mentions` are the names to mark where they follow an @."""
    return Markup(_cleaner.clean(_markdown.render(text, {"mentions": mentions})))


def code_removed(text: str) -> str:
    """`text` without its code, where an @ means something else."""
    return re.sub(r"```.*?(?:```|\Z)|`[^`\n]*`", " ", text, flags=re.DOTALL)
