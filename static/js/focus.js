// Brings the summary of errors to the reader at once.
export function enhance(element) {
  element.focus({ preventScroll: false });
}
