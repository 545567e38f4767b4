// Adds the visitor's own time where it differs from the event's.
export function enhance(time) {
  const instant = new Date(time.dateTime);
  const there = time.dataset.zoneTime;
  const here = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(instant);
  if (here === there) return;
  const own = document.createElement("small");
  own.className = "quiet-text";
  own.textContent = ` (${document.body.dataset.yourTime ?? ""} ${here})`.replace("( ", "(");
  time.after(own);
}
