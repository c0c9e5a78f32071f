/** What the page as a whole has to say: at the foot of the window, in sight wherever the reader is. */

/**
 * Say `text`, once however often it is told; one that does not `stay` can be closed. `actions` are words and what a
 * press on them does.
 * @returns {() => void} what takes it away
 */
export function tell(text, { stays = false, actions = {} } = {}) {
  let place = document.querySelector("body > .cw-notes");
  if (!place) {
    place = document.createElement("div");
    place.className = "cw-notes";
    document.body.append(place);
  }
  const same = [...place.children].find((note) => note.firstChild.textContent === text);
  same?.remove();
  const note = document.createElement("div");
  note.className = "cw-note";
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  note.append(said);
  const before = document.activeElement;
  const close = () => {
    const inside = note.contains(document.activeElement);
    note.remove();
    if (inside) (before?.isConnected ? before : document.body).focus?.({ preventScroll: true });
  };
  for (const [word, act] of Object.entries({ ...actions, ...(stays ? {} : { Close: close }) })) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = word;
    button.addEventListener("click", act);
    note.append(button);
  }
  place.append(note); // first the place, then the words, or they are not read out
  said.textContent = text;
  return close;
}
