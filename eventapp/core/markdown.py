"""Turn the Markdown that people write into HTML that cannot do harm, or into plain text."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup

from eventapp.core.text import clean_text

# Anything else loses its tags; style attributes too, which the parser uses to align columns and the pages' CSP forbids.
_cleaner = nh3.Cleaner(
    tags=set(
        "p br hr h2 h3 h4 h5 h6 strong em s blockquote ul ol li code pre a table thead tbody tr th td".split()  # noqa: SIM905
    ),
    attributes={"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener noreferrer",
)
_ALLOWED_LINK = re.compile(r"(?:https?://|mailto:)[^\s/]", re.IGNORECASE)
_LOWEST_HEADING = 6


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name is the library's
        return _ALLOWED_LINK.match(url) is not None


_parser = _Parser("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


def render(text: str, *, heading_base: int = 2) -> Markup:
    """Return the text as safe HTML whose highest heading is `heading_base`, so that the page keeps its one h1."""
    if not 2 <= heading_base <= _LOWEST_HEADING:
        raise ValueError("heading_base is a level from 2 to 6")
    tokens = _parser.parse(clean_text(text))
    _shift_headings(tokens, heading_base)
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
        for child in token.children or []:
            if child.type == "image":  # a picture would tell its server who reads; its description stays
                child.type, child.content = "text", _words(SyntaxTreeNode([child]).children)
    html: str = _parser.renderer.render(tokens, _parser.options, {})
    return Markup(_cleaner.clean(html))  # noqa: S704 - the cleaner is what makes it trusted


@lru_cache(maxsize=1024)  # an agenda's page is made anew every minute, its texts rarely change
def plain(text: str) -> str:
    """Return the text without its marks, for mails and descriptions; a link keeps its address in brackets."""
    root = SyntaxTreeNode(_parser.parse(clean_text(text)))
    return "\n\n".join("\n".join(_lines(block)) for block in root.children).strip()


def _shift_headings(tokens: Sequence[Token], base: int) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=base)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + base, _LOWEST_HEADING)}"


def _lines(block: SyntaxTreeNode) -> Iterator[str]:
    """Yield the lines of one block; list items carry their mark and everything below them is indented."""
    match block.type:
        case "inline":
            yield from _words(block.children).split("\n")
        case "fence" | "code_block":
            yield from block.content.rstrip("\n").split("\n")
        case "hr":
            yield "---"
        case "bullet_list" | "ordered_list":
            first = int(block.attrs.get("start", 1))
            for number, item in enumerate(block.children, start=first):
                mark = "- " if block.type == "bullet_list" else f"{number}. "
                lines = [line for child in item.children for line in _lines(child)]
                for position, line in enumerate(lines):
                    yield (mark if position == 0 else " " * len(mark)) + line
        case "blockquote":
            for child in block.children:
                yield from (f"> {line}" for line in _lines(child))
        case "tr":
            yield " | ".join(_words(cell.children[0].children) if cell.children else "" for cell in block.children)
        case _:
            for child in block.children:
                yield from _lines(child)


def _words(nodes: Sequence[SyntaxTreeNode]) -> str:
    """Return the words of inline nodes."""
    words = []
    for node in nodes:
        match node.type:
            case "softbreak":
                words.append(" ")
            case "hardbreak":
                words.append("\n")
            case "link":
                label, address = _words(node.children), str(node.attrs["href"])
                words.append(label if label == address.removeprefix("mailto:") else f"{label} ({address})")
            case "text" | "code_inline":
                words.append(node.content)
            case _:
                words.append(_words(node.children))
    return "".join(words)
