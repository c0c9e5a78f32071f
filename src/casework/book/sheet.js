/** The answer sheets of a page, and the models of its activities. */

import {
  brought,
  checkedOf,
  earlier,
  editionOf,
  isBegun,
  isEdition,
  isPlain,
  isSheet,
  now,
  same,
  withAnswers,
} from "./answers.js";
import { ASIDE, BACK, BAD_ID, FORMAT, RESUMED, WHOSE } from "./constants.js";
import { askToStay } from "./kept.js";
import { comeBack, enter, isTrainee, leave, noteOpen, rename, setAside, traineeOf, workerOf } from "./people.js";

/** What an activity in a page takes for its widget's model: a state, listeners, and `saved`, told of each change by name. */
export class Model {
  constructor(state, saved) {
    this.state = { ...state };
    this.saved = saved;
    this.listeners = new Map();
    this.changed = new Set();
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    this.state[name] = value;
    this.changed.add(name);
    this.tell(name);
  }
  /** Tell what was changed, the last first: what followed from a change is kept when the change itself is. */
  save_changes() {
    const changed = [...this.changed].reverse();
    this.changed.clear();
    for (const name of changed) this.saved(name, this.state[name]);
  }
  on(event, listener) {
    this.listeners.set(event, [...(this.listeners.get(event) || []), listener]);
  }
  off(event, listener) {
    this.listeners.set(
      event,
      (this.listeners.get(event) || []).filter((each) => each !== listener),
    );
  }
  tell(name) {
    for (const listener of this.listeners.get(`change:${name}`) || []) listener();
  }
  /** Draw; where a kept answer has a shape that cannot be drawn, draw an open activity. The answer stays kept. */
  openIfUnfit(draw, first = () => {}) {
    try {
      draw();
    } catch (error) {
      if (this.state.response == null) throw error;
      this.state.response = null;
      first();
      draw();
    }
  }
}

