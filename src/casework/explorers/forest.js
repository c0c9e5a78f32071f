import { COLOURS, check, named, select } from "./parts.js";
import { h } from "./shared.js";

const ALL = ["all", "All"];
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];
const SIDES = {
  right: ["for comparison", "for (es)ketamine"],
  left: ["for (es)ketamine", "for comparison"],
  neither: ["", ""],
};

const LETTER = 6.2; // pixels that a letter of twelve takes, about; one in bold takes more
const BOLD = 7.5;
const LINE = 15;

/** `text` in as many lines as `width` pixels make of it; no word is parted. */
function inLines(text, width, letter = LETTER) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) && longer.length * letter > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** What a result is of: the outcome and its time, where one is stated, and what the drug was compared with. */
function aboutRow({ outcome, when, against }) {
  const time = when === "time not stated" ? [] : [when]; // the table says so
  return [outcome, ...time, `against ${against}`].join(" · ");
}

/** Results with their intervals on one axis. A wide page has the words at the sides, a narrow one above each line. */
export function forestSpec(rows, axis, width) {
  const wide = width >= 620;
  const [side, end] = wide ? [Math.min(300, Math.max(238, width / 3)), 146] : [0, 0];
  const plot = width - side - end - 24;
  const about = rows.map((row) => inLines(aboutRow(row), wide ? side - 10 : plot));
  const names = rows.map(({ study }) => inLines(study, wide ? side - 10 : plot, BOLD));
  const deepest = (texts) => Math.max(...texts.map(({ length }) => length)) * LINE;
  const under = deepest(names) - LINE;
  const deep = deepest(about) + under;
  const step = deep + (wide ? 36 : 74);
  const height = rows.length * step;
  const ends = rows.flatMap((row) => [row.low ?? row.estimate, row.high ?? row.estimate]).concat(axis.none);
  let [low, high] = [Math.min(...ends), Math.max(...ends)];
  const pad = (high - low) * 0.06 || 1;
  [low, high] = axis.log ? [low / 1.25, high * 1.25] : [low - pad, high + pad];
  const ticks = axis.log ? STEPS.filter((tick) => tick >= low && tick <= high) : undefined;
  const thin = ticks && ticks.length > plot / 45 ? ticks.filter((tick) => /^(0\.0*)?10*$/.test(String(tick))) : ticks;
  const title = inLines(axis.short, plot);
  const below = (title.length - 1) * LINE;
  const x = (field) => ({
    field,
    type: "quantitative",
    scale: {
      domain: [low, high],
      type: axis.log ? "log" : "linear",
      nice: false,
      ...(axis.log ? {} : { zero: false }),
    },
    title: null,
    axis: {
      values: thin,
      tickCount: Math.max(3, Math.floor(plot / 90)),
      format: axis.log ? "~g" : undefined,
      grid: wide,
      title,
    },
  });
  const y = {
    field: "place",
    type: "ordinal",
    axis: null,
    scale: { domain: rows.map((_, place) => place), paddingInner: 0, paddingOuter: 0 },
  };
  const data = rows.map((row, place) => ({
    ...row,
    place,
    none: axis.none,
    line: about[place].join("\n"),
    name: names[place].join("\n"),
    drawn: row.status === "yes" ? "full" : "hollow",
    kind: row.pooled ? "pooled" : "one",
  }));
  const words = (field, dx, dy, more = {}) => ({
    mark: { type: "text", align: "left", baseline: "middle", dy, lineBreak: "\n", lineHeight: LINE, ...more },
    encoding: { y, x: { value: dx }, text: { field } },
  });
  const upper = -step / 2; // of a row, seen from its middle
  const drop = wide ? 0 : upper + deep + 40;
  const compared = new Set(rows.map(({ against }) => against));
  const [left, right] = SIDES[axis.better].map((text) =>
    compared.size === 1 ? text.replace("comparison", rows[0].against) : text,
  );
  return {
    data: { values: data },
    width: plot,
    height,
    autosize: "none",
    padding: { left: side + 12, right: end + 12, top: 6, bottom: 68 + below },
    layer: [
      wide
        ? {
            mark: { type: "rule", color: COLOURS.line, strokeDash: [4, 3] },
            data: { values: [{ none: axis.none }] },
            encoding: { x: x("none") },
          }
        : {
            mark: {
              type: "tick",
              orient: "vertical",
              size: 20,
              thickness: 1.5,
              color: COLOURS.line,
              opacity: 1,
              yOffset: drop,
            },
            encoding: { y, x: x("none") },
          }, // not through the words
      {
        transform: [{ filter: "datum.low !== null" }],
        mark: { type: "rule", strokeWidth: 2, color: COLOURS.ink, yOffset: drop },
        encoding: { y, x: x("low"), x2: { field: "high" } },
      },
      {
        mark: { type: "point", size: 130, strokeWidth: 2, opacity: 1, yOffset: drop, cursor: "pointer" },
        encoding: {
          y,
          x: x("estimate"),
          shape: { field: "kind", legend: null, scale: { domain: ["one", "pooled"], range: ["circle", "diamond"] } },
          fill: {
            field: "drawn",
            legend: null,
            scale: { domain: ["full", "hollow"], range: [COLOURS.accent, COLOURS.page] },
          },
          stroke: { value: COLOURS.accent },
          href: { field: "href" },
        },
      },
      ...(wide
        ? [
            words("name", -side, upper + 8, { baseline: "top", fontWeight: 600, fontSize: 12 }),
            words("line", -side, upper + 24 + under, { baseline: "top", color: COLOURS.soft, fontSize: 12 }),
            words("text", plot + 10, 0, { limit: end + 10, fontSize: 11.5 }),
          ]
        : [
            words("name", 0, upper + 5, { baseline: "top", fontWeight: 600 }),
            words("line", 0, upper + 22 + under, { baseline: "top", color: COLOURS.soft, fontSize: 12 }),
            words("text", 0, drop + 20, { color: COLOURS.soft, fontSize: 12 }),
          ]),
      ...[
        [left && `← ${left}`, 0, "left"],
        [right && `${right} →`, plot, "right"],
      ].map(([text, at, align]) => ({
        data: { values: [{ text: text || "" }] },
        mark: { type: "text", align, baseline: "top", fontSize: 11, color: COLOURS.soft, y: height + 50 + below },
        encoding: { x: { value: at }, text: { field: "text" } },
      })),
    ],
  };
}

