"""The parts that directives put on a page: a paragraph, a list, a table, and what stays folded until it is opened."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from docutils import nodes


def paragraph(*inside: str | nodes.Node) -> nodes.paragraph:
    """One paragraph of texts and inline nodes."""
    return nodes.paragraph("", "", *map(_inline, inside))


def led(lead: str, text: str) -> nodes.paragraph:
    """A paragraph that begins in bold."""
    return paragraph(nodes.strong(text=lead), text)


def heading(text: str, *classes: str) -> nodes.paragraph:
    """A line in bold over what follows; no section, so that the contents of the page stay as they are."""
    return nodes.paragraph("", "", nodes.strong(text=text), classes=list(classes))


def bullets(lines: Iterable[str | nodes.Node]) -> nodes.bullet_list:
    """A list with a point for each line."""
    return nodes.bullet_list("", *[nodes.list_item("", _block(line)) for line in lines])


def terms(pairs: Iterable[tuple[str, str | nodes.Node]]) -> nodes.definition_list:
    """Terms, each with what it means."""
    return nodes.definition_list(
        "",
        *[
            nodes.definition_list_item("", nodes.term(text=term), nodes.definition("", _block(meaning)))
            for term, meaning in pairs
        ],
    )


def table(heads: Iterable[str], widths: Iterable[int], rows: Iterable[Iterable[str | nodes.Node]]) -> nodes.table:
    """A table with a head row; `widths` are the columns' shares."""
    columns = [nodes.colspec(colwidth=width) for width in widths]
    group = nodes.tgroup("", *columns, cols=len(columns))
    group += nodes.thead("", _row(heads))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group, classes=["colwidths-given"])


def folded(title: str, inside: Iterable[nodes.Node]) -> list[nodes.Node]:
    """What is under `title` when it is opened."""
    opened = f'<details class="cw-fold"><summary>{escape(title)}</summary>'
    return [raw(opened), *inside, raw("</details>")]


def raw(html: str) -> nodes.raw:
    """HTML as it is; its words are found by the search."""
    return nodes.raw("", html, format="html")


def _row(cells: Iterable[str | nodes.Node]) -> nodes.row:
    return nodes.row("", *[nodes.entry("", paragraph(cell)) for cell in cells])


def _inline(part: str | nodes.Node) -> nodes.Node:
    return nodes.Text(part) if isinstance(part, str) else part


def _block(part: str | nodes.Node) -> nodes.Node:
    return paragraph(part) if isinstance(part, (str, nodes.Inline, nodes.Text)) else part