/** The answer sheet of one assignment in this browser: read and written whole, changed item by item. */
export class Sheet {
  constructor(store, assignment, edition) {
    this.store = store;
    this.assignment = assignment;
    this.edition = edition;
    this.kinds = new Map(); // the kinds of this page by name
    this.items = []; // [name, content, model], in the page's order
    this.together = [this]; // the sheets of this page
    this.panel = new Model(
      {
        kind: "panel",
        assignment,
        edition,
        document: {},
        items: [],
        unanswered: [],
        unrated: 0,
        earlier: [],
        worker: "",
        notice: "",
      },
      (name, request) => name === "response" && this.asked(request),
    );
  }
  /** The sheet kept as `name`, or null where there is none that can be read. */
  kept(name) {
    const sheet = this.store.get(name);
    return isSheet(sheet) && sheet.assignment === this.assignment ? sheet : null;
  }
  /** The sheet as it stands; where nothing is answered, it is of whoever works in this browser. */
  read() {
    const sheet = this.kept(this.assignment) || this.empty();
    return isBegun(sheet) ? sheet : { ...sheet, trainee: this.trainee() || sheet.trainee };
  }
  empty() {
    const { assignment, edition } = this;
    return { format: FORMAT, assignment, edition, trainee: this.trainee(), saved: now(), answers: {} };
  }
  /** Whose a new sheet is; practice has no id of its own. */
  trainee() {
    return this.edition ? traineeOf(this.store) : "";
  }
  /** Keep that the activity `name` was checked: `{ tries, solved, shown, all }`, which no one but this browser needs. */
  note(name, checked) {
    const before = this.read();
    if (same(checkedOf(before, name), checked)) return;
    this.store.set(this.assignment, {
      ...before,
      checked: { ...(isPlain(before.checked) ? before.checked : {}), [name]: checked },
    });
  }
  /**
   * Put `answers` and other `fields` in; each answer that is not as it was is given to this edition, or to what `editions`
   * says. `alone` begins a new sheet with them.
   */
  update({ answers = {}, editions, ...fields }, alone = false) {
    const before = alone ? this.empty() : this.read();
    const unchanged = Object.keys(answers).filter((item) => same(before.answers[item], answers[item]));
    const to = editions ?? Object.fromEntries(unchanged.map((item) => [item, editionOf(before, item)]));
    const sheet = withAnswers(before, this.edition, answers, to);
    this.store.set(this.assignment, { ...sheet, ...fields, saved: now() });
    if (isBegun(sheet)) askToStay(this.store);
    this.show();
  }
  show() {
    const sheet = this.read();
    this.panel.set("document", sheet);
    this.panel.set("worker", workerOf(this.store));
    for (const [name, , model] of this.items) {
      const answer = sheet.answers[name] ?? null;
      model.state.checked = checkedOf(sheet, name); // first, since marks are taken from what was answered otherwise
      if (!same(answer, model.get("response") ?? null)) {
        model.state.response = answer;
        model.openIfUnfit(() => model.tell("response"));
      }
    }
    this.recount(sheet);
  }
  recount(sheet) {
    const open = { scored: [], unscored: [] };
    for (const [name, content, model] of this.items) {
      const { isComplete } = this.kinds.get(model.get("kind"));
      const list = model.get("mode") === "unscored" ? open.unscored : open.scored;
      try {
        if (!isComplete(content, sheet.answers[name])) list.push(name);
      } catch {
        list.push(name);
      }
    }
    this.panel.set(
      "items",
      this.items.filter(([, , model]) => model.get("mode") !== "unscored").map(([name]) => name),
    );
    this.panel.set("unanswered", open.scored);
    if (this.edition) noteOpen(this.store, this.assignment, isBegun(sheet) ? open.scored : null);
    this.panel.set("unrated", open.unscored.length);
    const old = earlier(sheet, this.edition);
    this.panel.set(
      "earlier",
      this.items.map(([name]) => name).filter((name) => old.includes(name)),
    );
  }
  asked(request) {
    if (request.resume !== undefined) this.resume(request.resume);
    else if (request.stands) this.stand(request.stands);
    else if (request.trainee === "" || isTrainee(request.trainee)) this.name(request);
    else this.panel.set("notice", BAD_ID);
  }
  /** As the page opens: bring back what whoever works here left, where nobody has begun. */
  greet() {
    const trainee = this.trainee();
    if (trainee && !isBegun(this.read()) && this.kept(this.aside(trainee))) this.name({ trainee });
  }
  /** Where the sheet of `trainee` lies while another one uses this page. */
  aside(trainee) {
    return `${this.assignment}@${trainee}`;
  }
  /** Put an id on the sheet. Nobody hands in the answers of another, nor takes another's practice for their own. */
  name({ trainee, mine, anew }) {
    const before = this.read();
    const given = isBegun(before);
    const worker = workerOf(this.store);
    const owner = (given && before.trainee) || (worker === trainee ? "" : worker);
    if (owner && owner !== trainee && (given || trainee) && !mine && !anew) {
      this.panel.set("notice", WHOSE.replace("{}", owner));
    } else if (anew || (!given && trainee && this.kept(this.aside(trainee)))) {
      if (given || owner) leave(this.store, owner);
      const came = trainee ? comeBack(this.store, trainee) : [];
      enter(this.store, trainee);
      this.store.set(this.assignment, { ...this.read(), trainee });
      for (const sheet of this.together) sheet.show();
      const said = [owner && ASIDE.replace("{}", owner), came.includes(this.assignment) && BACK.replace("{}", trainee)];
      this.panel.set("notice", said.filter(Boolean).join(" "));
    } else {
      this.panel.set("notice", "");
      if (mine && !given) rename(this.store, [owner], trainee);
      enter(this.store, trainee);
      this.update({ trainee });
    }
  }
  /** Give the answers to `items`, of an earlier edition, again to this one: somebody has looked at them. */
  stand(items) {
    const { answers } = this.read();
    const looked = this.panel.get("earlier").filter((item) => items.includes(item));
    this.panel.set("notice", "");
    this.update({ answers: Object.fromEntries(looked.map((item) => [item, answers[item]])), editions: {} });
  }
  resume(text) {
    let sheet;
    try {
      sheet = JSON.parse(text);
    } catch {
      sheet = null;
    }
    const editions = sheet?.editions ?? {};
    if (!isSheet(sheet) || !isPlain(editions) || !Object.values(editions).every(isEdition))
      return this.panel.set(
        "notice",
        "That is not an answers file of this course, or it is damaged: nothing was changed.",
      );
    if (sheet.assignment !== this.assignment) {
      return this.panel.set(
        "notice",
        `That file holds answers to another exercise (${String(sheet.assignment).slice(0, 60)}): nothing was changed.`,
      );
    }
    const before = this.read();
    const named = isTrainee(sheet.trainee);
    const alone = named && before.trainee && before.trainee !== sheet.trainee; // nobody hands in the answers of another
    const worker = workerOf(this.store);
    const left = named && worker && worker !== sheet.trainee ? worker : "";
    if (left) leave(this.store, left);
    if (alone && isBegun(this.read())) setAside(this.store, this.assignment, before.trainee);
    if (named) enter(this.store, sheet.trainee);
    const to = brought(alone ? this.empty() : before, sheet, this.edition);
    const { edition, editions: _, ...brings } = sheet;
    this.update({ ...brings, editions: to, trainee: named ? sheet.trainee : before.trainee }, alone);
    this.panel.set("notice", [RESUMED, left && ASIDE.replace("{}", left)].filter(Boolean).join(" "));
  }
}
