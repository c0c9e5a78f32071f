import { board, isComplete, share } from "./cards.js";
import { h } from "./shared.js";

/** Share of cards in their bin; the same rule as `casework.scoring` with equal weights. */
export const credit = (content, response) => share(content, response, "bin");

const render = (host) =>
  board(host, "Move each card to where it belongs.", {
    home: "bin",
    lay: (tray, bins) => [tray, h("div", { class: "cw-bins" }, ...Object.values(bins))],
  }).end;

export default { render, isComplete, credit };
