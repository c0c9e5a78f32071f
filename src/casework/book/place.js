/**
 * The sense of place: how far the reader has come on a page, in each part and in the whole course, and where to go on.
 * It reads what the store keeps of answers, and notes which pages were reached; none of it leaves the browser.
 */

import { checkedOf, isGiven, isPlain, PRACTICE, same } from "./answers.js";
import { READER, readerOf } from "./people.js";
import { count, h } from "./shared.js";

/** What `store` holds, each thing read once. */
function snapshot(store) {
  const read = new Map();
  return (name) => {
    if (!read.has(name)) read.set(name, store.get(name));
    return isPlain(read.get(name)) ? read.get(name) : {};
  };
}

/**
 * How much of `page`, an entry of the course's list, is tried and solved, as `kept` gives what is kept by its name; a page
 * that asks nothing is `done` when its end was reached, any other when nothing is left open.
 */
function howFar(page, kept) {
  if (!page.asks.length) {
    const done = Boolean(kept(READER).pages?.[page.page]?.end);
    return { of: 0, tried: 0, solved: 0, done, open: [] };
  }
  const sheet = kept(page.exercise || PRACTICE);
  const answers = isPlain(sheet.answers) ? sheet.answers : {};
  const open = openOf(kept(READER), page.exercise) ?? page.asks.filter((name) => !isGiven(answers[name]));
  const solved = page.asks.filter((name) => isGiven(answers[name]) && checkedOf(sheet, name)?.solved).length;
  const of = page.asks.length;
  return { of, tried: of - open.length, solved, done: !open.length, open };
}

/** The questions of an exercise that were open when its page, which knows what is complete, was last looked at. */
function openOf(reader, exercise) {
  const open = exercise && isPlain(reader.open) ? reader.open[exercise] : null;
  return Array.isArray(open) ? open : null;
}

/** The page to go on at: the last one the reader was on, or, where that is done, the next that is not. */
function whereNext(pages, kept) {
  const last = pages.findIndex(({ page }) => page === kept(READER).last);
  if (last < 0) return null;
  return pages.slice(last).find((page) => !howFar(page, kept).done) ?? pages[last];
}

/** Show it on this page, now and whenever what is kept changes, here or in another window. */
export function showPlace(store) {
  const { start, pages } = globalThis.caseworkCourse ?? { pages: [] };
  const here = document.querySelector("meta[name=casework]")?.dataset.page;
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const entry = pages.find(({ page }) => page === here);
  const draw = () => {
    const kept = snapshot(store);
    drawMenu(pages, kept, root);
    if (entry) drawHead(entry, kept);
    if (here === start) drawStart(pages, kept, root);
  };
  let waiting = 0;
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  };
  draw();
  store.follow(soon);
  store.watch(soon);
  if (entry) noteHere(entry, store);
}

function noteHere({ page }, store) {
  let noted = false;
  const note = (change) => {
    if (noted && !store.get(READER)) return; // cleared meanwhile
    const reader = readerOf(store);
    const pages = isPlain(reader.pages) ? reader.pages : {};
    const now = { ...reader, last: page, pages: { ...pages, [page]: { ...pages[page], ...change } } };
    if (!same(now, reader)) store.set(READER, now);
    noted = true;
  };
  note({});
  const foot = document.querySelector(".prev-next-footer, .bd-footer-article, footer");
  if (!foot) return;
  const reached = new IntersectionObserver(([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    reached.disconnect();
    note({ end: true });
  });
  reached.observe(foot);
}

function doneWords({ exercise, asks }) {
  if (exercise) return "all answered";
  return asks.length ? "all tried" : "read";
}

/** Each page in the menu says how far the reader has come on it: a tick, or "4 of 6". */
function drawMenu(pages, kept, root) {
  const by = new Map(pages.map((page) => [new URL(`${page.page}.html`, root).pathname, page]));
  for (const link of document.querySelectorAll(".bd-links a.reference.internal")) {
    const page = by.get(link.pathname);
    if (!page) continue;
    const { tried, of, done } = howFar(page, kept);
    const words = done ? doneWords(page) : tried ? `${tried} of ${of}` : "";
    let mark = link.querySelector(".cw-tick");
    if (!mark && words) {
      mark = h("span", { class: "cw-tick" });
      link.append(mark);
    }
    if (!mark || mark.dataset.words === words) continue;
    mark.dataset.words = words;
    mark.replaceChildren(...(done ? [sign("✓"), hidden(words)] : [words]));
  }
}

function drawHead(entry, kept) {
  const line = document.querySelector("article section > .cw-place");
  if (!line) return;
  const { of, tried, solved, done, open } = howFar(entry, kept);
  const said = tried
    ? `${tried} of ${of} tried${solved ? `, ${solved} solved` : ""}. `
    : `${count(of, "activity", "activities")} on this page. `;
  const next = done ? null : placeOf(open[0]);
  if (line.dataset.said === said + open[0]) return;
  line.dataset.said = said + open[0];
  line.replaceChildren(said);
  if (!next) return;
  next.id ||= `activity-${entry.asks.indexOf(open[0]) + 1}`;
  line.append(linkTo(`#${next.id}`, tried ? "Go on with the next" : "Go to the first"));
}

function drawStart(pages, kept, root) {
  const next = whereNext(pages, kept);
  const go = document.querySelector(".cw-go");
  if (go && next) {
    go.href = new URL(`${next.page}.html`, root).href;
    go.textContent = `Continue at: ${next.title}`;
  }
  const all = pages.map((page) => ({ part: page.part, ...howFar(page, kept) }));
  const sum = (list, what) => list.reduce((total, page) => total + Number(page[what]), 0);
  const far = document.querySelector(".cw-how-far");
  if (far && next) {
    far.dataset.before ??= far.textContent;
    far.textContent =
      `${sum(all, "done")} of ${all.length} pages done, ` +
      `${sum(all, "tried")} of ${sum(all, "of")} questions and tasks tried. ${far.dataset.before}`;
  }
  for (const stop of document.querySelectorAll(".cw-map-part")) {
    const caption = stop.querySelector("a")?.textContent;
    const own = all.filter((page) => page.part === caption);
    const extent = stop.querySelector(".cw-map-extent");
    if (!extent || !own.length || !(sum(own, "tried") + sum(own, "done"))) continue;
    extent.dataset.before ??= extent.textContent;
    extent.textContent = `${extent.dataset.before}: ${sum(own, "done")} of ${own.length} pages done`;
  }
}

function placeOf(name) {
  return [...document.querySelectorAll(".cw-mount[data-casework]")].find(
    (place) => JSON.parse(place.dataset.casework).name === name,
  );
}

const linkTo = (href, words) => h("a", { href }, words);
const sign = (text) => h("span", { "aria-hidden": "true" }, text);
const hidden = (text) => h("span", { class: "visually-hidden" }, text);
