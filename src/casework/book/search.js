// What the search finds, in place of Sphinx's own way: one hit for each page, and under it the passage that has most of
// what was typed. It comes after searchtools.js and before the index, which begins the search.
(() => {
  const LONG = 240; // characters of a passage
  const APART = ".headerlink, script, style, nav, #searchbox, .cw-mount, .cw-place, .part-name, .onlyprint";
  const INLINE = new Set("A ABBR B BDI CODE EM I KBD MARK Q S SMALL SPAN STRONG SUB SUP U".split(" "));

  /**
   * Every word that was typed, as it was typed; and, unless it is a small word, as the index has it, and whether it is
   * marked: "one" among others stands everywhere.
   */
  function asked(query) {
    const stemmer = new Stemmer();
    return splitQuery(query).map((typed, _, all) => {
      const word = typed.toLowerCase();
      if (stopwords.includes(word)) return { word };
      const stem = stemmer.stemWord(word);
      const marked = all.length === 1 || !["one", "two"].includes(word);
      return { word, marked, stem: stopwords.includes(stem) ? word : stem }; // a word whose stem is a small word stays as it is
    });
  }

  const START = "(?<![\\p{L}\\p{N}])";

  /** What to mark: the words as they were typed together, if there are several, and each that is not small. */
  function marksOf(words) {
    const together = words.map(({ word }) => _escapeRegExp(word)).join("[^\\p{L}\\p{N}]+");
    const single = words
      .filter(({ marked }) => marked)
      .map(({ word, stem }) => `(?:${_escapeRegExp(word)}|${_escapeRegExp(stem)})`);
    return {
      together: words.length > 1 ? new RegExp(`${START}${together}`, "iu") : null,
      single: single.map((each) => new RegExp(`${START}${each}[\\p{L}\\p{N}]*`, "iu")),
    };
  }

  /** The paragraphs, cells and headings of a page or of a part of it, each as one line of text. */
  function passages(root) {
    const found = [];
    const read = (node, line) => {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) line.push(child.data);
        else if (child.nodeType !== Node.ELEMENT_NODE) continue;
        else if (INLINE.has(child.tagName)) read(child, line);
        else {
          found.push(line.splice(0).join(""));
          read(child, line);
          found.push(line.splice(0).join(""));
        }
      }
    };
    const line = [];
    read(root, line);
    found.push(line.join(""));
    return found.map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => /\p{L}/u.test(text));
  }

  /** The passage to show of the page `html`, at the part `anchor` if it has one, for what is to be marked. */
  function passageOf(html, anchor, marks) {
    const page = new DOMParser().parseFromString(html, "text/html").querySelector("article");
    if (!page) return "";
    const part = anchor && page.querySelector(`[id="${CSS.escape(anchor)}"]`)?.closest("section, dt, details");
    for (const each of page.querySelectorAll(APART)) each.remove();
    const worth = (text) => {
      const all = marks.together?.test(text) ? 10 : 0;
      return all + 2 * marks.single.filter((each) => each.test(text)).length;
    };
    const best = (texts) => {
      const rated = texts.map((text) => [worth(text) && worth(text) + (text.length > 60), text]);
      return rated.reduce((first, next) => (next[0] > first[0] ? next : first), [0, ""])[1];
    };
    const inside = part ? passages(part.tagName === "DT" ? (part.nextElementSibling ?? part) : part) : [];
    const all = passages(page);
    return best(inside) || best(all) || inside.find((text) => text.length > 60) || all.find((text) => text.length > 60);
  }

  /** `text` cut at words to what is shown, around the first thing to be marked, with the marks in it. */
  function shown(text, { together, single }) {
    const first = [together, ...single].map((each) => each?.exec(text)?.index ?? -1).find((at) => at >= 0) ?? 0;
    const from = first < LONG / 2 || text.length <= LONG ? 0 : text.indexOf(" ", first - LONG / 3) + 1;
    const to = text.length <= from + LONG ? text.length : text.lastIndexOf(" ", from + LONG);
    let left = text.slice(from, to);
    const line = document.createElement("p");
    line.className = "context";
    line.append(from ? "… " : "");
    const every = together?.test(left) ? [together] : single;
    while (left) {
      const next = every
        .map((each) => each.exec(left))
        .filter(Boolean)
        .sort((a, b) => a.index - b.index)[0];
      if (!next) break;
      const mark = document.createElement("span");
      mark.className = "highlighted";
      mark.textContent = next[0];
      line.append(left.slice(0, next.index), mark);
      left = left.slice(next.index + next[0].length);
    }
    line.append(left, to < text.length ? " …" : "");
    return line;
  }

  /** Subjects that are named in so many words, with others between them: "what if one partner says no". */
  function bySubject(index, words) {
    const typed = words.map(({ word }) => word);
    return Object.entries(index.indexentries).flatMap(([subject, places]) => {
      const own = splitQuery(subject.toLowerCase());
      if (own.length < 2 || own.length === typed.length || !own.every((word) => typed.includes(word))) return [];
      return places.map(([file, id]) => {
        const hit = [index.docnames[file], index.titles[file], id ? `#${id}` : "", null, 90, index.filenames[file]];
        return [...hit.slice(0, 4), Scorer.score(hit), hit[5]];
      });
    });
  }

  Search.query = (query) => {
    const words = asked(query.trim());
    const stems = new Set(words.map(({ stem }) => stem).filter(Boolean));
    const typed = new Set(words.map(({ word }) => word));
    const found = Search._performSearch(query, stems, new Set(), new Set(), typed).reverse(); // now the best is first
    const hits = new Map();
    const byWorth = [...found, ...bySubject(Search._index, words)].sort((one, other) => other[4] - one[4]);
    for (const hit of byWorth) if (!hits.has(hit[0])) hits.set(hit[0], hit);
    const marks = marksOf(words);
    const root = document.documentElement.dataset.content_root;
    const marked = words.filter(({ marked }) => marked).map(({ word }) => word);

    const waiting = new Map();
    const inSight = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          inSight.unobserve(target);
          waiting.get(target)();
        }
      },
      { rootMargin: "400px" },
    );
    for (const [page, title, anchor] of hits.values()) {
      const link = document.createElement("a");
      link.innerHTML = title;
      const address = `${root}${page}${DOCUMENTATION_OPTIONS.LINK_SUFFIX}`;
      const asks = marked.length ? `?${new URLSearchParams({ highlight: marked.join(" ") })}` : "";
      link.href = `${address}${asks}${anchor}`;
      const item = document.createElement("li");
      item.append(link);
      Search.output.append(item);
      if (location.protocol === "file:") continue; // no other page can be read from there
      waiting.set(item, async () => {
        const answer = await fetch(address).catch(() => null);
        const text = answer?.ok ? passageOf(await answer.text(), decodeURIComponent(anchor.slice(1)), marks) : "";
        if (text) item.append(shown(text, marks));
      });
      inSight.observe(item);
    }
    Search.stopPulse();
    Search.title.textContent = "Search results";
    Search.status.setAttribute("role", "status");
    const number = hits.size === 1 ? "1 page" : `${hits.size} pages`;
    Search.status.textContent = hits.size
      ? `${number} found${hits.size > 1 ? ", the most fitting first" : ""}.`
      : "Nothing found. Is every word spelled as you meant it? Fewer words find more.";
  };
})();
