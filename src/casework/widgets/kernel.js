/** In a notebook, what an activity says once nothing keeps what is chosen in it. A page has no kernel, and nothing here. */

const ENDS = new Set(["restarting", "autorestarting", "terminating", "dead"]);
const GONE =
  "Not saved from here on: this notebook's kernel was stopped or started again. " +
  "What you answered before is kept. Run the notebook again (Run, then Run All Cells), and go on there.";
const CUT = {
  connecting: "Not saved just now: there is no connection to the notebook's server. It is tried again by itself.",
  disconnected:
    "Not saved from here on: there is no connection to the notebook's server. " +
    "What you answered before is kept. Start the server again, then choose Kernel, Reconnect to Kernel.",
};

/**
 * Say at the head of `root` when the kernel behind `model` is gone or out of reach. Graded work is closed then, so that
 * nobody goes on answering what nothing saves.
 */
export function watchKernel(model, root) {
  const kernel = model.widget_manager?.kernel;
  if (!kernel) return;
  const note = document.createElement("p");
  note.className = "cw-kernel";
  note.setAttribute("role", "alert");
  note.hidden = true;
  root.prepend(note);
  let gone = false;
  const say = (text) => {
    note.hidden = !text;
    note.textContent = text;
    const closed = Boolean(text) && model.get("mode") !== "practice";
    for (const part of root.querySelectorAll("fieldset, .cw-actions button, .cw-id input")) part.disabled = closed;
  };
  const on = [];
  /** Listen as long as the activity is shown; a notebook that is run again draws another in its place. */
  const listen = (signal, hear) => {
    const slot = (_, value) => {
      if (root.isConnected) hear(value);
      else for (const stop of on.splice(0)) stop();
    };
    if (signal?.connect(slot)) on.push(() => signal.disconnect(slot));
  };
  const end = () => {
    gone = true;
    say(GONE);
  };
  listen(kernel.statusChanged, (status) => ENDS.has(status) && end());
  listen(kernel.connectionStatusChanged, (status) => !gone && say(CUT[status] ?? ""));
  listen(kernel.disposed, end);
}
