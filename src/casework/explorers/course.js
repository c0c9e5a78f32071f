import { COLOURS, select, sourceLink } from "./parts.js";

const DIFFERENCE = "difference";
const MODES = [
  ["groups", "Each group"],
  [DIFFERENCE, "The difference"],
];
const number = (value) => value.toFixed(1).replace("-", "−");
const spanOf = ([mid, low, high]) => `${number(mid)} (${number(low)} to ${number(high)})`;

function courseSpec(study, mode, width) {
  const names = mode === DIFFERENCE ? ["ketamine minus comparison"] : ["ketamine", study.against];
  const values = study.points.flatMap((point) =>
    (mode === DIFFERENCE ? [point.difference] : [point.treat, point.control]).map(([mid, low, high], index) => ({
      day: point.hours / 24 + (index ? 0.12 : 0),
      mid,
      low,
      high,
      group: names[index],
    })),
  );
  const last = Math.ceil(study.points.at(-1).hours / 24);
  const x = {
    field: "day",
    type: "quantitative",
    scale: { domain: [0, last + 0.4], nice: false },
    title: "days after the dose",
    axis: { grid: false, tickCount: Math.min(last, Math.floor(width / 60)), format: "d" },
  };
  const y = (field) => ({
    field,
    type: "quantitative",
    scale: { domain: mode === DIFFERENCE ? [-60, 60] : [0, 100] },
    title: mode === DIFFERENCE ? "more (or fewer) of 100 with ketamine" : "people of 100 with the outcome",
  });
  const by = (range) => ({
    field: "group",
    scale: { domain: names, range },
    title: null,
    legend: { orient: "top", labelColor: COLOURS.ink, labelFontSize: 13, labelLimit: 260, symbolSize: 90 },
  });
  const colour = by([COLOURS.accent, COLOURS.ink]);
  return {
    data: { values },
    width,
    height: 300,
    autosize: { type: "fit", contains: "padding" },
    layer: [
      ...(mode === DIFFERENCE
        ? [
            {
              data: { values: [{ none: 0 }] },
              mark: { type: "rule", color: COLOURS.line, strokeDash: [4, 3] },
              encoding: { y: y("none") },
            },
          ]
        : []),
      {
        mark: { type: "rule", strokeWidth: 1.5, opacity: 0.7 },
        encoding: { x, y: y("low"), y2: { field: "high" }, color: colour },
      },
      {
        mark: { type: "line", strokeWidth: 2 },
        encoding: {
          x,
          y: y("mid"),
          color: colour,
          strokeDash: by([
            [1, 0],
            [5, 4],
          ]),
        },
      },
      {
        mark: { type: "point", filled: true, size: 90, opacity: 1 },
        encoding: { x, y: y("mid"), color: colour, shape: by(["circle", "square"]) },
      },
    ],
  };
}

/** One study at a time, from the dose on. */
export default function course(state, place) {
  let study = state.studies[0];
  let mode = "groups";
  place.controls.append(
    Object.assign(
      select(
        "Study",
        state.studies.map(({ id, label }) => [id, label]),
        study.id,
        (id) => {
          study = state.studies.find((one) => one.id === id);
          show();
        },
      ).node,
      { className: "cw-field cw-field-wide" },
    ),
    select("Draw", MODES, mode, (id) => {
      mode = id;
      show();
    }).node,
  );
  const note = document.createElement("p");
  note.className = "cw-note";
  place.extra.append(note);

  function show() {
    note.replaceChildren(
      `${study.note} Study: ${study.study}, ${study.outcome}; `,
      sourceLink(study.href, study.study),
      ".",
    );
    const [first, end] = [study.points[0], study.points.at(-1)];
    return place.show({
      said: `${study.label}: ${first.counts[0]} of ${first.counts[1]} and ${first.counts[2]} of ${first.counts[3]} at ${first.when}; ${end.counts[0]} of ${end.counts[1]} and ${end.counts[2]} of ${end.counts[3]} at ${end.when}.`,
      draw: (width) => courseSpec(study, mode, width),
      caption: study.label,
      heads: [
        "When",
        "Ketamine, of 100 (95% interval)",
        `${study.against}, of 100 (95% interval)`,
        "Difference per 100 (95% interval)",
      ],
      rows: study.points.map((point) => [
        point.when,
        `${spanOf(point.treat)}: ${point.counts[0]} of ${point.counts[1]}`,
        `${spanOf(point.control)}: ${point.counts[2]} of ${point.counts[3]}`,
        spanOf(point.difference),
      ]),
    });
  }

  show();
}
