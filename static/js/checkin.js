// The door on a phone: answers at once, by itself when the line drops; scans are kept and sent later, each once.
import { Camera, canScan } from "./camera.js";
import { Kept, fold, newKey, readCode } from "./scans.js";

const AT_ONCE = 50; // scans in one request
const PATIENCE = 4000; // milliseconds until a slow line counts as none
const [SOONEST, LATEST] = [2000, 60000]; // between two attempts to send
const [LOOK_AGAIN, LOAD_AGAIN] = [20000, 120000];
const MOST_MATCHES = 8;
const thisInstant = () => new Date().toISOString();

export function enhance(door) {
  const part = (name, within = door) => within.querySelector(`[data-${name}]`);
  const form = door.querySelector(".scan");
  const input = form.elements.who;
  const kept = new Kept(`check-in:${door.dataset.slug}`);
  const conflicts = new Kept(`check-in-conflicts:${door.dataset.slug}`);
  const onTheWay = new Set();
  let list = null; // people by code, and the words to answer with
  let token = form.elements.csrf_token.value;
  let signedOut = false;
  let opensAgain = false; // without a line
  let wait = SOONEST;
  let timer;

  // --- the line -------------------------------------------------------------------------------------------------
  async function ask(address, options = {}) {
    if (!navigator.onLine) return null;
    const answer = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE), ...options }).catch(() => null);
    if (!answer) return null;
    signedOut = answer.status === 401 || (answer.type === "opaqueredirect" && !options.method);
    return signedOut ? null : answer;
  }

  async function load() {
    const answer = await ask(door.dataset.list);
    if (!answer?.ok) return;
    const sent = await answer.json();
    token = form.elements.csrf_token.value = sent.csrf;
    const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: sent.zone });
    const offset = Date.parse(sent.now) - Date.now();
    const calendar = new Intl.DateTimeFormat("en-CA", { timeZone: sent.zone });
    const day = (instant) => calendar.format(Date.parse(instant) + offset);
    list = { ...sent, day, time: (instant) => clock.format(Date.parse(instant) + offset), people: new Map() };
    const today = day(thisInstant());
    for (const [code, name, organisation, state, at] of sent.people) {
      list.people.set(code, { code, name, organisation, state, at, on: today, folded: fold(`${name} ${organisation}`) });
    }
    for (const scan of kept.all) remember(scan);
  }

  function remember(scan) {
    const person = list?.people.get(scan.code);
    if (person?.state !== list?.confirmed || !person || hereAt(person)) return;
    [person.at, person.on] = [list.time(scan.at), list.day(scan.at)];
  }

  function hereAt(person) { // a phone left open overnight still has yesterday's list
    return person.on === list.day(thisInstant()) ? person.at : "";
  }

  async function send(scans, again = true) {
    const keys = scans.map((scan) => scan.key);
    keys.forEach((key) => onTheWay.add(key));
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const body = JSON.stringify({ now: thisInstant(), scans });
    const answer = await ask(door.dataset.scans, { method: "POST", headers, body });
    keys.forEach((key) => onTheWay.delete(key));
    if (answer?.status === 400 && again) { // signed in anew since the page was loaded
      await load();
      return send(scans, false);
    }
    if (!answer?.ok) return null;
    const { answers } = await answer.json();
    kept.remove(answers.map((each) => each.key));
    return answers;
  }

  async function flush() {
    clearTimeout(timer);
    const waiting = kept.all.filter((scan) => !onTheWay.has(scan.key));
    if (waiting.length) {
      const scans = waiting.slice(0, AT_ONCE);
      const answers = await send(scans);
      for (const each of answers ?? []) {
        const scan = scans.find(({ key }) => key === each.key);
        if (each.outcome !== (scan.told ?? "welcome")) conflicts.add({ key: each.key, code: scan.code, at: scan.at, said: `${each.title}. ${each.text}`.trim() });
      }
      wait = answers ? SOONEST : Math.min(wait * 2, LATEST);
      if (answers) refresh();
      if (kept.all.length) timer = setTimeout(flush, answers ? 0 : wait);
    }
    tell();
  }

  async function refresh() {
    const answer = await ask(form.action);
    if (!answer?.ok) return tell();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [now, fresh] = [part("live"), page.querySelector("[data-live]")];
    if (now && fresh && !now.contains(document.activeElement)) now.replaceWith(fresh);
    tell();
  }

  // --- one scan -------------------------------------------------------------------------------------------------
  async function take(code, way) {
    const scan = { key: newKey(), code, at: thisInstant(), way };
    kept.add(scan); // before anything else: a page that is closed now loses nothing
    input.value = "";
    match();
    const answers = await send([scan]);
    if (answers) {
      show(answers[0]);
      refresh();
      if (answers[0].outcome === "welcome") remember(scan);
    } else {
      show(guess(scan));
      clearTimeout(timer);
      timer = setTimeout(flush, wait);
    }
    tell();
  }

  function guess(scan) {
    const words = list?.words;
    if (!words) return { tone: "wait", title: scan.code, text: door.dataset.noList };
    const person = list.people.get(scan.code);
    if (!person) return { tone: "wait", title: words.unknown, text: words.not_on_list };
    const who = { name: person.name, organisation: person.organisation };
    if (person.state !== list.confirmed) {
      kept.add({ ...scan, told: "not_confirmed" }); // the list may be old: the server has the last word
      return { ...who, tone: "stop", title: words.not_confirmed, text: `${list.why[person.state] ?? ""} ${words.ask}` };
    }
    if (hereAt(person)) {
      kept.add({ ...scan, told: "already" });
      return { ...who, tone: "wait", title: words.already.replace("{time}", hereAt(person)) };
    }
    remember(scan);
    return { ...who, tone: "good", title: words.welcome, text: words.kept };
  }

  function show(answer) {
    const { tone, confirm, ...texts } = answer;
    const card = fill(part("card"), texts);
    card.classList.add(tone);
    const link = part("part=confirm", card);
    if (confirm) link.querySelector("a").href = confirm;
    else link.remove();
    const place = part("answer");
    place.replaceChildren(card);
    place.scrollIntoView({ block: "nearest" });
    navigator.vibrate?.(tone === "good" ? 60 : [60, 80, 60]);
  }

  function fill(template, values) {
    const copy = template.content.firstElementChild.cloneNode(true);
    for (const place of copy.querySelectorAll("[data-part]")) {
      if (place.dataset.part in values) place.textContent = values[place.dataset.part];
      if (!place.textContent.trim()) place.remove();
    }
    return copy;
  }

  // --- names ----------------------------------------------------------------------------------------------------
  function found(text) {
    const words = fold(text).split(/\s+/);
    if (!list || fold(text).length < 2) return [];
    return [...list.people.values()].filter(({ folded }) => words.every((word) => folded.includes(word))).slice(0, MOST_MATCHES);
  }

  function match() {
    const lines = found(input.value).map((person) => {
      const { name, organisation, state } = person;
      const at = hereAt(person);
      const said = state !== list.confirmed ? list.why[state] : at ? list.words.already.replace("{time}", at) : "";
      const line = fill(part("match"), { name, organisation, said });
      const button = line.querySelector("button");
      if (state !== list.confirmed) { // the answer will say what can be done
        button.textContent = list.words.let_in;
        button.classList.add("quiet");
      }
      button.setAttribute("aria-label", `${button.textContent}: ${name}`);
      if (at) button.remove();
      else button.addEventListener("click", () => take(person.code, "by_name"));
      return line;
    });
    const all = document.createElement("ul");
    all.append(...lines);
    part("found").replaceChildren(...(lines.length ? [all] : []));
  }

  door.addEventListener("submit", async (event) => {
    const target = event.target;
    if (target.matches("[data-undo]")) {
      hold(event);
      const answer = await ask(target.action, { method: "POST", body: new FormData(target), headers: { "X-CSRFToken": token } });
      if (!answer) return show({ tone: "stop", title: target.querySelector("button").firstChild.textContent, text: door.dataset.noLine });
      document.activeElement?.blur();
      await load();
      return refresh();
    }
    if (target !== form) return;
    const code = readCode(input.value);
    if (code && (!list || list.people.has(code) || !found(input.value).length)) {
      hold(event);
      await take(code, "typed");
      if (!camera.on) input.focus();
    } else if (found(input.value).length) {
      hold(event);
      part("found").querySelector("button")?.focus();
    } else if (!navigator.onLine) {
      hold(event);
      show({ tone: "stop", title: list?.words.nobody ?? input.value, text: list?.words.try_name ?? door.dataset.noList });
    } // else the server searches, also what is not on the list
  }, { capture: true });

  function hold(event) {
    event.preventDefault();
    event.stopPropagation(); // the guard against a second click would hold up the next badge
  }

  // --- what is kept, and what came of it ------------------------------------------------------------------------
  function tell() {
    const count = kept.all.filter(({ key }) => !onTheWay.has(key)).length;
    const shown = part("answer").querySelector(".why");
    if (shown && shown.textContent === list?.words.kept && !kept.all.length) shown.remove(); // it was sent meanwhile
    const said = part("kept");
    const words = count === 1 ? door.dataset.keptOne : door.dataset.keptMany.replace("{count}", count);
    const note = Object.assign(document.createElement("p"), { className: "rule wait", textContent: words });
    const notes = count ? [note] : [];
    if (signedOut) notes.push(part("signed-out").content.firstElementChild.cloneNode(true));
    const text = notes.map((each) => each.textContent).join(" ");
    if (said.textContent !== text) said.replaceChildren(...notes); // or it would be read aloud again and again
    const place = part("conflicts");
    const lines = conflicts.all.map(({ key, code, at, said: answer }) => {
      const name = list?.people.get(code)?.name ?? `${code.slice(0, 4)}-${code.slice(4)}`;
      const line = fill(place.querySelector("template"), { name, said: `${list ? `${list.time(at)} · ` : ""}${answer}` });
      line.querySelector("button").addEventListener("click", () => { conflicts.remove([key]); tell(); });
      return line;
    });
    place.hidden = !lines.length;
    (place.querySelector("ul") ?? place.appendChild(document.createElement("ul"))).replaceChildren(...lines);
  }

  // --- the camera -----------------------------------------------------------------------------------------------
  const button = part("camera");
  const camera = new Camera(part("video"), (text) => {
    const code = readCode(text);
    if (code) take(code, "scanned");
    else show({ tone: "stop", title: list?.words.unknown ?? text.slice(0, 40) });
  });
  camera.stopped = () => button.setAttribute("aria-pressed", "false");
  canScan().then((can) => { part("camera-place").hidden = !can; });
  button.addEventListener("click", async () => {
    if (camera.on) return camera.stop();
    try {
      await camera.start();
      button.setAttribute("aria-pressed", "true");
    } catch {
      camera.stop();
      show({ tone: "stop", title: button.textContent, text: door.dataset.noCamera });
    }
  });

  input.addEventListener("input", () => {
    if (input.value.trim()) part("answer").replaceChildren(); // it was about somebody else
    match();
  });
  addEventListener("online", async () => { wait = SOONEST; await flush(); await load(); refresh(); });
  addEventListener("offline", tell);
  addEventListener("beforeunload", (event) => { if (!navigator.onLine && !opensAgain) event.preventDefault(); });
  setInterval(() => { if (!document.hidden) refresh(); }, LOOK_AGAIN);
  setInterval(() => { if (!document.hidden) load(); }, LOAD_AGAIN);
  load().then(flush).then(keepPage);

  async function keepPage() {
    const workers = navigator.serviceWorker; // only over https
    opensAgain = !navigator.onLine && !!workers?.controller; // it has just come from there
    if (!workers || !navigator.onLine) return;
    workers.addEventListener("message", () => { opensAgain = true; });
    await workers.register(door.dataset.worker, { scope: form.action }).catch(() => null);
    const { active } = await workers.ready;
    const files = performance.getEntriesByType("resource").map(({ name }) => name);
    active.postMessage(files.filter((name) => new URL(name).pathname.includes("/static/")));
  }
}
