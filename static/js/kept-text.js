// Keeps what is being written in this browser until the server has it, and offers it again when the page comes back.
export function enhance(form) {
  const name = `kept:${form.dataset.kept}`;
  const older = `${name}:older`; // what was offered when new words were typed instead
  const offer = form.querySelector("[data-kept-offer]");
  const state = form.querySelector("[data-kept-state]");
  const say = (text) => { if (state && state.textContent !== text) state.textContent = text ?? ""; };
  const typed = () => [...new FormData(form)].filter(([field, value]) => field !== "csrf_token" && typeof value === "string");
  const words = (fields) => JSON.stringify(["title", "text"].map((field) =>
    (fields.find(([each]) => each === field)?.[1] ?? "").replace(/\s+/g, " ").trim()));

  let waiting;
  const initial = words(typed());
  const unsaved = form.dataset.guard === "unsaved"; // it came back: this is the newest there is
  const differs = (fields) => fields && words(fields) !== initial;
  if (read(name) && !unsaved && !differs(read(name))) localStorage.removeItem(name); // the server has it
  let offered = unsaved ? undefined : [read(name), read(older)].find(differs);
  if (offered && offer) offer.hidden = false;
  if (unsaved) keep();

  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 400); });
  addEventListener("pagehide", () => { if (waiting) keep(); });
  form.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(state?.dataset.keptOffline);
  }, { capture: true });
  addEventListener("online", () => say(state?.dataset.keptWords));

  offer?.querySelector("[data-kept-restore]").addEventListener("click", () => {
    const mine = typed();
    form.querySelectorAll("[name=added]").forEach((input) => input.remove());
    for (const [field, value] of offered) {
      if (field === "added") form.append(Object.assign(document.createElement("input"), { type: "hidden", name: field, value }));
      else if (form.elements[field]) form.elements[field].value = value;
    }
    settle();
    if (differs(mine)) localStorage.setItem(older, JSON.stringify(mine)); // nothing typed is ever thrown away unasked
    form.elements.text.focus();
    form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  offer?.querySelector("[data-kept-drop]").addEventListener("click", () => {
    localStorage.removeItem(name);
    settle();
    keep();
    form.elements.text.focus();
  });

  function settle() {
    offered = undefined;
    offer.hidden = true;
    localStorage.removeItem(older);
  }

  function keep() {
    waiting = undefined;
    const fields = typed();
    if (!unsaved && !differs(fields)) {
      if (!offered) localStorage.removeItem(name);
      return say("");
    }
    try {
      if (offered) localStorage.setItem(older, JSON.stringify(offered));
      localStorage.setItem(name, JSON.stringify(fields));
      say(state?.dataset.keptWords);
    } catch {
      say(state?.dataset.keptFull);
    }
  }
}

function read(name) {
  try {
    const found = JSON.parse(localStorage.getItem(name));
    return Array.isArray(found) ? found : undefined;
  } catch {
    return undefined; // nothing of ours
  }
}
