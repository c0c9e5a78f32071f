/** What every explorer shares: native controls, a drawing with a table beside it, and the drawing library. */

import { h, keepKeys } from "./shared.js";

/** A list to choose from; `groups` is `[[id, label], …]`. `fill` offers other choices and keeps the chosen one if it can. */
export function select(label, options, value, onchange) {
  const field = h("select", { onchange: () => onchange(field.value) });
  const fill = (choices, chosen) => {
    field.replaceChildren(...choices.map(([id, text]) => h("option", { value: id }, text)));
    field.value = choices.some(([id]) => id === chosen) ? chosen : choices[0][0];
    return field.value;
  };
  fill(options, value);
  return { node: h("label", { class: "cw-field" }, h("span", {}, label), field), fill };
}

export function check(label, onchange) {
  const field = h("input", { type: "checkbox", onchange: () => onchange(field.checked) });
  return h("label", { class: "cw-check" }, field, h("span", {}, label));
}

/** A slider over the positions of `values`, which says each value in words. */
export function range(label, values, value, say, onchange) {
  const output = h("b", {}, say(value)); // no live region: the slider says its value itself
  const field = h("input", {
    type: "range",
    min: 0,
    max: values.length - 1,
    step: 1,
    value: values.indexOf(value),
    "aria-valuetext": say(value),
    oninput: () => {
      const chosen = values[Number(field.value)];
      output.textContent = say(chosen);
      field.setAttribute("aria-valuetext", say(chosen));
      onchange(chosen);
    },
  });
  return h("label", { class: "cw-field" }, h("span", {}, `${label}: `, output), field);
}

/** A link to a source; its words say which, for those who hear links alone. */
export function sourceLink(href, study) {
  if (!href) return h("span", {}, "no page to link");
  return h(
    "a",
    { href, target: "_blank", rel: "noopener noreferrer", "aria-label": `Source of ${study}, in a new tab` },
    "source",
  );
}

/** A table whose cells are texts or nodes; on a narrow page each row becomes a card, with its headings. */
function tableOf(caption, heads, rows) {
  // the roles are said, because a table that is laid out as cards would lose them
  return h(
    "table",
    { role: "table" },
    h("caption", {}, caption),
    h(
      "thead",
      { role: "rowgroup" },
      h("tr", { role: "row" }, ...heads.map((head) => h("th", { scope: "col", role: "columnheader" }, head))),
    ),
    h(
      "tbody",
      { role: "rowgroup" },
      ...rows.map((cells) =>
        h(
          "tr",
          { role: "row" },
          ...cells.map((cell, column) =>
            h(
              column ? "td" : "th",
              column ? { role: "cell", "data-head": heads[column] } : { role: "rowheader", scope: "row" },
              cell,
            ),
          ),
        ),
      ),
    ),
  );
}

/** The name of a study over the link to its source. */
export function named(text, row) {
  return h("span", {}, text, h("br"), h("span", { class: "cw-link" }, sourceLink(row.href, row.study)));
}

async function libraryOf(model) {
  if (model.library) return model.library(); // the book's page holds it
  const text = await new Promise((resolve) => {
    const heard = (message) => {
      if (!message || message.library === undefined) return;
      model.off("msg:custom", heard);
      resolve(message.library);
    };
    model.on("msg:custom", heard);
    model.send({ ask: "library" });
  });
  if (!text) return null;
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  await import(url);
  URL.revokeObjectURL(url);
  return globalThis.vegaEmbed;
}

/** Colours are custom properties of the page, so that a drawing follows its theme and prints on white. */
const INK = "var(--cw-text)";
export const COLOURS = {
  ink: INK,
  soft: "var(--cw-soft)",
  line: "var(--cw-edge)",
  accent: "var(--cw-accent)",
  page: "var(--cw-page)",
};
const CONFIG = {
  background: "transparent",
  view: { stroke: null },
  axis: {
    labelColor: COLOURS.soft,
    titleColor: INK,
    domainColor: COLOURS.line,
    tickColor: COLOURS.line,
    gridColor: "var(--cw-line)",
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 10,
  },
  text: { color: INK, fontSize: 13 },
};

