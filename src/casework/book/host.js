/**
 * The host of the published book: it gives each activity in the page a model and keeps its responses in this
 * browser. No kernel, no server, no request: the modules come in MODULES, written into this file by the book
 * extension, so that it also works on a page opened from disk.
 */
(() => {
  "use strict";
  const FORMAT = "casework-answers/1";
  const PRACTICE = "practice";
  const OTHER_EDITION = "Your answers belong to another edition of this exercise: look through each one.";
  const kinds = new Map();
  const memory = new Map(); // where a browser keeps nothing

  /** A module as one text: what it imports from a neighbour becomes a `data:` module, also on a page from disk. */
  function whole(name) {
    return MODULES[name].replace(/from "\.\/([a-z-]+)\.js";/g, (_, neighbour) =>
      `from "data:text/javascript,${encodeURIComponent(whole(neighbour))}";`);
  }

  function load(kind) {
    if (!kinds.has(kind)) {
      const url = URL.createObjectURL(new Blob([whole(kind)], { type: "text/javascript" }));
      kinds.set(kind, import(url).then((module) => module.default));
    }
    return kinds.get(kind);
  }

  class Model {
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
    save_changes() {
      if (this.changed.delete("response")) this.saved(this.state.response);
      this.changed.clear();
    }
    on(event, listener) {
      this.listeners.set(event, [...(this.listeners.get(event) || []), listener]);
    }
    off(event, listener) {
      this.listeners.set(event, (this.listeners.get(event) || []).filter((each) => each !== listener));
    }
    tell(name) {
      for (const listener of this.listeners.get(`change:${name}`) || []) listener();
    }
  }

  /** The answer sheet of one assignment in this browser: read and written whole, changed item by item. */
  class Sheet {
    constructor(assignment, edition) {
      this.assignment = assignment;
      this.edition = edition;
      this.key = `casework:${assignment}`;
      this.items = []; // [name, content, model], in the page's order
      this.panel = new Model({ kind: "panel", assignment, edition, document: {}, items: [], unanswered: [], unrated: 0, notice: "" },
        (request) => this.asked(request));
    }
    read() {
      try {
        const sheet = JSON.parse(memory.get(this.key) || localStorage.getItem(this.key));
        if (this.owns(sheet) && sheet.assignment === this.assignment) return sheet;
      } catch {
        // unreadable: begin anew
      }
      return { format: FORMAT, assignment: this.assignment, edition: this.edition, trainee: "", saved: now(), answers: {} };
    }
    owns(sheet) {
      return sheet && sheet.format === FORMAT && sheet.answers && typeof sheet.answers === "object" && !Array.isArray(sheet.answers);
    }
    isOther(sheet) {
      return Object.keys(sheet.answers).length > 0 && sheet.edition !== this.edition;
    }
    update(change, alone = false) {
      const before = this.read();
      const sheet = { ...before, ...change, edition: this.edition, saved: now(),
        answers: alone ? change.answers : { ...before.answers, ...change.answers } };
      const text = JSON.stringify(sheet);
      try {
        localStorage.setItem(this.key, text);
        memory.delete(this.key);
      } catch {
        memory.set(this.key, text);
        this.panel.set("notice", "This browser does not keep answers after the page is closed: download them before you leave.");
      }
      this.show();
    }
    show() {
      const sheet = this.read();
      this.panel.set("document", sheet);
      for (const [name, , model] of this.items) {
        const answer = sheet.answers[name] ?? null;
        if (JSON.stringify(answer) !== JSON.stringify(model.get("response") ?? null)) {
          model.state.response = answer;
          openIfUnfit(model, () => model.tell("response"));
        }
      }
      this.recount(sheet);
    }
    async recount(sheet) {
      const open = { scored: [], unscored: [] };
      for (const [name, content, model] of this.items) {
        const { isComplete } = await load(model.get("kind"));
        const list = model.get("mode") === "unscored" ? open.unscored : open.scored;
        try {
          if (!isComplete(content, sheet.answers[name])) list.push(name);
        } catch {
          list.push(name);
        }
      }
      this.panel.set("items", this.items.filter(([, , model]) => model.get("mode") !== "unscored").map(([name]) => name));
      this.panel.set("unanswered", open.scored);
      this.panel.set("unrated", open.unscored.length);
    }
    asked(request) {
      if (request.resume !== undefined) this.resume(request.resume);
      else if (/^([A-Za-z0-9][A-Za-z0-9._-]{0,63})?$/.test(request.trainee) && !request.trainee.includes("..")) {
        this.panel.set("notice", "");
        this.update({ trainee: request.trainee });
      } else this.panel.set("notice", "An id has letters, digits, single dots, hyphens or underscores, at most 64, and begins with a letter or a digit.");
    }
    resume(text) {
      let sheet;
      try {
        sheet = JSON.parse(text);
      } catch {
        sheet = null;
      }
      if (!this.owns(sheet)) return this.panel.set("notice", "That is not an answers file of this course, or it is damaged: nothing was changed.");
      if (sheet.assignment !== this.assignment) {
        return this.panel.set("notice", `That file holds answers to another exercise (${String(sheet.assignment).slice(0, 60)}): nothing was changed.`);
      }
      const before = this.read();
      const named = typeof sheet.trainee === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(sheet.trainee);
      const alone = named && before.trainee && before.trainee !== sheet.trainee; // nobody hands in the answers of another
      this.update({ ...sheet, trainee: named ? sheet.trainee : before.trainee }, alone);
      this.panel.set("notice", this.isOther(sheet) ? OTHER_EDITION : "Your answers from the file are back.");
    }
  }

  const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

  /** Draw; where a kept answer has a shape that cannot be drawn, draw an open activity. The answer stays kept. */
  function openIfUnfit(model, draw, first = () => {}) {
    try {
      draw();
    } catch (error) {
      if (model.state.response == null) throw error;
      model.state.response = null;
      first();
      draw();
    }
  }

  async function mount(place, state, sheet) {
    const kind = await load(state.kind);
    const model = state.kind === "panel"
      ? sheet.panel
      : new Model({ response: null, ...state }, (response) => sheet.update({ answers: { [state.name]: response } }));
    if (state.kind !== "panel") sheet.items.push([state.name, state.content, model]);
    const el = document.createElement("div");
    model.state.response = state.kind === "panel" ? null : sheet.read().answers[state.name] ?? null;
    openIfUnfit(model, () => kind.render({ model, el }), () => model.listeners.clear());
    place.replaceChildren(el);
    place.classList.add("cw-live");
  }

  async function start() {
    const places = [...document.querySelectorAll(".cw-mount[data-casework]")];
    const states = places.map((place) => JSON.parse(place.dataset.casework));
    const head = states.find((state) => state.kind === "panel");
    const practice = new Sheet(PRACTICE, "");
    const sheets = new Map();
    for (const { kind, assignment, edition } of states) {
      if (kind === "panel" && !sheets.has(assignment)) sheets.set(assignment, new Sheet(assignment, edition));
    }
    let graded = sheets.get(head?.assignment) || practice; // an item belongs to the panel before it
    await Promise.all([...new Set(states.map((state) => state.kind))].map(load));
    for (const [index, place] of places.entries()) {
      if (states[index].kind === "panel") graded = sheets.get(states[index].assignment);
      try {
        await mount(place, states[index], states[index].mode === "practice" ? practice : graded);
      } catch (error) {
        console.error(error); // this one stays as it reads without JavaScript; the others live
      }
    }
    for (const sheet of sheets.values()) if (sheet.isOther(sheet.read())) sheet.panel.set("notice", OTHER_EDITION);
    const all = [practice, ...sheets.values()];
    all.forEach((sheet) => sheet.show());
    addEventListener("storage", (event) => {
      for (const sheet of all) if (event.key === sheet.key || event.key === null) sheet.show();
    });
    document.documentElement.dataset.casework = "ready";
  }

  start();
})();
