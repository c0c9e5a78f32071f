import { draggable } from "./drag.js";
import { count, follow, frame, h, mark, reply } from "./shared.js";

const ordered = (content, response) => {
  const steps = Object.keys(content.steps);
  const fits =
    Array.isArray(response) && response.length === steps.length && steps.every((id) => response.includes(id));
  return fits ? response : null;
};

/** Whether an order has been given. */
export function isComplete(content, response) {
  return ordered(content, response) !== null;
}

/** Kendall's tau with the right order, not below 0; the same rule as `casework.scoring`. */
export function credit(content, response) {
  const order = ordered(content, response);
  if (!order) return 0;
  const pairs = content.right.flatMap((first, place) =>
    content.right.slice(place + 1).map((second) => [first, second]),
  );
  const agreeing = pairs.filter(([first, second]) => order.indexOf(first) < order.indexOf(second)).length;
  return Math.max(0, (2 * agreeing - pairs.length) / pairs.length);
}

function render({ model, el }) {
  const rows = new Map();
  const { content, body, status, actions, end } = frame({ model, el }, "Put in order, first on top.", {
    check,
    unmark,
    blank: (response) => !isComplete(model.get("content"), response),
    credit,
  });
  const list = h("ol", {});
  body.append(list);
  const keep = h(
    "button",
    {
      type: "button",
      onclick: () => {
        reply(model, current());
        status.textContent = "Your order is kept.";
      },
    },
    "Keep this order",
  );
  actions.prepend(keep);
  const current = () => ordered(content, model.get("response")) || Object.keys(content.steps);

  for (const [id, step] of Object.entries(content.steps)) {
    const up = h("button", { type: "button", "aria-label": `Move up: ${step.text}`, onclick: () => move(id, -1) }, "↑");
    const down = h(
      "button",
      { type: "button", "aria-label": `Move down: ${step.text}`, onclick: () => move(id, 1) },
      "↓",
    );
    const marks = h("span", { class: "cw-marks" });
    const reason = h("p", { class: "cw-reason", hidden: true }, step.feedback);
    const grip = h("span", { class: "cw-grip", "aria-hidden": "true" }, "⠿");
    const item = h(
      "li",
      { class: "cw-step" },
      h(
        "div",
        { class: "cw-step-line" },
        grip,
        h("span", { class: "cw-step-text" }, step.text),
        marks,
        h("span", { class: "cw-step-moves" }, up, down),
      ),
      reason,
    );
    rows.set(id, { item, up, down, marks, reason, step });
    draggable(item, grip, {
      drop: (event) => {
        const others = [...list.children].filter((other) => other !== item);
        const place = others.filter((other) => {
          const box = other.getBoundingClientRect();
          return box.top + box.height / 2 < event.clientY;
        }).length;
        put(id, place);
      },
    });
  }

  function put(id, place) {
    const order = current().filter((other) => other !== id);
    order.splice(place, 0, id);
    reply(model, order);
    status.textContent = `Now ${place + 1} of ${order.length}.`;
  }

  function move(id, by) {
    put(id, current().indexOf(id) + by);
    const { up, down } = rows.get(id);
    const button = by < 0 ? up : down;
    (button.disabled ? (by < 0 ? down : up) : button).focus();
  }

  function check({ all }) {
    const order = current();
    let placed = 0;
    order.forEach((id, place) => {
      const { item, marks, reason, step } = rows.get(id);
      const right = content.right[place] === id;
      placed += right;
      const home =
        all && !right ? [h("span", { class: "cw-home" }, `Belongs at ${content.right.indexOf(id) + 1}`)] : [];
      marks.replaceChildren(mark(right ? "right" : "wrong", { wrong: "Not here" }), ...home);
      item.classList.add("cw-marked");
      reason.hidden = !step.feedback || !(right || all);
    });
    const solved = placed === order.length;
    return {
      solved,
      said: solved
        ? "Right: this is the order."
        : `${placed} of ${count(order.length, "step")} in place. Move the others and check again.`,
    };
  }

  function unmark() {
    for (const { item, marks, reason } of rows.values()) {
      marks.replaceChildren();
      item.classList.remove("cw-marked");
      reason.hidden = true;
    }
  }

  const stop = follow(model, () => {
    const order = current();
    keep.hidden = isComplete(content, model.get("response"));
    if (order.some((id, place) => list.children[place] !== rows.get(id).item)) {
      list.append(...order.map((id) => rows.get(id).item));
    }
    order.forEach((id, place) => {
      rows.get(id).up.disabled = place === 0;
      rows.get(id).down.disabled = place === order.length - 1;
    });
  });
  return () => {
    stop();
    end();
  };
}

export default { render, isComplete, credit };
