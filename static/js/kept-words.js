// Words that the server does not have yet, in this browser: of one account, by entry and by the page that holds them.
import { newKey } from "./scans.js";

export class KeptWords {
  #prefix;
  #page = newKey(); // two pages of one browser keep apart what they hold
  #taken = []; // what other pages left, until this one has kept it
  isFull = false;
  constructor(prefix) { this.#prefix = prefix; }

  put(key, words) {
    try {
      localStorage.setItem(this.#place(key), JSON.stringify({ ...words, at: Date.now() }));
      this.isFull = false;
    } catch { // full, or not allowed
      this.isFull = true;
    }
  }

  drop(key) {
    try { localStorage.removeItem(this.#place(key)); } catch { /* nothing was kept */ }
  }

  get count() { return this.#places().length; }

  // Return what other pages left, the newest first; `settle` forgets their copies once this page has its own.
  takeOver() {
    this.#taken = this.#places();
    const found = this.#taken.flatMap((place) => {
      try {
        return [{ ...JSON.parse(localStorage.getItem(place)), key: place.slice(this.#prefix.length).split("/")[0] }];
      } catch {
        return [];
      }
    });
    return found.sort((one, other) => other.at - one.at);
  }

  settle() {
    if (!this.isFull) for (const place of this.#taken) localStorage.removeItem(place);
  }

  #place(key) { return `${this.#prefix}${key}/${this.#page}`; }

  #places() {
    try {
      return Object.keys(localStorage).filter((each) => each.startsWith(this.#prefix) && !each.endsWith(this.#page));
    } catch {
      return [];
    }
  }
}
