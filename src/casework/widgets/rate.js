import { follow, frame, h, mark, reply } from "./shared.js";

/** Whether a point is chosen. */
export function isComplete(content, response) {
  return Number.isInteger(response) && response >= 1 && response <= content.scale.length;
}

/** 1 for a point the experts chose, half for a neighbour of one; the same rule as `casework.scoring`. */
export function credit(content, response) {
  if (!isComplete(content, response)) return 0;
  const distances = content.scale.flatMap((point, index) => (point.right ? [Math.abs(index + 1 - response)] : []));
  return Math.max(0, 1 - Math.min(...distances) / 2);
}

function render({ model, el }) {
  const rows = [];
  const { content, body, end } = frame({ model, el }, "Choose a point on the scale.", {
    check,
    unmark,
    blank: (response) => !isComplete(model.get("content"), response),
    credit,
  });
  const scale = h("div", { class: "cw-scale" });
  const reasons = h("div", {});
  body.append(scale, reasons);

  content.scale.forEach((point, index) => {
    const input = h("input", {
      type: "radio",
      name: "point",
      value: String(index + 1),
      onchange: () => reply(model, index + 1),
    });
    const marks = h("span", { class: "cw-marks" });
    const reason = h("p", { class: "cw-reason", hidden: true }, h("b", {}, `${index + 1}: `), point.feedback);
    rows.push({ input, marks, reason, point });
    scale.append(
      h("label", {}, input, h("span", { class: "cw-point" }, h("b", {}, String(index + 1)), ` ${point.text}`), marks),
    );
    reasons.append(reason);
  });

  function check({ all }) {
    const response = model.get("response");
    const solved = Boolean(content.scale[response - 1].right);
    rows.forEach(({ marks, reason, point }, index) => {
      const picked = index + 1 === response;
      const state = picked ? (point.right ? "right" : "wrong") : point.right && (solved || all) ? "missed" : null;
      marks.replaceChildren(...(state ? [mark(state, { missed: "Also right", wrong: "Not this" })] : []));
      reason.hidden = !point.feedback || !(picked || solved || all);
    });
    const near = credit(content, response) > 0;
    return {
      solved,
      said: solved ? "Right, as the experts rated it." : near ? "Close: one point away." : "Not near: think again.",
    };
  }

  function unmark() {
    for (const { marks, reason } of rows) {
      marks.replaceChildren();
      reason.hidden = true;
    }
  }

  const stop = follow(model, () => {
    rows.forEach(({ input }, index) => {
      input.checked = index + 1 === model.get("response");
    });
  });
  return () => {
    stop();
    end();
  };
}

export default { render, isComplete, credit };
