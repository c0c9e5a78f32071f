/** The rules of `casework.instruments` again, over the same data and by the same names; tested against each other. */

const NUMBERS = {
  sum: (values) => values.reduce((all, value) => all + value, 0),
  mean: (values) => Math.floor((NUMBERS.sum(values) / values.length) * 100 + 0.5) / 100,
  product: (values) => values.reduce((all, value) => all * value, 1),
  count: (values, atLeast) => values.filter((value) => value >= atLeast).length,
};

/** The options of one item. */
export const optionsOf = (form, item) => item.options || form.options;

function workOut(part, values) {
  const found = part.of.map((name) => values[name]);
  return found.includes(null) ? null : NUMBERS[part.rule](found, part.at_least);
}

/** True, false, or null where it is not known. */
function holds(limit, values, context) {
  let atLeast = limit.at_least;
  for (const [name, limits] of Object.entries(limit.at_least_by || {})) {
    atLeast = limits[context[name]];
    if (atLeast === undefined) return null;
  }
  const known = limit.of.map((name) => values[name]).filter((value) => value !== null);
  if (known.some((value) => (atLeast === undefined ? value < limit.below : value >= atLeast))) return true;
  return known.length === limit.of.length ? false : null;
}

function allHold(limits, values, context) {
  const found = (limits || []).map((limit) => holds(limit, values, context));
  return found.includes(false) ? false : found.includes(null) ? null : true;
}

function bandOf(bands, values, context) {
  if (bands.rule === "ranges") {
    const reached = values.total === null ? [] : bands.levels.filter(({ low }) => values.total >= low);
    return reached.length ? reached.reduce((high, level) => (level.low > high.low ? level : high)).name : null;
  }
  for (const level of bands.levels || []) {
    const found = allHold(level.when, values, context);
    if (found !== false) return found ? level.name : null;
  }
  return null;
}

/** Item id to its code, or to null where there is none that the item has. */
export function codesOf(form, response) {
  return Object.fromEntries(form.items.map((item) => {
    const code = response?.[item.id];
    return [item.id, optionsOf(form, item).some((option) => option.code === code) ? code : null];
  }));
}

/**
 * What one person's answers come to; the fields are those of Python's `Score`, but `why` is a list of sentences.
 * `named` makes a phrase of the ids of unanswered items.
 */
export function score(form, response, context = {}, named = (ids) => ids.join(", ")) {
  const { scoring, bands } = form;
  const points = codesOf(form, response);
  const missing = Object.keys(points).filter((id) => points[id] === null);
  for (const item of form.items) {
    if (!(scoring.reverse || []).includes(item.id) || points[item.id] === null) continue;
    const codes = optionsOf(form, item).map(({ code }) => code);
    points[item.id] = Math.min(...codes) + Math.max(...codes) - points[item.id];
  }
  const values = { ...points };
  const numbers = (parts) => Object.fromEntries((parts || []).map((part) => [part.name, (values[part.name] = workOut(part, values))]));
  const steps = numbers(scoring.steps);
  const subscales = numbers(scoring.subscales);
  const total = (values.total = scoring.total ? workOut(scoring.total, values) : null);
  const held = Object.entries({ ...form.cutoffs, ...form.flags }).map(([name, flag]) => [name, allHold(flag.when, values, context)]);
  const band = bands ? bandOf(bands, values, context) : null;
  const those = (wanted) => held.filter(([, found]) => found === wanted).map(([name]) => name);

  const openTotal = total === null && scoring.total;
  const openBand = band === null && bands && bands.rule !== "none";
  const why = [];
  if (total === null && scoring.no_total) why.push(scoring.no_total);
  if (missing.length && (openTotal || openBand)) {
    why.push(`${openTotal ? "No total" : "The band is open"}: ${named(missing)} not answered.`, scoring.missing.text);
  }
  if (openBand && !missing.length) {
    for (const [name, { text }] of Object.entries(form.context || {})) {
      if (context[name] == null) why.push(`The band is open, because ${name} was not given. ${text}`);
    }
  }
  return { total, band, flags: those(true), undecided: those(null), subscales, steps, missing, points, why };
}
