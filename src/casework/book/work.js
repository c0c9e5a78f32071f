/**
 * The page *Your work*: what this browser keeps of the course, in plain words; all of it as one file, and back; the id
 * that is entered once; and clearing this computer.
 */

import { isGiven, isPlain, PRACTICE } from "./answers.js";
import { ASIDE, BAD_ID, MAX_WORK } from "./constants.js";
import { listed } from "./earlier.js";
import { copyOf, download, fileField } from "./file.js";
import { comeBack, enter, isTrainee, leave, ownersOf, READER, rename, traineeOf } from "./people.js";
import { count, h } from "./shared.js";
import { bring, opened, ownerOf, packed, partsOf, TOO_LARGE } from "./work-file.js";

const NOTHING = "Nothing of this course is kept in this browser.";
const AGREED = "This browser has agreed to keep it until you clear it yourself.";
const NOT_AGREED =
  "This browser has not promised to keep it: it may clear it when the disk is short of room, or after a time.";
const UNASKED = "Whether this browser keeps it for long, it does not say.";

function dated(saved) {
  const date = new Date(saved);
  return Number.isNaN(date.getTime())
    ? "at an unknown time"
    : date.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
}

/** Whether the browser has agreed to keep what is here, as a sentence. */
async function agreed() {
  try {
    return (await navigator.storage.persisted()) ? AGREED : NOT_AGREED;
  } catch {
    return UNASKED; // opened from disk, or an older browser
  }
}

/** What is kept as `name`, in words: its title, what there is, and the address of its page. */
function described(store, name, exercises) {
  const [base, owner] = name.split("@");
  const value = store.get(name);
  const exercise = exercises.find((each) => each.name === base);
  const title = exercise?.title ?? { [PRACTICE]: "Practice", [READER]: "Where you are in the book" }[base] ?? base;
  const said = [];
  if (isPlain(value.answers)) {
    const given = Object.keys(value.answers).filter((item) => isGiven(value.answers[item]));
    if (base === PRACTICE) said.push(`${count(given.length, "activity", "activities")} tried`);
    else if (exercise) {
      const items = exercise.items.filter((item) => given.includes(item));
      said.push(value.trainee ? `${value.trainee}'s` : "no id yet");
      said.push(`${items.length} of ${count(exercise.items.length, "question has", "questions have")} an answer`);
    } else said.push(value.trainee || "no id yet", count(given.length, "answer"));
    if (given.length) said.push(`saved ${dated(value.saved)}`);
  } else if (isPlain(value.pages)) said.push(count(Object.keys(value.pages).length, "page"));
  if (owner !== undefined) said.unshift(asideWords(owner));
  return { title, text: said.join(" · "), address: exercise?.address };
}

/** What lies at `NAME@owner`: with the id of an owner it comes back, an older copy only by its own file. */
function asideWords(owner) {
  const whose = owner.replace(/\++$/, "");
  if (!whose) return "set aside, without an id";
  return whose === owner ? `set aside, of ${owner}` : `an older copy, of ${whose}`;
}

/** The parts worth naming, exercises in the order of the course first, what is set aside last. */
function shownParts(store, exercises) {
  const begun = (name) => {
    const value = store.get(name);
    if (isPlain(value.answers)) return Object.values(value.answers).some(isGiven);
    return name.split("@")[0] === READER && Object.keys(isPlain(value.pages) ? value.pages : {}).length > 0;
  };
  const place = (name) => {
    const index = exercises.findIndex((each) => each.name === name.split("@")[0]);
    return (name.includes("@") ? 1000 : 0) + (index < 0 ? 500 : index);
  };
  return partsOf(store)
    .filter(begun)
    .sort((one, other) => place(one) - place(other));
}

