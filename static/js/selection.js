// Says how many people are chosen, ticks a whole page, keeps the ticks in the address, and lets the arrow keys move.
export function enhance(bar) {
  const root = bar.closest("form, #found") ?? document;
  const said = bar.querySelector("[role=status]");
  const initial = said.textContent;
  const elsewhere = Number(bar.dataset.elsewhere ?? 0);
  const kept = document.getElementById(bar.dataset.keep); // the form that carries the ticks from page to page
  const boxes = () => [...root.querySelectorAll("tbody input[type=checkbox]")];
  const all = root.querySelector("thead input[type=checkbox]");
  if (all) all.hidden = false;
  const tell = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    const count = ticked + elsewhere;
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
    if (bar.dataset.one) said.textContent = count ? (count === 1 ? bar.dataset.one : bar.dataset.many.replace("%d", count)) : bar.dataset.none ?? initial;
  };
  root.addEventListener("change", (event) => {
    if (event.target === all) boxes().forEach((box) => { box.checked = all.checked; });
    tell();
    if (!kept) return;
    const query = new URLSearchParams(new FormData(kept));
    const page = new URLSearchParams(location.search).get("page");
    if (page) query.set("page", page);
    history.replaceState(null, "", `${location.pathname}?${query}`); // so that coming back finds the ticks
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const row = event.target.closest("tbody tr");
    const next = event.key === "ArrowDown" ? row?.nextElementSibling : row?.previousElementSibling;
    const target = next?.querySelector(event.target.matches("a") ? "a" : "input, a");
    if (target) { target.focus(); event.preventDefault(); }
  });
  tell();
}
