// Before anything is painted: the colours that the reader chose, or those of the system.
(() => {
  const { dataset } = document.documentElement;
  let kept = {};
  try {
    kept = localStorage;
  } catch {
    // a browser that keeps nothing has kept no choice
  }
  dataset.mode = kept.mode || dataset.mode || "auto";
  const dark =
    dataset.mode === "dark" || (dataset.mode === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  dataset.theme = dark ? "dark" : "light";
})();
