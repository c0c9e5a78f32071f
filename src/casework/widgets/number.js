import { follow, frame, h, mark, reply } from "./shared.js";

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/** Whether a number within the range is given. */
export function isComplete(content, response) {
  return isNumber(response) && !(response < content.low) && !(response > content.high);
}

/** 1 within the tolerance, else 0; the same rule as `casework.scoring`. */
export function credit(content, response) {
  return isComplete(content, response) && Math.abs(response - content.right) - 1e-9 <= (content.tolerance || 0) ? 1 : 0;
}

function rangeOf({ low, high, unit }) {
  const range =
    isNumber(low) && isNumber(high)
      ? `${low} to ${high}`
      : isNumber(low)
        ? `${low} or more`
        : isNumber(high)
          ? `${high} or less`
          : "";
  return `${range} ${unit || ""}`.trim();
}

function render({ model, el }) {
  const range = rangeOf(model.get("content"));
  const { content, body, status, end } = frame({ model, el }, range ? `A number, ${range}.` : "A number.", {
    check,
    unmark,
    blank: (response) => !isNumber(response),
  });
  const marks = h("span", { class: "cw-marks" });
  const reason = h("p", { class: "cw-reason", hidden: true });
  const field = h("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    oninput: typed,
    onchange: given,
    "aria-label": `Your answer${content.unit ? ` in ${content.unit}` : ""}`,
  });
  body.append(h("p", { class: "cw-line" }, field, content.unit ? ` ${content.unit} ` : " ", marks), reason);

  /** What the field says as a number, null where it is empty, NaN where that is not a number. */
  function written() {
    const text = field.value.trim().replace("−", "-").replace(",", ".");
    return text === "" ? null : Number(text);
  }

  /** Whether the field holds what is one thousand to some and one to others. */
  const isTwofold = () => /^\S*\d,\d{3}$/.test(field.value.trim());

  /** Take a number while it is typed, so that old marks go then, and not when Check is on its way under a finger. */
  function typed() {
    if (!isTwofold() && isComplete(content, written())) given();
  }

  function given() {
    const value = written();
    if (isTwofold()) {
      refuse("Write it without a comma: 1000, or 1.5.");
      return;
    }
    if (value !== null && !isComplete(content, value)) {
      refuse(isNumber(value) ? `${value} is outside ${range}.` : "That is not a number.");
      return;
    }
    field.removeAttribute("aria-invalid");
    status.textContent = "";
    const kept = model.get("response");
    if (value !== (isNumber(kept) ? kept : null)) reply(model, value);
  }

  /** Say what is wrong and keep no number: an earlier one would be handed in unseen. */
  function refuse(why) {
    field.setAttribute("aria-invalid", "true");
    if (isNumber(model.get("response"))) reply(model, null);
    status.textContent = why;
  }

  function check({ all }) {
    const response = model.get("response");
    const solved = credit(content, response) === 1;
    marks.replaceChildren(mark(solved ? "right" : "wrong"));
    const hint = response < content.right ? content.too_low : content.too_high;
    const answer = `${`The answer is ${content.right} ${content.unit || ""}`.trim()}. `;
    reason.textContent = solved ? content.feedback || "" : all ? answer + (content.feedback || "") : hint || "";
    reason.hidden = !reason.textContent;
    return {
      solved,
      said: solved ? "Right." : response < content.right ? "Too low: look again." : "Too high: look again.",
    };
  }

  function unmark() {
    marks.replaceChildren();
    reason.hidden = true;
  }

  const stop = follow(model, () => {
    const response = model.get("response");
    if (!isNumber(response) && field.hasAttribute("aria-invalid")) return; // what was refused stays to be mended
    if (Number(field.value.replace(",", ".")) !== response || field.value === "") {
      field.value = isNumber(response) ? String(response) : "";
    }
  });
  addEventListener("pagehide", given);
  return () => {
    removeEventListener("pagehide", given);
    stop();
    end();
  };
}

export default { render, isComplete, credit };
