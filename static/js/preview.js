// Shows the text as it will be read, a moment after the last keystroke.
export function enhance(area) {
  const target = document.getElementById(area.dataset.preview);
  const token = area.form.querySelector("[name=csrf_token]").value;
  let waiting;
  const show = async () => {
    if (!navigator.onLine) return;
    const body = new FormData();
    body.set("text", area.value);
    const sent = { method: "POST", body, headers: { "X-CSRFToken": token } };
    const answer = await fetch(area.dataset.previewUrl, sent).catch(() => undefined); // the line is down: it stays as it was
    if (answer?.ok) target.innerHTML = await answer.text(); // cleaned by the server, as on the public page
  };
  area.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 400); });
}
