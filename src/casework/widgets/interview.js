import { BOND } from "./constants.js";
import { edgesOf, scrollerOf } from "./scroll.js";
import { beside, count, follow, frame, h, linked, mark, percent, reply, svg } from "./shared.js";

const GAP = 8; // pixels between what has to be seen and the edge
const KEPT = 3; // lines of the last reply that stay in sight where not all choices do

const OUTCOMES = {
  sound: ["right", "A sound ending"],
  stop: ["right", "Stopped, for safety"],
  mixed: ["missed", "A mixed ending"],
  harm: ["wrong", "An ending that did harm"],
};

/** Where a path leads. A choice that cannot be taken ends the path there: `whole` is then false. */
export function walk(content, response) {
  const path = Array.isArray(response) ? response : [];
  const state = { node: content.start, steps: [], alliance: {}, learnt: [], covered: [], told: [] };
  for (const partner of Object.keys(content.partners)) state.alliance[partner] = 0;
  for (const id of path) {
    const choices = content.nodes[state.node].choices || {};
    if (typeof id !== "string" || !Object.hasOwn(choices, id)) break;
    const step = choices[id];
    state.steps.push({ id, step, from: state.node });
    state.node = step.next;
    for (const [partner, change] of Object.entries(step.alliance || {})) {
      state.alliance[partner] = Math.max(-BOND, Math.min(BOND, state.alliance[partner] + change));
    }
    for (const [name, topics] of [
      ["learnt", step.learns],
      ["covered", step.covers],
      ["told", step.tells],
    ]) {
      state[name] = [...new Set([...state[name], ...(topics || [])])];
    }
  }
  state.end = content.nodes[state.node].end;
  state.whole = state.steps.length === path.length;
  return state;
}

const safetyOf = (content) =>
  Object.entries(content.topics || {})
    .filter(([, topic]) => topic.safety)
    .map(([id]) => id);

/** Whether an end is reached. */
export function isComplete(content, response) {
  const { end, whole } = walk(content, response);
  return Boolean(end) && whole;
}

/** Whether a walked path reached an end, covered every safety topic and took no unsafe step. */
function isSound(content, { steps, covered, end }) {
  return (
    Boolean(end) &&
    safetyOf(content).every((topic) => covered.includes(topic)) &&
    !steps.some(({ step }) => step.quality < 0)
  );
}

/** Share of the best path's points; at most half where the path is not sound. The same rule as `casework.scoring`. */
export function credit(content, response) {
  const walked = walk(content, response);
  const taken = new Map(walked.steps.map(({ id, step }) => [id, step.quality || 0]));
  const points = [...taken.values()].reduce((sum, each) => sum + each, 0);
  const share = Math.max(0, Math.min(1, points / content.best));
  return isSound(content, walked) ? share : Math.min(0.5, share);
}

/**
 * How many steps there are from each moment to an end: the fewest, the most (without limit where one may go round in
 * circles), and the mean of a walk that takes every choice equally often.
 */
export function remaining({ nodes }) {
  const ids = Object.keys(nodes);
  const ways = Object.fromEntries(
    ids.map((id) => [id, Object.values(nodes[id].choices || {}).map(({ next }) => next)]),
  );
  const fewest = {};
  const mean = {};
  const most = {};
  for (const id of ids) fewest[id] = mean[id] = ways[id].length ? Number.POSITIVE_INFINITY : 0;
  for (let settled = false; !settled; ) {
    settled = true;
    for (const id of ids.filter((one) => ways[one].length)) {
      const found = 1 + Math.min(...ways[id].map((next) => fewest[next]));
      if (found < fewest[id]) {
        fewest[id] = found;
        settled = false;
      }
    }
  }
  for (const id of ids) mean[id] = fewest[id];
  for (let round = 0, moved = 1; round < 500 && moved > 0.01; round += 1) {
    moved = 0;
    for (const id of [...ids].reverse().filter((one) => ways[one].length)) {
      const found = 1 + ways[id].reduce((sum, next) => sum + mean[next], 0) / ways[id].length;
      moved = Math.max(moved, Math.abs(found - mean[id]));
      mean[id] = found;
    }
  }
  const farthest = (id, passed) => {
    if (passed.has(id)) return Number.POSITIVE_INFINITY;
    if (!(id in most)) {
      const further = new Set(passed).add(id);
      most[id] = ways[id].length ? 1 + Math.max(...ways[id].map((next) => farthest(next, further))) : 0;
    }
    return most[id];
  };
  for (const id of ids) farthest(id, new Set());
  return Object.fromEntries(ids.map((id) => [id, { fewest: fewest[id], most: most[id], mean: mean[id] }]));
}

