import { beside, count, follow, frame, h, mark, percent, reply } from "./shared.js";

const toCode = (content) => Object.entries(content.turns).filter(([, turn]) => turn.coded);

/** The turns to code, each as `[turn id, the trainee's code or "", the expert's code]`. */
function coding(content, response) {
  return toCode(content).map(([id, turn]) => {
    const code = response?.[id];
    return [id, typeof code === "string" && Object.hasOwn(content.codes, code) ? code : "", turn.code];
  });
}

/** Whether every turn has a code. */
export function isComplete(content, response) {
  return coding(content, response).every(([, own]) => own);
}

/**
 * Agreement of two coders over `pairs` of their codes: turns, turns alike, and Cohen's kappa, null where it is not
 * defined (both used one and the same code only). The same as `casework.scoring.agreement`.
 */
export function agreement(pairs) {
  const alike = pairs.filter(([own, expert]) => own === expert).length;
  const chance = pairs.reduce((sum, [own]) => sum + pairs.filter(([, expert]) => expert === own).length, 0);
  const turns = pairs.length;
  const kappa = turns * turns === chance ? null : (turns * alike - chance) / (turns * turns - chance);
  return { turns, alike, kappa };
}

/** Kappa with the expert over every turn, an open one being unlike, not below 0; as in `casework.scoring`. */
export function credit(content, response) {
  const { turns, alike, kappa } = agreement(coding(content, response).map(([, own, expert]) => [own, expert]));
  return kappa === null ? Number(alike === turns) : Math.max(0, kappa);
}

function render({ model, el }) {
  const rows = new Map();
  const { content, root, body, status, lesson, end } = frame({ model, el }, "Give each turn the code that fits best.", {
    check,
    unmark,
    blank: (response) => !coding(model.get("content"), response).some(([, own]) => own),
    credit,
  });
  const codes = Object.keys(content.codes);
  const keyed = (number) => (number < 9 ? number + 1 : "");
  const done = h("p", { class: "cw-done" });
  const book = h(
    "details",
    { class: "cw-aside cw-book" },
    h("summary", {}, "Code book"),
    h(
      "ul",
      {},
      ...Object.values(content.codes).map(({ text, meaning }, number) =>
        h("li", {}, h("kbd", {}, String(keyed(number))), h("span", {}, h("b", {}, text), ` ${meaning}`)),
      ),
    ),
    h(
      "p",
      { class: "cw-keys" },
      `Keyboard: Tab goes to the next turn; there, 1 to ${Math.min(9, codes.length)} gives it a code, 0 takes it away.`,
    ),
    done,
  );
  const turns = h("ol", { class: "cw-turns" });
  const settle = beside(body, book, turns);

  Object.entries(content.turns).forEach(([id, turn], index) => {
    const said = [
      h("span", { class: "cw-turn-number" }, String(index + 1)),
      h("span", { class: "cw-said" }, h("b", {}, content.speakers[turn.speaker]), ` ${turn.text}`),
    ];
    if (!turn.coded) {
      turns.append(h("li", { class: "cw-turn cw-uncoded" }, ...said));
      return;
    }
    const select = h(
      "select",
      { onchange: () => code(id, select.value), onkeydown: byNumber },
      h("option", { value: "" }, "Choose a code …"),
      ...codes.map((name, number) =>
        h("option", { value: name }, `${keyed(number)} ${content.codes[name].text}`.trim()),
      ),
    );
    const marks = h("span", { class: "cw-marks" });
    const reason = h("p", { class: "cw-reason", hidden: true }, turn.feedback);
    const row = h("li", { class: "cw-turn" }, h("label", {}, ...said, select), marks, reason);
    rows.set(id, { select, marks, reason, row, number: index + 1 });
    turns.append(row);

    function byNumber(event) {
      if (!/^[0-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
      const number = Number(event.key);
      if (number > codes.length) return;
      event.preventDefault(); // or the list would look for an entry that begins with it
      code(id, number ? codes[number - 1] : "");
    }
  });

  const results = h("dl", { class: "cw-agreement", hidden: true });
  root.insertBefore(results, lesson);

  function code(id, chosen) {
    const response = Object.fromEntries(coding(content, model.get("response")).filter(([, own]) => own));
    if (chosen) response[id] = chosen;
    else delete response[id];
    reply(model, response);
    const left = rows.size - Object.keys(response).length;
    status.textContent =
      `Turn ${rows.get(id).number}: ${chosen ? content.codes[chosen].text : "no code"}. ` +
      (left ? `${count(left, "turn")} left.` : "All turns are coded.");
  }

  function check({ all }) {
    const coded = coding(content, model.get("response"));
    const given = coded.filter(([, own]) => own);
    const { turns: number, alike, kappa } = agreement(given.map(([, own, expert]) => [own, expert]));
    for (const [id, own, expert] of coded) {
      const { marks, reason, row } = rows.get(id);
      const state = own ? (own === expert ? "right" : "wrong") : null;
      const named =
        all && state !== "right" ? [h("span", { class: "cw-home" }, `The expert: ${content.codes[expert].text}`)] : [];
      marks.replaceChildren(...(state ? [mark(state, { right: "Agrees", wrong: "Expert differs" })] : []), ...named);
      row.classList.toggle("cw-differs", state === "wrong");
      reason.hidden = !content.turns[id].feedback || !(state === "right" || all);
    }
    const agreed = percent(alike / number);
    const shown = kappa === null ? "not defined" : kappa.toFixed(2).replace("-", "−");
    const open = coded.length - number;
    results.replaceChildren(
      h(
        "div",
        {},
        h("dt", {}, "Agreement"),
        h("dd", {}, h("b", {}, agreed), ` ${alike} of ${count(number, "turn")} coded so far`),
      ),
      h(
        "div",
        {},
        h("dt", {}, "Cohen’s kappa"),
        h(
          "dd",
          {},
          h("b", {}, shown),
          kappa === null
            ? " You and the expert used one and the same code only, so chance cannot be told apart."
            : " Agreement beyond chance: 0 is what chance gives, 1 is full agreement.",
        ),
      ),
    );
    results.hidden = false;
    const solved = alike === coded.length;
    const said = `${agreed} agreement, kappa ${shown}.${open ? ` ${count(open, "turn")} not coded.` : ""}`;
    return { solved, said: solved ? `Every turn as the expert coded it: ${said}` : said };
  }

  function unmark() {
    results.hidden = true;
    for (const { marks, reason, row } of rows.values()) {
      marks.replaceChildren();
      row.classList.remove("cw-differs");
      reason.hidden = true;
    }
  }

  const stop = follow(model, () => {
    const coded = coding(content, model.get("response"));
    for (const [id, own] of coded) {
      rows.get(id).select.value = own;
      rows.get(id).row.classList.toggle("cw-has", Boolean(own));
    }
    done.textContent = `${coded.filter(([, own]) => own).length} of ${count(coded.length, "turn")} coded`;
  });
  return () => {
    settle();
    stop();
    end();
  };
}

export default { render, isComplete, credit };
