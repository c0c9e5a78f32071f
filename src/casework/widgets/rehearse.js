import { MAX_WRITTEN, RATINGS } from "./constants.js";
import { count, follow, frame, h, paragraphs, reply, wordsIn } from "./shared.js";

const LINES_BEFORE = ["line", "harder"]; // what the lines were called before a response held a list of tries

/** The tries of a response: `[{ text, ratings }, …]`; one that an older version of this course saved is read too. */
function triesOf(content, response) {
  if (Array.isArray(response?.tries)) return response.tries;
  const criteria = Object.keys(content.criteria);
  const before = LINES_BEFORE.slice(0, content.lines.length).map((name) => response?.[name]);
  const reached = before.slice(0, before.includes(undefined) ? before.indexOf(undefined) : before.length);
  return reached.map(({ text = "", ratings = [] }) => ({
    text,
    ratings: Object.fromEntries(
      criteria.map((id, place) => [id, ratings[place]]).filter(([, rating]) => Number.isInteger(rating)),
    ),
  }));
}

/** Whether the first line is answered. */
export function isComplete(content, response) {
  const [first] = triesOf(content, response);
  return Boolean(first?.text.trim());
}

function render({ model, el }) {
  const { content, body, status, lesson, end } = frame({ model, el }, "Answer in your own words.");
  let timer = 0;
  let tries = triesOf(content, model.get("response"));
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    if (JSON.stringify(tries) !== JSON.stringify(triesOf(content, model.get("response")))) reply(model, { tries });
  };
  const attempts = content.lines.map((line, number) =>
    attempt(line, content.criteria, {
      changed: (kept) => {
        tries = [...tries.slice(0, number), kept, ...tries.slice(number + 1)];
        clearTimeout(timer);
        timer = setTimeout(save, 300);
      },
      rated: () => {
        status.textContent = line.model ? "One way to answer is shown below." : "";
        lesson.hidden = !content.takeaway;
        layOut();
      },
    }),
  );
  let opened = 1; // how many lines are shown, whether they were answered or not
  const harder = h(
    "button",
    {
      type: "button",
      onclick: () => {
        opened = shown() + 1;
        layOut();
        attempts[opened - 1].view.querySelector("textarea").focus();
      },
    },
    "Try a harder one",
  );
  body.append(...attempts.map(({ view }) => view), harder);

  const shown = () => Math.min(attempts.length, Math.max(opened, tries.length));

  function layOut() {
    attempts.forEach(({ view }, number) => {
      view.hidden = number >= shown();
    });
    harder.hidden = shown() === attempts.length || !attempts[shown() - 1].done();
  }

  const stop = follow(model, () => {
    if (!timer) tries = triesOf(content, model.get("response"));
    attempts.forEach(({ show }, number) => {
      show(tries[number]);
    });
    layOut();
  });
  addEventListener("pagehide", save);
  return () => {
    if (timer) save();
    removeEventListener("pagehide", save);
    for (const each of attempts) each.end();
    stop();
    end();
  };
}

/**
 * One try: a partner's line, an answer in one's own words, then the criteria with a rating of oneself on each, then a
 * model.
 *
 * `changed(kept)` is called with `{ text, ratings }`; `show(kept)` on what is returned draws one.
 */
function attempt(line, criteria, { changed, rated }) {
  const ids = Object.keys(criteria);
  let kept = { text: "", ratings: {} };
  let open = false;
  const view = h("div", { class: "cw-attempt" });
  const words = h("p", { class: "cw-below" });
  const copy = h("div", { class: "cw-written" }); // what prints: a text field shows only its first lines
  const field = h("textarea", {
    rows: 4,
    maxlength: MAX_WRITTEN,
    "aria-label": `Your answer to ${line.who}`,
    oninput: () => keep({ ...kept, text: field.value }),
  });
  const answered = h("button", { type: "button", class: "cw-primary", onclick: reveal }, "I have answered");
  const selects = ids.map((id) => ratingOf(criteria[id], (rating) => rate(id, rating)));
  const list = h(
    "div",
    { class: "cw-criteria" },
    h("p", {}, h("b", {}, "Read your answer again. Does it …")),
    ...ids.map((id, place) => h("label", { class: "cw-criterion" }, h("span", {}, criteria[id]), selects[place])),
  );
  const model = h(
    "div",
    { class: "cw-model" },
    h("p", {}, h("b", {}, "One way to answer")),
    ...paragraphs(line.model).map((text) => h("p", {}, text)),
  );
  const speech = view.ownerDocument.defaultView.speechSynthesis;
  view.append(
    h("blockquote", { class: "cw-said" }, h("b", {}, `${line.who}: `), `“${line.text}”`),
    h("div", { class: "cw-actions" }, speech && hearing(speech, line.text)),
    field,
    copy,
    words,
    h("div", { class: "cw-actions" }, answered),
    list,
    model,
  );

  const done = () => ids.every((id) => Number.isInteger(kept.ratings[id]));

  function keep(next) {
    kept = next;
    draw();
    changed(kept);
  }

  function rate(id, rating) {
    const { [id]: _, ...others } = kept.ratings;
    keep({ ...kept, ratings: rating === null ? others : { ...others, [id]: rating } });
    if (done()) rated();
  }

  function reveal() {
    open = Boolean(kept.text.trim());
    draw();
    (open ? selects[0] : field).focus();
  }

  function draw() {
    words.textContent = count(wordsIn(kept.text), "word");
    copy.textContent = kept.text;
    const started = open || Object.keys(kept.ratings).length > 0;
    answered.hidden = started;
    list.hidden = !started;
    model.hidden = !(started && done() && line.model);
  }

  return {
    view,
    done,
    show(next) {
      kept = { text: "", ratings: {}, ...next };
      if (field.value !== kept.text) field.value = kept.text;
      selects.forEach((select, place) => {
        select.value = String(kept.ratings[ids[place]] ?? "");
      });
      draw();
    },
    end: () => speech?.cancel(),
  };
}

/** A list to rate oneself on one criterion; `rated` is given 0, 1, 2, or null where the rating is taken back. */
function ratingOf(text, rated) {
  const select = h(
    "select",
    { "aria-label": text, onchange: () => rated(select.value === "" ? null : Number(select.value)) },
    h("option", { value: "" }, "Rate yourself …"),
    ...RATINGS.map((word, value) => h("option", { value: String(value) }, word)),
  );
  return select;
}

function hearing(speech, text) {
  const hear = () => {
    speech.cancel();
    speech.speak(new SpeechSynthesisUtterance(text));
  };
  return h("button", { type: "button", onclick: hear }, "Hear it");
}

export default { render, isComplete };