const PLACES = [
  [0, "At the beginning"],
  [0.18, "A little way in"],
  [0.29, "About a quarter of the way"],
  [0.42, "About a third of the way"],
  [0.58, "About half way"],
  [0.71, "About two thirds of the way"],
  [0.86, "About three quarters of the way"],
  [1, "Near the end"],
];

/** Where one stands after `taken` steps, in words: a guess at the share, and what is certain of the steps to come. */
export function placeOf(taken, { fewest, most, mean }) {
  const share = taken / (taken + mean);
  const [, words] = PLACES.find(([limit]) => share <= limit);
  const left =
    most === fewest ? count(most, "step") : most < 1 / 0 ? `${fewest} to ${most} steps` : `${fewest} or more steps`;
  return `${words}, ${left} left`;
}

const bond = (steps) =>
  steps < -2 ? "at risk" : steps < 0 ? "strained" : steps === 0 ? "open" : steps < 3 ? "growing" : "firm";
const signed = (steps) => (steps > 0 ? `+${steps}` : String(steps).replace("-", "−"));

/** One stretch of the map: the step taken, and below it the ways not taken. */
function stretch(label, sign, others, first, last) {
  const line = (d) => svg("path", { d, fill: "none", stroke: "currentColor", "stroke-width": 1.5 });
  const stubs = Array.from({ length: others }, (_, n) => {
    const x = 28 + (n - (others - 1) / 2) * 15;
    return [
      line(`M28 40 Q28 50 ${x} 56`),
      svg("circle", { cx: x, cy: 61, r: 4, fill: "none", stroke: "currentColor", "stroke-width": 1.2 }),
    ];
  });
  const text = (y, size, words) => {
    const node = svg("text", {
      x: 28,
      y,
      "text-anchor": "middle",
      "font-size": size,
      fill: "currentColor",
      "font-weight": 600,
    });
    node.textContent = words;
    return node;
  };
  return svg(
    "svg",
    { viewBox: "0 0 56 68", width: 56, height: 68 },
    !first && line("M0 28H16"),
    !last && line("M40 28H56"),
    ...stubs.flat(),
    last
      ? svg("rect", {
          x: 16,
          y: 16,
          width: 24,
          height: 24,
          rx: 3,
          fill: "none",
          stroke: "currentColor",
          "stroke-width": 2.5,
        })
      : svg("circle", {
          cx: 28,
          cy: 28,
          r: 12,
          fill: "none",
          stroke: "currentColor",
          "stroke-width": sign === "✓" ? 2.5 : 1.5,
        }),
    text(last ? 31.5 : 32.5, last ? 10 : 13, label),
    text(11, 12, sign),
  );
}

