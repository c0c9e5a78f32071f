import absolute from "./absolute.js";
import blinding from "./blinding.js";
import course from "./course.js";
import forest from "./forest.js";
import { stage } from "./parts.js";

const VIEWS = { absolute, blinding, course, forest };

/** Show one explorer in `el`; returns what ends it. Filters live here alone and are written nowhere. */
function render({ model, el }) {
  const state = model.get("state");
  const place = stage(model, el, state);
  VIEWS[state.view](state, place);
  return place.end;
}

export default { render };
