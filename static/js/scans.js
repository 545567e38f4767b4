// What this browser keeps until it is no longer needed: scans without a line, and what came of them.
export class Kept {
  #place;
  #memory = []; // where nothing may be stored, at least until the page is closed
  #unwritten = false; // what is stored is older than the memory
  constructor(place) { this.#place = place; }

  get all() {
    if (this.#unwritten) return this.#memory;
    try {
      const found = JSON.parse(localStorage.getItem(this.#place) ?? "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return this.#memory;
    }
  }

  add(item) { this.#write([...this.all.filter((each) => each.key !== item.key), item]); }

  remove(keys) { this.#write(this.all.filter((each) => !keys.includes(each.key))); }

  #write(items) {
    this.#memory = items;
    try {
      localStorage.setItem(this.#place, JSON.stringify(items));
      this.#unwritten = false;
    } catch { // full, or not allowed
      this.#unwritten = true;
    }
  }
}

// Which scan it is, so that it counts once however often it is sent.
export function newKey() {
  const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return crypto.randomUUID?.() ?? random(); // the former only over https
}

// A code however it was written, as on the server, or null.
export function readCode(text) {
  const letters = text.replace(/[\s-]/g, "").toUpperCase().replace(/[IL]/g, "1").replace(/O/g, "0");
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(letters) ? letters : null;
}

// Text without accents and case, for searching.
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
