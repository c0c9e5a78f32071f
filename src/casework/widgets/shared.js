/**
 * What every kind shares: making elements from text only, the frame of an activity, and replying.
 * Nothing here or in a kind touches anything outside the element it was given.
 */

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
  return (text || "").split(/\n\s*\n/).map((part) => part.replace(/\s+/g, " ").trim()).filter(Boolean);
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

/** `1 card`, `2 cards`. */
export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

/**
 * The frame of an activity inside `el`: prompt, body, buttons, a line that is read out, and the lesson.
 *
 * `check`, given in practice, draws its marks and returns `{ solved, said }`; `unmark` takes them away.
 * Any change of the response takes the marks away, so that they never stand beside another answer.
 */
export function frame({ model, el }, instruction, { check, unmark, checkLabel = "Check", blank } = {}) {
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
    if (content.source) lesson.append(h("p", { class: "cw-source" }, `Rests on: ${content.source}`));
  }
  const root = h(
    "form",
    {
      class: `cw cw-${model.get("kind")}`,
      "data-lm-suppress-shortcuts": "true", // JupyterLab would take the arrow keys for its cells
      onsubmit: (event) => {
        event.preventDefault();
        tryCheck();
      },
    },
    h("p", { class: "cw-eyebrow" }, h("b", {}, { practice: "Practice", unscored: "Not scored" }[model.get("mode")] || "Exercise"), ` ${instruction}`),
    ...context.map((text) => h("p", { class: "cw-context" }, text)),
    h("fieldset", {}, h("legend", {}, question), body),
    actions,
    status,
    lesson,
  );
  let attempt = 0;
  let marked = false;

  function tryCheck() {
    if (!check) return;
    clear();
    if (blank(model.get("response"))) {
      status.textContent = "Nothing to check yet.";
      return;
    }
    attempt += 1;
    marked = true;
    const { solved, said } = check({ all: false });
    root.classList.toggle("cw-solved", solved);
    lesson.hidden = !(solved && content.takeaway);
    reasons.hidden = solved;
    status.textContent = (attempt > 1 ? `Try ${attempt}. ` : "") + said;
  }

  function clear() {
    if (!marked) return;
    marked = false;
    unmark();
    root.classList.remove("cw-solved");
    lesson.hidden = true;
    reasons.hidden = true;
    status.textContent = "";
  }

  const reasons = h("button", {
    type: "button",
    hidden: true,
    onclick: () => {
      const { said } = check({ all: true });
      lesson.hidden = !content.takeaway;
      reasons.hidden = true;
      status.textContent = `${said} All reasons are shown.`;
      submit.focus();
    },
  }, "Show all reasons");
  const submit = h("button", { type: "submit", class: "cw-primary" }, checkLabel);
  if (practice && check) actions.append(submit, reasons);

  model.on("change:response", clear);
  el.replaceChildren(root);
  return { content, practice, root, body, actions, status, lesson, end: () => model.off("change:response", clear) };
}
