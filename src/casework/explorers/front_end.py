"""The front end of the explorers as texts, its place in a page, and the drawing library as one script."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

from casework.explorers.views import table
from casework.widgets.front_end import Modules, read, read_modules, whole

_BANNER = (
    "/* Vega, Vega-Lite and Vega-Embed, copyright University of Washington Interactive Data Lab and others, "
    "BSD-3-Clause, with the parts of D3 (ISC) they need; bundled by vl-convert. */"
)


@cache
def modules() -> Modules:
    """The explorers' modules by stem, with the neighbours they share with the activities."""
    return {**read_modules(__package__), **{stem: read(f"{stem}.js") for stem in ("kernel", "shared")}}


@cache
def module_text(stem: str = "explorer") -> str:
    """All of the explorers' script as one text."""
    return whole(modules(), stem)


@cache
def style_text() -> str:
    """The styles that activities share, then those of the explorers."""
    own = files(__package__).joinpath("explorer.css").read_text(encoding="utf-8")
    return read("shared.css") + own


@cache
def library_text() -> str:
    """Vega-Lite with all it needs, as one script that sets `vegaEmbed`; made by vl-convert, which holds it."""
    import vl_convert

    # in its own function, so that none of its short names becomes a name of the page
    bundle = vl_convert.javascript_bundle(snippet="globalThis.vegaEmbed = vegaEmbed;")
    return f"{_BANNER}\n(() => {{{bundle}\n}})();\n"


def library_name() -> str:
    """The file name of the library, which changes with its version."""
    import vl_convert

    return f"vega-{vl_convert.get_vegalite_versions()[-1]}-{version('vl-convert-python')}.js"


def _row(parent: ElementTree.Element) -> ElementTree.Element:
    return ElementTree.SubElement(parent, "tr", {"role": "row"})


def mount_html(state: dict[str, Any]) -> str:
    """The place of an explorer in a page: its data for the script, and the table that reads without it."""
    mount = ElementTree.Element(
        "div", {"class": "cw-explorer-mount", "data-explorer": json.dumps(state, ensure_ascii=False)}
    )
    ElementTree.SubElement(mount, "p", {"class": "cw-explorer-name"}).text = state["title"]
    heads, rows = table(state)
    # the roles are said, because a table that is laid out as cards would lose them
    listed = ElementTree.SubElement(mount, "table", {"class": "cw-explorer-plain", "role": "table"})
    head = _row(ElementTree.SubElement(listed, "thead", {"role": "rowgroup"}))
    for text in heads:
        ElementTree.SubElement(head, "th", {"scope": "col", "role": "columnheader"}).text = text
    body = ElementTree.SubElement(listed, "tbody", {"role": "rowgroup"})
    for row in rows:
        line = _row(body)
        for name, text in zip(heads, row, strict=True):
            cell = ElementTree.SubElement(line, "td", {"role": "cell", "data-head": name})
            if text.startswith("https://"):
                label = f"Source of {row[heads.index('Study')]}"
                cell = ElementTree.SubElement(cell, "a", {"href": text, "aria-label": label})
            cell.text = "source" if cell.tag == "a" else text or "no page to link"
    for name in ("shows", "limits"):
        ElementTree.SubElement(mount, "p").text = state[name]
    return ElementTree.tostring(mount, encoding="unicode", method="html")
