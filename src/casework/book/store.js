/**
 * What this browser keeps for this course as it is published here. The key of everything kept holds the course and where
 * the site lies, never an edition's folder, so that two courses, two terms or two folders share nothing.
 */

const OLD = "casework:"; // what the keys of older pages begin with; they held neither course nor place

export class Store {
  /**
   * @param {string} course the course's own name, which stays the same in every edition
   * @param {string} root the path of the site, from the root of its host or disk
   */
  constructor(course, root) {
    this.course = course;
    this.root = root;
    this.prefix = `casework/2 ${course} ${root} `;
    this.memory = new Map(); // where a browser keeps nothing
    this.onRefused = () => {};
    this.watchers = [];
  }
  /** What is kept as `name`, or null where there is nothing that can be read. */
  get(name) {
    return parsed(this.memory.get(name) ?? read(this.prefix + name));
  }
  /** Keep `value`, plain data, as `name`; true if the browser took it, and not only this page. */
  set(name, value) {
    const text = JSON.stringify(value);
    try {
      localStorage.setItem(this.prefix + name, text);
      this.memory.delete(name);
      return true;
    } catch {
      this.memory.set(name, text);
      this.onRefused();
      return false;
    } finally {
      for (const watcher of this.watchers) watcher(name);
    }
  }
  delete(name) {
    this.memory.delete(name);
    try {
      localStorage.removeItem(this.prefix + name);
    } catch {
      // a browser that keeps nothing has nothing to forget
    }
  }
  /** Forget everything, what older pages left too, and the pages that are kept for reading offline. */
  async clear() {
    for (const name of this.names()) this.delete(name);
    for (const key of keys().filter((each) => each.startsWith(OLD))) localStorage.removeItem(key);
    if (!location.protocol.startsWith("http")) return;
    try {
      await this.clearPages();
    } catch {
      // a frame that may not ask for them has none
    }
  }
  async clearPages() {
    const scope = new URL(this.root, location.href).href;
    const workers = await navigator.serviceWorker?.getRegistrations();
    for (const each of workers ?? []) if (each.scope.startsWith(scope)) await each.unregister();
    const stores = globalThis.caches ? await caches.keys() : [];
    for (const each of stores) if (each.startsWith(`casework-offline ${scope}`)) await caches.delete(each);
  }
  /** The names of all that is kept. */
  names() {
    const kept = keys().filter((key) => key.startsWith(this.prefix));
    return [...new Set([...kept.map((key) => key.slice(this.prefix.length)), ...this.memory.keys()])].sort();
  }
  /** Whether the browser keeps something: one whose storage is denied or full does not. */
  keeps() {
    try {
      localStorage.setItem(`${this.prefix}?`, "?");
      localStorage.removeItem(`${this.prefix}?`);
      return true;
    } catch {
      return false;
    }
  }
  /** Call `listener` with the name of what another page of this course changed, or with null where anything may have. */
  follow(listener) {
    addEventListener("storage", ({ key }) => {
      if (key === null) listener(null);
      else if (key.startsWith(this.prefix)) listener(key.slice(this.prefix.length));
    });
    // a page that comes back as it was left has heard of nothing meanwhile
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted) listener(null);
    });
  }
  /** Call `listener` with the name of what this page has changed. */
  watch(listener) {
    this.watchers.push(listener);
  }
  /**
   * Take over, once, what older pages kept; `named` gives what an older name is called now, or null for what is none of
   * ours. Nothing is written over: what has come to stand here already stays, and the older one beside it.
   * Returns the names under which something came.
   */
  takeOver(named) {
    const came = [];
    for (const key of keys().filter((key) => key.startsWith(OLD))) {
      const name = named(key.slice(OLD.length));
      if (!name || read(this.prefix + name) !== null) continue;
      try {
        localStorage.setItem(this.prefix + name, read(key));
        localStorage.removeItem(key);
        came.push(name);
      } catch {
        return came; // no room for both: it stays where it is
      }
    }
    return came;
  }
}

/** The store of the page: the course and the way to the root of the site stand in its head. */
export function storeOfPage() {
  const { course, root } = document.querySelector("meta[name=casework]")?.dataset ?? {};
  const site = new URL(document.documentElement.dataset.content_root || "./", location.href);
  return new Store(course ?? "", new URL(root || "./", site).pathname);
}

function keys() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
