/**
 * The bar of an exercise, which stays in sight: which question, which are open, one at a time or all on one page, and
 * the way to hand in. A question is a section of the page that holds an activity with points.
 */

import { READER, readerOf } from "./people.js";
import { h } from "./shared.js";

const LATER = "cw-later"; // a section that waits for its turn; on paper all are there

export function showBar(store, sheet) {
  const names = sheet.panel.get("items");
  const sections = [...document.querySelectorAll("section[id]:has(> .cell .cw-mount)")].filter(
    (section) => !section.querySelector("section"),
  );
  const article = document.querySelector(".bd-article");
  if (!article || sections.length < 2 || names.length < 2) return;
  const steps = sections.map((section) => ({ section, name: names.find((name) => holds(section, name)) }));
  const key = sheet.assignment;
  const left = readerOf(store).at?.[key];
  let at = Number.isInteger(left) && steps[left] ? left : 0;

  const said = h("span", { class: "cw-bar-where" });
  const open = h("a", { class: "cw-bar-open" });
  const back = button("Previous question", "‹", () => go(at - 1));
  const on = button("Next question", "›", () => go(at + 1));
  const alone = h("button", {
    type: "button",
    onclick: () => {
      note({ oneByOne: !oneByOne() });
      go(at);
      alone.focus({ preventScroll: true });
    },
  });
  sections[0].before(h("p", { class: "cw-bar-choice" }, alone));
  const handIn = button("", "Download", () => {
    go(steps.length - 1);
    steps.at(-1).section.querySelector(".cw-panel .cw-primary")?.click(); // the panel asks for what is missing
  });
  article.append(h("nav", { class: "cw-bar", "aria-label": "Questions" }, back, said, on, open, handIn));
  document.documentElement.classList.add("cw-has-bar");

  const oneByOne = () => readerOf(store).oneByOne === true;
  const note = (change) => store.set(READER, { ...readerOf(store), ...change });

  function draw() {
    const { name } = steps[at];
    const number = `${names.indexOf(name) + 1} of ${names.length}`;
    said.replaceChildren(...(name ? [h("span", { class: "cw-bar-word" }, "Question "), number] : ["Hand in"]));
    back.disabled = at === 0;
    on.disabled = at === steps.length - 1;
    const left = sheet.panel.get("unanswered");
    const next = left.find((each) => names.indexOf(each) > names.indexOf(name)) ?? left[0];
    open.textContent = left.length ? `${left.length} open` : "None open";
    if (next) {
      open.href = `#${steps.find((step) => step.name === next)?.section.id}`;
      open.setAttribute("aria-label", `${left.length} open, next: question ${names.indexOf(next) + 1}`);
    } else {
      open.removeAttribute("href");
      open.removeAttribute("aria-label");
    }
    alone.textContent = oneByOne() ? "Show all questions on one page" : "Show one question at a time";
    for (const [index, { section }] of steps.entries()) section.classList.toggle(LATER, oneByOne() && index !== at);
    article.classList.toggle("cw-begun", oneByOne() && at > 0); // what is said before the first question has been read
  }

  /** Go to a step: it is shown, and its heading takes the focus. */
  function go(index) {
    at = Math.min(Math.max(index, 0), steps.length - 1);
    note({ at: { ...readerOf(store).at, [key]: at } });
    draw();
    const heading = steps[at].section.querySelector("h2");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    (oneByOne() && at === 0 ? document.querySelector("h1") : steps[at].section).scrollIntoView();
  }

  function follow() {
    const target = document.querySelector(":target");
    const index = steps.findIndex(({ section }) => target && section.contains(target));
    if (index >= 0) go(index);
  }
  addEventListener("hashchange", follow);
  // the same link again changes no hash
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href*='#']");
    if (link?.hash && link.href === location.href) setTimeout(follow);
  });

  // the last that has come up to where one reads; over the first, it is the first
  const inSight = new IntersectionObserver(
    () => {
      if (oneByOne()) return;
      const above = steps.filter(({ section }) => section.getBoundingClientRect().top < 0.3 * innerHeight);
      at = Math.max(above.length - 1, 0);
      draw();
    },
    { rootMargin: "-20% 0px -70%" },
  );
  for (const { section } of steps) inSight.observe(section);
  sheet.panel.on("change:unanswered", draw);
  draw();
  if (location.hash) follow();
}

const holds = (section, name) =>
  [...section.querySelectorAll(".cw-mount")].some((place) => JSON.parse(place.dataset.casework).name === name);

const button = (label, text, onclick) =>
  h("button", { class: "cw-bar-button", type: "button", onclick, ...(label && { "aria-label": label }) }, text);
