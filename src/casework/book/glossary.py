"""Words of the field: the first use of one on a page is a link to the glossary that carries its meaning with it."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.addnodes import glossary, pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from casework.book.fresh import digest, kept
from casework.book.parts import raw


def _note(app: Sphinx, doctree: nodes.document) -> None:
    meanings = {
        name: (term.astext(), next(iter(item.findall(nodes.paragraph))).astext())
        for part in doctree.findall(glossary)
        for item in part.findall(nodes.definition_list_item)
        for term in item.findall(nodes.term)
        for name in term["ids"]
    }
    if meanings:
        kept(app.env, "meanings")[app.env.docname] = meanings
    if any(link.get("reftype") == "term" for link in doctree.findall(pending_xref)):
        kept(app.env, "uses of terms")[app.env.docname] = True


def _again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages that carry a meaning, where one has changed."""
    now = digest(sorted(kept(env, "meanings").items()))
    before, env.casework_meanings = getattr(env, "casework_meanings", ""), now  # type: ignore[attr-defined]
    return list(kept(env, "uses of terms")) if now != before else []


def _carry(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if app.builder.format != "html":
        return
    meanings = {name: meant for page in kept(app.env, "meanings").values() for name, meant in page.items()}
    for link in list(doctree.findall(nodes.reference)):
        name = link.get("refuri", "").rpartition("#")[2]
        if not any("std-term" in part["classes"] for part in link.findall(nodes.inline)) or name not in meanings:
            continue
        term, meaning = (escape(" ".join(text.split())) for text in meanings[name])
        href, text = escape(link["refuri"]), escape(link.astext())
        link.replace_self(raw(f'<a class="cw-term" href="{href}" data-term="{term}" data-means="{meaning}">{text}</a>'))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what notes the meanings and what carries them to the pages."""
    app.connect("doctree-read", _note)
    app.connect("env-updated", _again)
    app.connect("doctree-resolved", _carry)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
