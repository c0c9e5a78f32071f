import { count, follow, frame, h, mark, reply } from "./shared.js";

const chosenOf = (content, response) =>
  (content.many ? (Array.isArray(response) ? response : []) : [response]).filter(
    (id) => typeof id === "string" && Object.hasOwn(content.options, id),
  );

/** Whether nothing is left to do. */
export function isComplete(content, response) {
  return chosenOf(content, response).length > 0;
}

/** Credit in [0, 1] for a response to a practice choice; the same rule as `casework.scoring`. */
export function credit(content, response) {
  const options = Object.entries(content.options);
  const chosen = new Set(chosenOf(content, response));
  const right = options.filter(([, option]) => option.right).map(([id]) => id);
  const wrong = options.filter(([, option]) => !option.right).map(([id]) => id);
  const share = (ids) => (ids.length ? ids.filter((id) => chosen.has(id)).length / ids.length : 0);
  return content.many ? Math.max(0, share(right) - share(wrong)) : share(right);
}

function render({ model, el }) {
  const rows = new Map();
  const { content, body, end } = frame(
    { model, el },
    model.get("content").many ? "Choose any that apply." : "Choose one.",
    {
      check,
      unmark,
      blank: (response) => !isComplete(model.get("content"), response),
      credit: model.get("content").many && credit,
    },
  );

  for (const [id, option] of Object.entries(content.options)) {
    const input = h("input", {
      type: content.many ? "checkbox" : "radio",
      name: "option",
      value: id,
      onchange: choose,
    });
    const marks = h("span", { class: "cw-marks" });
    const reason = h("p", { class: "cw-reason", hidden: true }, option.feedback);
    const row = h("div", { class: "cw-option" }, h("label", {}, input, h("span", {}, option.text), marks), reason);
    rows.set(id, { input, marks, reason, row, option });
    body.append(row);
  }

  function choose() {
    const chosen = [...rows].filter(([, { input }]) => input.checked).map(([id]) => id);
    reply(model, content.many ? chosen : chosen[0]);
  }

  function check({ all }) {
    const chosen = chosenOf(content, model.get("response"));
    const right = [...rows.values()].filter(({ option }) => option.right).length;
    const hits = chosen.filter((id) => content.options[id].right).length;
    const slips = chosen.length - hits;
    const solved = hits === right && slips === 0;
    for (const [id, { marks, reason, row, option }] of rows) {
      const picked = chosen.includes(id);
      const state = picked ? (option.right ? "right" : "wrong") : option.right && all ? "missed" : null;
      marks.replaceChildren(...(state ? [mark(state, content.many ? {} : { missed: "This one" })] : []));
      row.classList.toggle("cw-marked", Boolean(state));
      reason.hidden = !option.feedback || !(picked || solved || all);
    }
    if (solved) return { solved, said: "Right. The reasons for every option are shown." };
    if (!content.many) return { solved, said: "Not this one: read the reason, then choose again." };
    const said = [`${hits} of ${count(right, "option")} that apply chosen`];
    if (slips) said.push(`${slips} chosen that ${slips === 1 ? "does" : "do"} not apply`);
    return { solved, said: `${said.join(", ")}. Read the reasons, then try again.` };
  }

  function unmark() {
    for (const { marks, reason, row } of rows.values()) {
      marks.replaceChildren();
      row.classList.remove("cw-marked");
      reason.hidden = true;
    }
  }

  const stop = follow(model, () => {
    const chosen = chosenOf(content, model.get("response"));
    for (const [id, { input }] of rows) input.checked = chosen.includes(id);
  });
  return () => {
    stop();
    end();
  };
}

export default { render, isComplete, credit };
