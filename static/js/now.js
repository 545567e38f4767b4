// Marks the session that is on, while it is on.
export function enhance(agenda) {
  const mark = () => {
    const now = Date.now() + Number(agenda.dataset.offset ?? 0);
    agenda.querySelectorAll("[data-starts]").forEach((slot) => {
      const on = Date.parse(slot.dataset.starts) <= now && now < Date.parse(slot.dataset.ends) + 60000 * Number(slot.dataset.late ?? 0);
      slot.classList.toggle("now", on);
      slot.toggleAttribute("aria-current", on);
    });
  };
  mark();
  setInterval(mark, 30000);
}
