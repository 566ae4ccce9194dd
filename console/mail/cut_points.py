"""Where the HTML of a mail says that a quote or a signature is: the marks of the mail programs.

A scanner of its own, because a parser builds a tree as deep as a stranger likes; this one looks at each character once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from html import unescape

from console.mail.attribution import introduces

LONGEST = 4_000_000  # characters of HTML looked at
AHEAD = 3_000  # characters in which a line of the text is sought in the HTML
DEPTH = 500  # open marked elements; deeper nesting is not followed

PERSON, QUOTE, SIGNATURE, PLACE = "t", "q", "s", "p"

_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:]{0,30})")
_SQUEEZED = re.compile(r"[\W_]+")
_SKIPPED = {
    name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "title", "head", "template", "xml")
}
_VOID = {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr"}

# The rest of the mail is the quote.
_REST = re.compile(
    r"""\b(?:id|name|class|data-marker)\s?=\s?["']?(?:x_)*(?:appendonsend|divRplyFwdMsg|stopSpelling|zwchr"""
    r"""|__DIVIDER__"""
    r"""|OutlookMessageHeader|mail-editor-reference-message-container|ms-outlook-mobile-reference-message"""
    r"""|isReplyContent|isForwardContent|_MailOriginal)\b"""
    r"""|border:\s?none;\s?border-top:\s?solid #(?:E1E1E1|B5C4DF) 1(?:\.0)?pt"""
    r"""|border-width:\s?1pt (?:medium|0px) (?:medium|0px|0)[^"]{0,200}(?:#E1E1E1|#B5C4DF"""
    r"""|rgb\(225, ?225, ?225\)|rgb\(181, ?196, ?223\))""",
    re.IGNORECASE,
)
# The element is the quote, and a person may go on behind it.
_QUOTED = re.compile(
    r"""(?:\bclass|\bid|\bname)\s?=\s?["']?[^"'>]{0,80}?\b(?:yahoo_quoted|OLK_SRC_BODY_SECTION|gmail_attr"""
    r"""|moz-cite-prefix"""
    r"""|protonmail_quote|tutanota_quote|zmail_extra|mail_android_quote|reply-intro|gmail_extra_quote"""
    r"""|mail-quote|quoted-text"""
    r"""|mail-app-auto-quote|ymail_quote|yahoo-quoted|x_yahoo_quoted)\b"""
    r"""|\bname\s?=\s?["']?quote\b|data-(?:type|name)\s?=\s?["']?quot""",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"""type\s?=\s?["']?cite|class\s?=\s?["'][^"'>]{0,80}?(?:gmail_quote|quote|mori|\bqt\b)|\bcite\s?="""
    r"""|border-left|class=["']?\w*quote""",
    re.IGNORECASE,
)
_GMAIL = re.compile(r"""class\s?=\s?["'][^"'>]{0,60}?gmail_quote""", re.IGNORECASE)
_SIGNED = re.compile(
    r"""(?:class|data-smartmail|id)\s?=\s?["']?(?:x_)?(?:gmail_signature|moz-signature)\b""", re.IGNORECASE
)
# Outlook's place for a signature, in which people write as well.
_PLACE = re.compile(r"""\bid\s?=\s?["']?(?:x_)*Signature["']?(?!\S)""")


