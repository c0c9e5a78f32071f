import { count, h } from "./shared.js";

const TRAINEE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/; // casework.answers.is_trainee_id
const BAD_ID = "An id has letters, digits, single dots, hyphens or underscores, at most 64, and begins with a letter or a digit.";

/** The file of a sheet as a download; its name tells whose and what it is. */
function download(document_, sheet, name = "answers") {
  const text = JSON.stringify(sheet, null, 1);
  const link = h("a", {
    href: URL.createObjectURL(new Blob([text], { type: "application/json" })),
    download: `${[sheet.trainee, sheet.assignment, name].filter(Boolean).join("-")}.json`,
    hidden: true,
  });
  document_.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Whether resuming from `text` would take the place of answers in `sheet`. */
function replaces(sheet, text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    return false;
  }
  if (!file || !file.answers || file.assignment !== sheet.assignment) return false;
  const others = sheet.trainee && file.trainee && file.trainee !== sheet.trainee;
  return Object.entries(sheet.answers || {}).some(([name, answer]) => answer != null && (others
    || (Object.hasOwn(file.answers, name) && JSON.stringify(file.answers[name]) !== JSON.stringify(answer))));
}

function render({ model, el }) {
  const ask = (request) => {
    model.set("response", request);
    model.save_changes();
  };
  let aside = "";
  const id = h("input", { type: "text", autocomplete: "off", spellcheck: "false", maxlength: 64,
    onchange: () => ask({ trainee: id.value.trim() }) });
  const progress = h("p", { class: "cw-progress" });
  const status = h("p", { class: "cw-status", role: "status" });
  const file = h("input", { type: "file", accept: ".json,application/json", hidden: true, onchange: async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    aside = "";
    if (chosen.size > 1e6) status.textContent = "That file is too large to be an answers file.";
    else {
      const text = await chosen.text();
      if (replaces(model.get("document"), text)) {
        download(root, model.get("document"), "answers-before-resume");
        aside = " What was here before is in your downloads.";
      }
      ask({ resume: text, at: Date.now() });
    }
    file.value = "";
  } });
  const root = h("form", { class: "cw cw-panel", "data-lm-suppress-shortcuts": "true",
    onsubmit: (event) => event.preventDefault() },
  h("p", { class: "cw-eyebrow" }, h("b", {}, "Your answers")),
  h("label", { class: "cw-id" }, h("span", {}, "Your id, as your supervisor gave it"), id),
  progress,
  h("div", { class: "cw-actions" },
    h("button", { type: "button", class: "cw-primary", onclick: () => {
      const trainee = id.value.trim();
      if (!TRAINEE.test(trainee) || trainee.includes("..")) {
        status.textContent = trainee ? BAD_ID : "Enter your id first, so that your supervisor knows whose answers these are.";
        id.focus();
        return;
      }
      download(root, { ...model.get("document"), trainee });
      const open = model.get("unanswered").length;
      status.textContent = "The file is in your downloads: hand it in as your program asks." +
        (open ? ` ${count(open, "question")} still open.` : "");
    } }, "Download my answers"),
    h("button", { type: "button", onclick: () => file.click() }, "Resume from a file"),
    file),
  status);

  let drawn = "";
  let told = "";
  const draw = () => {
    const sheet = model.get("document") || {};
    if ((sheet.trainee || "") !== drawn) {
      drawn = sheet.trainee || "";
      id.value = drawn;
    }
    const items = model.get("items") || [];
    const open = model.get("unanswered") || [];
    const numbers = open.map((name) => items.indexOf(name) + 1).join(", ");
    const unrated = model.get("unrated") || 0;
    progress.textContent = items.length
      ? `${items.length - open.length} of ${items.length} answered${open.length ? `; open: ${numbers}` : ""}. ` +
        (unrated ? `${count(unrated, "question that is", "questions that are")} not scored ${unrated === 1 ? "is" : "are"} open.` : "")
      : "";
    const notice = model.get("notice") && model.get("notice") + aside;
    if (notice || status.textContent === told) status.textContent = notice;
    told = notice;
  };
  const names = ["document", "items", "unanswered", "unrated", "notice"].map((name) => `change:${name}`);
  names.forEach((name) => model.on(name, draw));
  el.replaceChildren(root);
  draw();
  return () => names.forEach((name) => model.off(name, draw));
}

export default { render };
