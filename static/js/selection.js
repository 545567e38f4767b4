// Says how many rows are ticked, ticks all of them, and lets the arrow keys move between rows.
export function enhance(bar) {
  const form = bar.closest("form") ?? document;
  const said = bar.querySelector("[role=status]");
  const initial = said.textContent;
  const boxes = () => [...form.querySelectorAll("tbody input[type=checkbox]")];
  const all = form.querySelector("thead input[type=checkbox]");
  if (all) all.hidden = false;
  const tell = () => {
    const count = boxes().filter((box) => box.checked).length;
    said.textContent = count && bar.dataset.one ? (count === 1 ? bar.dataset.one : bar.dataset.many.replace("%d", count)) : initial;
  };
  form.addEventListener("change", (event) => {
    if (event.target === all) boxes().forEach((box) => { box.checked = all.checked; });
    tell();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const row = event.target.closest("tbody tr");
    const next = event.key === "ArrowDown" ? row?.nextElementSibling : row?.previousElementSibling;
    const target = next?.querySelector(event.target.matches("a") ? "a" : "input, a");
    if (target) { target.focus(); event.preventDefault(); }
  });
  tell();
}
