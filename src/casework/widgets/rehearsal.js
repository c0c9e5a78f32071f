import { count, h, paragraphs } from "./shared.js";

const RATINGS = ["Not yet", "Partly", "Yes"];

/**
 * One attempt of deliberate practice: a partner's line, an answer in one's own words, then the criteria with a
 * rating of oneself on each, then a model.
 *
 * `changed(attempt)` is called with `{ text, ratings }`; `show(attempt)` on what is returned draws one.
 */
export function attempt(line, criteria, { changed, rated, longest }) {
  let kept = { text: "", ratings: [] };
  let open = false;
  const view = h("div", { class: "cw-attempt" });
  const speech = view.ownerDocument.defaultView.speechSynthesis;
  const said = h("blockquote", { class: "cw-said" }, h("b", {}, `${line.who}: `), `“${line.text}”`);
  const hear = speech && h("button", { type: "button", onclick: () => {
    speech.cancel();
    speech.speak(new SpeechSynthesisUtterance(line.text));
  } }, "Hear it");
  const words = h("p", { class: "cw-below" });
  const copy = h("div", { class: "cw-written" });
  const field = h("textarea", { rows: 4, maxlength: longest, "aria-label": `Your answer to ${line.who}`, oninput: () => {
    kept = { ...kept, text: field.value };
    draw();
    changed(kept);
  } });
  const reveal = h("button", { type: "button", class: "cw-primary", onclick: () => {
    if (!kept.text.trim()) {
      field.focus();
      return;
    }
    open = true;
    draw();
    selects[0].focus();
  } }, "I have answered");
  const selects = criteria.map((text, index) => h("select", { "aria-label": text, onchange: () => {
    const ratings = criteria.map((_, each) => (each === index ? Number(selects[index].value) : kept.ratings[each] ?? null));
    kept = { ...kept, ratings: ratings.map((rating, each) => (selects[each].value === "" ? null : rating)) };
    draw();
    changed(kept);
    if (done()) rated();
  } }, h("option", { value: "" }, "Rate yourself …"), ...RATINGS.map((text_, value) => h("option", { value: String(value) }, text_))));
  const list = h("div", { class: "cw-criteria" }, h("p", {}, h("b", {}, "Read your answer again. Does it …")),
    ...criteria.map((text, index) => h("label", { class: "cw-criterion" }, h("span", {}, text), selects[index])));
  const model = h("div", { class: "cw-model" }, h("p", {}, h("b", {}, "One way to answer")),
    ...paragraphs(line.model).map((text) => h("p", {}, text)));
  view.append(said, h("div", { class: "cw-actions" }, ...(hear ? [hear] : [])), field, copy, words,
    h("div", { class: "cw-actions" }, reveal), list, model);

  const done = () => criteria.every((_, index) => Number.isInteger(kept.ratings[index]));

  function draw() {
    const number = kept.text.trim() ? kept.text.trim().split(/\s+/).length : 0;
    words.textContent = count(number, "word");
    copy.textContent = kept.text;
    const started = open || kept.ratings.some((rating) => rating !== null);
    reveal.hidden = started;
    list.hidden = !started;
    model.hidden = !(started && done() && line.model);
  }

  return {
    view,
    done,
    show(next) {
      kept = { text: "", ratings: [], ...next };
      if (field.value !== kept.text) field.value = kept.text;
      selects.forEach((select, index) => {
        select.value = Number.isInteger(kept.ratings[index]) ? String(kept.ratings[index]) : "";
      });
      draw();
    },
    end: () => speech && speech.cancel(),
  };
}
