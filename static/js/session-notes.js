// A rapporteur's notes: saved a moment after each word, kept in this browser until the server has them.
import { newKey } from "./scans.js";
import { KeptWords } from "./kept-words.js";

const [PAUSE, SOONEST, LATEST, PATIENCE] = [1000, 2000, 20000, 8000]; // milliseconds
const MOST_ALIVE = 48 * 1024; // bytes that a browser still sends for a page that is being closed
const QUOTES = ["“", "«", "„"]; // what tablets make of a straight one
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export function enhance(room) {
  const { account, slug, session, writable, save, signedIn, longest } = room.dataset;
  const kept = new KeptWords(`notes:${account}:${slug}:${session}:`);
  const part = (name) => room.querySelector(`[data-${name}]`);
  const said = (word) => part("words").content.querySelector(`[data-word=${word}]`).textContent;
  const list = part("entries");
  const entries = new Map(); // by form
  let token = list?.querySelector("[name=csrf_token]").value;
  let trouble = writable === "1" ? "" : "closed"; // why nothing can be saved now: a word of the page
  let restored = false;
  let [busy, wait, timer] = [false, SOONEST, 0];
  let current; // the entry that is written in

  // --- one entry ------------------------------------------------------------------------------------------------
  function look({ form }) {
    const { kind, text, speaker } = form.elements;
    return { kind: kind.value, text: text.value, speaker: speaker.value, removed: form.classList.contains("removed") };
  }

  function put({ form }, values) {
    for (const name of ["kind", "text", "speaker"]) form.elements[name].value = values[name];
    form.classList.toggle("removed", values.removed);
    form.elements.text.readOnly = values.removed;
  }

  function adopt(form) {
    const entry = { form, key: form.dataset.entry, version: Number(form.dataset.version), sent: null, refused: null, both: null };
    entry.saved = look(entry);
    if (form.querySelector("[aria-invalid]")) entry.saved = { ...entry.saved, text: null }; // it came back unsaved
    entry.before = entry.saved.text;
    entries.set(form, entry);
    dress(entry);
    return entry;
  }

  const pattern = list?.lastElementChild.cloneNode(true);
  function fresh(place = (form) => list.append(form), key = newKey()) {
    const form = pattern.cloneNode(true);
    form.id = `e-${key}`;
    form.dataset.entry = form.elements.key.value = key;
    form.dataset.version = form.elements.base.value = 0;
    for (const name of ["text", "speaker"]) {
      form.elements[name].value = form.elements[name].defaultValue = "";
      form.elements[name].removeAttribute("aria-invalid");
    }
    form.elements.kind.selectedIndex = 0;
    place(form);
    return adopt(form);
  }

  function dress(entry) {
    const [{ form }, { removed }] = [entry, look(entry)];
    for (const button of form.querySelectorAll("button[name=action]")) {
      const shown = { remove: entry.version && !removed, bring_back: removed, up: entry.version, down: entry.version };
      button.hidden = !shown[button.value];
    }
    form.elements.base.value = form.dataset.version = entry.version;
  }

  const isBlank = (entry) => !entry.form.elements.text.value.trim();
  const isDirty = (entry) => !same(look(entry), entry.saved) && !(isBlank(entry) && !entry.version);
  const isWaiting = (entry) => !!entry.sent || isDirty(entry) || !!entry.both;
  const canGo = (entry) => !entry.both && (entry.sent || (isDirty(entry) && !same(look(entry), entry.refused) && isFit(entry)));
  const waiting = () => [...entries.values()].filter(isWaiting);

  function isFit(entry) {
    const text = entry.form.elements.text.value.trim();
    const isLong = text.length > 2 * Number(longest) || [...text].length > Number(longest); // letters, as the server counts
    const word = text ? isLong && "too_long" : "empty";
    explain(entry, word ? said(word) : "");
    return !word;
  }

  function explain({ form }, words) {
    const place = form.querySelector("[data-error]");
    if (place.textContent !== words) place.textContent = words;
  }

  function keep(entry) {
    if (isWaiting(entry)) kept.put(entry.key, { base: entry.version, now: look(entry), sent: entry.sent });
    else kept.drop(entry.key);
  }

  // --- the line -------------------------------------------------------------------------------------------------
  async function ask(address, options = {}) {
    if (!navigator.onLine) return null;
    return fetch(address, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE), ...options }).catch(() => null);
  }

  function post(entry, values) {
    const body = JSON.stringify({ ...values, base: entry.version, account: Number(account) });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    return ask(save.replace("KEY", entry.key), { method: "POST", headers, body, keepalive: body.length * 3 < MOST_ALIVE });
  }

  async function renew() { // whoever is signed in now; only its own author goes on with what this page holds
    const answer = await ask(signedIn);
    if (answer?.ok) {
      const found = await answer.json();
      token = found.csrf;
      for (const field of room.querySelectorAll("[name=csrf_token]")) field.value = token;
      trouble = found.account === Number(account) ? "" : "other";
    } else if (answer?.type === "opaqueredirect") trouble = "signed_out";
    else trouble = !answer || answer.status >= 500 ? "offline" : "gone";
    return !trouble;
  }

  async function send(entry, again = true) {
    const values = entry.sent ?? look(entry); // what may have arrived already goes first, word for word
    entry.sent = values;
    keep(entry);
    const answer = await post(entry, values);
    if (answer?.ok) {
      entry.version = (await answer.json()).version;
      [entry.saved, entry.sent, entry.refused] = [values, null, null];
      explain(entry, "");
      dress(entry);
    } else if (answer?.status === 400 && again) return (await renew()) && send(entry, false);
    else if (!answer || answer.status >= 500) trouble = "offline";
    else if (answer.status === 401 || answer.status === 400) trouble = "signed_out";
    else {
      const { problem, message, theirs, difference } = await answer.json().catch(() => ({}));
      if (problem === "refused" || answer.status === 413) {
        [entry.sent, entry.refused] = [null, values];
        explain(entry, message ?? said("too_long"));
      } else if (problem === "stale") {
        entry.sent = null;
        if (same(values, look(entry))) showBoth(entry, theirs, difference);
      } else trouble = { handed_in: "closed", other_account: "other" }[problem] ?? "gone";
    }
    keep(entry);
    return !trouble;
  }

  async function flush() {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    tell();
    if (!["", "offline"].includes(trouble)) await renew();
    if (trouble === "offline" && navigator.onLine) trouble = "";
    for (let entry; !trouble && (entry = [...entries.values()].find(canGo));) await send(entry);
    busy = false;
    tell();
    wait = trouble ? Math.min(wait * 1.6, LATEST) : SOONEST;
    if (waiting().some(canGo)) timer = setTimeout(flush, trouble ? wait : 0);
  }

  function soon(entry) {
    keep(entry);
    tell();
    if (busy) return;
    clearTimeout(timer);
    timer = setTimeout(flush, trouble ? wait : PAUSE);
  }

  function tell() {
    const open = waiting();
    const word = (kept.isFull && open.length && "full")
      || (trouble && (open.length || trouble !== "offline") && trouble)
      || (open.some((each) => each.both) && "undecided")
      || (open.some((each) => !canGo(each)) && "refused")
      || (open.length ? "" : restored ? "restored" : [...entries.values()].some(({ version }) => version) ? "saved" : "");
    part("saving").hidden = trouble || !open.some(canGo);
    part("sign-in").hidden = !["signed_out", "other"].includes(trouble);
    room.dataset.state = open.length ? trouble || (busy ? "saving" : "waiting") : "saved";
    const words = word ? said(word) : "";
    const place = part("status");
    if (place.textContent !== words && (words || !open.some(canGo))) place.textContent = words;
    else if (open.some(canGo) && !trouble) place.textContent = "";
  }

  // --- two devices ----------------------------------------------------------------------------------------------
  function showBoth(entry, theirs, difference) {
    entry.both = theirs;
    const box = part("both").content.firstElementChild.cloneNode(true);
    box.querySelector("[data-difference]").innerHTML = difference; // made and escaped by the server
    entry.form.querySelector("[data-conflict]").replaceChildren(box);
  }

  function decide(entry, choice) {
    const [mine, theirs] = [look(entry), entry.both];
    entry.both = null;
    entry.version = theirs.version;
    entry.saved = { kind: theirs.kind, text: theirs.text, speaker: theirs.speaker, removed: theirs.removed };
    if (choice === "both") {
      const other = fresh((form) => entry.form.after(form));
      put(other, mine);
      keep(other); // before the other copy of these words goes
    }
    if (choice !== "mine") put(entry, entry.saved);
    entry.form.querySelector("[data-conflict]").replaceChildren();
    dress(entry);
    keep(entry);
    flush();
  }

  // --- writing --------------------------------------------------------------------------------------------------
  function choose(kind, entry = current) {
    if (!entry) return;
    entry.form.elements.kind.value = kind;
    press(entry);
    soon(entry);
  }

  function press(entry) {
    current = entry;
    const kind = entry.form.elements.kind.value;
    for (const button of room.querySelectorAll("[data-kind]")) button.setAttribute("aria-pressed", button.dataset.kind === kind);
  }

  function next() {
    const last = entries.get(list.lastElementChild);
    const entry = isBlank(last) && !last.version ? last : fresh();
    entry.form.elements.text.focus();
    flush();
  }

  function typed(entry, area) {
    const mark = QUOTES.includes(area.value) ? '"' : area.value;
    const button = mark.length === 1 && !entry.before && [...room.querySelectorAll("[data-kind]")].find((each) => each.dataset.mark === mark);
    if (button && entry.mark !== mark) { // the same one again is meant as it stands
      entry.mark = mark;
      if (mark === area.value) area.value = "";
      choose(button.dataset.kind, entry);
    }
    entry.before = area.value;
  }

  function listen() {
    list.addEventListener("focusin", ({ target }) => { const form = target.closest("[data-entry]"); if (form) press(entries.get(form)); });
    list.addEventListener("input", ({ target }) => {
      const entry = entries.get(target.form);
      restored = false;
      if (target.name === "text") typed(entry, target);
      if (target.name === "kind") press(entry);
      soon(entry);
    });
    list.addEventListener("change", () => flush()); // the field was left: no need to wait
    list.addEventListener("keydown", (event) => {
      const area = event.target;
      if (event.isComposing) return;
      const digit = event.altKey && !event.ctrlKey && /^Digit([1-8])$/.exec(event.code);
      const atEnd = area.name === "text" && area.selectionEnd === area.value.length && /\S\n$/.test(area.value);
      if (digit) choose(room.querySelectorAll("[data-kind]")[digit[1] - 1].dataset.kind);
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || (atEnd && !event.shiftKey))) next();
      else return;
      event.preventDefault();
    });
    part("next").addEventListener("pointerdown", (event) => event.preventDefault());
    part("next").addEventListener("click", next);
    part("kinds").addEventListener("pointerdown", (event) => event.preventDefault()); // the keyboard of a tablet stays open
    part("kinds").addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      current ??= entries.get(list.lastElementChild);
      choose(button.dataset.kind);
      current.form.elements.text.focus();
    });
    list.addEventListener("click", ({ target }) => {
      if (target.dataset.take) decide(entries.get(target.closest("[data-entry]")), target.dataset.take);
    });
    room.addEventListener("submit", (event) => {
      const entry = entries.get(event.target);
      const action = event.submitter?.value;
      event.preventDefault();
      event.stopPropagation(); // also the guard against a second click
      if (entry && (action === "remove" || action === "bring_back")) {
        if (isBlank(entry)) put(entry, entry.saved);
        put(entry, { ...look(entry), removed: action === "remove" });
        dress(entry);
        soon(entry);
        flush();
        entry.form.querySelector("button:not([hidden])")?.focus();
      } else if (entry && action !== "up" && action !== "down") flush(); // Enter in the line of the speaker
      else leave(event.target, event.submitter);
    }, { capture: true });
  }

  async function leave(form, button) { // what the page still holds goes first
    while (busy) await new Promise((done) => setTimeout(done, 50));
    await flush();
    if (waiting().length) return part("status").scrollIntoView({ block: "nearest" });
    if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    form.submit();
  }

  // --- begin ----------------------------------------------------------------------------------------------------
  function bringBack() {
    const all = () => [...entries.values()];
    for (const { key, base, now, sent } of kept.takeOver()) {
      const known = all().find((each) => each.key === key);
      if (known && all().some((each) => same(look(each), now))) continue; // it is here already
      const entry = known && !isWaiting(known) ? known : fresh((form) => list.lastElementChild.before(form), known ? newKey() : key);
      put(entry, now);
      entry.before = now.text;
      if (entry.key === key) [entry.version, entry.sent] = [base, sent];
      keep(entry);
      dress(entry);
      restored = true;
    }
    kept.settle();
    const last = entries.get(list.lastElementChild);
    if (!isBlank(last) || last.version) fresh();
  }

  addEventListener("online", () => { wait = SOONEST; if (trouble === "offline") trouble = ""; flush(); });
  addEventListener("offline", () => { trouble ||= "offline"; tell(); });
  addEventListener("focus", () => { if (trouble && list) flush(); });
  document.addEventListener("visibilitychange", () => { if (list) flush(); });
  addEventListener("pagehide", () => { for (const entry of waiting()) if (canGo(entry) && !trouble) post(entry, entry.sent ?? look(entry)); });
  addEventListener("beforeunload", (event) => { if (waiting().length) event.preventDefault(); });
  part("bar").hidden = false;
  if (!list) { // handed in: nothing is written here, but words may still wait
    if (kept.count) part("status").textContent = said("closed");
    return;
  }
  room.classList.add("live");
  for (const form of list.querySelectorAll("[data-entry]")) adopt(form);
  listen();
  bringBack();
  tell();
  flush();
}
