import { MAX_WRITTEN } from "./constants.js";
import { count, follow, frame, h, paragraphs, reply, wordsIn } from "./shared.js";

/** Whether anything is written. */
export function isComplete(_content, response) {
  return typeof response === "string" && response.trim() !== "";
}

/** What the answer will be marked on, open from the start: criterion by criterion, the levels by their points. */
function rubricOf(rubric) {
  return h(
    "details",
    { class: "cw-rubric", open: true },
    h("summary", {}, "What your supervisor marks it on"),
    ...Object.values(rubric).map(({ text, levels }) =>
      h("div", {}, h("p", {}, h("b", {}, text)), h("ol", { start: 0 }, ...levels.map((level) => h("li", {}, level)))),
    ),
  );
}

function render({ model, el }) {
  const shown = model.get("content");
  const teaches = Boolean(shown.criteria || shown.model);
  const { content, practice, root, body, actions, status, lesson, end } = frame(
    { model, el },
    shown.words ? `Write about ${shown.words} words.` : "Write your answer.",
  );
  let timer = 0;
  const words = h("span", { class: "cw-count" });
  const copy = h("div", { class: "cw-written" }); // what prints: a text field shows only its first lines
  const field = h("textarea", {
    rows: 5,
    maxlength: MAX_WRITTEN,
    "aria-label": "Your answer",
    oninput: typed,
    onblur: save,
  });
  body.append(field, copy, h("p", { class: "cw-below" }, words));
  if (content.rubric) body.append(rubricOf(content.rubric));

  function kept() {
    const response = model.get("response");
    return typeof response === "string" ? response : "";
  }

  function typed() {
    draw();
    clearTimeout(timer);
    timer = setTimeout(save, 300);
  }

  function save() {
    clearTimeout(timer);
    timer = 0;
    if (field.value !== kept()) reply(model, field.value);
  }

  function draw() {
    words.textContent = count(wordsIn(field.value), "word") + (content.words ? `, about ${content.words} asked` : "");
    copy.textContent = field.value;
  }

  if (practice && teaches) {
    const criteria = h(
      "div",
      { class: "cw-criteria", hidden: true },
      h("p", {}, h("b", {}, "Look at what you wrote. Does it …")),
      ...(content.criteria || []).map((text) => h("label", {}, h("input", { type: "checkbox" }), h("span", {}, text))),
    );
    const example = h(
      "div",
      { class: "cw-model", hidden: true },
      h("p", {}, h("b", {}, "One way to write it")),
      ...paragraphs(content.model).map((text) => h("p", {}, text)),
    );
    const compare = h(
      "button",
      {
        type: "button",
        class: "cw-primary",
        onclick: () => {
          save();
          if (!isComplete(content, model.get("response"))) {
            status.textContent = "Write first: then compare.";
            field.focus();
            return;
          }
          criteria.hidden = !content.criteria;
          compare.hidden = Boolean(content.criteria);
          last.hidden = !content.model;
          lesson.hidden = !content.takeaway;
          status.textContent = content.criteria ? "Criteria are shown below." : "";
          if (!content.criteria) showModel();
        },
      },
      content.criteria ? "Compare with criteria" : "Show one way",
    );
    const showModel = () => {
      example.hidden = false;
      last.hidden = true;
      status.textContent = "One way to write it is shown below.";
    };
    const last = h("button", { type: "button", hidden: true, onclick: showModel }, "Show one way to write it");
    actions.append(compare, last);
    root.insertBefore(criteria, lesson);
    root.insertBefore(example, lesson);
  }

  const stop = follow(model, () => {
    const text = kept();
    if (field.value !== text && !timer) field.value = text;
    draw();
  });
  addEventListener("pagehide", save);
  return () => {
    if (timer) save();
    removeEventListener("pagehide", save);
    stop();
    end();
  };
}

export default { render, isComplete };
