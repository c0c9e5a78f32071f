/** The store of a page, and what a reader is told of it; the request to a browser to keep what lies there. */

import { isSheetName, now } from "./answers.js";
import { tell } from "./notes.js";
import { storeOfPage } from "./store.js";

/** The record of what this browser was asked; it belongs to no person and is in no file. */
export const BROWSER = "browser";

const NOT_KEPT =
  "This browser does not keep what you do here after the page is closed. " +
  "In an exercise, download your answers before you leave.";
const TAKEN_OVER = "What you did on earlier pages of this course, in this browser, is here again.";

/** The store of this page; where it keeps nothing, that is said, and asked before the page is left. */
export function openStore() {
  const store = storeOfPage();
  let told = false;
  store.onRefused = () => {
    if (told) return;
    told = true;
    tell(NOT_KEPT, { stays: true });
    addEventListener("beforeunload", (event) => {
      if (store.memory.size) event.preventDefault();
    });
  };
  if (!store.keeps()) store.onRefused();
  if (store.takeOver((name) => (isSheetName(name) ? name : null)).length) tell(TAKEN_OVER);
  return store;
}

/** Ask the browser, once, not to clear by itself what is kept here. */
export function askToStay(store) {
  if (!navigator.storage?.persist || store.get(BROWSER)?.asked) return;
  store.set(BROWSER, { asked: now() });
  navigator.storage.persist().catch(() => {});
}
