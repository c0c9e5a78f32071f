// A page that was opened from the search marks there what was looked for, and says how the marks go away. No other page
// does, nor this one when it is loaded again. The search gives the words in the address.
(() => {
  const address = new URL(location.href);
  const words = (address.searchParams.get("highlight") ?? "").split(/\s+/).filter(Boolean);
  const article = document.querySelector("article.bd-article");
  if (!words.length || !article) return;
  address.searchParams.delete("highlight");
  history.replaceState(history.state, "", address);

  const literal = words.map((word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"));
  const any = new RegExp(`(?<![\\p{L}\\p{N}])(?:${literal.join("|")})`, "giu");
  const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const { currentNode: text } = texts;
    if (!text.parentElement.closest("svg, script, style, .cw-mount, .headerlink")) found.push(text);
  }
  for (const text of found) {
    const parts = [];
    let from = 0;
    for (const hit of text.data.matchAll(any)) {
      const mark = document.createElement("span");
      mark.className = "highlighted";
      mark.textContent = hit[0];
      parts.push(text.data.slice(from, hit.index), mark);
      from = hit.index + hit[0].length;
    }
    if (parts.length) text.replaceWith(...parts, text.data.slice(from));
  }
  if (!article.querySelector(".highlighted")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Hide the marks";
  const line = document.createElement("p");
  line.className = "cw-found";
  line.append(`Marked from your search: ${words.join(", ")} `, button);
  article.prepend(line);
  button.addEventListener("click", () => {
    for (const mark of article.querySelectorAll(".highlighted")) mark.replaceWith(...mark.childNodes);
    line.remove();
    article.normalize();
  });
})();
