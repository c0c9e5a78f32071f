// How hits of the search are ranked. Sphinx takes the whole table; what differs from its own is `score`.
// biome-ignore lint/correctness/noUnusedVariables: searchtools.js, which follows, reads it
var Scorer = {
  /** The pages that teach come first, then couples and exercises, then what is written for authors and programs, the glossary last. */
  score: ([docname, , , , score]) => {
    if (docname === "book/appendix/glossary") return score - 120; // each word of it is a subject there
    if (docname.startsWith("book/appendix/")) return score - 40;
    if (docname.startsWith("book/exercises/") || docname.startsWith("notebooks/")) return score - 8;
    if (docname.startsWith("book/vignettes/")) return score - 4;
    return docname === "book/assessment/what-stops" ? score + 3 : score; // danger before all else that matches as well
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
