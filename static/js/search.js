// Filters a list while one types, by sending the very form that works without.
export function enhance(form) {
  let waiting;
  let asked;
  const refresh = async () => {
    asked?.abort(); // an answer to what was typed before must not come after
    asked = new AbortController();
    const address = `${form.action.split("?")[0]}?${new URLSearchParams(new FormData(form))}`;
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: asked.signal }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = document.getElementById(form.dataset.liveSearch);
    const fresh = page.getElementById(form.dataset.liveSearch);
    if (!list || !fresh) return;
    list.replaceWith(fresh);
    history.replaceState(null, "", address);
    document.dispatchEvent(new CustomEvent("fresh", { detail: fresh }));
  };
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, event.target.tagName === "SELECT" ? 0 : 300);
  });
}
