"""Turn the Markdown that people write into HTML that cannot do harm, or into plain text."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

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
_ITEM = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)])(?: {1,4}(?=\S)| ?)")


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name is the library's
        return _ALLOWED_LINK.match(url) is not None


_parser = _Parser("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


def render(text: str, *, heading_base: int = 2) -> Markup:
    """Return the text as safe HTML whose highest heading is `heading_base`, so that the page keeps its one h1."""
    _refuse_base(heading_base)
    tokens = _parser.parse(clean_text(text))
    _shift_headings(tokens, heading_base, min(_levels(tokens), default=heading_base))
    return _html(tokens, {})


class Block(NamedTuple):
    """A rendered part of a text; `depth` tells how deep it stands inside the items of lists that began before it."""

    html: Markup
    depth: int


def render_blocks(texts: Sequence[str], *, heading_base: int = 2) -> list[Block]:
    """Return the parts of one text, as blank lines part them, each rendered by itself and yet as a part of the whole.

    Levels of headings hold over all parts, numbered lists go on counting, what belongs to the item of a list before
    it stays indented instead of becoming code, and links find their addresses in whichever part they stand.
    """
    _refuse_base(heading_base)
    cleaned = [" " * _indent(text) + clean_text(text) for text in texts]
    references: dict[str, Any] = {}
    _parser.parse("\n\n".join(cleaned), references)
    lists: list[_OpenList] = []
    parsed = [_part(text, references, lists) for text in cleaned]
    highest = min((level for tokens, _ in parsed for level in _levels(tokens)), default=heading_base)
    for tokens, _ in parsed:
        _shift_headings(tokens, heading_base, highest)
    return [Block(_html(tokens, references), depth) for tokens, depth in parsed]


class _OpenList(NamedTuple):
    """The list in whose last item what follows may stand."""

    mark: str  # how its items are marked: "-", "*", ".", ")"
    offset: int  # spaces before what belongs to its last item
    following: int  # the number of the next item


def _part(text: str, references: dict[str, Any], lists: list[_OpenList]) -> tuple[list[Token], int]:
    """Return the tokens of a part and its depth; `lists`, the outermost first, becomes what is open after it."""
    depth = 0
    while depth < len(lists) and _indent(text) >= lists[depth].offset:
        text = _dedent(text, lists[depth].offset)
        depth += 1
    before = lists[depth] if depth < len(lists) else None
    del lists[depth:]
    tokens = _parser.parse(text, references)
    top = [token for token in tokens if token.level == 0]
    if before and top and top[0].type == "ordered_list_open" and top[0].markup == before.mark:
        top[0].attrSet("start", str(before.following))
    if top and top[-1].type in ("ordered_list_close", "bullet_list_close"):
        lists.append(_opened(text, tokens, top[-2]))
    return tokens, depth


def _opened(text: str, tokens: Sequence[Token], opening: Token) -> _OpenList:
    """Return the list that a part ends with."""
    items = [token for token in tokens[tokens.index(opening) :] if token.type == "list_item_open" and token.level == 1]
    last = items[-1]
    line = text.split("\n")[last.map[0]] if last.map else ""
    mark = _ITEM.match(line)
    return _OpenList(opening.markup, len(mark[0]) if mark else 2, int(opening.attrGet("start") or 1) + len(items))


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _dedent(text: str, spaces: int) -> str:
    return "\n".join(line[min(spaces, _indent(line)) :] for line in text.split("\n"))


def _html(tokens: Sequence[Token], references: dict[str, Any]) -> Markup:
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
        for child in token.children or []:
            if child.type == "image":  # a picture would tell its server who reads; its description stays
                child.type, child.content = "text", _words(SyntaxTreeNode([child]).children)
    html: str = _parser.renderer.render(tokens, _parser.options, references)
    return Markup(_cleaner.clean(html))  # noqa: S704 - the cleaner is what makes it trusted


@lru_cache(maxsize=1024)  # an agenda's page is made anew every minute, its texts rarely change
def plain(text: str) -> str:
    """Return the text without its marks, for mails and descriptions; a link keeps its address in brackets."""
    root = SyntaxTreeNode(_parser.parse(clean_text(text)))
    return "\n\n".join("\n".join(_lines(block)) for block in root.children).strip()


def _refuse_base(heading_base: int) -> None:
    if not 2 <= heading_base <= _LOWEST_HEADING:
        raise ValueError("heading_base is a level from 2 to 6")


def _levels(tokens: Sequence[Token]) -> list[int]:
    return [int(token.tag[1]) for token in tokens if token.type == "heading_open"]


def _shift_headings(tokens: Sequence[Token], base: int, highest: int) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
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
