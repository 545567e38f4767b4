// Exchanges the marked parts of a page at each full minute; what is there stays when the line is down.
const parts = new Map();
const style = "link[rel=stylesheet]";
let timer;

export function enhance(part) {
  if (!parts.size) document.addEventListener("visibilitychange", () => { if (!document.hidden) again(); });
  if (!parts.has(part)) parts.set(part, null);
  plan();
}

function plan() {
  const ahead = Math.max(...[...parts.keys()].map((part) => Number(part.dataset.offset ?? 0)));
  clearTimeout(timer);
  timer = setTimeout(again, 61000 - ((((Date.now() + ahead) % 60000) + 60000) % 60000) + Math.random() * 2000);
}

async function again() {
  let down = true;
  try {
    const answer = await fetch(location.href, { cache: "no-cache" });
    down = !answer.ok;
    if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* the line is down: said below */ }
  document.body.classList.toggle("is-down", down);
  plan();
}

function take(fresh) {
  if (fresh.querySelector(style)?.getAttribute("href") !== document.querySelector(style).getAttribute("href")) {
    return location.reload(); // the site was renewed
  }
  for (const [part, before] of parts) {
    const now = fresh.getElementById(part.id)?.innerHTML;
    if (now === undefined || now === before) continue;
    parts.set(part, now);
    if (part.innerHTML.trim() === now.trim()) continue;
    part.innerHTML = now;
    document.dispatchEvent(new CustomEvent("fresh", { detail: part }));
  }
}
