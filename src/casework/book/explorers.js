/** The host of the explorers in the published book: it gives each its data and, when it is near, what draws it. */

/** Resolves when one of the places is in sight, or nearly. */
function near(places) {
  return new Promise((resolve) => {
    const watch = new IntersectionObserver(
      (seen) => {
        if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
        watch.disconnect();
        resolve();
      },
      { rootMargin: "300px" },
    );
    for (const place of places) watch.observe(place);
  });
}

/** The drawing library, a classic script, which is several times as heavy as all else on the page. */
async function library(address, places) {
  await near(places);
  await new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  return globalThis.vegaEmbed;
}

export async function start(load, script) {
  const { default: explorer } = await load("explorer");
  const places = [...document.querySelectorAll(".cw-explorer-mount[data-explorer]")];
  const name = script.dataset.library;
  const asked = name ? library(new URL(name, script.src).href, places).catch(() => null) : null;
  for (const place of places) {
    const state = JSON.parse(place.dataset.explorer);
    const el = document.createElement("div");
    explorer.render({ model: { get: () => state, library: () => asked }, el });
    place.replaceChildren(el);
    place.classList.add("cw-live");
  }
  document.documentElement.dataset.explorers = "ready";
}
