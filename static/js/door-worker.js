// Opens the door's page again when there is no line: its shell, which names nobody, and the files it needs.
const DOOR = new URL(self.registration.scope).pathname;
const PLACE = `door:${DOOR}`;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data).then((kept) => kept && event.source.postMessage("kept"))));

async function keep(files) {
  const shell = await fetch(`${DOOR}?shell=1`, { redirect: "manual" }).catch(() => null);
  if (!shell) return caches.has(PLACE); // no line
  if (!shell.ok) return caches.delete(PLACE).then(() => false); // signed out
  const place = await caches.open(PLACE);
  const wanted = files.map((file) => new URL(file, self.location).href);
  for (const { url } of await place.keys()) {
    if (wanted.includes(url)) wanted.splice(wanted.indexOf(url), 1); // their names change with what is in them
    else await place.delete(url);
  }
  await place.addAll(wanted);
  await place.put(DOOR, shell);
  return true;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const kept = async () => (await caches.open(PLACE)).match(pathname, { ignoreVary: true });
  if (request.mode === "navigate" && pathname === DOOR) {
    event.respondWith(fetch(request).catch(async () => (await kept()) ?? Response.error()));
  } else if (pathname.includes("/static/")) {
    event.respondWith(kept().then((file) => file ?? fetch(request)));
  }
});
