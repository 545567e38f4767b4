// Nobody is signed in: what this browser kept of the desk's pages goes; scans that wait to be sent are kept elsewhere.
export async function enhance() {
  for (const name of await globalThis.caches?.keys() ?? []) await caches.delete(name);
  for (const each of await navigator.serviceWorker?.getRegistrations() ?? []) await each.unregister();
}
