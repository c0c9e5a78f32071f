/**
 * The host of the explorers in the published book: it gives each its data and the drawing library of this page.
 * The modules come in EXPLORERS, written into this file by the book extension, so that it works from disk too.
 */
(() => {
  "use strict";

  function whole(name) {
    return EXPLORERS[name].replace(/from "\.\/([a-z-]+)\.js";/g, (_, neighbour) =>
      `from "data:text/javascript,${encodeURIComponent(whole(neighbour))}";`);
  }

  async function start() {
    const places = [...document.querySelectorAll(".cw-explorer-mount[data-explorer]")];
    const url = URL.createObjectURL(new Blob([whole("explorer")], { type: "text/javascript" }));
    const { default: kind } = await import(url);
    for (const place of places) {
      const state = JSON.parse(place.dataset.explorer);
      const el = document.createElement("div");
      kind.render({ model: { get: () => state, library: () => globalThis.vegaEmbed }, el });
      place.replaceChildren(el);
      place.classList.add("cw-live");
    }
    document.documentElement.dataset.explorers = "ready";
  }

  start();
})();
