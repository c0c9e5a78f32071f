import { BAD_ID, MAX_BYTES, TRAINEE_ID } from "./constants.js";
import { earlierOf } from "./earlier.js";
import { copyOf, download, fileField } from "./file.js";
import { watchKernel } from "./kernel.js";
import { count, h, keepKeys } from "./shared.js";

const TRAINEE = new RegExp(`^(?:${TRAINEE_ID})$`);

/** The file of a sheet: its name, which tells whose and what it is, and its text. */
function fileOf(sheet, name = "answers") {
  const file = `${[sheet.trainee, sheet.assignment, name].filter(Boolean).join("-")}.json`;
  return [file, JSON.stringify(sheet, null, 1)];
}

/** Whether resuming from `text` would take the place of answers in `sheet`. */
function replaces(sheet, text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    return false;
  }
  if (!file?.answers || file.assignment !== sheet.assignment) return false;
  const others = sheet.trainee && file.trainee && file.trainee !== sheet.trainee;
  return Object.entries(sheet.answers || {}).some(
    ([name, answer]) =>
      answer != null &&
      (others || (Object.hasOwn(file.answers, name) && JSON.stringify(file.answers[name]) !== JSON.stringify(answer))),
  );
}

/** The number of a question, which leads to it on a page that has a place for it. */
function place(name, number) {
  return document.getElementById(`q-${name}`) ? h("a", { href: `#q-${name}` }, `${number}`) : `${number}`;
}

function render({ model, el }) {
  const ask = (request) => {
    model.set("response", request);
    model.save_changes();
  };
  let aside = "";
  const id = h("input", {
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 64,
    onchange: () => named(),
  });
  const whose = h("div", { class: "cw-whose", role: "group", "aria-label": "Whose answers are these?", hidden: true });
  /** Whose answers stand here, or whose other work is in this browser, where that is not the id in the field. */
  const another = () => {
    const sheet = model.get("document") || {};
    const trainee = id.value.trim();
    const given = Object.values(sheet.answers || {}).filter((answer) => answer != null).length;
    if (given && sheet.trainee) return sheet.trainee === trainee ? null : { owner: sheet.trainee, given };
    const owner = trainee && model.get("worker");
    return owner && owner !== trainee ? { owner, given: 0 } : null;
  };
  const decide = (request) => {
    whose.hidden = true;
    if (request) ask({ ...request, at: Date.now() });
    else id.value = model.get("document").trainee;
    id.focus();
  };
  /** Ask whose the answers are before another id is put on them. */
  const askWhose = ({ owner, given }, trainee) => {
    const choice = (text, request) => h("button", { type: "button", onclick: () => decide(request) }, text);
    const offered = [
      choice(trainee ? `It is ${owner}'s. Set it aside; I am ${trainee}` : `Set ${owner}'s aside, and begin anew`, {
        trainee,
        anew: true,
      }),
      trainee && choice(`It is mine. ${owner} was a mistake; my id is ${trainee}`, { trainee, mine: true }),
      choice(`Leave everything as it was, with ${owner}`, null),
    ];
    whose.replaceChildren(
      h(
        "p",
        {},
        given
          ? `Here is work of ${owner}: ${count(given, "answer")}. Whose is it?`
          : `Here is work of ${owner}. Whose is it?`,
      ),
      h("div", { class: "cw-actions" }, ...offered),
    );
    whose.hidden = false;
    whose.querySelector("button").focus();
  };
  const named = () => {
    status.textContent = "";
    const trainee = id.value.trim();
    const other = another();
    if (other && (!trainee || TRAINEE.test(trainee))) askWhose(other, trainee);
    else {
      whose.hidden = true;
      ask({ trainee, at: Date.now() });
    }
  };
  const someoneElse = h(
    "button",
    {
      type: "button",
      hidden: true,
      onclick: () => {
        id.value = "";
        named();
      },
    },
    "Begin anew for someone else",
  );
  const progress = h("p", { class: "cw-progress" });
  const status = h("p", { class: "cw-status", role: "status" });
  const copy = copyOf(status);
  const old = earlierOf((stands) => ask({ stands, at: Date.now() }));
  const file = fileField(MAX_BYTES, (text) => {
    aside = "";
    if (text === null) {
      status.textContent = "That file is too large to be an answers file.";
      return;
    }
    if (replaces(model.get("document"), text)) {
      const [name, before] = fileOf(model.get("document"), "answers-before-resume");
      download(root, name, before);
      copy.show(name, before);
      aside = ` Look in your downloads for ${name}: it holds what was here before.`;
    }
    ask({ resume: text, at: Date.now() });
  });
  const root = h(
    "form",
    { class: "cw cw-panel", onsubmit: (event) => event.preventDefault() },
    h("p", { class: "cw-eyebrow" }, h("b", {}, "Your answers")),
    h("label", { class: "cw-id" }, h("span", {}, "Your id, as your supervisor gave it"), id),
    whose,
    old.root,
    progress,
    h(
      "div",
      { class: "cw-actions" },
      h(
        "button",
        {
          type: "button",
          class: "cw-primary",
          onclick: () => {
            const trainee = id.value.trim();
            if (!TRAINEE.test(trainee)) {
              status.textContent = trainee
                ? BAD_ID
                : "Enter your id first, so that your supervisor knows whose answers these are.";
              id.focus();
              return;
            }
            const other = another();
            if (other) {
              askWhose(other, trainee);
              return;
            }
            const sheet = { ...model.get("document"), trainee };
            const [name, text] = fileOf(sheet);
            download(root, name, text);
            const open = model.get("unanswered").length;
            // whether a file came, no page can see: some browsers and frames refuse it without a word
            status.textContent =
              `Look in your downloads for ${name}, and hand it in as your program asks.` +
              (open ? ` ${count(open, "question")} still open.` : "");
            copy.show(name, text);
          },
        },
        "Download my answers",
      ),
      h("button", { type: "button", onclick: () => file.click() }, "Resume from a file"),
      someoneElse,
      file,
    ),
    status,
    copy.root,
  );

  let drawn = "";
  let told = "";
  const draw = () => {
    const sheet = model.get("document") || {};
    if ((sheet.trainee || "") !== drawn) {
      drawn = sheet.trainee || "";
      id.value = drawn;
      whose.hidden = true;
    }
    someoneElse.hidden = !(sheet.trainee && Object.values(sheet.answers || {}).some((answer) => answer != null));
    const items = model.get("items") || [];
    const open = model.get("unanswered") || [];
    const numbers = open.flatMap((name, index) => [index ? ", " : "", place(name, items.indexOf(name) + 1)]);
    const unrated = model.get("unrated") || 0;
    const said = items.length
      ? [
          `${items.length - open.length} of ${items.length} answered`,
          ...(open.length ? ["; open: ", ...numbers] : []),
          ". ",
          unrated
            ? `${count(unrated, "question that is", "questions that are")} not scored ${unrated === 1 ? "is" : "are"} open.`
            : "",
        ]
      : [];
    progress.replaceChildren(...said);
    if (old.draw(model.get("earlier") || [], items)) root.querySelector(".cw-primary").focus();
    const notice = model.get("notice") && model.get("notice") + aside;
    if (notice || status.textContent === told) status.textContent = notice;
    told = notice;
  };
  const names = ["document", "items", "unanswered", "unrated", "earlier", "notice"].map((name) => `change:${name}`);
  for (const name of names) model.on(name, draw);
  el.replaceChildren(keepKeys(root));
  watchKernel(model, root);
  draw();
  return () => {
    for (const name of names) model.off(name, draw);
  };
}

export default { render };
