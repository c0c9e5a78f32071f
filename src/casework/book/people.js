/**
 * Who works in this browser: the id that is entered once, kept in the record READER; and all of one person set aside while
 * another works here, as `NAME@ID`. Nobody hands in the answers of another, and nothing is written over.
 */

import { isBegun, isPlain, isSheet, isSheetName, PRACTICE, same } from "./answers.js";
import { TRAINEE_ID } from "./constants.js";

/** What is kept of the reader: the id, and the places in the book. */
export const READER = "reader";
const TRAINEE = new RegExp(`^(?:${TRAINEE_ID})$`);

export const isTrainee = (id) => typeof id === "string" && TRAINEE.test(id);

/** The record of the reader: the id, the places in the book, and how exercises are shown. */
export function readerOf(store) {
  const record = store.get(READER);
  return isPlain(record) ? record : {};
}

/** The id that was entered in this browser, or an empty text. */
export function traineeOf(store) {
  const { trainee } = readerOf(store);
  return isTrainee(trainee) ? trainee : "";
}

/** Remember `trainee`, or nobody, as who works here. */
export function enter(store, trainee) {
  if (trainee !== traineeOf(store)) store.set(READER, { ...readerOf(store), trainee });
}

/** The names of the exercises somebody is answering here. */
export const exercisesOf = (store) =>
  store.names().filter((name) => isSheetName(name) && !/@/.test(name) && name !== PRACTICE && isBegun(store.get(name)));

/** The ids on the exercises that are answered here; an empty text where one has none. */
export const ownersOf = (store) => [...new Set(exercisesOf(store).map((name) => store.get(name).trainee || ""))];

/**
 * Put what is kept as `name` aside, where the id of its `owner` brings it back; what lay there makes room. A stop at any
 * moment leaves it in one place or in both.
 */
export function setAside(store, name, owner) {
  const place = owner ? `${name}@${owner}` : olderPlace(store, name, "", store.get(name));
  const there = store.get(place);
  if (there !== null) move(store, place, olderPlace(store, name, owner, there));
  move(store, name, place);
}

function move(store, from, to) {
  const value = store.get(from);
  if (!store.set(to, value)) {
    store.delete(from); // no room for both
    store.set(to, value);
  }
  store.delete(from);
}

/** A place for an older copy, or for what has no owner: never over another, and no id brings it back. */
export function olderPlace(store, name, owner, value) {
  let place = `${name}@${owner}+`;
  while (store.get(place) !== null && !same(store.get(place), value)) place += "+";
  return place;
}

/** Set everything of `owner` aside: exercises with this id or with none, and practice and places unless they are another's. */
export function leave(store, owner) {
  const another = ![owner, ""].includes(traineeOf(store));
  for (const name of exercisesOf(store)) {
    if ([owner, ""].includes(store.get(name).trainee || "")) setAside(store, name, owner);
  }
  if (another) return;
  if (isBegun(store.get(PRACTICE))) setAside(store, PRACTICE, owner);
  const { trainee, ...places } = readerOf(store);
  if (Object.keys(places).length) setAside(store, READER, owner);
  else store.delete(READER);
}

/** Bring back what was set aside for `trainee`, where nobody's answers stand now; the names of what came. */
export function comeBack(store, trainee) {
  const came = [];
  for (const place of store.names().filter((name) => name.endsWith(`@${trainee}`))) {
    const name = place.slice(0, place.indexOf("@"));
    const left = store.get(place);
    if (!isPlain(left) || isBegun(store.get(name))) continue;
    const back = name === READER ? withPlaces(readerOf(store), left) : left;
    const owned = name === READER || (isSheet(left) && name !== PRACTICE);
    if (!store.set(name, { ...back, ...(owned ? { trainee } : {}) })) continue; // the copy stays where it is
    store.delete(place);
    came.push(name);
  }
  return came;
}

/** Put `trainee` on all exercises here that are of one of the ids `from`: the same person, whose id was mistyped. */
export function rename(store, from, trainee) {
  for (const name of exercisesOf(store)) {
    const sheet = store.get(name);
    if (from.includes(sheet.trainee || "")) store.set(name, { ...sheet, trainee });
  }
}

/** Whose other work is in this browser, if it is somebody's: the id that was entered, with practice or exercises under it. */
export function workerOf(store) {
  return isBegun(store.get(PRACTICE)) || exercisesOf(store).length ? traineeOf(store) : "";
}

/** Note which questions of an exercise are open, as its page finds; null where nobody has begun it. */
export function noteOpen(store, exercise, names) {
  const reader = readerOf(store);
  const { [exercise]: before, ...others } = isPlain(reader.open) ? reader.open : {};
  if (same(before ?? null, names)) return;
  store.set(READER, { ...reader, open: names ? { ...others, [exercise]: names } : others });
}

/** Where one has been in the book, by two records of one person: every page of both, and else what `ours` says. */
export function withPlaces(ours, theirs) {
  const places = { ...(isPlain(theirs.pages) ? theirs.pages : {}), ...(isPlain(ours?.pages) ? ours.pages : {}) };
  const { open, ...both } = { ...theirs, ...(isPlain(ours) ? ours : {}) }; // what is open, each exercise finds again
  return { ...both, ...(Object.keys(places).length ? { pages: places } : {}) };
}
