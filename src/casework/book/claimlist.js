// The list of all claims: a word shows the claims that hold it, and one button opens and folds all parts.
(() => {
  const parts = [...document.querySelectorAll("article section")].filter((part) =>
    part.querySelector(":scope > details.cw-fold > .cw-claim-details"),
  );
  if (!parts.length || !document.querySelector(".cw-claim-pages")) return; // not the list of all
  const folds = parts.map((part) => part.querySelector("details.cw-fold"));
  const counted = folds.map((fold) => fold.querySelector("summary").textContent); // "7 claims"
  const field = document.createElement("input");
  field.type = "search";
  field.autocomplete = "off";
  const label = document.createElement("label");
  label.append("Show claims containing ", field);
  const button = document.createElement("button");
  button.type = "button";
  const found = document.createElement("p");
  found.className = "cw-claim-found";
  found.setAttribute("role", "status");
  const controls = document.createElement("div");
  controls.className = "cw-claim-filter";
  controls.append(label, button, found);
  parts[0].before(controls);

  const words = () => field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const claims = [...document.querySelectorAll(".cw-fold > .cw-claim-details")].map((claim) => {
    const pages = claim.nextElementSibling;
    return { claim, pages, text: `${claim.textContent} ${pages.textContent}`.toLowerCase() };
  });
  const filter = () => {
    const wanted = words();
    let shown = 0;
    for (const { claim, pages, text } of claims) {
      const fits = wanted.every((word) => text.includes(word));
      claim.hidden = !fits;
      pages.hidden = !fits;
      shown += fits;
    }
    for (const [index, part] of parts.entries()) {
      const inPart = part.querySelectorAll(".cw-claim-details:not([hidden])").length;
      part.hidden = !inPart;
      folds[index].querySelector("summary").textContent = `${wanted.length ? `${inPart} of ` : ""}${counted[index]}`;
      folds[index].open = wanted.length > 0 && !part.hidden;
    }
    found.textContent = wanted.length ? `${shown} of ${claims.length} claims` : "";
  };
  const name = () => {
    button.textContent = folds.every((fold) => fold.open) ? "Fold all parts" : "Open all parts";
  };
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 150);
  });
  button.addEventListener("click", () => {
    const open = !folds.every((fold) => fold.open);
    for (const fold of folds) fold.open = open;
  });
  for (const fold of folds) fold.addEventListener("toggle", name);
  name();
  // a link to a claim, and paper, show what the filter left out
  const clear = () => {
    field.value = "";
    filter();
  };
  let word = "";
  addEventListener("beforeprint", () => {
    word = field.value;
    if (word) clear();
  });
  addEventListener("afterprint", () => {
    if (!word) return;
    field.value = word;
    filter();
  });
  addEventListener("hashchange", () => {
    const target = document.querySelector(":target");
    if (!target?.closest("[hidden]")) return;
    clear();
    target.closest("details.cw-fold")?.setAttribute("open", "");
    target.scrollIntoView({ behavior: "instant" });
  });
})();
