"""Markdown: what people may write comes out, and nothing that a browser would execute."""

# ruff: noqa: E501 - published vectors are kept as they were published

from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from eventapp.core.markdown import plain, render, render_blocks

# From the OWASP XSS Filter Evasion and DOM sheets, the markdown-it and marked advisories, and the html5sec collection.
VECTORS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/xss.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/src=data:,alert(1)></script>",
    "<<SCRIPT>alert('XSS');//<</SCRIPT>",
    "</script><script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/.j>",
    '<IMG SRC="javascript:alert(\'XSS\');">',
    "<IMG SRC=javascript:alert('XSS')>",
    "<IMG SRC=JaVaScRiPt:alert('XSS')>",
    "<IMG SRC=`javascript:alert(\"XSS\")`>",
    '<IMG """><SCRIPT>alert("XSS")</SCRIPT>"\\>',
    "<IMG SRC=# onmouseover=\"alert('xss')\">",
    "<IMG onmouseover=\"alert('xss')\">",
    "<IMG SRC=/ onerror=\"alert(String.fromCharCode(88,83,83))\"></img>",
    "<img src=x onerror=\"&#0000106&#0000097&#0000118\">",
    "<IMG SRC=&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x61>",
    '<IMG SRC="jav\tascript:alert(1);">',
    '<IMG SRC="jav&#x0A;ascript:alert(1);">',
    '<IMG SRC=" &#14;  javascript:alert(1);">',
    "<BODY ONLOAD=alert('XSS')>",
    "<BODY BACKGROUND=\"javascript:alert('XSS')\">",
    '<svg onload=alert(1)>',
    "<svg><script>alert(1)</script></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text x="20" y="20">x</text></a></svg>',
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg/onload=alert`1`>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<math href="javascript:alert(1)">x</math>',
    '<iframe src="javascript:alert(1)"></iframe>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<object data="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">',
    '<embed src="javascript:alert(1)">',
    '<form action="javascript:alert(1)"><input type=submit></form>',
    '<button formaction="javascript:alert(1)">x</button>',
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
    '<link rel="stylesheet" href="javascript:alert(1)">',
    '<base href="javascript:alert(1)//">',
    "<style>@import'javascript:alert(1)';</style>",
    "<div style=\"background-image: url(javascript:alert('XSS'))\">",
    '<p style="width: expression(alert(1))">',
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a onclick=alert(1) href=https://a.example>x</a>",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=\"1.0\"?><script>alert(1)</script>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea>",
    "<xss id=x tabindex=1 onfocus=alert(1)></xss>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](<java&NewLine;script:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://a.example/1)",
    "[x](//evil.example)",
    "[x](/desk/settings)",
    "[x](\\\\evil.example)",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example \'" onmouseover="alert(1)\')',
    "[x](https://a.example\"onmouseover=\"alert(1))",
    "[x](http://a.example/<script>alert(1)</script>)",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x]: https://a.example 'a\" onclick=\"alert(1)'\n\n[x]",
    "<javascript:alert(1)>",
    "<data:text/html,alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    '<img src="data:image/svg+xml,%3Csvg onload=alert(1)%3E">',
    "![x](https://evil.example/pixel.gif)",
    '![" onerror="alert(1)](https://evil.example/x)',
    "![x](x \"onerror=alert(1)\")",
    "[![x](https://evil.example/p.gif)](javascript:alert(1))",
    "```\"><script>alert(1)</script>\nx\n```",
    "``` onload=alert(1) class=\"x\nx\n```",
    "`<img src=x onerror=alert(1)>`",
    "    <script>alert(1)</script>",
    "| <script>alert(1)</script> | b |\n|:--|--|\n| <img src=x onerror=alert(1)> | [x](javascript:alert(1)) |",
    "# <svg onload=alert(1)>",
    "> <iframe src=javascript:alert(1)>",
    "- <input onfocus=alert(1) autofocus>",
    "~~<script>alert(1)</script>~~",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "<a href='https://a.example' target=_blank rel=opener>x</a>",
    "\ufeff<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "＜script＞alert(1)＜/script＞",
)  # fmt: skip

HARMLESS = {
    "p": set(), "br": set(), "hr": set(), "h2": set(), "h3": set(), "h4": set(), "h5": set(), "h6": set(),
    "strong": set(), "em": set(), "s": set(), "blockquote": set(), "ul": set(), "ol": {"start"}, "li": set(),
    "code": set(), "pre": set(), "table": set(), "thead": set(), "tbody": set(), "tr": set(), "th": {"scope"},
    "td": set(), "a": {"href", "title", "rel"},
}  # fmt: skip


