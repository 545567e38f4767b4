// Moves sessions by Alt and an arrow key, and by the pointer, through the very forms that work without.
const KEYS = { ArrowUp: "earlier", ArrowDown: "later", ArrowLeft: "sooner", ArrowRight: "delayed" };
const STRETCH = { ArrowLeft: "shorter", ArrowRight: "longer" };

export function enhance(editor) {
  editor.querySelectorAll(".keys").forEach((hint) => { hint.hidden = false; });
  editor.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.stay === undefined || event.defaultPrevented || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    send(form, [...new FormData(form, event.submitter)], event.submitter?.id);
  });
  editor.addEventListener("keydown", (event) => {
    const slip = event.target.closest("[data-session]");
    const step = (event.shiftKey ? STRETCH : KEYS)[event.key];
    if (!slip || !step || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // else the browser would go back
    arrange(slip, { do: step }, slip.contains(document.activeElement) ? document.activeElement.id : "");
  });
  editor.querySelectorAll("[data-session]").forEach(draggable);
  editor.querySelectorAll("[data-starts], [data-day]").forEach(target);
}

function arrange(slip, values, focus) {
  const form = slip.querySelector("form[data-stay]");
  const token = form.elements.csrf_token.value;
  return send(form, Object.entries({ csrf_token: token, ...values }), focus || slip.id);
}

let sending = false;

// Sends a form and puts the editor that comes back in the place of this one; anything else is opened as a page.
async function send(form, fields, focus) {
  if (sending) return;
  sending = true;
  const editor = document.getElementById("editor");
  const open = [...editor.querySelectorAll("details.tools[open]")].map((each) => each.parentElement.id);
  editor.setAttribute("aria-busy", "true");
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "text/html" },
  }).catch(() => null);
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  sending = false;
  const fresh = page?.getElementById("editor");
  if (!fresh) return location.assign(answer?.redirected ? answer.url : location.href);
  editor.replaceWith(fresh);
  fresh.querySelectorAll("details.tools").forEach((each) => { each.open = open.includes(each.parentElement.id); });
  // The region of messages stays where it is: so what came back is also said.
  document.querySelector(".flashes")?.replaceChildren(...(page.querySelector(".flashes")?.children ?? []));
  if (answer.redirected) history.replaceState(null, "", answer.url);
  document.dispatchEvent(new CustomEvent("fresh", { detail: fresh }));
  const goal = document.getElementById(focus) ?? document.getElementById("undo-last");
  goal?.focus({ preventScroll: true });
  goal?.scrollIntoView({ block: "nearest" });
}

let dragged = null;

function draggable(slip) {
  slip.draggable = true;
  slip.querySelectorAll("a").forEach((link) => { link.draggable = false; });
  slip.addEventListener("dragstart", (event) => {
    if (event.target !== slip) return;
    dragged = slip;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", slip.getAttribute("aria-labelledby"));
    slip.classList.add("dragged");
    document.getElementById("editor").classList.add("dragging");
  });
  slip.addEventListener("dragend", () => {
    dragged = null;
    slip.classList.remove("dragged");
    document.querySelectorAll(".dragging, .over").forEach((each) => each.classList.remove("dragging", "over"));
  });
}

function target(cell) {
  cell.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    cell.classList.add("over");
  });
  cell.addEventListener("dragleave", (event) => {
    if (!cell.contains(event.relatedTarget)) cell.classList.remove("over");
  });
  cell.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const { starts, place, day } = cell.dataset;
    arrange(dragged, day ? { do: "day", day } : { do: "put", starts_local: starts, place_id: place });
  });
}
