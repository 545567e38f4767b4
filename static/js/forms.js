// A second click sends nothing twice, and leaving with unsaved words asks first.
export function enhance(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(() => { sent = false; event.submitter?.removeAttribute("aria-disabled"); }, 8000);
  });
  addEventListener("pageshow", () => { sent = false; });
  if (form.dataset.guard === undefined) return;
  const initial = form.dataset.guard === "unsaved" ? "" : serialise(form); // "unsaved": it came back with words not saved yet
  addEventListener("beforeunload", (event) => {
    if (!sent && serialise(form) !== initial) event.preventDefault();
  });
}

function serialise(form) {
  return JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"));
}