/**
 * The stage of an explorer inside `el`. `show({ said, draw, caption, heads, rows })` puts up one state: a sentence
 * that is read out, `draw(width)` a Vega-Lite specification or null, and the rows of the table.
 */
export function stage(model, el, state) {
  const controls = h("div", {
    class: "cw-controls",
    role: "group",
    "aria-label": `Choose what is shown: ${state.title}`,
  });
  const said = h("p", { class: "cw-said", role: "status" });
  const chart = h("div", { class: "cw-chart", role: "img" });
  const waiting = h("p", { class: "cw-waiting" }, "The drawing is being prepared; the table below is ready.");
  const caption = h(
    "figcaption",
    {},
    h("p", {}, h("b", {}, "What it shows. "), state.shows),
    h("p", {}, h("b", {}, "What it does not show. "), state.limits),
  );
  const table = h("details", { class: "cw-twin" });
  const extra = h("div", { class: "cw-extra" });
  const root = h(
    "section",
    { class: `cw cw-explorer cw-explorer-${state.view}`, "aria-label": state.title },
    h("p", { class: "cw-eyebrow" }, h("b", {}, "See for yourself"), ` ${state.title}`),
    controls,
    said,
    h("figure", {}, waiting, chart, extra, caption),
    table,
  );
  el.replaceChildren(keepKeys(root));

  let embed = null;
  let current = null;
  let shown = null;
  let ended = false;
  let turn = 0;
  let width = 0;

  async function draw() {
    if (!embed || !current || !width) return;
    turn += 1;
    const mine = turn;
    const spec = current.draw(width);
    chart.hidden = !spec;
    if (!spec) return;
    const place = h("div", { "aria-hidden": "true" }); // one name for the whole; the table says the rest
    const made = await embed(
      place,
      {
        $schema: "https://vega.github.io/schema/vega-lite/v6.json",
        config: { ...CONFIG, font: getComputedStyle(chart).fontFamily },
        ...spec,
      },
      {
        mode: "vega-lite",
        ast: true, // its expressions are interpreted, where a strict site refuses to make functions of them
        renderer: "svg",
        actions: false,
        tooltip: false,
        defaultStyle: false,
        loader: { target: "_blank", rel: "noopener noreferrer" },
      },
    );
    if (ended || mine !== turn) return void made.finalize();
    const before = shown;
    shown = made;
    chart.replaceChildren(place);
    if (before) before.finalize();
    chart.dataset.drawn = String(mine);
  }

  const room = new ResizeObserver(([{ contentRect }]) => {
    const now = Math.floor(contentRect.width);
    if (Math.abs(now - width) < 2) return;
    width = now;
    draw();
  });
  room.observe(controls);

  libraryOf(model)
    .catch(() => null)
    .then((found) => {
      embed = found;
      waiting.textContent =
        "The drawing needs the package vl-convert-python, which is not installed here; the table holds the same.";
      waiting.hidden = Boolean(found);
      if (!found) {
        chart.hidden = true;
        table.open = true;
      }
      return draw();
    });

  // on paper the table stands in for what is not drawn yet
  const print = () => {
    if (!shown) table.open = true;
  };
  addEventListener("beforeprint", print);

  return {
    controls,
    extra,
    show(next) {
      current = next;
      said.textContent = next.said;
      chart.setAttribute("aria-label", `${state.title}: ${next.said} The table below holds the same.`);
      const summary = h(
        "summary",
        {},
        `The same as a table (${next.rows.length === 1 ? "1 row" : `${next.rows.length} rows`})`,
      );
      table.replaceChildren(summary, tableOf(next.caption, next.heads, next.rows));
      return draw();
    },
    end() {
      ended = true;
      removeEventListener("beforeprint", print);
      room.disconnect();
      if (shown) shown.finalize();
    },
  };
}
