// Turns the pages of the projector view by key: arrows, space, page up and down, home and end.
const AHEAD = new Set(["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"]);
const BACK = new Set(["ArrowLeft", "ArrowUp", "PageUp", "Backspace"]);

export function enhance(root) {
  const slides = [...root.querySelectorAll(".slide")];
  const here = () => {
    const tops = slides.map((slide) => Math.abs(slide.getBoundingClientRect().top));
    return tops.indexOf(Math.min(...tops));
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && event.target.closest?.("a")) return;
    let wanted;
    if (AHEAD.has(event.key)) wanted = here() + 1;
    else if (BACK.has(event.key)) wanted = here() - 1;
    else if (event.key === "Home") wanted = 0;
    else if (event.key === "End") wanted = slides.length - 1;
    else return;
    event.preventDefault();
    const slide = slides[Math.max(0, Math.min(slides.length - 1, wanted))];
    slide.scrollIntoView({ behavior: "instant" });
    history.replaceState(null, "", `#${slide.id}`);
  });
}
