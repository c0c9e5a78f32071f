import { codesOf, optionsOf, score, skippedOf } from "./instrument.js";
import { count, follow, frame, h, mark, reply } from "./shared.js";

/** Item id to its code, what the form's own rule lets a person leave out filled in. */
function filledOf(form, response) {
  const codes = codesOf(form, response);
  return { ...codes, ...skippedOf(form, codes) };
}

/** Whether every item has an answer, or was left out by the form's own rule. */
export function isComplete({ form }, response) {
  return !form.closed && !Object.values(filledOf(form, response)).includes(null);
}

/** Share of items with the right code; the same rule as `casework.scoring`. */
export function credit({ form, right }, response) {
  const codes = filledOf(form, response);
  const items = Object.entries(right);
  return items.filter(([id, { code }]) => codes[id] === code).length / items.length;
}

const capital = (name) => name[0].toUpperCase() + name.slice(1);
const DIRECTIONS = {
  better: "Here higher is better.",
  worse: "Here higher is worse.",
  neither: "Higher is neither better nor worse.",
};
const line = (...parts) => h("p", {}, ...parts);
const isBare = ({ code, text }) => text === String(code); // the code is all there is to show
const gist = ({ text }) => text.split(/[:,(]|\. /)[0].trim();

/** The result in words, as elements: what asks for an act comes first. */
function resultOf(form, { total, band, flags, undecided, subscales, steps, missing, why }) {
  const { scoring, bands = {}, cutoffs = {} } = form;
  const raised = Object.entries(form.flags || {}).filter(([id]) => flags.includes(id));
  const lines = raised.map(([, { text }]) =>
    h("p", { class: "cw-flag" }, h("b", {}, h("span", { "aria-hidden": "true" }, "⚑ "), "Flag. "), text),
  );
  if (total !== null || band) {
    const top = total !== null && scoring.total.range ? ` of ${scoring.total.range[1]}` : "";
    lines.push(
      h(
        "p",
        { class: "cw-total" },
        h("b", {}, `${form.short_title}: ${total === null ? band : total + top}`),
        total !== null && band ? `, ${band}` : "",
      ),
    );
  }
  if (total !== null) lines.push(line(`${DIRECTIONS[form.direction]} A higher total means ${form.higher_means}.`));
  const level = (bands.levels || []).find(({ name }) => name === band);
  if (level?.text) lines.push(line(level.text));
  lines.push(...why.map((reason) => line(capital(reason))));
  for (const [id, cut] of Object.entries(cutoffs)) {
    if (flags.includes(id)) lines.push(line(h("b", {}, "Cut-off reached. "), cut.text));
    else if (!undecided.includes(id)) lines.push(line(h("b", {}, "Cut-off not reached: "), `${gist(cut)}.`));
  }
  if (undecided.length)
    lines.push(
      line(h("b", {}, "Still open: "), `${undecided.map((id) => gist(cutoffs[id] || form.flags[id])).join("; ")}.`),
    );
  else if (form.flags && !raised.length) lines.push(line("No flag is raised."));
  const parts = [...(scoring.subscales || []), ...(scoring.steps || [])].flatMap(({ name, range }) => {
    const value = subscales[name] ?? steps[name];
    return value == null ? [] : [`${name}: ${value}${range ? ` of ${range[1]}` : ""}`];
  });
  if (parts.length) lines.push(line(h("b", {}, "Parts. "), `${parts.join("; ")}.`));
  if (missing.length) return lines;
  const named = (bands.levels || [])
    .filter(({ low }) => low !== undefined)
    .map(({ name, low }) => `${name} from ${low}`);
  if (named.length) lines.push(line(h("b", {}, "Bands. "), `${named.join(", ")}.`));
  if (bands.text) lines.push(line(bands.text));
  lines.push(line(h("b", {}, "What this does not say. "), form.means_not.map(({ text }) => text).join(" ")));
  return lines;
}

/** Put `lines` into `place`, touching only what changed, so that only that is read out. */
function refresh(place, lines) {
  const texts = lines.map(({ textContent }) => textContent);
  for (const old of [...place.children]) if (!texts.includes(old.textContent)) old.remove();
  lines.forEach((next, index) => {
    if (place.children[index]?.textContent !== next.textContent)
      place.insertBefore(next, place.children[index] || null);
  });
  while (place.children.length > lines.length) place.lastChild.remove();
}

function render({ model, el }) {
  const { form, who, case: given, right, folded } = model.get("content");
  if (form.closed) return renderClosed({ model, el });
  const rows = new Map();
  const context = { ...model.get("content").context };
  const { content, practice, body, actions, lesson, end } = frame(
    { model, el },
    given
      ? `The answers of ${who}. Try what a change would do.`
      : form.spoken
        ? "A record for the clinician who asks."
        : "A form to fill in.",
    right
      ? {
          check,
          unmark,
          blank: (response) => !Object.values(codesOf(form, response)).some((code) => code !== null),
          credit,
        }
      : {},
  );
  const current = () => model.get("response") ?? given ?? null;

  const list = h("div", { class: "cw-items", onkeydown: onKey });
  form.items.forEach((item, index) => {
    const marks = h("span", { class: "cw-marks" });
    const reason = h("p", { class: "cw-reason", hidden: true });
    const offered = optionsOf(form, item);
    const inputs = offered.map(({ code }) =>
      h("input", { type: "radio", name: item.id, value: String(code), onchange: () => choose(item.id, code) }),
    );
    const codes = h(
      "div",
      { class: `cw-codes${offered.every(isBare) ? " cw-bare" : ""}` },
      ...offered.map((option, place) =>
        h(
          "label",
          {},
          inputs[place],
          h("span", {}, option.text, !isBare(option) && h("span", { class: "cw-code" }, ` (${option.code})`)),
        ),
      ),
    );
    const number = form.licence.text_allowed ? `${index + 1}. ` : "";
    list.append(h("fieldset", { class: "cw-item" }, h("legend", {}, number + item.text, " ", marks), codes, reason));
    rows.set(item.id, { inputs, marks, reason });
  });

  const choices = Object.entries(form.context || {})
    .filter(([name]) => !context[name])
    .map(([name, { values }]) =>
      h(
        "label",
        { class: "cw-choice-line" },
        h("b", {}, capital(name)),
        h(
          "select",
          {
            onchange: (event) => {
              context[name] = event.target.value || undefined;
              draw();
            },
          },
          h("option", { value: "" }, "Not given"),
          ...Object.entries(values).map(([value, label]) => h("option", { value }, label)),
        ),
      ),
    );
  const fixed = Object.entries(context).map(([name, value]) =>
    h("p", {}, h("b", {}, `${capital(name)}: `), form.context[name].values[value]),
  );

  const result = h("div", { class: "cw-result", "aria-live": "polite", tabindex: "-1" });
  const paper = h(
    "div",
    { class: "cw-paper" },
    h(
      "p",
      { class: "cw-banner" },
      h("b", {}, "Not for real clients. "),
      practice
        ? "What you choose stays in this browser (in JupyterLab, in a file beside the notebook) and is sent nowhere."
        : "What you choose is part of the answer sheet you hand in.",
      form.spoken ? " The real form is asked aloud, alone with the person, and is never sent home." : "",
    ),
    h("p", { class: "cw-about" }, `${form.construct.text} ${form.form.text}`),
    list,
    ...fixed,
    ...choices,
    result,
    h("p", { class: "cw-source" }, `${form.title}. ${form.licence.attribution || ""} Licence: ${form.licence.text}`),
    h(
      "p",
      { class: "cw-source cw-keys" },
      "Keyboard: Tab goes to the next item; there, type a code to choose it and go on, or Delete to leave it open.",
    ),
  );
  let shown = !given;
  let waiting = Boolean(folded); // shut until the reader opens it, or answers come, from wherever they were kept
  const again = h(
    "button",
    {
      type: "button",
      onclick: () => {
        reply(model, null);
        rows.values().next().value.inputs[0].focus();
      },
    },
    given ? `Back to the answers of ${who}` : "Clear the answers",
  );
  const reveal = h(
    "button",
    {
      type: "button",
      class: "cw-primary",
      onclick: () => {
        shown = true;
        lesson.hidden = !content.takeaway;
        draw();
        result.focus();
      },
    },
    "Score these answers",
  );
  const open = h("button", {
    type: "button",
    "aria-expanded": "false",
    onclick: () => {
      waiting = false;
      unfold(paper.classList.contains("cw-shut"));
    },
  });
  if (folded) body.append(h("div", { class: "cw-actions" }, open)); // above the form, where it stays when that opens or shuts
  body.append(paper);
  actions.append(given ? reveal : "", again);

  function unfold(wide) {
    paper.classList.toggle("cw-shut", !wide);
    open.setAttribute("aria-expanded", String(wide));
    open.textContent = wide ? "Shut the form" : `Open the form (${count(form.items.length, "item")})`;
    draw();
  }

  function choose(id, code) {
    const { [id]: _, ...rest } = current() || {};
    reply(model, code === null ? rest : { ...rest, [id]: code });
  }

  function onKey(event) {
    const id = event.target.name;
    if (!rows.has(id) || event.ctrlKey || event.metaKey || event.altKey) return;
    const { inputs } = rows.get(id);
    const hit = inputs.find(({ value }) => value === event.key);
    if (hit) {
      choose(id, Number(hit.value));
      const all = [...rows.keys()];
      const next = rows.get(all[all.indexOf(id) + 1]) || rows.get(id);
      (next.inputs.find(({ checked }) => checked) || (next.inputs.includes(hit) ? hit : next.inputs[0])).focus();
    } else if (event.key === "Delete" || event.key === "Backspace") choose(id, null);
    else return;
    event.preventDefault();
  }

  function check({ all }) {
    const codes = filledOf(form, current());
    let hits = 0;
    for (const [id, { marks, reason }] of rows) {
      const answer = right[id];
      const solved = codes[id] === answer.code;
      hits += solved;
      marks.replaceChildren(
        ...(codes[id] === null && !all
          ? []
          : [mark(solved ? "right" : "wrong", { wrong: all ? `The answer is ${answer.code}` : "Not this" })]),
      );
      reason.textContent = answer.feedback || "";
      reason.hidden = !answer.feedback || (codes[id] === null && !all);
    }
    const solved = hits === rows.size;
    return {
      solved,
      said: solved
        ? "Right: every item is as the story says."
        : `${hits} of ${count(rows.size, "item")} right. Read the reasons, then try again.`,
    };
  }

  function unmark() {
    for (const { marks, reason } of rows.values()) {
      marks.replaceChildren();
      reason.hidden = true;
    }
  }

  function draw() {
    if (waiting && model.get("response")) {
      waiting = false;
      unfold(true);
      return;
    }
    const codes = codesOf(form, current());
    for (const [id, { inputs }] of rows) for (const input of inputs) input.checked = input.value === String(codes[id]);
    const answered = Object.values(codes).filter((code) => code !== null).length;
    const shut = paper.classList.contains("cw-shut");
    again.hidden = shut || !model.get("response");
    reveal.hidden = shut || shown;
    const ids = [...rows.keys()];
    const named = (open) =>
      open.length > 4
        ? `${open.length} of ${ids.length} items`
        : open.map((id) => `item ${ids.indexOf(id) + 1}`).join(", ");
    const changed = given ? ids.filter((id) => codes[id] !== (given[id] ?? null)) : [];
    const lines = !shown
      ? []
      : !answered
        ? [line(`0 of ${count(ids.length, "item")} answered.`)]
        : resultOf(form, score(form, codes, context, named));
    if (shown && changed.length)
      lines.unshift(line(h("b", {}, "Changed: "), `${named(changed)}. This is no longer what ${who} answered.`));
    refresh(result, lines);
    result.hidden = !shown;
  }

  if (folded) unfold(false);
  const stop = follow(model, draw);
  return () => {
    stop();
    end();
  };
}

function renderClosed({ model, el }) {
  const { form } = model.get("content");
  const { body, end } = frame({ model, el }, "Not a form to fill in.");
  body.append(h("p", {}, h("b", {}, `${form.title}. `), "It is never shown here as a form. ", form.closed));
  return end;
}

export default { render, isComplete, credit };
