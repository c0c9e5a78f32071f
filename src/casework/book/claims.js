// Native details do the work; this opens the one a link points to, and all of them on paper.
(() => {
  const all = () => document.querySelectorAll("details.cw-claim-details");
  const show = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.querySelector("summary").focus({ preventScroll: true });
    }
  };
  let closed = [];
  addEventListener("hashchange", show);
  addEventListener("beforeprint", () => {
    closed = [...all()].filter((details) => !details.open);
    closed.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
  // the same link again changes no hash, but the reader may have closed the claim meanwhile
  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".cw-claim a")) setTimeout(show);
  });
  show();
})();
