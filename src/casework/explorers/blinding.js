import { COLOURS, range, select } from "./parts.js";

const number = (value) => value.toFixed(2).replace("-", "−");
const percent = (rate) => `${Math.round(rate * 100)}%`;

function blindingSpec(rows, chosen, width) {
  const scale = { domain: [-0.5, 2.5], nice: false, zero: false };
  const x = {
    field: "rate",
    type: "quantitative",
    scale: { domain: [0.5, 1], nice: false },
    title: "share of people who guess their group rightly",
    axis: { format: "%", grid: false, tickCount: 5 },
  };
  const y = (field) => ({ field, type: "quantitative", scale, title: "measured difference, in units of spread" });
  return {
    data: { values: rows },
    width,
    height: 300,
    autosize: { type: "fit", contains: "padding" },
    layer: [
      {
        mark: { type: "area", opacity: 0.22, color: COLOURS.accent, clip: true },
        encoding: { x, y: y("low"), y2: { field: "high" } },
      },
      { data: { values: [{ none: 0 }] }, mark: { type: "rule", color: COLOURS.line }, encoding: { y: y("none") } },
      {
        data: { values: [{ effect: chosen.effect }] },
        mark: { type: "rule", color: COLOURS.ink, strokeDash: [6, 4], strokeWidth: 2 },
        encoding: { y: y("effect") },
      },
      {
        data: { values: [{ effect: chosen.effect, rate: 1, text: "true effect" }] },
        mark: { type: "text", align: "right", baseline: "top", dy: 5, dx: -4 },
        encoding: { x, y: y("effect"), text: { field: "text" } },
      },
      { mark: { type: "line", strokeWidth: 2.5, color: COLOURS.accent }, encoding: { x, y: y("mean") } },
      {
        transform: [{ filter: `abs(datum.rate - ${chosen.rate}) < 0.001` }],
        mark: { type: "rule", strokeWidth: 2, color: COLOURS.ink, clip: true },
        encoding: { x, y: y("low"), y2: { field: "high" } },
      },
      {
        transform: [{ filter: `abs(datum.rate - ${chosen.rate}) < 0.001` }],
        mark: { type: "point", filled: true, size: 130, opacity: 1, color: COLOURS.ink },
        encoding: { x, y: y("mean") },
      },
    ],
  };
}

/** The same trial while more and more people guess their group. */
export default function blinding(state, place) {
  const { grid } = state;
  const chosen = { ...state.start };
  const change = (name) => (value) => {
    chosen[name] = value;
    show();
  };
  place.controls.append(
    range("True effect of the drug", grid.effects, chosen.effect, (value) => value.toFixed(1), change("effect")),
    range(
      "Effect of believing one had the drug",
      grid.expectancies,
      chosen.expectancy,
      (value) => value.toFixed(1),
      change("expectancy"),
    ),
    range("Share who guess right", grid.rates, chosen.rate, percent, change("rate")),
    select(
      "People in each group",
      grid.sizes.map((size) => [String(size), String(size)]),
      String(chosen.size),
      (size) => change("size")(Number(size)),
    ).node,
  );

  function show() {
    const [expectancy, size] = [grid.expectancies.indexOf(chosen.expectancy), grid.sizes.indexOf(chosen.size)];
    const rows = grid.rates.map((rate, index) => {
      const mean = chosen.effect + grid.added[expectancy][index];
      const half = grid.half[size][expectancy][index];
      return { rate, mean, low: mean - half, high: mean + half };
    });
    const here = rows[grid.rates.indexOf(chosen.rate)];
    return place.show({
      said: `Simulation: when ${percent(chosen.rate)} guess right, a true effect of ${chosen.effect.toFixed(1)} is measured as ${number(here.mean)} on average (95 of 100 trials: ${number(here.low)} to ${number(here.high)}).`,
      draw: (width) => blindingSpec(rows, chosen, width),
      caption: `Simulation: true effect ${chosen.effect.toFixed(1)}, effect of belief ${chosen.expectancy.toFixed(1)}, ${chosen.size} people in each group`,
      heads: ["Share who guess right", "Measured difference, on average", "95 of 100 such trials", "Of this, belief"],
      rows: rows.map((row, index) => [
        percent(row.rate),
        number(row.mean),
        `${number(row.low)} to ${number(row.high)}`,
        number(grid.added[expectancy][index]),
      ]),
    });
  }

  show();
}