class Inspector(HTMLParser):
    """Collect everything in a page that is not plainly harmless."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HARMLESS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name not in HARMLESS.get(tag, set()):
                self.wrong.append(f"{tag} {name}={value}")
        found = dict(attrs)
        if tag == "a":
            address = (found.get("href") or "").lower()
            if not address.startswith(("http://", "https://", "mailto:")):
                self.wrong.append(f"href={address}")
            if set((found.get("rel") or "").split()) != {"nofollow", "noopener", "noreferrer"}:
                self.wrong.append(f"rel={found.get('rel')}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"declaration {decl}")

    unknown_decl = handle_pi = handle_decl


def wrong_in(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.wrong


def test_there_are_enough_vectors_and_none_twice() -> None:
    assert len(VECTORS) == len(set(VECTORS)) >= 100


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.parametrize("around", ["{}", "text {} text", "> - {}", "## {}\n\nmore", "[{}](https://a.example)"])
def test_nothing_executable_is_left(vector: str, around: str) -> None:
    assert wrong_in(render(around.replace("{}", vector))) == []


@pytest.mark.parametrize(
    "harm", ['<img src=x onerror="f()">', '<a href="javascript:x">', "<p style=x>", "<!-- -->", "<a href='/x'>"]
)
def test_the_inspector_sees_harm(harm: str) -> None:
    assert wrong_in(harm)


def test_what_people_write_comes_out() -> None:
    html = render(
        'Hello **you**, *all* ~~none~~ `x`\n\n- a\n- b\n\n3. c\n\n> said\n\n---\n\n[site](https://a.example/?q=1&r=2 "t")'
    )
    assert isinstance(html, Markup)
    for piece in (
        "<strong>you</strong>", "<em>all</em>", "<s>none</s>", "<code>x</code>", "<li>a</li>", '<ol start="3">', "<blockquote>", "<hr>",
        '<a href="https://a.example/?q=1&amp;r=2" title="t" rel="nofollow noopener noreferrer">site</a>',
    ):  # fmt: skip
        assert piece in html


def test_tables_have_column_scopes_and_no_styles() -> None:
    html = render("| a | b |\n|:--|--:|\n| c | d |")
    assert html.count('<th scope="col">') == 2
    assert "style" not in html


@pytest.mark.parametrize(
    ("text", "base", "tags"),
    [
        ("# A\n\n## B\n\n### C", 2, ["h2", "h3", "h4"]),
        ("### A\n\n#### B", 2, ["h2", "h3"]),
        ("# A\n\n###### B", 3, ["h3", "h6"]),
        ("A\n=\n\nB\n-", 4, ["h4", "h5"]),
    ],
)
def test_headings_leave_the_h1_to_the_page(text: str, base: int, tags: list[str]) -> None:
    html = render(text, heading_base=base)
    assert [f"h{html[place + 2]}" for place in range(len(html)) if html.startswith("<h", place)] == tags


@pytest.mark.parametrize("base", [0, 1, 7])
def test_a_heading_base_that_makes_no_sense_is_refused(base: int) -> None:
    with pytest.raises(ValueError, match="heading_base"):
        render("x", heading_base=base)


def test_a_picture_becomes_its_description() -> None:
    html = render("See ![the *old* town](https://a.example/p.png) & more")
    assert html.strip() == "<p>See the old town &amp; more</p>"


def test_a_refused_link_stays_readable() -> None:
    assert "[x](javascript:alert(1))" in render("[x](javascript:alert(1))")


def test_bare_addresses_are_left_alone() -> None:
    assert "<a" not in render("https://a.example and www.a.example and me@a.example")


def test_plain_text() -> None:
    text = "# Title\n\nHello **you** [site](https://a.example) <me@a.example>\nsame line  \nbreak\n\n- a\n  - b\n- c\n\n2. d\n3. e\n\n> said\n\n| a | b |\n|--|--|\n| c | |\n\n    code *x*\n"
    assert plain(text) == (
        "Title\n\nHello you site (https://a.example) me@a.example same line\nbreak\n\n- a\n  - b\n- c\n\n2. d\n3. e\n\n> said\n\na | b\nc | \n\ncode *x*"
    )


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x01", "\ufeff"])
def test_nothing_gives_nothing(text: str) -> None:
    assert render(text) == ""
    assert plain(text) == ""


@pytest.mark.parametrize(
    "text", ["[" * 5000, "*a " * 5000, "> " * 2000 + "x", "- " * 2000, "`" * 9999, "![" * 3000, "<" * 9999]
)
def test_hostile_nesting_ends_soon(text: str) -> None:
    assert wrong_in(render(text)) == []
    plain(text)


def test_parts_of_a_text_are_rendered_as_parts_of_the_whole() -> None:
    def htmls(*texts: str) -> list[str]:
        return [" ".join(part.html.split()) for part in render_blocks(texts)]

    assert htmls("### A", "# B", "x") == ["<h4>A</h4>", "<h2>B</h2>", "<p>x</p>"]
    assert htmls("1. a", "1. b", "x", "7. c") == [
        "<ol> <li>a</li> </ol>",
        '<ol start="2"> <li>b</li> </ol>',
        "<p>x</p>",
        '<ol start="7"> <li>c</li> </ol>',
    ]
    assert htmls("[x][1]", "[1]: https://a.example")[0].startswith('<p><a href="https://a.example"')
    assert htmls() == []


def test_what_belongs_to_the_item_of_a_list_is_indented_and_the_numbers_go_on() -> None:
    parts = render_blocks(["1. a", "   more of a", "   - under a", "     more of that", "9. b", "    - not code"])

    assert [part.depth for part in parts] == [0, 1, 1, 2, 0, 1]
    assert parts[1].html.strip() == "<p>more of a</p>"
    assert '<ol start="2">' in parts[4].html
    assert "<pre>" not in parts[5].html
    assert "<pre>" in render_blocks(["words", "    code"])[1].html


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_executable_is_left_in_parts(vector: str) -> None:
    for part in render_blocks(["1. a", f"   {vector}", vector, *vector.split(), "[y][x]", "[x]: javascript:alert(1)"]):
        assert wrong_in(part.html) == []
