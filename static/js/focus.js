// Brings the summary of errors to the reader at once.
export function enhance(element) {
  element.focus({ preventScroll: false });
  document.title = `${element.querySelector("h2")?.textContent ?? ""} – ${document.title}`;
}
