import { draggable } from "./drag.js";
import { count, follow, frame, h, mark, reply } from "./shared.js";

const placed = (content, response) =>
  Object.entries(response || {}).filter(([card, bin]) => card in content.cards && bin in content.bins);

/** Whether every card is in a bin. */
export function isComplete(content, response) {
  return placed(content, response).length === Object.keys(content.cards).length;
}

/** Share of cards in their bin; the same rule as `casework.scoring` with equal weights. */
export function credit(content, response) {
  const cards = Object.entries(content.cards);
  return cards.filter(([id, card]) => (response || {})[id] === card.bin).length / cards.length;
}

function render({ model, el }) {
  const cards = new Map();
  const bins = new Map();
  const ends = [];
  const { content, practice, body, status, end } = frame({ model, el }, "Move each card to where it belongs.", {
    check,
    unmark,
    blank: (response) => placed(model.get("content"), response).length === 0,
  });

  const tray = makeBin("", "To sort");
  const board = h("div", { class: "cw-bins" });
  for (const [id, label] of Object.entries(content.bins)) board.append(makeBin(id, label).box);
  body.append(tray.box, board);

  function makeBin(id, label) {
    const list = h("ul", {});
    const empty = h("p", { class: "cw-empty" }, id ? "Nothing here yet" : "All cards are sorted");
    const number = h("span", { class: "cw-number" });
    const box = h("div", { class: id ? "cw-bin" : "cw-bin cw-tray", "data-bin": id },
      h("p", { class: "cw-bin-name" }, h("b", {}, label), number), list, empty);
    const bin = { box, list, empty, number };
    bins.set(id, bin);
    return bin;
  }

  for (const [id, card] of Object.entries(content.cards)) {
    const select = h("select", { "aria-label": `Where to put: ${card.text}`, onchange: () => move(id, select.value, true) },
      h("option", { value: "" }, "Move to …"),
      ...Object.entries(content.bins).map(([bin, label]) => h("option", { value: bin }, label)));
    const marks = h("span", { class: "cw-marks" });
    const reason = h("p", { class: "cw-reason", hidden: true }, card.feedback);
    const grip = h("span", { class: "cw-grip", "aria-hidden": "true" }, "⠿");
    const item = h("li", { class: "cw-card" },
      h("div", { class: "cw-card-line" }, grip, h("span", { class: "cw-card-text" }, card.text), marks, select), reason);
    cards.set(id, { item, select, marks, reason, card });
    draggable(item, grip, {
      over: (event) => {
        const hit = binAt(event);
        for (const { box } of bins.values()) box.classList.toggle("cw-over", box === hit);
      },
      drop: (event) => {
        const hit = binAt(event);
        if (hit) move(id, hit.dataset.bin, false);
      },
      end: () => {
        for (const { box } of bins.values()) box.classList.remove("cw-over");
      },
    });
  }

  function move(id, bin, focus) {
    const response = Object.fromEntries(placed(content, model.get("response")));
    if (bin) response[id] = bin;
    else delete response[id];
    reply(model, response);
    if (focus) cards.get(id).select.focus();
    const left = cards.size - placed(content, response).length;
    status.textContent = `Moved to ${bin ? content.bins[bin] : "the cards to sort"}. ` +
      (left ? `${count(left, "card")} left.` : "All cards are sorted.");
  }

  function binAt({ clientX, clientY }) {
    return body.ownerDocument.elementsFromPoint(clientX, clientY)
      .map((node) => node.closest("[data-bin]")).find((box) => box && body.contains(box));
  }

  function check({ all }) {
    const response = Object.fromEntries(placed(content, model.get("response")));
    let right = 0;
    for (const [id, { marks, reason, item, card }] of cards) {
      const state = id in response ? (response[id] === card.bin ? "right" : "wrong") : null;
      right += state === "right";
      const home = all && state !== "right" ? [h("span", { class: "cw-home" }, `Belongs in: ${content.bins[card.bin]}`)] : [];
      marks.replaceChildren(...(state ? [mark(state, { wrong: "Not here" })] : []), ...home);
      item.classList.toggle("cw-marked", Boolean(state));
      reason.hidden = !card.feedback || !(state === "right" || all);
    }
    const solved = right === cards.size;
    if (solved) return { solved, said: "Right: every card is where it belongs." };
    const wrong = Object.keys(response).length - right;
    const said = [`${right} of ${count(cards.size, "card")} right`];
    if (wrong) said.push(`${wrong} to move`);
    if (right + wrong < cards.size) said.push(`${cards.size - right - wrong} not sorted`);
    return { solved, said: `${said.join(", ")}.` };
  }

  function unmark() {
    for (const { marks, reason, item } of cards.values()) {
      marks.replaceChildren();
      item.classList.remove("cw-marked");
      reason.hidden = true;
    }
  }

  ends.push(follow(model, () => {
    const response = Object.fromEntries(placed(content, model.get("response")));
    for (const [id, { item, select }] of cards) {
      const bin = response[id] || "";
      select.value = bin;
      select.options[0].textContent = bin ? "Take out" : "Move to …";
      if (item.parentNode !== bins.get(bin).list) bins.get(bin).list.append(item);
    }
    for (const { list, empty, number } of bins.values()) {
      empty.hidden = list.children.length > 0;
      number.textContent = list.children.length ? ` ${list.children.length}` : "";
    }
  }));
  return () => {
    ends.forEach((stop) => stop());
    end();
  };
}

export default { render, isComplete, credit };
