"""A mail's HTML made inert: no script, no handler, no frame, no form, nothing loaded from elsewhere."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest

from console.mail.inert import inert
from console.mail.readable import text_of

HANDLERS = (
    "onclick",
    "onerror",
    "onload",
    "onmouseover",
    "onfocus",
    "onanimationstart",
    "ontoggle",
    "onpointerdown",
    "OnErRoR",
)
ELEMENTS = (
    *(
        "script",
        "style",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "form",
        "input",
        "button",
        "select",
    ),
    *("textarea", "meta", "base", "link", "svg", "math", "video", "audio", "source", "track", "template", "noscript"),
    *("portal", "marquee", "isindex", "keygen", "dialog", "slot", "xmp", "plaintext", "listing", "animate", "set"),
)
ADDRESSES = (
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "java&#10;script:alert(1)",
    ),
    *("&#106;avascript:alert(1)", "\x01javascript:alert(1)", "vbscript:x", "data:text/html,<script>1</script>"),
    *("data:image/svg+xml,<svg onload=alert(1)>", "file:///etc/passwd", "feed:javascript:1", "view-source:x", "blob:x"),
)
VECTORS = [
    *(f'<b {handler}="alert(1)">x</b>' for handler in HANDLERS),
    *(f"<img src=x {handler}=alert(1)>" for handler in HANDLERS),
    *(f"<{name} src=//evil.example/x href=//evil.example/x>words</{name}>" for name in ELEMENTS),
    *(f"<{name.upper()}/onload=alert(1)>words" for name in ELEMENTS),
    *(f'<a href="{address}">x</a>' for address in ADDRESSES),
    *(f'<img src="{address}">' for address in ADDRESSES),
    *(
        f'<p style="{style}">x</p>'
        for style in (
            *(
                "background:url(//evil.example)",
                "background-image:url('x')",
                "width:expression(alert(1))",
                "behavior:url(x)",
            ),
            *(
                "-moz-binding:url(x)",
                "@import '//evil.example'",
                "background:u\\72l(//evil.example)",
                "color:red;}</style><script>1",
            ),
            *("list-style:url(//evil.example)", "content:url(x)", "position:fixed;top:0", "background:/**/url(x)"),
        )
    ),
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "<script>alert(1)",
    "<img src='x' onerror='alert(1)' x='",
    '<img " onerror=alert(1)>',
    "<a href='x' title='\"><script>alert(1)</script>'>x</a>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<table><td background=//evil.example/x>x",
    "<body background=//evil.example/x>x</body>",
    "<img srcset='//evil.example/x 1x'>",
    "<img lowsrc=//evil.example/x dynsrc=//evil.example/x>",
    "<input type=image src=//evil.example/x>",
    "<a ping=//evil.example/x href=https://ok.example>x</a>",
    "<div hx-get='/x' hx-trigger=load data-hx-on='x' ws-connect=/x sse-connect=/y>x</div>",
    "<p id=panel-facts class=msg name=x data-channel=ticket:1>x</p>",
    "<a href=https://ok.example target=_self>x</a>",
    "<img usemap=#x><map name=x><area href=javascript:alert(1)></map>",
    "<q cite=javascript:alert(1)>x</q>",
    "<bdo dir=rtl>x</bdo><wbr>",
    "<img src=cid:pic@x>",
    "<img src=http://evil.example/pixel.gif>",
    "<img src=//evil.example/pixel.gif>",
    "<img src=https&#58;//evil.example/x>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    '<a href="https://ok.example" href="javascript:alert(1)">x</a>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<p>" * 3_000 + "<script>alert(1)</script>",
]


class Look(HTMLParser):
    """What a browser would do with it."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ELEMENTS:
            self.bad.append(tag)
        for name, value in attrs:
            plain = re.sub(r"[\x00-\x20]", "", (value or "").lower())
            loads = name in ("src", "srcset", "background", "poster", "data", "lowsrc", "dynsrc")
            if name.startswith(("on", "hx-", "data-hx", "ws-", "sse-")) or name in (
                "id",
                "class",
                "name",
                "formaction",
                "ping",
            ):
                self.bad.append(name)
            elif (loads and not plain.startswith("cid:")) or (
                name == "href" and not plain.startswith(("http", "mailto:", "tel:"))
            ):
                self.bad.append(f"{name}={value}")
            elif name == "style" and re.search(r"url|expression|import|position|binding|behavior|\\", plain):
                self.bad.append(f"{name}={value}")


def bad(html: str) -> list[str]:
    look = Look()
    look.feed(html)
    look.close()
    return look.bad


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_nothing_in_it_runs_sends_or_loads(vector: str) -> None:
    for html in (vector, f"<div>before {vector} after</div>", f"<table><tr><td>{vector}"):
        cleaned = inert(html)
        assert not bad(cleaned), cleaned
        assert not bad(inert(cleaned)), "cleaning it twice must not wake it"


def test_there_are_many_vectors_and_the_look_finds_what_is_bad() -> None:
    assert len(VECTORS) > 150
    assert sum(bool(bad(vector)) for vector in VECTORS) > 100


def test_what_is_harmless_stays() -> None:
    html = '<p style="color: red">a <b>b</b> <a href="https://x.example/?a=1&amp;b=2">c</a></p>'
    html += '<table border="1"><tbody><tr><td>d</td></tr></tbody></table>'
    cleaned = inert(html)
    for kept in (
        "<b>b</b>",
        'style="color: red"',
        'href="https://x.example/?a=1&amp;b=2"',
        "<td>d</td>",
        'rel="noopener',
    ):
        assert kept in cleaned
    assert 'data-remote-src="https://x.example/i.png"' in inert('<img src="https://x.example/i.png">')
    assert 'src="cid:pic@x"' in inert('<img src="cid:pic@x" alt="">')


HOSTILE = {
    "nested": "<div>" * 200_000 + "x",
    "quotes": '<a "' * 250_000,
    "open values": '<a ="' * 200_000,
    "comments": "<!--" * 250_000,
    "less": "<" * 1_000_000,
    "scripts": "<script>" * 120_000,
    "paragraphs": "<p>a" * 250_000,
    "cells": "<table><tr><td>" * 70_000,
    "attributes": "<a " + "a=1 " * 250_000 + ">",
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_a_megabyte_of_anything_takes_seconds(shape: str) -> None:
    began = time.process_time()
    inert(HOSTILE[shape])
    text_of(HOSTILE[shape])
    assert time.process_time() - began < 18, "three times what the slowest takes"
