import { COLOURS, check, named, select, sourceLink } from "./parts.js";
import { h } from "./shared.js";

const nameOf = (row) => (row.drug === "ketamine" ? "Ketamine" : "Esketamine spray");

/** Two groups of 100 people, those with the outcome filled. */
function iconSpec(row, width) {
  const cell = Math.min(24, Math.floor(width / 22));
  const groups = [
    [nameOf(row), 0],
    ["Comparison", 11.5],
  ];
  const people = groups.flatMap(([, shift], group) =>
    Array.from({ length: 100 }, (_, index) => ({
      x: shift + (index % 10),
      y: Math.floor(index / 10),
      had: index < row.per_100[group] ? "yes" : "no",
    })),
  );
  const titles = groups.map(([name, shift], group) => ({
    x: shift - 0.4,
    name,
    text: `${row.per_100[group]} of 100 (${row.counts[2 * group]} of ${row.counts[2 * group + 1]})`,
  }));
  const x = { field: "x", type: "quantitative", scale: { domain: [-0.5, 21.5], nice: false, zero: false }, axis: null };
  const title = (field, y, more) => ({
    data: { values: titles },
    mark: { type: "text", align: "left", baseline: "middle", y, ...more },
    encoding: { x, text: { field } },
  });
  return {
    width: cell * 22,
    height: cell * 10,
    autosize: "none",
    padding: { left: 2, right: 2, top: 48, bottom: 4 },
    layer: [
      {
        data: { values: people },
        mark: {
          type: "point",
          shape: "circle",
          size: (cell * 0.62) ** 2,
          strokeWidth: 1.5,
          opacity: 1,
          stroke: COLOURS.accent,
        },
        encoding: {
          x,
          y: {
            field: "y",
            type: "quantitative",
            scale: { domain: [-0.5, 9.5], reverse: true, nice: false, zero: false },
            axis: null,
          },
          fill: { field: "had", legend: null, scale: { domain: ["yes", "no"], range: [COLOURS.accent, COLOURS.page] } },
        },
      },
      title("name", -34, { fontWeight: 600 }),
      title("text", -16, { fontSize: 12 }),
    ],
  };
}

/** One row of counts at a time, out of 100; the table holds all that fit the condition. */
export default function absolute(state, place) {
  let condition = state.start.condition;
  let others = false;
  let id = "";
  const keyed = state.rows.map((row, index) => ({ ...row, id: String(index) }));
  const fitting = () =>
    keyed.filter((row) => (others || row.status === "yes") && (condition === "all" || row.condition === condition));
  const offers = () => fitting().map((row) => [row.id, `${row.study}: ${row.outcome}, ${row.when}`]);

  const conditions = select("Condition", [["all", "All"]], "all", (value) => {
    condition = value;
    offer();
    show();
  });
  const results = select("Result", offers(), "", (value) => {
    id = value;
    show();
  });
  results.node.classList.add("cw-field-wide");
  place.controls.append(
    conditions.node,
    results.node,
    check("Offer also what is reported, not verified", (on) => {
      others = on;
      offer();
      show();
    }),
  );
  const facts = h("dl", { class: "cw-facts" });
  place.extra.append(facts);

  function offer() {
    const used = keyed.filter((row) => others || row.status === "yes");
    condition = conditions.fill(
      [["all", "All"], ...state.filters.condition.filter(([name]) => used.some((row) => row.condition === name))],
      condition,
    );
    id = results.fill(offers(), id);
  }

  function show() {
    const rows = fitting();
    const row = rows.find((one) => one.id === id);
    facts.replaceChildren(
      ...[
        ["Compared with", row.against],
        ["Difference per 100 people (95% interval)", row.text],
        ["Number needed to treat (95% interval)", row.nnt],
        ["How sure of the counts", state.statuses[row.status]],
      ].flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]),
      h("dt", {}, "Source"),
      h("dd", {}, sourceLink(row.href, row.study)),
    );
    return place.show({
      said: `${row.study}, ${row.outcome}, ${row.when}: ${row.per_100[0]} of 100 with ${row.drug}, ${row.per_100[1]} of 100 with ${row.against}.`,
      draw: (width) => iconSpec(row, width),
      caption: "All results of this condition with counts",
      heads: ["Study", "Outcome and time", "Drug", "Comparison", "Difference per 100", "NNT", "How sure of the counts"],
      rows: rows.map((one) => [
        named(`${one.study}${one === row ? " (drawn)" : ""}`, one),
        `${one.outcome}, ${one.when}`,
        ...[0, 1].map(
          (group) =>
            `${one.per_100[group]} of 100 (${one.counts[2 * group]} of ${one.counts[2 * group + 1]}), ${group ? one.against : one.drug}`,
        ),
        one.text,
        one.nnt,
        state.statuses[one.status],
      ]),
    });
  }

  offer();
  show();
}
