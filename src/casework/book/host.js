/**
 * The host of the published book: it gives each activity in the page a model and keeps its responses in this
 * browser. No kernel, no server, no request: the page's loader holds every module, also on a page opened from disk.
 */

import { checkedOf, PRACTICE } from "./answers.js";
import { showBar } from "./bar.js";
import { openStore } from "./kept.js";
import { noteUsed, showPlace } from "./place.js";
import { Model, Sheet } from "./sheet.js";

const PIECE = 25; // milliseconds of mounting, after which the reader who scrolls or types comes first

function mount(place, state, sheet, kind) {
  const model =
    state.kind === "panel"
      ? sheet.panel
      : new Model({ response: null, checked: null, ...state }, (what, value) => keep(sheet, model, kind, what, value));
  if (state.kind !== "panel") sheet.items.push([state.name, state.content, model]);
  const el = document.createElement("div");
  const kept = sheet.read();
  model.state.response = state.kind === "panel" ? null : (kept.answers[state.name] ?? null);
  model.state.checked = checkedOf(kept, state.name);
  model.openIfUnfit(
    () => kind.render({ model, el }),
    () => model.listeners.clear(),
  );
  place.replaceChildren(el);
  place.classList.add("cw-live");
}

/** Keep what an activity says: its response, or what came of checking it. One that has no *Check* is done when it is complete. */
function keep(sheet, model, { isComplete }, what, value) {
  const name = model.get("name");
  if (what === "response") {
    noteUsed(sheet.store, name);
    sheet.update({ answers: { [name]: value } });
    if (!model.checks && model.get("mode") === "practice") {
      sheet.note(name, { tries: 0, solved: isComplete(model.get("content"), value), shown: false, all: false });
    }
  } else if (what === "checked") sheet.note(name, value);
}

export async function start(load) {
  const store = openStore();
  const places = [...document.querySelectorAll(".cw-mount[data-casework]")];
  const states = places.map((place) => JSON.parse(place.dataset.casework));
  const head = states.find((state) => state.kind === "panel");
  const practice = new Sheet(store, PRACTICE, "");
  const sheets = new Map();
  for (const { kind, assignment, edition } of states) {
    if (kind === "panel" && !sheets.has(assignment)) sheets.set(assignment, new Sheet(store, assignment, edition));
  }
  let graded = sheets.get(head?.assignment) || practice; // an item belongs to the panel before it
  const names = [...new Set(states.map((state) => state.kind))];
  const loaded = await Promise.all(names.map(load));
  const kinds = new Map(names.map((name, index) => [name, loaded[index].default]));
  const all = [practice, ...sheets.values()];
  for (const sheet of all) Object.assign(sheet, { kinds, together: all });
  let since = performance.now();
  for (const [index, place] of places.entries()) {
    if (performance.now() - since > PIECE) {
      await (globalThis.scheduler?.yield?.() ?? new Promise((done) => setTimeout(done)));
      since = performance.now();
    }
    const state = states[index];
    if (state.kind === "panel") graded = sheets.get(state.assignment);
    try {
      mount(place, state, state.mode === "practice" ? practice : graded, kinds.get(state.kind));
    } catch (error) {
      console.error(error); // this one stays as it reads without JavaScript; the others live
    }
  }
  for (const sheet of sheets.values()) sheet.greet();
  for (const sheet of all) sheet.show();
  store.follow((name) => {
    for (const sheet of all) if (name === sheet.assignment || name === null) sheet.show();
  });
  for (const place of document.querySelectorAll(".cw-work-mount[data-exercises]")) {
    (await load("work")).showWork(store, place);
  }
  showPlace(store);
  for (const sheet of sheets.values()) showBar(store, sheet);
  document.documentElement.dataset.casework = "ready";
}
