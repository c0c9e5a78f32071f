import { count, h } from "./shared.js";

/** `3, 7 and 9`. */
export function listed(words) {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join("");
}

/**
 * The answers that were given to an earlier edition, named until somebody has looked at each.
 * @param {(names: string[]) => void} stand gives these answers again, to this edition
 */
export function earlierOf(stand) {
  const root = h("div", {
    class: "cw-whose",
    role: "group",
    "aria-label": "Answered in an earlier edition",
    hidden: true,
  });
  let shown = "";

  function draw(names, items) {
    if (shown === JSON.stringify([names, items])) return;
    shown = JSON.stringify([names, items]);
    const focused = root.contains(document.activeElement);
    const open = root.querySelector("details")?.open;
    const scored = items.filter((name) => names.includes(name));
    const beside = names.length - scored.length;
    const numbers = scored.map((name) => items.indexOf(name) + 1);
    const what = listed([
      ...(numbers.length ? [`${numbers.length === 1 ? "Question" : "Questions"} ${listed(numbers.map(String))}`] : []),
      ...(beside ? [`${count(beside, "question that is", "questions that are")} not scored`] : []),
    ]);
    const many = names.length > 1;
    const button = (text, which) => h("button", { type: "button", onclick: () => stand(which) }, text);
    const all = button(`I have looked at ${many ? "them; my answers stand" : "it; my answer stands"}`, names);
    const single = scored.map((name, index) =>
      button(`I have looked at question ${numbers[index]}; my answer stands`, [name]),
    );
    root.hidden = names.length === 0;
    root.replaceChildren(
      h(
        "p",
        {},
        `${what} ${many ? "were" : "was"} answered in an earlier edition of this exercise: look at ${many ? "each" : "it"}.`,
      ),
      h("div", { class: "cw-actions" }, all),
      many && single.length
        ? h("details", { open }, h("summary", {}, "One by one"), h("div", { class: "cw-actions" }, ...single))
        : "",
    );
    if (focused && names.length) (open && many && single[0] ? single[0] : all).focus();
    return focused && !names.length;
  }

  return { root, draw };
}
