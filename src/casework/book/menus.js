// Finding the way. The theme opens its two menus as dialogs. What it leaves out: the focus comes back to the button, a link within
// the page closes the menu that lies over it, and the list of chapters stands where the page is in it.
(() => {
  /** Bring the page's own line in the list of chapters into sight; the focus and the page stay where they are. */
  const findPlace = () => {
    const line = [...document.querySelectorAll(".bd-links .current > a")].at(-1);
    const list = line?.closest("#pst-primary-sidebar, dialog");
    if (!list?.clientHeight) return;
    const [inside, around] = [line.getBoundingClientRect(), list.getBoundingClientRect()];
    if (inside.top >= around.top && inside.bottom <= Math.min(around.bottom, innerHeight)) return;
    list.scrollTop += inside.top - around.top - list.clientHeight / 3;
  };
  addEventListener("load", findPlace); // after the theme, which puts the list where it stood on another page
  const chapters = document.getElementById("pst-primary-sidebar-modal");
  if (chapters)
    new MutationObserver(() => chapters.open && findPlace()).observe(chapters, { attributeFilter: ["open"] });
  for (const side of ["primary", "secondary"]) {
    const button = document.querySelector(`.${side}-toggle`);
    const menu = document.getElementById(`pst-${side}-sidebar-modal`);
    if (!button || !menu) continue;
    let left = false;
    menu.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      left = Boolean(link?.hash) && link.pathname === location.pathname;
      if (left) menu.close();
    });
    menu.addEventListener("close", () => {
      if (!left) button.focus();
      left = false;
    });
  }
  // what the theme would write into the page as a line of script
  const does = { "toggleFullScreen()": () => toggleFullScreen(), "window.print()": () => print() };
  for (const button of document.querySelectorAll("[data-does]")) {
    button.addEventListener("click", () => does[button.dataset.does]?.());
  }
  // the fold in the bar closes as a menu does
  const fold = document.querySelector(".header-fold");
  addEventListener("pointerdown", ({ target }) => {
    if (fold?.open && !fold.contains(target)) fold.open = false;
  });
  fold?.addEventListener("click", ({ target }) => {
    if (!target.closest("summary")) fold.open = false;
  });
  fold?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fold.open) return;
    fold.open = false;
    fold.querySelector("summary").focus();
  });
  fold?.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !fold.contains(relatedTarget)) fold.open = false;
  });
  document.querySelector(".bd-search-container input")?.focus();
})();
