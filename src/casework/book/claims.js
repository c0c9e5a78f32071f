// A claim, a numbered source or a word of the field opens where it is read: beside its sentence, or under it where
// there is no room beside. Without this script the link leads to the full entry, as a link in the panel does.
(() => {
  const GAP = 16;
  const LEAST = 240; // pixels that a panel beside the text needs
  const MARK = "a.footnote-reference, .cw-claim"; // what stands behind a sentence
  let open = null; // the mark, its panel, what was added to the page, how far that scrolled it, and to where

  const make = (tag, className, ...inside) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...inside);
    return element;
  };

  /** What is inside `element`, to be shown a second time: no id stands twice. */
  const copied = (element) => {
    const copy = element.cloneNode(true);
    for (const each of copy.querySelectorAll("[id]")) each.removeAttribute("id");
    for (const each of copy.querySelectorAll(".highlighted")) each.replaceWith(...each.childNodes);
    return [...copy.childNodes];
  };

  const entry = (link) =>
    link.hash && link.pathname === location.pathname
      ? document.getElementById(decodeURIComponent(link.hash.slice(1)))
      : null;
  const full = (href, text) => {
    const link = make("a", "cw-inplace-link", text);
    link.setAttribute("href", href);
    return make("p", "cw-inplace-full", link);
  };

  const sourcesOf = (details) =>
    [...details.querySelectorAll("a.footnote-reference")]
      .map(entry)
      .filter(Boolean)
      .map((note) => make("li", "", ...[...note.querySelectorAll(":scope > p")].flatMap(copied)));

  /** The head and the parts of what `link` explains; nothing where it is an ordinary link. */
  const explained = (link) => {
    if (link.dataset.means) {
      return [
        link.dataset.term,
        make("p", "cw-inplace-text", link.dataset.means),
        full(link.getAttribute("href"), "In the glossary"),
      ];
    }
    const target = entry(link);
    if (target?.matches("details.cw-claim-details")) {
      const words = target.querySelector("summary").cloneNode(true);
      const strength = words.querySelector(".cw-claim-strength");
      strength.remove();
      const head = strength.textContent;
      return [
        head[0].toUpperCase() + head.slice(1),
        make("p", "cw-inplace-text", ...copied(words)),
        make("ul", "cw-inplace-sources", ...sourcesOf(target)),
        full(link.hash, "Numbers, limitation and date of review"),
      ];
    }
    if (target?.matches("aside.footnote")) {
      const paragraphs = [...target.querySelectorAll(":scope > p")].map((p) =>
        make("p", "cw-inplace-text", ...copied(p)),
      );
      const number = target.querySelector(".label").textContent.replace(/\D/g, "");
      return [`Source ${number}`, ...paragraphs, full(link.hash, "In the list of references")];
    }
    return null;
  };

  const isMark = (node) => node.nodeType === Node.ELEMENT_NODE && node.matches(MARK);
  const isSpace = (node) => node.nodeType === Node.TEXT_NODE && !node.data.trim();
  const isBlock = (node) => node.nodeType === Node.ELEMENT_NODE && !getComputedStyle(node).display.startsWith("inline");

  /** The last of the marks that stand together with `node`. */
  const lastMark = (node) => {
    let last = node;
    for (let next = node.nextSibling; next && (isMark(next) || isSpace(next)); next = next.nextSibling) {
      if (isMark(next)) last = next;
    }
    return last;
  };

  /** Put `panel` after the sentence in which `mark` stands, however that sentence goes on after the mark. */
  const putAfterSentence = (mark, panel) => {
    let node = mark;
    while (!isBlock(node.parentElement)) node = node.parentElement;
    let before = node.previousSibling;
    while (before && (isMark(before) || isSpace(before))) before = before.previousSibling;
    const ended = isMark(node) && /[.!?…][”’"')\]]*\s*$/.test(before?.textContent ?? "");
    node = lastMark(node);
    if (!ended) {
      for (let next = node.nextSibling; next && !isBlock(next); next = next.nextSibling) {
        node = next;
        const end = next.nodeType === Node.TEXT_NODE && next.data.match(/[.!?…][”’"')\]]*(?=\s|$)/);
        if (!end) continue;
        const after = end.index + end[0].length;
        if (after < next.data.length) next.splitText(after);
        node = lastMark(next);
        break;
      }
    }
    node.after(panel);
  };

  /**
   * Put it where it fits. A table is as narrow as its columns and cuts off what lies beside it: there the panel goes
   * into a row of its own, or after the table if it is shown beside. Returns what was put.
   */
  const put = (mark, panel, beside) => {
    const row = mark.closest("td, th")?.parentElement;
    if (!row || beside) {
      if (row) (row.closest("[class*=table-container]") ?? row.closest("table")).after(panel);
      else putAfterSentence(mark, panel);
      return panel;
    }
    const cell = make("td", "", panel);
    cell.colSpan = [...row.cells].reduce((sum, { colSpan }) => sum + colSpan, 0);
    const added = make("tr", "cw-inplace-row", cell);
    row.after(added);
    const box = row.closest("table").parentElement;
    panel.style.width = `${Math.min(box.clientWidth, document.documentElement.clientWidth - 2 * GAP)}px`;
    return added;
  };

  const top = (mark) => mark.getClientRects()[0]?.top ?? 0;
  /** Change the page so that `mark` stays where it is on the screen. */
  const keeping = (mark, change) => {
    const before = top(mark);
    change();
    const moved = top(mark) - before;
    if (Math.abs(moved) > 0.5) scrollBy({ top: moved, behavior: "instant" });
  };

  const edge = () => document.querySelector("article.bd-article > section, article").getBoundingClientRect().right;
  const roomBeside = () => document.documentElement.clientWidth - edge() - 2 * GAP;
  const placeBeside = (mark, panel) => {
    panel.classList.add("cw-inplace-beside");
    panel.style.left = `${scrollX + edge() + GAP}px`;
    panel.style.width = `${Math.min(roomBeside(), 380)}px`;
    const lowest = innerHeight - panel.offsetHeight - GAP;
    panel.style.top = `${scrollY + Math.max(GAP, Math.min(top(mark) - GAP, lowest))}px`;
  };

  const close = (returning) => {
    if (!open) return;
    const { mark, panel, added, moved, at } = open;
    const parent = added.parentNode;
    const back = returning || panel.contains(document.activeElement);
    open = null;
    mark.setAttribute("aria-expanded", "false");
    mark.removeAttribute("aria-controls");
    keeping(mark, () => {
      added.remove();
      parent?.normalize(); // a sentence may have been parted
    });
    if (moved && Math.abs(scrollY - at) <= 2) scrollBy({ top: -moved, behavior: "instant" });
    if (back && mark.isConnected) {
      mark.focus({ preventScroll: true });
      const { top: upper, bottom } = mark.getBoundingClientRect();
      if (bottom < 0 || upper > innerHeight) mark.scrollIntoView({ block: "center", behavior: "instant" });
    }
  };

  const show = (mark, [head, ...parts]) => {
    const title = make("p", "cw-inplace-head", head);
    title.id = "cw-inplace-head";
    title.setAttribute("aria-hidden", "true"); // it is heard as the name of the panel
    const button = make("button", "cw-inplace-close", "×");
    button.type = "button";
    button.setAttribute("aria-label", "Close");
    button.addEventListener("click", () => close(true));
    const panel = make("div", "cw-inplace", make("div", "cw-inplace-bar", title, button), ...parts);
    panel.id = "cw-inplace";
    panel.tabIndex = -1;
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-labelledby", title.id);
    const beside = roomBeside() >= LEAST;
    let added;
    keeping(mark, () => {
      added = put(mark, panel, beside);
      if (beside) placeBeside(mark, panel);
    });
    // all of it into sight, and the sentence stays there too
    const hidden = beside ? 0 : panel.getBoundingClientRect().bottom + GAP - innerHeight;
    const moved = Math.max(0, Math.min(hidden, top(mark) - 0.15 * innerHeight));
    if (moved) scrollBy({ top: moved, behavior: "instant" });
    open = { mark, panel, added, moved, at: scrollY };
    mark.setAttribute("aria-expanded", "true");
    mark.setAttribute("aria-controls", panel.id);
    panel.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("article a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (open?.panel.contains(link)) {
      if (entry(link)) close(false); // first, so that nothing moves the full entry once it is reached
      return;
    }
    const parts = explained(link);
    if (!parts) return;
    event.preventDefault();
    if (open?.mark === link) return close(true);
    keeping(link, () => close(false));
    show(link, parts);
  });
  const FIELD = ".cw-mount, input, textarea, select";
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open && !document.querySelector("dialog[open]")) {
      close(!document.activeElement.closest(FIELD)); // whoever answers elsewhere meanwhile stays there
    }
    if (event.key === "Tab" && !event.altKey && !event.ctrlKey && open?.mark.closest("td, th")) tabOut(event);
  });
  /** In a table the panel stands after the row or the table: by Tab one leaves it to where the mark is read. */
  const tabOut = (event) => {
    const { mark, panel } = open;
    const at = document.activeElement;
    const inside = [...panel.querySelectorAll("a[href], button")];
    if (event.shiftKey ? at !== panel && at !== inside[0] : at !== inside.at(-1)) return;
    const outside = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
    const next = event.shiftKey
      ? mark
      : outside.find(
          (each) =>
            mark.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING &&
            !panel.contains(each) &&
            each.checkVisibility({ visibilityProperty: true }),
        );
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  let width = innerWidth;
  addEventListener("resize", () => {
    if (open && innerWidth !== width) {
      const { mark, panel } = open;
      const elsewhere = panel.contains(document.activeElement) ? null : document.activeElement;
      close(false);
      show(mark, explained(mark));
      elsewhere?.focus({ preventScroll: true });
    }
    width = innerWidth;
  });
  for (const link of document.querySelectorAll("article a[href]")) {
    if (link.dataset.means || entry(link)?.matches("details.cw-claim-details, aside.footnote")) {
      link.classList.add("cw-opens");
      link.setAttribute("aria-expanded", "false");
    }
  }
})();