/** Filters, drawing and table of the trials. */
export default function forest(state, place) {
  const chosen = {
    axis: state.start.axis,
    condition: state.start.condition,
    comparator: "all",
    time: "all",
    drug: "all",
  };
  let others = false;
  const filters = { condition: "Condition", comparator: "Compared with", time: "When", drug: "Drug" };
  const allowed = (row) => row.axis === chosen.axis && (others || row.status === "yes");

  const axis = select(
    "What is measured",
    Object.entries(state.axes).map(([id, { label }]) => [id, label]),
    chosen.axis,
    (id) => {
      chosen.axis = id;
      offer();
      show();
    },
  );
  axis.node.classList.add("cw-field-wide");
  const lists = Object.entries(filters).map(([name, label]) => [
    name,
    select(label, [ALL], "all", (id) => {
      chosen[name] = id;
      show();
    }),
  ]);
  place.controls.append(
    axis.node,
    ...lists.map(([, list]) => list.node),
    check("Show also what is reported, not verified", (on) => {
      others = on;
      offer();
      show();
    }),
  );

  /** Only groups that this axis has are offered. */
  function offer() {
    const rows = state.rows.filter(allowed);
    for (const [name, list] of lists) {
      const there = state.filters[name].filter(([id]) => rows.some((row) => row[name] === id));
      chosen[name] = list.fill([ALL, ...there], chosen[name]);
    }
  }

  const left = h(
    "details",
    { class: "cw-left-out" },
    h("summary", {}, "What is in our table and not drawn"),
    h("ul", {}, ...state.left_out.map(([reason, number]) => h("li", {}, `${number}: ${reason}`))),
  );
  const note = h("p", { class: "cw-note" });
  place.extra.append(note, left);

  function show() {
    const { label, note: about, ...scale } = state.axes[chosen.axis];
    const all = state.rows.filter(allowed);
    const rows = all.filter((row) =>
      Object.keys(filters).every((name) => chosen[name] === "all" || row[name] === chosen[name]),
    );
    const hidden = others ? 0 : state.rows.filter((row) => row.axis === chosen.axis && row.status !== "yes").length;
    note.textContent = about;
    return place.show({
      said:
        (rows.length
          ? `${rows.length} of ${all.length} results on this axis.`
          : "No result on this axis fits: widen a filter.") +
        (hidden ? ` ${hidden} more ${hidden === 1 ? "is" : "are"} reported, not verified.` : ""),
      draw: (width) => (rows.length ? forestSpec(rows, scale, width) : null),
      caption: label,
      heads: [
        "Study",
        "Outcome and time",
        "Compared with",
        "Drug, people",
        "Result (95% interval)",
        "How sure of the number",
      ],
      rows: rows.map((row) => [
        named(`${row.study}${row.pooled ? " (pooled)" : ""}`, row),
        `${row.outcome}, ${row.when}`,
        row.against,
        `${row.drug}, ${row.people ?? "number not read"}`,
        [row.text, row.note].filter(Boolean).join(", "),
        state.statuses[row.status],
      ]),
    });
  }

  offer();
  show();
}
