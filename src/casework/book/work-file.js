/** The file with everything that a browser keeps of the course: making it, reading it strictly, and bringing it back. */

import {
  holdsMore,
  isBegun,
  isEdition,
  isPlain,
  isSheet,
  isSheetName,
  merged,
  now,
  PRACTICE,
  same,
} from "./answers.js";
import { MAX_BYTES, MAX_WORK, WORK_FORMAT } from "./constants.js";
import { BROWSER } from "./kept.js";
import { enter, isTrainee, olderPlace, ownersOf, READER, setAside, traineeOf, withPlaces } from "./people.js";

export const TOO_LARGE = "That file is too large to be the work of one browser: nothing was changed.";

/** The names of all that is kept here of somebody's work. */
export const partsOf = (store) =>
  store.names().filter((name) => isSheetName(name) && name !== BROWSER && isPlain(store.get(name)));

/** Whose the work in this browser is: the id that was entered, or the only one on an exercise; an empty text else. */
export function ownerOf(store) {
  const owners = ownersOf(store);
  return traineeOf(store) || (owners.length === 1 && isTrainee(owners[0]) ? owners[0] : "");
}

/** Everything kept in `store`, or only `kept`, as the data of one file. */
export function packed(
  store,
  trainee,
  kept = Object.fromEntries(partsOf(store).map((name) => [name, store.get(name)])),
) {
  return { format: WORK_FORMAT, course: store.course, saved: now(), trainee, kept };
}

/** What a text holds: `{ trainee, parts, unknown }`, or `{ problem }`, a sentence. `parts` are name and value. */
export function opened(text, course) {
  let file;
  if (text.length > MAX_WORK) return { problem: TOO_LARGE };
  try {
    file = JSON.parse(text);
  } catch {
    file = null;
  }
  if (!isPlain(file) || file.format !== WORK_FORMAT || !isPlain(file.kept)) {
    const single = isSheet(file);
    return {
      problem: single
        ? "That file holds the answers to one exercise: open that exercise, and press Resume from a file there."
        : "That is not a file of all your work in this course, or it is damaged: nothing was changed.",
    };
  }
  if (file.course !== course) return { problem: "That file belongs to another course: nothing was changed." };
  const known = Object.entries(file.kept).filter(([name]) => isSheetName(name) && name !== BROWSER);
  if (!known.every(fits)) return { problem: "A part of that file is damaged: nothing was changed." };
  return {
    trainee: isTrainee(file.trainee) ? file.trainee : "",
    parts: known.filter(([name, value]) => isReader(name) || isSheet(value)),
    unknown: known.filter(([name, value]) => !isReader(name) && !isSheet(value)).length,
  };
}

const baseOf = (name) => name.split("@")[0];
const isReader = (name) => baseOf(name) === READER;

/** Whether a part has the form of what its name says: a sheet that a supervisor can read too, or a record. */
function fits([name, value]) {
  if (!isPlain(value)) return false;
  if (isReader(name)) return value.trainee === undefined || value.trainee === "" || isTrainee(value.trainee);
  if (value.format === undefined) return true; // of another version
  return (
    isSheet(value) &&
    value.assignment === baseOf(name) &&
    isEdition(value.edition) &&
    (value.trainee === "" || isTrainee(value.trainee)) &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value.saved) &&
    isPlain(value.editions ?? {}) &&
    Object.values(value.editions ?? {}).every(isEdition) &&
    (value.assignment === PRACTICE || JSON.stringify(value).length <= MAX_BYTES) // practice is never handed in
  );
}

/**
 * Bring `parts` back. An answer that only one side has stays; of two, that of the sheet saved later counts, and the sheet
 * it takes the place of is set aside. Work of another trainee is set aside and not mixed.
 * @returns {boolean} whether the browser took all of it
 */
export function bring(store, { trainee, parts }) {
  const before = traineeOf(store);
  let all = true;
  const put = (name, value) => {
    all = store.set(name, value) && all;
  };
  const aside = (name, owner, value) => put(olderPlace(store, baseOf(name), owner, value), value);
  for (const [name, theirs] of parts) {
    const ours = store.get(name);
    if (name === READER) put(name, withPlaces(ours, theirs));
    else if (name.includes("@")) {
      if (ours === null) put(name, theirs);
      else if (!same(ours, theirs)) aside(name, name.slice(name.indexOf("@") + 1).replace(/\++$/, ""), theirs);
    } else if (!isBegun(ours)) put(name, theirs);
    else if (isBegun(theirs)) {
      const others = ours.trainee && theirs.trainee && ours.trainee !== theirs.trainee;
      const together = others ? theirs : merged(ours, theirs);
      if (others) setAside(store, name, ours.trainee);
      else if (holdsMore(ours, together)) aside(name, ours.trainee || before, ours);
      if (!same(ours, together)) put(name, together);
    }
  }
  enter(store, trainee || before);
  return all;
}
