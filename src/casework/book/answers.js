/**
 * Answer sheets as plain data: what is one, what is an answer, and to which edition of an exercise each was given, by the
 * rules of `answers.py` and `editions.py`.
 */

import { EDITION, FORMAT } from "./constants.js";

/** The name of the sheet of practice. */
export const PRACTICE = "practice";
const EDITION_FORM = new RegExp(`^(?:${EDITION})?$`);

/** The time as a sheet writes it. */
export const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

/** Whether something may be kept as `name`: the sheet of an exercise or of practice, in use or set aside. */
export const isSheetName = (name) => /^[a-z][a-z0-9-]*(@.+)?$/.test(name);

export const isPlain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether `value`, as it was kept or came in a file, is an answer sheet. */
export const isSheet = (value) => isPlain(value) && value.format === FORMAT && isPlain(value.answers);

export const isEdition = (value) => typeof value === "string" && EDITION_FORM.test(value);

/** Whether there is an answer at all; what was emptied again is none. */
export function isGiven(answer) {
  if (typeof answer === "string") return answer.trim() !== "";
  return answer != null && !(typeof answer === "object" && Object.keys(answer).length === 0);
}

/** Whether a sheet holds any answer. */
export const isBegun = (sheet) => isSheet(sheet) && Object.values(sheet.answers).some(isGiven);

/** The edition that the answer to `item` was given to; a sheet without `editions` is all of its own edition. */
export function editionOf(sheet, item) {
  const to = isPlain(sheet.editions) && Object.hasOwn(sheet.editions, item) ? sheet.editions[item] : sheet.edition;
  return isEdition(to) ? to : "";
}

/** The items whose answer was given to another edition than `edition`, and not looked at since. */
export function earlier(sheet, edition) {
  if (!edition) return [];
  return Object.keys(sheet.answers).filter(
    (item) => isGiven(sheet.answers[item]) && editionOf(sheet, item) !== edition,
  );
}

/** `sheet` saved in `edition` with the answers `given` to it, or to what `editions` says of an item. */
export function withAnswers(sheet, edition, given, editions = {}) {
  const answers = { ...sheet.answers, ...given };
  const to = (item) => {
    if (!Object.hasOwn(given, item)) return editionOf(sheet, item);
    return Object.hasOwn(editions, item) ? editions[item] : edition;
  };
  const others = Object.keys(answers).filter((item) => isGiven(answers[item]) && to(item) !== edition);
  const made = { ...sheet, edition, answers };
  if (others.length) made.editions = Object.fromEntries(others.map((item) => [item, to(item)]));
  else delete made.editions;
  return made;
}

/** The edition of each answer of `file` where it comes to `sheet`: what was looked at here stays looked at. */
export function brought(sheet, file, edition) {
  const done = (item) => editionOf(sheet, item) === edition && same(sheet.answers[item], file.answers[item]);
  return Object.fromEntries(
    Object.keys(file.answers).map((item) => [item, done(item) ? edition : editionOf(file, item)]),
  );
}

/** Whether two values of plain data are the same. */
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** What came of checking `item`, as `sheet` keeps it, or null: `{ tries, solved, shown, all }`. */
export function checkedOf(sheet, item) {
  const kept = isPlain(sheet.checked) && Object.hasOwn(sheet.checked, item) ? sheet.checked[item] : null;
  if (!isPlain(kept)) return null;
  const { tries, solved, shown, all } = kept;
  return {
    tries: Number.isInteger(tries) ? tries : 0,
    solved: solved === true,
    shown: shown === true,
    all: all === true,
  };
}

/** One person's two sheets of one exercise as one: of two answers to a question, that of the sheet saved later. */
export function merged(ours, theirs) {
  const [older, newer] = String(theirs.saved) > String(ours.saved) ? [ours, theirs] : [theirs, ours];
  const given = Object.fromEntries(Object.entries(newer.answers).filter(([, answer]) => isGiven(answer)));
  const edition = isEdition(newer.edition) ? newer.edition : "";
  const sheet = withAnswers(
    { ...newer, ...older },
    edition,
    given,
    brought(older, { ...newer, answers: given }, edition),
  );
  const checked = {
    ...(isPlain(older.checked) ? older.checked : {}),
    ...(isPlain(newer.checked) ? newer.checked : {}),
  };
  return {
    ...sheet,
    ...(Object.keys(checked).length ? { checked } : {}),
    saved: newer.saved,
    trainee: newer.trainee || older.trainee,
  };
}

/** Whether `sheet` holds an answer that `other` does not hold as it is. */
export const holdsMore = (sheet, other) =>
  Object.entries(sheet.answers).some(([item, answer]) => isGiven(answer) && !same(answer, other.answers[item]));