function draw(place, store, exercises) {
  const button = (text, onclick, props = {}) => h("button", { type: "button", onclick, ...props }, text);
  const status = h("p", { class: "cw-status", role: "status" });
  const say = (text) => {
    status.textContent = text;
  };
  const copy = copyOf(status);
  const list = h("ul", { class: "cw-work-parts" });
  const promise = h("p", {});
  const id = h("input", { type: "text", autocomplete: "off", spellcheck: "false", maxlength: 64, onchange: named });
  const asking = h("div", { class: "cw-whose", role: "group", hidden: true });

  /** Ask in the page; each choice is words and what they do. What is done gives what is said then. */
  function ask(label, parts, choices) {
    asking.setAttribute("aria-label", label);
    const buttons = Object.entries(choices).map(([text, act]) =>
      button(text, async () => {
        asking.hidden = act !== give;
        say((await act?.()) || "");
        show();
        if (asking.hidden) id.focus();
      }),
    );
    asking.replaceChildren(...parts, h("div", { class: "cw-actions" }, ...buttons));
    asking.hidden = false;
    asking.querySelector("button").focus();
  }

  /** Give `data` as a file and as a text to copy; what is said of it. */
  function give(data = packed(store, ownerOf(store))) {
    const name = `${[data.trainee, "all-work"].filter(Boolean).join("-")}.json`;
    const text = JSON.stringify(data, null, 1);
    download(root, name, text);
    copy.show(name, text);
    return `Look in your downloads for ${name}.`;
  }

  function become(trainee) {
    const came = comeBack(store, trainee);
    enter(store, trainee);
    return came.length ? `What ${trainee} left here is back.` : "";
  }

  function renamed(from, trainee) {
    rename(store, from, trainee);
    return become(trainee);
  }

  function setAll(owners) {
    for (const owner of owners) leave(store, owner);
    return owners
      .filter(Boolean)
      .map((owner) => ASIDE.replace("{}", owner))
      .join(" ");
  }

  /** The id was changed: over another's work, ask whose it is. */
  function named() {
    const trainee = id.value.trim();
    const before = traineeOf(store);
    asking.hidden = true;
    say("");
    if (trainee && !isTrainee(trainee)) {
      say(BAD_ID);
      return;
    }
    const there = ownersOf(store);
    const worked = shownParts(store, exercises).some((name) => !name.includes("@"));
    const others = [...new Set([...there.filter(Boolean), ...(before && worked ? [before] : [])])].filter(
      (o) => o !== trainee,
    );
    if (others.length && trainee) {
      const who = listed(others);
      ask("Whose work is this?", [h("p", {}, `Here is work of ${who}. Whose is it?`)], {
        [`It is ${who}'s. Set it aside; I am ${trainee}`]: () => `${setAll(others)} ${become(trainee)}`,
        [`It is mine. ${who} was a mistake; my id is ${trainee}`]: () => renamed(others, trainee),
        "Leave everything as it was": null,
      });
    } else if (there.includes("") && trainee) {
      ask("Whose work is this?", [h("p", {}, "Here are answers to exercises without an id. Whose are they?")], {
        [`They are mine: put ${trainee} on them`]: () => renamed([""], trainee),
        [`They are somebody else's. Set them aside; I am ${trainee}`]: () => `${setAll([""])} ${become(trainee)}`,
        "Leave everything as it was": null,
      });
    } else if (trainee) say(become(trainee));
    else enter(store, "");
    show();
  }

  function beginAnew() {
    const owners = [...new Set([traineeOf(store), ...ownersOf(store)])];
    const who = listed(owners.filter(Boolean));
    const words = who
      ? `Everything of ${who} is set aside, and that id brings it back.`
      : "What is here has no id, so that no id brings it back: download it first. It is set aside, and listed here.";
    ask("Begin anew for someone else", [h("p", {}, words)], {
      "Set it aside, and begin anew": () => setAll(owners) || "What had no id is set aside, and listed above.",
      "Leave everything as it was": null,
    });
  }

  function bringBack(text) {
    const file = opened(text, store.course);
    if (file.problem) {
      say(file.problem);
      return;
    }
    const owner = ownerOf(store);
    const here = shownParts(store, exercises).some((name) => !name.includes("@"));
    const take = () => {
      const all = bring(store, file);
      const left = file.unknown ? ` ${count(file.unknown, "part")} that this edition does not know was left out.` : "";
      return (
        (all ? "Your work from the file is here." : "This browser has no room for all of it: keep the file.") + left
      );
    };
    if (!here || (owner && owner === file.trainee)) {
      asking.hidden = true;
      say(take());
      show();
      return;
    }
    const theirs = file.trainee ? `work of ${file.trainee}` : "work without an id";
    const ours = owner ? `work of ${owner}` : "work without an id";
    const apart = () => {
      const said = setAll([...new Set([traineeOf(store), ...ownersOf(store)])]);
      return `${said} ${take()}`;
    };
    const mine = owner && file.trainee ? {} : { "All of it is mine: put it together": take };
    ask("Whose work is this?", [h("p", {}, `The file holds ${theirs}, and here is ${ours}.`)], {
      "Set aside what is here, and bring the file back": apart,
      ...mine,
      "Leave everything as it was": null,
    });
  }

  const file = fileField(MAX_WORK, (text) => {
    say(text === null ? TOO_LARGE : "");
    if (text !== null) bringBack(text);
  });

  function clearAll() {
    const lost = shownParts(store, exercises).map((name) => {
      const { title, text } = described(store, name, exercises);
      return h("li", {}, `${title}: ${text}`);
    });
    if (traineeOf(store)) lost.push(h("li", {}, `Your id: ${traineeOf(store)}`));
    const words = "This will be gone from this browser, and nobody can bring it back without a file:";
    ask("Clear this computer", [h("p", {}, words), h("ul", {}, ...lost)], {
      "Download all my work first": give,
      "Clear this computer now": async () => {
        await store.clear();
        copy.root.hidden = true;
        return NOTHING;
      },
      "Keep everything": null,
    });
  }

  const anew = button("Begin anew for someone else", beginAnew);
  const all = button("Download all my work", () => say(give()), { class: "cw-primary" });
  const clear = button("Clear this computer", clearAll);
  const root = h(
    "div",
    { class: "cw cw-panel cw-work" },
    h("p", { class: "cw-eyebrow" }, h("b", {}, "Kept in this browser")),
    list,
    promise,
    h("label", { class: "cw-id" }, h("span", {}, "Your id, as your supervisor gave it"), id),
    asking,
    h(
      "div",
      { class: "cw-actions" },
      all,
      button("Bring work back from a file", () => file.click()),
      anew,
      clear,
      file,
    ),
    status,
    copy.root,
  );

  /** A part of the list; what lies aside can be downloaded by itself, and its file be brought back. */
  function line(name) {
    const { title, text, address } = described(store, name, exercises);
    const [base, owner] = name.split("@");
    const one = () => packed(store, isTrainee(owner) ? owner : "", { [base]: store.get(name) });
    return h(
      "li",
      {},
      address && owner === undefined ? h("a", { href: address }, title) : h("b", {}, title),
      `: ${text} `,
      owner !== undefined && button(`Download this (${title})`, () => say(give(one()))),
    );
  }

  function show() {
    const parts = shownParts(store, exercises);
    list.replaceChildren(...parts.map(line));
    if (!parts.length) list.append(h("li", {}, NOTHING));
    for (const each of [all, anew, clear]) each.hidden = !parts.length && !traineeOf(store);
    if (asking.hidden) id.value = traineeOf(store);
  }

  place.replaceChildren(root);
  show();
  agreed().then((text) => {
    promise.textContent = text;
  });
  store.follow(show);
}

/** Draw the list in its place on this page. */
export function showWork(store, place) {
  const at = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const exercises = JSON.parse(place.dataset.exercises);
  for (const each of exercises) each.address = new URL(each.page, at).href;
  draw(place, store, exercises);
}
