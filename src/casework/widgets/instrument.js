/** The rules of `casework.instruments` again, over the same data and by the same names; tested against each other. */

const NUMBERS = {
  sum: (values) => values.reduce((all, value) => all + value, 0),
  mean: (values) => Math.floor((NUMBERS.sum(values) / values.length) * 100 + 0.5) / 100,
  product: (values) => values.reduce((all, value) => all * value, 1),
  count: (values, atLeast) => values.filter((value) => value >= atLeast).length,
};

/** The options of one item. */
export const optionsOf = (form, item) => item.options || form.options;

/** The two ends of one part, as an open answer leaves them: its lowest and its highest. */
const workOut = (part, spans) =>
  [0, 1].map((end) =>
    NUMBERS[part.rule](
      part.of.map((name) => spans[name][end]),
      part.at_least,
    ),
  );

/** The number itself, or null where its ends differ. */
const known = ([low, high]) => (low === high ? low : null);

/** True, false, or null where it is still open: where what was not given, such as a person's sex, could change it. */
function holds(limit, spans, context) {
  const found = new Set(limitsOf(limit, context).map((atLeast) => reached(limit, atLeast, spans)));
  return found.size === 1 ? [...found][0] : null;
}

/** The limits that may hold: one, or that of each value which is not given. */
function limitsOf(limit, context) {
  for (const [name, limits] of Object.entries(limit.at_least_by || {}))
    return context[name] == null ? Object.values(limits) : [limits[context[name]]];
  return [limit.at_least];
}

function reached(limit, atLeast, spans) {
  const reaches = (value) => (atLeast == null ? value < limit.below : value >= atLeast);
  const found = limit.of.map((name) => spans[name].map(reaches));
  if (found.some((ends) => !ends.includes(false))) return true;
  return found.some((ends) => ends.includes(true)) ? null : false;
}

function allHold(limits, spans, context) {
  const found = (limits || []).map((limit) => holds(limit, spans, context));
  return found.includes(false) ? false : found.includes(null) ? null : true;
}

function rangeOf(bands, total) {
  const reached = bands.levels.filter(({ low }) => total >= low);
  return reached.length ? reached.reduce((high, level) => (level.low > high.low ? level : high)).name : null;
}

function bandOf(bands, spans, context) {
  if (bands.rule === "ranges") {
    const [low, high] = spans.total.map((end) => rangeOf(bands, end));
    return low === high ? low : null;
  }
  for (const level of bands.levels || []) {
    const found = allHold(level.when, spans, context);
    if (found !== false) return found ? level.name : null;
  }
  return null;
}

/** Item id to its code, or to null where there is none that the item has. */
export function codesOf(form, response) {
  return Object.fromEntries(
    form.items.map((item) => {
      const code = response?.[item.id];
      return [item.id, optionsOf(form, item).some((option) => option.code === code) ? code : null];
    }),
  );
}

/** Item id to the code that counts, for what a form's own rule lets a person leave out and was left out. */
export function skippedOf(form, codes) {
  const filled = {};
  for (const skip of form.scoring.skips || []) {
    const answers = { ...codes, ...filled };
    const given = Object.entries(answers).filter(([, code]) => code !== null);
    const spans = Object.fromEntries(given.map(([name, code]) => [name, [code, code]]));
    const asked = skip.when.every(({ of }) => of.every((name) => name in spans));
    const contradicted = skip.left_out.some((name) => answers[name] !== null && answers[name] !== skip.counts_as);
    if (!asked || contradicted || !allHold(skip.when, spans, {})) continue;
    for (const name of skip.left_out) if (answers[name] === null) filled[name] = skip.counts_as;
  }
  return filled;
}

/**
 * What one person's answers come to; the fields are those of Python's `Score`, but `why` is a list of sentences.
 * `named` makes a phrase of the ids of unanswered items.
 */
export function score(form, response, context = {}, named = (ids) => ids.join(", ")) {
  const { scoring, bands } = form;
  const given = codesOf(form, response);
  const leftOut = skippedOf(form, given);
  const points = { ...given, ...leftOut };
  const missing = Object.keys(points).filter((id) => points[id] === null);
  const spans = {};
  for (const item of form.items) {
    const codes = optionsOf(form, item).map(({ code }) => code);
    const [low, high] = [Math.min(...codes), Math.max(...codes)];
    if (points[item.id] === null) {
      spans[item.id] = [low, high];
      continue;
    }
    if ((scoring.reverse || []).includes(item.id)) points[item.id] = low + high - points[item.id];
    spans[item.id] = [points[item.id], points[item.id]];
  }
  const work = (parts) => {
    for (const part of parts) spans[part.name] = workOut(part, spans);
    return Object.fromEntries(parts.map(({ name }) => [name, known(spans[name])]));
  };
  const steps = work(scoring.steps || []);
  const subscales = work(scoring.subscales || []);
  if (scoring.total) spans.total = workOut(scoring.total, spans);
  const total = scoring.total ? known(spans.total) : null;
  const between = scoring.total && total === null ? spans.total : null;
  const held = Object.entries({ ...form.cutoffs, ...form.flags }).map(([name, flag]) => [
    name,
    allHold(flag.when, spans, context),
  ]);
  const band = bands ? bandOf(bands, spans, context) : null;
  const those = (wanted) => held.filter(([, found]) => found === wanted).map(([name]) => name);

  const openBand = band === null && bands && bands.rule !== "none";
  const why = [];
  for (const { left_out, counts_as } of scoring.skips || []) {
    const ids = left_out.filter((id) => id in leftOut);
    const [was, counts] = ids.length === 1 ? ["was", "counts"] : ["were", "count"];
    if (ids.length) why.push(`${named(ids)} ${was} left out by the form's own rule and ${counts} ${counts_as}.`);
  }
  if (total === null && scoring.no_total) why.push(scoring.no_total);
  if (missing.length && (between || openBand)) {
    why.push(`${between ? "No total" : "The band is open"}: ${named(missing)} not answered.`, scoring.missing.text);
  }
  if (between && String(between) !== String(scoring.total.range)) {
    why.push(`Whatever is answered there, the total is at least ${between[0]} and at most ${between[1]}.`);
  }
  if (openBand && !missing.length) {
    for (const [name, { text }] of Object.entries(form.context || {})) {
      if (context[name] == null) why.push(`The band is open, because ${name} was not given. ${text}`);
    }
  }
  return {
    total,
    between,
    band,
    flags: those(true),
    undecided: those(null),
    subscales,
    steps,
    missing,
    skipped: Object.keys(leftOut),
    points,
    why,
  };
}
