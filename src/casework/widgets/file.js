import { h } from "./shared.js";

/** Offer `text` as a download named `file`, from inside `root`. Whether one came, no page can see. */
export function download(root, file, text) {
  const link = h("a", {
    href: URL.createObjectURL(new Blob([text], { type: "application/json" })),
    download: file,
    hidden: true,
  });
  root.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/**
 * The text of a file to copy, where no download came: some browsers and frames refuse it without a word.
 * @param {Node} status the line that is read out
 */
export function copyOf(status) {
  const area = h("textarea", {
    readonly: true,
    rows: 5,
    "aria-label": "The file as text",
    onfocus: () => area.select(),
  });
  const copied = async () => {
    area.focus();
    try {
      await navigator.clipboard.writeText(area.value);
      status.textContent = "The text is copied.";
    } catch {
      status.textContent = "Copy the marked text with your browser's own command.";
    }
  };
  const summary = h("summary", {});
  const root = h(
    "details",
    { class: "cw-copy", hidden: true },
    summary,
    area,
    h("button", { type: "button", onclick: copied }, "Copy the text"),
  );
  const show = (file, text) => {
    summary.textContent = `No file came? Copy this text into a file named ${file}`;
    area.value = text;
    root.hidden = false;
    root.open = window.top !== window; // in a frame, where downloads are often refused
  };
  return { root, show };
}

/**
 * A hidden field for one file of at most `most` bytes; `take` is called with its text, or with null where it is larger.
 * Press it with `click()`.
 */
export function fileField(most, take) {
  const field = h("input", {
    type: "file",
    accept: ".json,application/json",
    hidden: true,
    onchange: async () => {
      const [chosen] = field.files;
      if (!chosen) return;
      take(chosen.size > most ? null : await chosen.text());
      field.value = "";
    },
  });
  return field;
}
