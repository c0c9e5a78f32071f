// An address that names a part of a page leads there: what lies folded around it opens, and when activities that
// come late push it down, the page follows, until the reader moves.
(() => {
  const target = () => document.querySelector(":target");
  const reveal = () => {
    const found = target();
    if (!found) return null;
    for (let fold = found.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (found.matches("details")) found.querySelector("summary").focus({ preventScroll: true });
    return found;
  };
  const land = () => reveal()?.scrollIntoView({ block: "start", behavior: "instant" });

  reveal();
  addEventListener("hashchange", land);
  // the same link again changes no hash, but the reader may have folded the part meanwhile
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href*='#']");
    if (link?.hash && link.href === location.href) setTimeout(land);
  });

  // on paper nothing is folded
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.cw-claim-details, details.cw-fold")].filter((fold) => !fold.open);
    for (const fold of folded) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of folded) fold.open = false;
  });

  // a page that is loaded again, or come back to, stands where the reader left it
  const [visit] = performance.getEntriesByType("navigation");
  if (!target() || (visit && visit.type !== "navigate")) return;
  const growing = new ResizeObserver(land);
  const stop = () => growing.disconnect();
  for (const act of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    addEventListener(act, stop, { once: true, passive: true, capture: true });
  }
  growing.observe(document.querySelector("article") || document.body);
  const late = () => setTimeout(stop, 1500);
  const page = document.documentElement;
  if (!document.querySelector(".cw-mount")) addEventListener("load", late);
  else if (page.dataset.casework === "ready") late();
  else {
    const live = new MutationObserver(() => {
      live.disconnect();
      late();
    });
    live.observe(page, { attributeFilter: ["data-casework"] });
  }
})();
