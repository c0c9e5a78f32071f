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
 * How much of `page`, an entry of the course's list, is tried and how much of that done, as `kept` gives what is kept by
 * its name: what has a check is done when it was right, all else when it is complete. A page that asks nothing is `through`
 * when its end was reached, any other when nothing is left open.
 */
function howFar(page, kept) {
  if (!page.asks.length) {
    const through = Boolean(kept(READER).pages?.[page.page]?.end);
    return { of: 0, tried: 0, done: 0, through, open: [] };
  }
  const sheet = kept(page.exercise || PRACTICE);
  const answers = isPlain(sheet.answers) ? sheet.answers : {};
  const open = openOf(kept(READER), page.exercise) ?? page.asks.filter((name) => !isGiven(answers[name]));
  const done = page.asks.filter((name) => isGiven(answers[name]) && checkedOf(sheet, name)?.solved).length;
  const of = page.asks.length;
  return { of, tried: of - open.length, done, through: !open.length, open };
}

/** The questions of an exercise that were open when its page, which knows what is complete, was last looked at. */
function openOf(reader, exercise) {
  const open = exercise && isPlain(reader.open) ? reader.open[exercise] : null;
  return Array.isArray(open) ? open : null;
}

/**
 * The page to go on at, which is always one with work: the last one the reader was on, or, where nothing is left to do
 * there, the next that has something. Null for a reader who has not begun.
 */
function whereNext(pages, kept) {
  const work = pages.filter((page) => page.work);
  const last = work.findIndex(({ page }) => page === kept(READER).last);
  if (last < 0) return null;
  return work.slice(last).find((page) => !howFar(page, kept).through) ?? work[last];
}

/** The address of `page`, at the activity that was last used there, if one was. */
function addressOf({ page }, kept, root) {
  const { used } = kept(READER).pages?.[page] ?? {};
  return new URL(`${page}.html${typeof used === "string" ? `#${idOf(used)}` : ""}`, root).href;
}

/** Remember the activity `name` as what was last used on this page, where the page is of the course. */
export function noteUsed(store, name) {
  const page = hereOf();
  if (!globalThis.caseworkCourse?.pages.some((each) => each.page === page)) return;
  const before = readerOf(store);
  const pages = isPlain(before.pages) ? before.pages : {};
  const now = { ...before, pages: { ...pages, [page]: { ...pages[page], used: name } } };
  if (!same(now, before)) store.set(READER, now);
}

/** Show it on this page, now and whenever what is kept changes, here or in another window. */
export function showPlace(store) {
  const { start, pages } = globalThis.caseworkCourse ?? { pages: [] };
  const here = hereOf();
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

function noteHere({ page, work }, store) {
  let noted = false;
  const note = (change) => {
    if (noted && !store.get(READER)) return; // cleared meanwhile
    const reader = readerOf(store);
    const pages = isPlain(reader.pages) ? reader.pages : {};
    const now = { ...reader, ...(work && { last: page }), pages: { ...pages, [page]: { ...pages[page], ...change } } };
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
    const { tried, of, through } = howFar(page, kept);
    const words = through ? doneWords(page) : tried ? `${tried} of ${of}` : "";
    let mark = link.querySelector(".cw-tick");
    if (!mark && words) {
      mark = h("span", { class: "cw-tick" });
      link.append(mark);
    }
    if (!mark || mark.dataset.words === words) continue;
    mark.dataset.words = words;
    mark.replaceChildren(...(through ? [sign("✓"), hidden(words)] : [words]));
  }
}

function drawHead(entry, kept) {
  const line = document.querySelector("article section > .cw-place");
  if (!line) return;
  const { of, tried, done, through, open } = howFar(entry, kept);
  const said = tried
    ? `${tried} of ${of} tried${done ? `, ${done} done` : ""}. `
    : `${count(of, "activity", "activities")} on this page. `;
  const next = through ? null : document.getElementById(idOf(open[0]));
  if (line.dataset.said === said + open[0]) return;
  line.dataset.said = said + open[0];
  line.replaceChildren(said);
  if (!next) return;
  line.append(linkTo(`#${next.id}`, tried ? "Go on with the next" : "Go to the first"));
}

function drawStart(pages, kept, root) {
  const next = whereNext(pages, kept);
  const go = document.querySelector(".cw-go");
  if (go && next) {
    go.href = addressOf(next, kept, root);
    go.textContent = `Continue at: ${next.title}`;
  }
  const all = pages.map((page) => ({ part: page.part, ...howFar(page, kept) }));
  const sum = (list, what) => list.reduce((total, page) => total + Number(page[what]), 0);
  const far = document.querySelector(".cw-how-far");
  if (far && next) {
    far.dataset.before ??= far.textContent;
    far.textContent =
      `${sum(all, "through")} of ${all.length} pages gone through, ` +
      `${sum(all, "tried")} of ${sum(all, "of")} questions and tasks tried. ${far.dataset.before}`;
  }
  for (const stop of document.querySelectorAll(".cw-map-part")) {
    const caption = stop.querySelector("a")?.textContent;
    const own = all.filter((page) => page.part === caption);
    const extent = stop.querySelector(".cw-map-extent");
    if (!extent || !own.length || !(sum(own, "tried") + sum(own, "through"))) continue;
    extent.dataset.before ??= extent.textContent;
    extent.textContent = `${extent.dataset.before}: ${sum(own, "through")} of ${own.length} pages gone through`;
  }
}

/** The name of this page in the book. */
const hereOf = () => document.querySelector("meta[name=casework]")?.dataset.page;
const idOf = (name) => `q-${name}`; // as leads.py writes it
const linkTo = (href, words) => h("a", { href }, words);
const sign = (text) => h("span", { "aria-hidden": "true" }, text);
const hidden = (text) => h("span", { class: "visually-hidden" }, text);
