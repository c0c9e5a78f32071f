// Where a browser denies its storage, the menus of the theme and the search would end at the first word to it. They get one
// that forgets with the page; it refuses what the course would keep, so that nobody is told that it is kept.
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[name].getItem("");
  } catch {
    const held = new Map();
    const setItem = (key, value) => {
      if (key.startsWith("casework")) throw new DOMException("This browser keeps nothing", "SecurityError");
      held.set(key, String(value));
    };
    const value = { getItem: (key) => held.get(key) ?? null, setItem, removeItem: (key) => held.delete(key) };
    Object.defineProperty(window, name, { value });
  }
}

// Before anything is painted: the colours that the reader chose, or those of the system.
(() => {
  const { dataset } = document.documentElement;
  dataset.mode = localStorage.getItem("mode") || dataset.mode || "auto";
  const dark =
    dataset.mode === "dark" || (dataset.mode === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  dataset.theme = dark ? "dark" : "light";
})();