function render({ model, el }) {
  const { content, practice, root, body, actions, status, lesson, end } = frame(
    { model, el },
    "Choose what you say or do next. You can go back.",
  );
  const topics = content.topics || {};
  const told = (id) =>
    topics[id].text + (topics[id].private_to ? ` (told alone by ${content.partners[topics[id].private_to]})` : "");
  const speaking = new Set(Object.values(content.nodes).flatMap((node) => (node.lines || []).map((line) => line.who)));
  const sides = Object.keys(content.partners);
  const present = Object.keys(content.partners).filter((partner) => speaking.has(partner));
  const allied =
    practice &&
    Object.values(content.nodes).some((node) => Object.values(node.choices || {}).some((step) => step.alliance));

  const talk = h("div", { class: "cw-talk", role: "log", "aria-label": "The conversation" });
  const place = h("span", { class: "cw-place" });
  const asked = h("p", { class: "cw-head cw-asked", tabindex: "-1" }, "What do you say or do next? ", place);
  const rest = remaining(content);
  const next = h("div", { class: "cw-next" });
  const title = h("p", { class: "cw-head cw-title", tabindex: "-1" }, practice ? "Debrief" : "Your path");
  const debrief = h("div", { class: "cw-debrief", hidden: true }, title);
  const gist = h("span", { class: "cw-gist" });
  const account = h("div", {});
  const aside = h("details", { class: "cw-aside" }, h("summary", {}, "So far", gist), account);
  const room = h("div", {}, talk, status, asked, next);
  const settle = beside(body, aside, room);
  root.insertBefore(debrief, lesson);
  const undo = h(
    "button",
    { type: "button", onclick: () => go(walked().slice(0, -1), "One step taken back.", undo) },
    "Undo one step",
  );
  const again = h(
    "button",
    {
      type: "button",
      onclick: () => {
        left = walked();
        go([], "Back at the start.", back);
      },
    },
    "Start over",
  );
  const back = h(
    "button",
    { type: "button", onclick: () => go(left, "Your path is back.", again) },
    "Bring my path back",
  );
  actions.append(undo, again, back);
  let left = []; // the path before the last start over
  let shown = null; // ids of the steps on the page

  const walked = () => walk(content, model.get("response")).steps.map(({ id }) => id);

  function go(path, said, focused) {
    reply(model, path);
    status.textContent = said;
    arrive(focused);
  }

  function arrive(focused) {
    [focused, asked, title].find((aim) => aim && !aim.hidden).focus({ preventScroll: true });
    showTogether();
  }

  /**
   * Scroll no further than is needed to see the end of the last reply and all choices; where there is no room for all,
   * more of the reply stays, with as many choices as fit.
   */
  function showTogether() {
    const scroller = scrollerOf(root);
    const over = aside.offsetLeft === room.offsetLeft; // on a narrow page it lies over the conversation
    if (over) aside.open = false;
    const edges = edgesOf(scroller);
    const top = edges.top + Number.parseFloat(getComputedStyle(aside).top || 0) + (over ? aside.offsetHeight : 0) + GAP;
    const bottom = edges.bottom - GAP;
    const moment = talk.lastElementChild;
    const heard = moment.lastElementChild.getBoundingClientRect();
    const below = (next.lastElementChild || moment).getBoundingClientRect().bottom - bottom;
    const line = Number.parseFloat(getComputedStyle(moment).lineHeight);
    /** How far one may scroll and still see so many lines of the reply. */
    const past = (lines) => heard.bottom - Math.min(heard.height, lines * line) - top;
    const down = below <= past(1) ? below : past(KEPT);
    const up = moment.getBoundingClientRect().top - top;
    scroller.scrollBy({ top: down > 0 ? down : Math.min(0, Math.max(up, down)), behavior: "instant" });
  }

  function choose(id) {
    const before = walk(content, model.get("response"));
    left = [];
    reply(model, [...before.steps.map((step) => step.id), id]);
    const after = walk(content, model.get("response"));
    const fresh = (name) =>
      after[name].filter((topic) => !before[name].includes(topic)).map((topic) => topics[topic].text);
    const said = [];
    const bonds = present
      .filter((partner) => allied && after.alliance[partner] !== before.alliance[partner])
      .map(
        (partner) =>
          `${content.partners[partner]}: ${bond(after.alliance[partner])}, ${signed(after.alliance[partner])}.`,
      );
    if (fresh("learnt").length) said.push(`Learnt: ${fresh("learnt").join("; ")}.`);
    if (fresh("covered").length) said.push(`Safety covered: ${fresh("covered").join("; ")}.`);
    if (after.end) said.push(`The session has ended${practice ? ": the debrief follows" : ""}.`);
    // on a narrow page "So far" shows the same, and the choices need the room
    status.replaceChildren(h("span", { class: "cw-gained" }, [...bonds, ...said].join(" ")));
    arrive();
  }

  /** The couple's emblem, in which the lines of one partner stand out. */
  const emblem = (who) =>
    content.emblem &&
    svg(
      "svg",
      { class: "cw-emblem", viewBox: "0 0 34 34", "aria-hidden": "true" },
      ...Object.entries(content.emblem).map(([of, d]) => svg("path", { d, class: of === who ? "cw-own" : "" })),
    );

  /** One thing that is said. Each partner has a side of the room; the name is seen where one begins to speak. */
  function spoken({ who, text }, begins) {
    const side = sides.indexOf(who);
    const name = h("b", { class: begins ? null : "cw-heard" }, side < 0 ? "You" : content.partners[who]);
    return h(
      "p",
      { class: `cw-line ${["cw-you", "cw-one", "cw-two"][side + 1]}` },
      side >= 0 && begins && emblem(who),
      name,
      ` ${text}`,
    );
  }

  /** What is heard on arriving at a node, after the trainee's own step. */
  function moment(step, { scene, lines, end: ending }) {
    // an ending is called sound only where the way to it was
    const outcome =
      ending && ending.outcome === "sound" && !isSound(content, walk(content, model.get("response")))
        ? "mixed"
        : ending?.outcome;
    return h(
      "div",
      { class: "cw-moment" },
      step && spoken({ text: step.text }, true),
      scene && h("p", { class: "cw-scene" }, scene),
      ...(lines || []).map((line, n) => spoken(line, lines[n - 1]?.who !== line.who)),
      ending &&
        h(
          "div",
          { class: "cw-end" },
          h(
            "p",
            {},
            h("b", {}, ending.title),
            " ",
            practice && outcome && mark(OUTCOMES[outcome][0], { [OUTCOMES[outcome][0]]: OUTCOMES[outcome][1] }),
          ),
          h("p", {}, ending.text),
        ),
    );
  }

  function list(heading, entries, none) {
    return [
      h("p", { class: "cw-head" }, heading),
      entries.length
        ? h("ul", {}, ...entries.map((entry) => h("li", {}, ...[entry].flat())))
        : h("p", { class: "cw-none" }, none),
    ];
  }

  function drawAccount({ alliance, learnt, covered, end: ended }) {
    const safety = safetyOf(content);
    const short = allied ? present.map((partner) => `${content.partners[partner]} ${signed(alliance[partner])}`) : [];
    if (practice && safety.length) short.push(`safety ${covered.length} of ${safety.length}`);
    gist.textContent = short.join(" · ");
    const missed = practice && ended ? safety.filter((topic) => !covered.includes(topic)) : [];
    account.replaceChildren(
      ...(allied
        ? [
            h("p", { class: "cw-head" }, "Alliance"),
            ...present.map((partner) =>
              h(
                "p",
                { class: `cw-bond ${["cw-one", "cw-two"][sides.indexOf(partner)]}` },
                h(
                  "span",
                  {},
                  emblem(partner),
                  h("b", {}, content.partners[partner]),
                  ` ${bond(alliance[partner])}, ${signed(alliance[partner])}`,
                ),
                h(
                  "span",
                  { class: "cw-meter", "aria-hidden": "true" },
                  ...Array.from({ length: 2 * BOND + 1 }, (_, n) => {
                    const at = n - BOND;
                    const on = at && at * alliance[partner] > 0 && Math.abs(at) <= Math.abs(alliance[partner]);
                    return h("i", { class: at ? (on ? "cw-on" : null) : "cw-zero" });
                  }),
                ),
              ),
            ),
          ]
        : []),
      ...list("Learnt", learnt.map(told), "Nothing yet"),
      ...(safety.length
        ? list(
            practice ? `Safety: ${covered.length} of ${count(safety.length, "point")}` : "Safety points covered",
            [
              ...covered.map((topic) => [mark("right", { right: "Covered:" }), ` ${topics[topic].text}`]),
              ...missed.map((topic) => [mark("missed", { missed: "Missed:" }), ` ${topics[topic].text}`]),
            ],
            "None yet",
          )
        : []),
    );
  }

  /** How good a choice was beside the others of its moment. */
  function judged(step, choices) {
    if (!practice || !content.best) return null;
    const [own, most] = [step.quality || 0, Math.max(...Object.values(choices).map((other) => other.quality || 0))];
    if (own < 0) return ["wrong", "Unsafe"];
    if (own === most) return most ? ["right", "Strong"] : null;
    return own ? ["missed", "In part"] : ["wrong", "Not here"];
  }

  function drawDebrief({ steps, covered, told: passed, end: ended }) {
    debrief.replaceChildren(title);
    debrief.hidden = !ended;
    if (!ended) return;
    const all = steps.map(({ step, from }) => ({
      step,
      choices: content.nodes[from].choices,
      of: judged(step, content.nodes[from].choices),
    }));
    const sign = { right: "✓", missed: "○", wrong: "✗" };
    const missed = practice ? safetyOf(content).filter((topic) => !covered.includes(topic)) : [];
    debrief.append(
      h(
        "div",
        {
          class: "cw-map",
          role: "img",
          "aria-label": `Map of your path: ${count(steps.length, "step")} and the end. The list below says the same in words.`,
        },
        ...all.map(({ choices, of }, n) =>
          stretch(String(n + 1), of ? sign[of[0]] : "", Object.keys(choices).length - 1, n === 0, false),
        ),
        stretch("end", "", 0, false, true),
      ),
      h(
        "p",
        { class: "cw-legend", "aria-hidden": "true" },
        "Numbers are your steps; the small circles below them are ways you did not take.",
      ),
      practice && content.best
        ? h(
            "p",
            {},
            `Your path earns ${percent(credit(content, model.get("response")))} of what the best ` +
              "path earns. Whatever its points, a path with an unsafe step or a missed safety point earns at most half.",
          )
        : "",
      ...(missed.length
        ? list(
            "Safety points missed",
            missed.map((topic) => topics[topic].text),
          )
        : []),
      ...(practice && passed.length ? list("Told alone, and passed on by you", passed.map(told)) : []),
      practice ? h("p", { class: "cw-head" }, "Each of your choices") : "",
      h(
        "ol",
        { class: "cw-path" },
        ...all.map(({ step, choices, of }) => {
          const others = Object.values(choices).filter((other) => other !== step);
          return h(
            "li",
            {},
            h("p", {}, h("b", {}, step.text), " ", of && mark(of[0], { [of[0]]: of[1] })),
            practice && step.reason && h("p", {}, step.reason),
            practice && step.page && h("p", { class: "cw-source" }, "To read: ", ...linked(model, step.page)),
            others.length > 0 &&
              h(
                "details",
                {},
                h("summary", {}, count(others.length, "other way", "other ways")),
                h(
                  "ul",
                  {},
                  ...others.map((other) =>
                    h("li", {}, h("b", {}, other.text), practice && other.reason && ` ${other.reason}`),
                  ),
                ),
              ),
          );
        }),
      ),
    );
  }

  const stop = follow(model, () => {
    const state = walk(content, model.get("response"));
    const ids = state.steps.map(({ id }) => id);
    if (!shown) talk.append(moment(null, content.nodes[content.start]));
    let same = 0;
    while (shown && same < ids.length && shown[same] === ids[same]) same += 1;
    while (talk.children.length > same + 1) talk.lastElementChild.remove();
    for (const { step } of state.steps.slice(same)) talk.append(moment(step, content.nodes[step.next]));
    shown = ids;
    const choices = Object.entries(content.nodes[state.node].choices || {});
    asked.hidden = Boolean(state.end);
    place.textContent = state.end ? "" : placeOf(ids.length, rest[state.node]);
    next.replaceChildren(
      ...choices.map(([id, { text }]) =>
        h(
          "button",
          { type: "button", onclick: () => choose(id) },
          text,
          ids.includes(id) && h("span", { class: "cw-before" }, " taken before"),
        ),
      ),
    );
    drawAccount(state);
    drawDebrief(state);
    undo.hidden = again.hidden = !ids.length;
    back.hidden = ids.length > 0 || !left.length;
    lesson.hidden = !(state.end && practice && content.takeaway);
    if (!state.whole) status.textContent = "A saved path did not fit this interview any more: it is kept up to here.";
  });
  return () => {
    settle();
    stop();
    end();
  };
}

export default { render, isComplete, credit };
