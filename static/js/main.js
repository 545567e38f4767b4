// Loads each enhancement only where the page has something for it. Every page works without.
const enhancements = [
  ["[data-focus]", () => import("./focus.js")],
  ["form[method=post]", () => import("./forms.js")],
  ["[data-live-search]", () => import("./search.js")],
  ["[data-consequence]", () => import("./selection.js")],
  ["time[data-zone-time]", () => import("./zone.js")],
  ["[data-preview-url]", () => import("./preview.js")],
  ["form[data-kept]", () => import("./kept-text.js")],
  ["[data-add]", () => import("./add-note.js")],
  ["[data-only-if]", () => import("./conditions.js")],
  ["[data-now]", () => import("./now.js")],
  ["[data-look-again]", () => import("./again.js")],
  ["[data-door]", () => import("./checkin.js")],
  ["[data-forget]", () => import("./forget.js")],
  ["[data-news]", () => import("./news.js")],
  ["[data-dots]", () => import("./dots.js")],
  ["[data-refresh]", () => import("./refresh.js")],
  ["[data-session-notes]", () => import("./session-notes.js")],
  ["[data-slides]", () => import("./slides.js")],
  ["[data-agenda-editor]", () => import("./agenda-editor.js")],
];

function enhance(root) {
  for (const [selector, load] of enhancements) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    if (found.length) load().then((module) => found.forEach((element) => module.enhance(element)));
  }
}

enhance(document);
document.addEventListener("fresh", (event) => enhance(event.detail)); // a list that a search has replaced

// On a wide screen the rail is always open; on a phone it opens by its own button.
const rail = document.querySelector(".rail details");
if (rail) {
  const wide = matchMedia("(min-width: 48.01rem)");
  rail.open = wide.matches;
  wide.addEventListener("change", () => { rail.open = wide.matches; });
}
