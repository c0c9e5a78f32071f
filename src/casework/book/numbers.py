"""A number in prose that names no source is a warning, on the pages where every number needs one."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util import logging

from casework.book.claims import claim_details
from casework.claims import numbers_in

_log = logging.getLogger(__name__)


def _check_numbers(app: Sphinx, doctree: nodes.document) -> None:
    if not any(fnmatch.fnmatchcase(app.env.docname, pattern) for pattern in app.config.casework_cited_pages):
        return
    units: dict[int, tuple[nodes.Element, list[nodes.Element]]] = {}
    for block in _blocks(doctree):
        unit = _unit(block)
        units.setdefault(id(unit), (unit, []))[1].append(block)
    for _, blocks in units.values():
        numbers = numbers_in(" ".join(_prose(block) for block in blocks))
        if numbers and not any(_cited(block) for block in blocks):
            _log.warning(
                "a number without a source: %s. Cite a claim or a reference in the same paragraph, list item "
                "or table row, or mark a harmless number with {uncited}",
                ", ".join(numbers),
                type="casework",
                subtype="uncited-number",
                location=_place(app, blocks[0]),
            )


def _place(app: Sphinx, block: nodes.Element) -> tuple[str, int | None]:
    line = next((node.line for node in (block, *_parents(block)) if node.line), None)
    return app.env.docname, line


def _blocks(doctree: nodes.document) -> Iterator[nodes.Element]:
    """The blocks of prose that an author wrote; not headings, head rows, code, activities or claims."""
    for block in doctree.findall(nodes.Element):
        if not isinstance(block, (nodes.paragraph, nodes.title, nodes.caption, nodes.term, nodes.line)):
            continue
        parents = list(_parents(block))
        heading = isinstance(block, nodes.title) and isinstance(block.parent, (nodes.section, nodes.document))
        elsewhere = any(
            isinstance(parent, (claim_details, nodes.footnote, nodes.thead, nodes.system_message))
            or parent.get("nb_element")
            for parent in parents
        )
        if not heading and not elsewhere:
            yield block


def _parents(node: nodes.Node) -> Iterator[nodes.Element]:
    while node.parent is not None:
        node = node.parent
        yield node


def _unit(block: nodes.Element) -> nodes.Element:
    for parent in _parents(block):
        if isinstance(parent, (nodes.row, nodes.list_item, nodes.definition_list_item, nodes.line_block)):
            return parent
    return block


def _prose(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return str(node)
    silent = (nodes.literal, nodes.footnote_reference, nodes.image, pending_xref)
    if isinstance(node, silent) or (isinstance(node, nodes.Element) and {"cw-claim", "uncited"} & set(node["classes"])):
        return " "
    return "".join(_prose(child) for child in node.children)


def _cited(block: nodes.Element) -> bool:
    return any(
        isinstance(node, nodes.footnote_reference)
        or (isinstance(node, nodes.inline) and node.get("claim"))
        or (isinstance(node, pending_xref) and node.get("refdomain") == "cite")
        for node in block.findall(nodes.Element)
    )


def setup(app: Sphinx) -> None:
    """Register the check and which pages it looks at."""
    app.add_config_value("casework_cited_pages", ["book/evidence/*"], "env", [list])
    app.connect("doctree-read", _check_numbers)
