/**
 * What every kind shares: making elements from text only, the frame of an activity, and replying.
 * Nothing here or in a kind touches anything outside the element it was given.
 */

import { watchKernel } from "./kernel.js";

/**
 * Make an element. Strings become text, never markup; `on…` props are listeners, other props attributes.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node|string|null|undefined|false)} children
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") node[name] = value;
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child || child === ""));
  return node;
}

/** Make an element of a drawing, from attributes and other such elements. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.filter(Boolean));
  return node;
}

/** The paragraphs of a text, as a blank line parts them. */
export function paragraphs(text) {
  return (text || "")
    .split(/\n\s*\n/)
    .map((part) => part.replace(/\s+/g, " ").trim())
    .filter(Boolean);
}

/**
 * `text` in parts, of which those that lead somewhere are links. The book gives an activity its `leads`: a phrase, its
 * address and other words to show for it. In a notebook there are none, and a text stays a text.
 */
export function linked(model, text) {
  const leads = model.get("leads") || {};
  const phrases = Object.keys(leads).sort((one, other) => other.length - one.length);
  if (!phrases.length) return [text];
  const known = phrases.map((phrase) => phrase.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|");
  return text.split(new RegExp(`(${known})`)).map((part, index) => {
    if (index % 2 === 0) return part;
    const [address, words = part] = leads[part];
    return address ? h("a", { href: address }, words) : words;
  });
}

/** How many words a text has. */
export function wordsIn(text) {
  return text.trim() ? text.trim().split(/\s+/).length : 0;
}

/**
 * Keep the keys that are pressed in `root` from a notebook around it, which would take letters and arrows for its cells
 * and cut one; returns `root`. JupyterLab and Notebook look for this mark on the very control that has the focus.
 */
export function keepKeys(root) {
  root.addEventListener("focusin", (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
  return root;
}

/** Send a response to whoever keeps it. */
export function reply(model, response) {
  model.set("response", response);
  model.save_changes();
}

/** Call `draw` now and whenever the response changes; returns what ends that. */
export function follow(model, draw) {
  model.on("change:response", draw);
  draw();
  return () => model.off("change:response", draw);
}

/** A mark that is read as a word and seen as a sign, so that colour carries nothing alone. */
export function mark(state, words = {}) {
  const [sign, usual] = { right: ["✓", "Right"], wrong: ["✗", "Not this"], missed: ["○", "Belongs too"] }[state];
  const word = words[state] || usual;
  return h("span", { class: `cw-mark cw-is-${state}` }, h("span", { "aria-hidden": "true" }, sign), ` ${word}`);
}

/** Put `aside`, details that have to stay in sight, beside `main`, open where there is room. Returns what ends it. */
export function beside(body, aside, main) {
  body.append(h("div", { class: "cw-beside" }, aside, main));
  const room = new ResizeObserver(([{ contentRect }]) => {
    if (!contentRect.width) return;
    aside.open = contentRect.width >= 640; // as in shared.css
    room.disconnect();
  });
  room.observe(body);
  return () => room.disconnect();
}

/** A share from 0 to 1 as whole hundredths. */
export function percent(share) {
  return `${Math.round(100 * share)} %`;
}

/** `1 card`, `2 cards`. */
export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

/**
 * The frame of an activity inside `el`: prompt, body, buttons, a line that is read out, and the lesson.
 *
 * `check`, given in practice, draws its marks and returns `{ solved, said }`; `unmark` takes them away. `credit`, where a
 * kind gives parts of it, says what the response would earn in an exercise.
 * Any change of the response takes the marks and the line away, so that they never stand beside another answer.
 */
export function frame({ model, el }, instruction, { check, unmark, blank, credit } = {}) {
  const content = model.get("content");
  const practice = model.get("mode") === "practice";
  const context = paragraphs(content.prompt);
  const question = context.pop();
  const body = h("div", { class: "cw-body" });
  const actions = h("div", { class: "cw-actions" });
  const status = h("p", { class: "cw-status", role: "status" });
  const lesson = h("div", { class: "cw-lesson", hidden: true });
  if (content.takeaway) {
    lesson.append(...paragraphs(content.takeaway).map((text) => h("p", {}, text)));
    if (content.source) lesson.append(h("p", { class: "cw-source" }, "Rests on: ", ...linked(model, content.source)));
  }
  const root = h(
    "form",
    {
      class: `cw cw-${model.get("kind")}`,
      onsubmit: (event) => {
        event.preventDefault();
        tryCheck();
      },
    },
    h(
      "p",
      { class: "cw-eyebrow" },
      h("b", {}, { practice: "Practice", unscored: "Not scored" }[model.get("mode")] || "Exercise"),
      ` ${instruction}`,
    ),
    ...context.map((text) => h("p", { class: "cw-context" }, text)),
    h("fieldset", {}, h("legend", {}, question), body),
    actions,
    status,
    lesson,
  );
  keepKeys(root);
  watchKernel(model, root);
  let marked = false;
  model.checks = Boolean(practice && check);
  const before = () => model.get("checked") || { tries: 0, solved: false, shown: false, all: false };

  function tryCheck() {
    if (!model.checks) return; // Enter in a lone text field submits the form
    clear();
    if (blank(model.get("response"))) {
      status.textContent = "Nothing to check yet: answer first.";
      return;
    }
    const tries = before().tries + 1;
    const solved = show(tries);
    remember({ tries, solved: solved || before().solved, shown: true, all: false });
  }

  /** Show what the response is worth, at this try; whether it solves the activity. */
  function show(tries) {
    marked = true;
    const { solved, said } = check({ all: false });
    const earned =
      credit && !solved ? ` Scored as in an exercise: ${percent(credit(content, model.get("response")))}.` : "";
    root.classList.toggle("cw-solved", solved);
    lesson.hidden = !(solved && content.takeaway);
    reasons.hidden = solved;
    status.textContent = (tries > 1 ? `Try ${tries}. ` : "") + said + earned;
    return solved;
  }

  function showAll() {
    const { said } = check({ all: true });
    lesson.hidden = !content.takeaway;
    reasons.hidden = true;
    status.textContent = `${said} All reasons are shown.`;
  }

  /** Where something keeps what came of a check, it stands here again when the page is opened again. */
  function remember(checked) {
    if (model.get("checked") === undefined) return;
    model.set("checked", checked);
    model.save_changes();
  }

  function again() {
    const { shown, tries, all } = before();
    if (!model.checks || !shown || blank(model.get("response"))) return;
    status.removeAttribute("role"); // what stood here before is not news
    show(tries);
    if (all) showAll();
    setTimeout(() => status.setAttribute("role", "status"));
  }

  function clear() {
    status.textContent = "";
    if (!marked) return;
    marked = false;
    if (before().shown) remember({ ...before(), shown: false });
    unmark();
    root.classList.remove("cw-solved");
    lesson.hidden = true;
    reasons.hidden = true;
  }

  const reasons = h(
    "button",
    {
      type: "button",
      hidden: true,
      onclick: () => {
        showAll();
        remember({ ...before(), all: true });
        submit.focus();
      },
    },
    "Show all reasons",
  );
  const submit = h("button", { type: "submit", class: "cw-primary" }, "Check");
  if (model.checks) actions.append(submit, reasons);

  model.on("change:response", clear);
  el.replaceChildren(root);
  queueMicrotask(again); // when the kind has drawn what it marks
  return { content, practice, root, body, actions, status, lesson, end: () => model.off("change:response", clear) };
}
