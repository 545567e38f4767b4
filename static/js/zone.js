// Adds the visitor's own time below the event's, where the two differ.
const format = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function enhance(time) {
  const here = format.format(new Date(time.dateTime));
  if (here === time.dataset.zoneTime) return;
  const own = document.createElement("small");
  own.className = "own-time";
  own.textContent = document.body.dataset.yourTime.replace("{time}", here);
  (time.closest(".when") ?? time.parentElement).append(own);
}