def marks(html: str, lines: list[str]) -> list[str]:
    """For each line of the text `t` (a person's), `q` (quoted), `s` (signature), `p` (where programs put one),
    or "" where the HTML does not tell."""
    words, starts, kinds = _scan(html[:LONGEST])
    if not set(kinds) - {PERSON}:
        return [""] * len(lines)
    found, position = list[str](), 0
    for line in lines:
        key = _SQUEEZED.sub("", line)
        if not key:
            found.append("")
            continue
        reach = 60 if len(key) < 4 else AHEAD
        at = words.find(key, position, position + len(key) + reach)
        if at < 0 and len(key) > 30:
            key = key[:30]
            at = words.find(key, position, position + len(key) + reach)
        if at < 0:
            found.append("")
            continue
        # A line may begin in one and end in the other; whoever wrote its middle wrote it.
        found.append(kinds[bisect_right(starts, at + len(key) // 2) - 1])
        position = at + len(key)
    return _filled(found, lines)


def _filled(found: list[str], lines: list[str]) -> list[str]:
    """A line that was not found, between two quoted ones or behind the last, is quoted as they are."""
    following, result = QUOTE, list(found)
    after = [""] * len(found)
    for index in range(len(found) - 1, -1, -1):
        after[index] = following
        following = found[index] or following
    before = ""
    for index, mark in enumerate(found):
        if not mark and before == QUOTE == after[index] and lines[index].strip():
            result[index] = QUOTE
        before = mark or before
    return result


def _scan(html: str) -> tuple[str, list[int], list[str]]:
    """The letters and digits of the HTML in one string, where each stretch starts in it, and whose it is."""
    pieces, starts, kinds = list[str](), [0], [PERSON]
    length, position, rest = 0, 0, False
    opened = list[tuple[str, str, int]]()  # name, kind, elements of that name open inside it
    before = ""  # the text above; an attribution makes even a plain blockquote a quote
    introduced: int | None = None  # the stretch since Gmail's quote began, before the block itself

    while position < len(html):
        less = html.find("<", position)
        text = html[position : less if less >= 0 else len(html)]
        if text:
            squeezed = _SQUEEZED.sub("", unescape(text))
            kind = QUOTE if rest else opened[-1][1] if opened else PERSON
            before = text[-200:].strip() or before
            if squeezed:
                starts.append(length)
                kinds.append(kind)
                pieces.append(squeezed)
                length += len(squeezed)
        if less < 0:
            break
        if html.startswith("<!--", less):
            end = html.find("-->", less + 4)
            position = end + 3 if end >= 0 else len(html)
            continue
        name_at = _NAME.match(html, less)
        if name_at is None:
            position = less + 1
            continue
        end = html.find(">", less)
        if end < 0:
            break
        position, name = end + 1, name_at[1].lower()
        closing = html[less + 1] == "/"
        if name in _SKIPPED and not closing and html[end - 1] != "/":
            skipped = _SKIPPED[name].search(html, position)
            position = skipped.start() if skipped else len(html) if name != "head" else position
            continue
        if closing:
            _close(opened, name)
            continue
        attributes = html[name_at.end() : min(end, name_at.end() + 2_000)]
        if not rest and _REST.search(attributes):
            rest = True
        if name in _VOID or len(opened) > DEPTH:
            continue
        kind = opened[-1][1] if opened else PERSON
        if name == "blockquote" and (_CITED.search(attributes) or introduces(before)):
            if introduced is not None and len(kinds) - introduced < 30:
                kinds[introduced:] = [QUOTE] * (len(kinds) - introduced)
            introduced, kind = None, QUOTE
            opened.append((name, kind, 0))
        elif _QUOTED.search(attributes):
            opened.append((name, QUOTE, 0))
        elif _SIGNED.search(attributes):
            opened.append((name, kind if kind == QUOTE else SIGNATURE, 0))
        elif _PLACE.search(attributes):
            opened.append((name, kind if kind == QUOTE else PLACE, 0))
        elif opened and opened[-1][0] == name:
            opened[-1] = (name, opened[-1][1], opened[-1][2] + 1)
        if name == "div" and _GMAIL.search(attributes):
            introduced = len(kinds)
    return "".join(pieces), starts, kinds


def _close(opened: list[tuple[str, str, int]], name: str) -> None:
    if opened and opened[-1][0] == name:
        _, kind, inside = opened[-1]
        if inside:
            opened[-1] = (name, kind, inside - 1)
        else:
            opened.pop()
