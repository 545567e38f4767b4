"""What is held against a page that a browser shows: axe's violations, what sticks out, and what is too small to hit."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "preload": False,  # of style sheets and media, which no rule asked for looks at
    "iframes": False,
}
# Contrast takes half of the time; behind the door, where all pages share their frame and parts, every sixth is judged.
BUT_CONTRAST: dict[str, Any] = {
    **RULES,
    "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}},
}
CONTRAST_EACH = 6
IN_THE_DARK = {
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
    "resultTypes": ["violations"],
    "preload": False,
    "iframes": False,
}
SMALLEST_TARGET = 24

# Returns one line a rule and element.
VIOLATIONS = """async rules => (await axe.run(rules)).violations.flatMap(found => found.nodes.slice(0, 3).map(
  node => `${found.id}: ${node.html.slice(0, 160)} – ${node.any.length ? node.any[0].message : found.help}`
))"""

# Returns what is too small to hit. Exempt are links in running text, what only a screen reader meets, and boxes whose
# label can be hit as well.
SMALL_TARGETS = """smallest => [...document.querySelectorAll(
  "a[href], button, summary, select, textarea, input:not([type=hidden])"
)].filter(element => {
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  for (let each = element; each; each = each.parentElement)
    if (each.ariaHidden === "true" || getComputedStyle(each).clipPath === "inset(50%)") return false;
  const boxes = [element, ...(element.labels ?? [])].map(each => each.getBoundingClientRect());
  if (boxes[0].right < 0 || boxes[0].bottom < 0 || boxes[0].width <= 1) return false;
  if (boxes.some(box => box.width >= smallest && box.height >= smallest)) return false;
  if (element.localName !== "a" || getComputedStyle(element).display !== "inline") return true;
  const around = element.closest("p, li, dd, td, th, h1, h2, h3, figcaption, span, div");
  const words = [...around.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data).join("");
  return !/[\\p{L}\\p{N}]/u.test(words);
}).map(element => {
  const box = element.getBoundingClientRect();
  return `${element.outerHTML.slice(0, 120)} is ${Math.round(box.width)} × ${Math.round(box.height)}`;
})"""

# Returns what sticks out at the right, if the page scrolls sideways.
OVERFLOW = """() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = [...document.body.querySelectorAll("*")].filter(
    element => element.getBoundingClientRect().right > root.clientWidth + 1
  );
  return [`${root.scrollWidth} wide: ` + out.slice(0, 3).map(element => element.outerHTML.slice(0, 100)).join(" … ")];
}"""


def violations(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """Return what axe holds against the page, one line a rule and element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(VIOLATIONS, rules)
    return found


def narrow_faults(page: Page) -> list[str]:
    """Return what sticks out of the narrow page or is too small to hit there."""
    faults: list[str] = page.evaluate(OVERFLOW)
    small: list[str] = page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)
    return faults + small
