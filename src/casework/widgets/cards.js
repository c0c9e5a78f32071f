import { draggable } from "./drag.js";
import { count, follow, frame, h, mark, reply } from "./shared.js";

const placed = (content, response) =>
  Object.entries(response || {}).filter(
    ([card, bin]) => Object.hasOwn(content.cards, card) && Object.hasOwn(content.bins, bin),
  );

/** Whether every card is in a bin. */
export function isComplete(content, response) {
  return placed(content, response).length === Object.keys(content.cards).length;
}

/**
 * Share of cards in their bin, which their field `home` names, corrected for what one bin for all would earn; the rule of
 * `casework.scoring` with equal weights. Practice may have cards of one bin only: there the share itself counts.
 */
export function share(content, response, home) {
  const cards = Object.entries(content.cards);
  const placed = cards.filter(([id, card]) => response?.[id] === card[home]).length;
  const together = Math.max(...cards.map(([, card]) => cards.filter(([, other]) => other[home] === card[home]).length));
  const base = together < cards.length ? together : 0;
  return Math.max(0, (placed - base) / (cards.length - base));
}

/**
 * Cards that are moved into bins by pointer or by a list on each card. `lay` is given the tray and the bins, by id,
 * and returns what goes into the body. Returns the frame, with `end` for all of it.
 */
export function board({ model, el }, instruction, { home, lay }) {
  const cards = new Map();
  const bins = new Map();
  let keyed = false; // whether the last thing done to a list was a key
  let tabbed = false;
  let staying = null; // the card whose list the keyboard is on
  const parts = frame({ model, el }, instruction, {
    check,
    unmark,
    blank: (response) => placed(model.get("content"), response).length === 0,
    credit: (content, response) => share(content, response, home),
  });
  const { content, body, status } = parts;
  const tray = makeBin("", "Cards to place");
  const boxes = Object.fromEntries(Object.entries(content.bins).map(([id, label]) => [id, makeBin(id, label)]));
  body.append(...lay(tray, boxes));

  function makeBin(id, label) {
    const list = h("ul", {});
    const empty = h("p", { class: "cw-empty" }, id ? "Nothing here yet" : "All cards are placed");
    const number = h("span", { class: "cw-number" });
    const box = h(
      "div",
      { class: id ? "cw-bin" : "cw-bin cw-tray", "data-bin": id },
      h("p", { class: "cw-bin-name" }, h("b", {}, label), number),
      list,
      empty,
    );
    bins.set(id, { box, list, empty, number });
    return box;
  }

  for (const [id, card] of Object.entries(content.cards)) {
    const select = h(
      "select",
      {
        "aria-label": `Where to put: ${card.text}`,
        onchange: () => choose(id, select.value),
        onkeydown: (event) => {
          keyed = true;
          tabbed = event.key === "Tab";
        },
        onpointerdown: () => {
          keyed = false;
        },
        onfocus: () => {
          tabbed = false;
        },
        onblur: () => leave(id),
      },
      h("option", { value: "" }, "Move to …"),
      ...Object.entries(content.bins).map(([bin, label]) => h("option", { value: bin }, label)),
    );
    const marks = h("span", { class: "cw-marks" });
    const reason = h("p", { class: "cw-reason", hidden: true }, card.feedback);
    const grip = h("span", { class: "cw-grip", "aria-hidden": "true" }, "⠿");
    const item = h(
      "li",
      { class: "cw-card" },
      h("div", { class: "cw-card-line" }, grip, h("span", { class: "cw-card-text" }, card.text), marks, select),
      reason,
    );
    cards.set(id, { item, select, marks, reason, card });
    const light = (hit) => {
      for (const { box } of bins.values()) box.classList.toggle("cw-over", box === hit);
    };
    draggable(item, grip, {
      over: (event) => light(binAt(event)),
      drop: (event) => {
        const hit = binAt(event);
        if (hit) move(id, hit.dataset.bin);
      },
      end: light,
    });
  }

  /** By keyboard the card stays where it is until the focus leaves it, so that arrows can pass and Tab finds the next. */
  function choose(id, bin) {
    const { item, select } = cards.get(id);
    const list = bins.get("").list;
    const at = [...list.children].indexOf(item);
    if (keyed) staying = id;
    move(id, bin);
    if (keyed) return;
    const next = at < 0 ? null : list.children[Math.min(at, list.children.length - 1)];
    (next ? next.querySelector("select") : select).focus({ preventScroll: true });
  }

  /** A click that takes the focus away has to find what it was aimed at: nothing moves before it is done. */
  function leave(id) {
    if (tabbed) settle(id);
    else if (staying === id) {
      addEventListener("pointerup", () => setTimeout(settle, 0, id), { once: true });
      setTimeout(settle, 1000, id);
    }
  }

  /** Unless the keyboard has come back to the card meanwhile. */
  function settle(id) {
    if (staying !== id || cards.get(id).select.matches(":focus")) return;
    staying = null;
    draw();
  }

  function move(id, bin) {
    const response = Object.fromEntries(placed(content, model.get("response")));
    if (bin) response[id] = bin;
    else delete response[id];
    reply(model, response);
    const left = cards.size - placed(content, response).length;
    status.textContent =
      `Moved to ${bin ? content.bins[bin] : "the cards to place"}. ` +
      (left ? `${count(left, "card")} left.` : "All cards are placed.");
  }

  function binAt({ clientX, clientY }) {
    return body.ownerDocument
      .elementsFromPoint(clientX, clientY)
      .map((node) => node.closest("[data-bin]"))
      .find((box) => box && body.contains(box));
  }

  function check({ all }) {
    const response = Object.fromEntries(placed(content, model.get("response")));
    let right = 0;
    for (const [id, { marks, reason, item, card }] of cards) {
      const state = id in response ? (response[id] === card[home] ? "right" : "wrong") : null;
      right += state === "right";
      const named =
        all && state !== "right" ? [h("span", { class: "cw-home" }, `Belongs in: ${content.bins[card[home]]}`)] : [];
      marks.replaceChildren(...(state ? [mark(state, { wrong: "Not here" })] : []), ...named);
      item.classList.toggle("cw-marked", Boolean(state));
      reason.hidden = !card.feedback || !(state === "right" || all);
    }
    const solved = right === cards.size;
    if (solved) return { solved, said: "Right: every card is where it belongs." };
    const wrong = Object.keys(response).length - right;
    const said = [`${right} of ${count(cards.size, "card")} right`];
    if (wrong) said.push(`${wrong} to move`);
    if (right + wrong < cards.size) said.push(`${cards.size - right - wrong} not placed`);
    return { solved, said: `${said.join(", ")}.` };
  }

  function unmark() {
    for (const { marks, reason, item } of cards.values()) {
      marks.replaceChildren();
      item.classList.remove("cw-marked");
      reason.hidden = true;
    }
  }

  function draw() {
    const response = Object.fromEntries(placed(content, model.get("response")));
    for (const [id, { item, select }] of cards) {
      const bin = response[id] || "";
      select.value = bin;
      select.options[0].textContent = bin ? "Take out" : "Move to …";
      if (id !== staying && item.parentNode !== bins.get(bin).list) bins.get(bin).list.append(item);
    }
    for (const { list, empty, number } of bins.values()) {
      empty.hidden = list.children.length > 0;
      number.textContent = list.children.length ? ` ${list.children.length}` : "";
    }
  }

  const stop = follow(model, draw);
  return {
    ...parts,
    end: () => {
      stop();
      parts.end();
    },
  };
}
