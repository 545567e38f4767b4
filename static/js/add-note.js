// Takes a note into the text where the writer is, and sends along with the save which note it was.
export function enhance(button) {
  const form = button.form;
  const area = form.elements.text;
  area.addEventListener("focus", () => { area.dataset.visited = ""; });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const { add, addHeading } = button.dataset;
    insert(area, add, `## ${addHeading}`);
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "added", value: button.value }));
    const state = button.parentElement.querySelector("[data-note-state]");
    if (state) state.textContent = button.dataset.addDone;
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// After the paragraph where the cursor is; before one has been in the text, at the end of the session's part, which is begun if need be.
function insert(area, paragraph, heading) {
  const text = area.value;
  const rest = text.slice(area.selectionEnd).search(/\n[ \t]*\n/); // up to the end of the paragraph
  let at = rest < 0 ? text.length : area.selectionEnd + rest;
  let words = paragraph;
  if (!("visited" in area.dataset)) {
    const parts = text.split(/^(?=#{1,6} )/m);
    const mine = parts.findIndex((part) => part.split("\n", 1)[0].trim() === heading);
    at = mine < 0 ? text.length : parts.slice(0, mine + 1).join("").length;
    if (mine < 0) words = `${heading}\n\n${paragraph}`;
  }
  const before = text.slice(0, at).trimEnd();
  const after = text.slice(at).trimStart();
  const start = before + (before ? "\n\n" : "") + words;
  area.value = start + (after ? `\n\n${after}` : "");
  area.setSelectionRange(start.length, start.length);
}
