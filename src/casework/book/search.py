"""The search: its index is made quickly, holds numbers and no lost words, and the pages that teach come first.

What is found is drawn by `search.js`; a page that is opened from there marks the words, by `found.js`.
"""

from __future__ import annotations

import functools
import os
import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.search.en import SearchEnglish

from casework.book.scripts import own
from casework.book.static import offer, static_folder

SMALL_WORDS = """
i me my we us our you your he him his she her hers them can could would should may might must do does did done have has
had having were been am what when where who whom which why how much many want wants wanted said say says told tell tells
get gets got give gives given from about with so too very just also
"""
"""The small words of a question, which no page is found by."""


class EnglishOnce(SearchEnglish):
    """English, in which the stem of a word is worked out once; Sphinx does so again for each page.

    The small words of a question are left out, so that "he said he could kill her" asks for "kill".
    A number with a point or a stroke in it is one word, here and in the page: 51.5, 140/90.
    """

    stopwords = SearchEnglish.stopwords | set(SMALL_WORDS.split())
    _word_re = re.compile(r"\d+(?:[./]\d+)+|\w+")
    js_splitter_code = r"""
var splitQuery = (query) =>
  query.match(/\d+(?:[.\/]\d+)+|[\p{Letter}\p{Number}_\p{Emoji_Presentation}]+/gu) || [];
"""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self.stem = functools.cache(self.stem)  # type: ignore[method-assign]


def _drop_lost_words(app: Sphinx) -> list[Any]:
    # a word that no page holds any more would stay in the index, with an empty list
    indexer = getattr(app.builder, "indexer", None)
    for words in (indexer._mapping, indexer._title_mapping) if indexer else ():
        for word in [word for word, pages in words.items() if not pages]:
            del words[word]
    return []


def _bring_subjects(app: Sphinx) -> list[Any]:
    # what a page names as a subject is looked at only where that page is written, and would be lost with the next build
    if indexer := getattr(app.builder, "indexer", None):
        indexer._index_entries.clear()
        for docname, entries in sorted(app.env.get_domain("index").data["entries"].items()):
            subjects = [(subject.removeprefix("!").strip(), target, main) for _, subject, target, main, _ in entries]
            indexer._index_entries[docname] = subjects
    return []


def _rank(app: Sphinx, config: Config) -> None:
    path = static_folder(app) / "scorer.js"
    path.write_text(own("scorer.js"), encoding="utf-8")
    offer(app, config, {name: own(name) for name in ("search.js", "found.js")})
    config.html_search_scorer = os.path.relpath(path, app.confdir)  # relative, as the folder itself


def setup(app: Sphinx) -> None:
    """Register the language, how hits are ranked, and what looks through the index before it is written."""
    app.add_search_language(EnglishOnce)
    app.connect("config-inited", _rank)
    app.connect("html-collect-pages", _drop_lost_words)
    app.connect("html-collect-pages", _bring_subjects)
