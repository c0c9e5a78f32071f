import { board, isComplete, share } from "./cards.js";
import { h, svg } from "./shared.js";

/** Share of cards in their slot; the same rule as `casework.scoring` with equal weights. */
export const credit = (content, response) => share(content, response, "slot");

const arrow = (way) =>
  svg(
    "svg",
    { class: `cw-arrow cw-to-${way}`, viewBox: "0 0 24 24", "aria-hidden": "true" },
    svg("path", { d: "M12 2v18M5 13l7 8 7-8", fill: "none", stroke: "currentColor", "stroke-width": "2.5" }),
  );

/** The slots in the order of `content.bins`, once round: across, down, down, across, up, up. */
function loop(tray, slots) {
  const { none, ...round } = slots;
  const ways = ["right", "down", "down", "left", "up", "up"];
  const ring = h("div", { class: "cw-ring" });
  Object.values(round).forEach((slot, number) => {
    slot.classList.add("cw-slot", `cw-slot-${number}`, number < 1 || number > 3 ? "cw-one" : "cw-two");
    ring.append(
      slot,
      h(
        "span",
        { class: `cw-way cw-way-${number}` },
        arrow(ways[number]),
        number === 5 && h("span", { class: "cw-again" }, "and so round again"),
      ),
    );
  });
  none.classList.add("cw-nowhere");
  return [tray, ring, none];
}

function render(host) {
  const { actions, end } = board(host, "Build the cycle: move each card into the slot where it belongs.", {
    home: "slot",
    lay: loop,
  });
  actions.append(h("button", { type: "button", onclick: () => print() }, "Print this page"));
  return end;
}

export default { render, isComplete, credit };
