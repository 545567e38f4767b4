// Asks in a few bytes whether a board has moved on; words that somebody is writing are never replaced.
export function enhance(part) {
  const every = Number(part.dataset.every);
  let wait = every;
  const look = async () => {
    let down = false;
    try {
      if (!document.hidden) {
        const answer = await fetch(part.dataset.news, { cache: "no-store" });
        if (!answer.ok) throw new Error(answer.status);
        await take(part, await answer.json());
      }
      wait = every;
    } catch {
      down = true;
      wait = Math.min(wait * 2, 60000);
    }
    document.body.classList.toggle("is-down", down);
    setTimeout(look, wait * (0.9 + Math.random() / 5));
  };
  setTimeout(look, wait);
}

async function take(part, news) {
  if (String(news.version) === part.dataset.version) {
    for (const count of part.querySelectorAll("[data-count]")) count.textContent = news.count;
    return;
  }
  if (isWriting(part)) return;
  const answer = await fetch(location.pathname, { cache: "no-store" });
  if (!answer.ok) throw new Error(answer.status);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
  if (!fresh || isWriting(part)) return;
  part.dataset.version = fresh.dataset.version;
  part.replaceChildren(...fresh.childNodes);
  for (const child of part.children) document.dispatchEvent(new CustomEvent("fresh", { detail: child }));
}

function isWriting(part) {
  const words = [...part.querySelectorAll("textarea")].some((each) => each.value !== each.defaultValue);
  return words || [...part.querySelectorAll("option")].some((each) => each.selected !== each.defaultSelected);
}
